import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx, HttpRoutes } from "../../core/service.ts";
import { ensureSigningKey } from "./signing-key.ts";
import { keys, type PoolRecord } from "./store.ts";
import { poolIssuer } from "./user-pool.ts";

/** A pool's public documents: JWKS and OpenID configuration under `/<pool ID>/.well-known/`. */

const PATH = /^\/([a-z]{2}(?:-[a-z]+)+-\d+_[A-Za-z0-9]{1,55})\/\.well-known\/(jwks\.json|openid-configuration)$/;

/** The hosted login and OAuth 2.0 endpoints of a pool's domain. */
const HOSTED = /^\/(oauth2\/|login|logout|signup|confirmUser|forgotPassword|saml2\/)/;

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

async function handle(ctx: Ctx, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const match = PATH.exec(pathname);
  if (match === null) {
    const message = `NotImplemented: cognito-idp hosted pages (${pathname}) are not emulated; InitiateAuth and SignUp are`;
    send(response, 501, { code: "NotImplemented", message });
    return;
  }
  const pool = ctx.store.get<PoolRecord>(keys.pool(match?.[1] ?? ""));
  if (pool === undefined) {
    send(response, 400, { code: "ResourceNotFoundException", message: `User pool ${match?.[1]} does not exist.` });
    return;
  }
  const document =
    match?.[2] === "jwks.json" ? { keys: [(await ensureSigningKey(ctx, pool.id)).jwk] } : openIdConfiguration(pool);
  send(response, 200, document);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "cache-control": "public, max-age=86400",
  });
  response.end(JSON.stringify(body));
}

function openIdConfiguration(pool: PoolRecord): object {
  const issuer = poolIssuer(pool);
  const login = pool.domain === undefined ? undefined : `https://${pool.domain}.auth.${pool.region}.amazoncognito.com`;
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
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  };
}

export const wellKnown: HttpRoutes = {
  // A signed request is S3's: `login` may be a bucket.
  matches: ({ path, headers }) => PATH.test(path) || (HOSTED.test(path) && !/^AWS4/.test(headers.authorization ?? "")),
  handle,
};
