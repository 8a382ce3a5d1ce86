import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx, HttpRoutes } from "../../core/service.ts";
import { isHostedPath, serveHosted } from "./hosted/hosted.ts";
import { localLogin } from "./hosted/place.ts";
import { ensureSigningKey } from "./signing-key.ts";
import { keys, type PoolRecord } from "./store.ts";
import { poolIssuer } from "./user-pool.ts";

/** A pool's public documents: JWKS and OpenID configuration under `/<pool ID>/.well-known/`. */

const PATH = /^\/([a-z]{2}(?:-[a-z]+)+-\d+_[A-Za-z0-9]{1,55})\/\.well-known\/(jwks\.json|openid-configuration)$/;

export interface JwksInput {
  /** `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC`, or the same path on this cloud. */
  readonly issuer: string;
}

/** The keys of an issuer; undefined when it is no pool of this cloud. */
export async function jwks(ctx: Ctx, input: JwksInput): Promise<{ keys: object[] } | undefined> {
  const pool = ctx.store.get<PoolRecord>(keys.pool(input.issuer.slice(input.issuer.lastIndexOf("/") + 1)));
  if (pool === undefined) return undefined;
  if (input.issuer !== poolIssuer(pool) && input.issuer !== `${ctx.endpoint}/${pool.id}`) return undefined;
  return { keys: [(await ensureSigningKey(ctx, pool.id)).jwk] };
}

async function handle(ctx: Ctx, request: IncomingMessage, response: ServerResponse, endpointKey?: string): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const match = PATH.exec(pathname);
  if (match === null) return serveHosted(ctx, request, response, endpointKey);
  const pool = ctx.store.get<PoolRecord>(keys.pool(match[1] ?? ""));
  if (pool === undefined) {
    send(response, 400, { code: "ResourceNotFoundException", message: `User pool ${match[1]} does not exist.` });
    return;
  }
  if (match[2] === "jwks.json") return send(response, 200, { keys: [(await ensureSigningKey(ctx, pool.id)).jwk] });
  send(response, 200, await openIdConfiguration(ctx, pool, request.headers.host ?? ""));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "cache-control": "public, max-age=86400",
  });
  response.end(JSON.stringify(body));
}

/** Whoever asks by an address of this machine gets addresses that it can reach; AWS's own name gets AWS's. The issuer is what tokens say. */
async function openIdConfiguration(ctx: Ctx, pool: PoolRecord, host: string): Promise<object> {
  const issuer = poolIssuer(pool);
  const isAws = /\.amazonaws\.com(:\d+)?$/.test(host);
  const domain = pool.domain ?? pool.customDomain;
  const login = domain === undefined ? undefined : isAws ? publicLogin(pool) : await localLogin(ctx, domain);
  return {
    ...(login === undefined
      ? {}
      : {
          authorization_endpoint: `${login}/oauth2/authorize`,
          end_session_endpoint: `${login}/logout`,
          revocation_endpoint: `${login}/oauth2/revoke`,
          token_endpoint: `${login}/oauth2/token`,
          userinfo_endpoint: `${login}/oauth2/userInfo`,
        }),
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: `${isAws ? issuer : `${ctx.endpoint}/${pool.id}`}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  };
}

function publicLogin(pool: PoolRecord): string {
  return pool.domain === undefined
    ? `https://${pool.customDomain}`
    : `https://${pool.domain}.auth.${pool.region}.amazoncognito.com`;
}

export const wellKnown: HttpRoutes = {
  // A signed request is S3's: `login` may be a bucket.
  matches: ({ path, headers, host }) =>
    PATH.test(path) || ((isHostedPath(path) || host.includes(".auth.")) && !/^AWS4/.test(headers.authorization ?? "")),
  ownsHost: (ctx, host) => ctx.store.get<{ certificateArn?: string }>(keys.domain(host))?.certificateArn !== undefined,
  handle,
};
