import type { Ctx } from "../../core/service.ts";
import { audiencesOf, type TokenClaims, verifyWebToken, WebTokenError } from "../../core/web-identity.ts";
import { notAuthorized } from "./errors.ts";
import type { IdentityPoolRecord } from "./store.ts";

/** Logins: who a token of a provider says that somebody is. Source: developer guide, "Identity pools third-party identity providers". */

export const OWN_ISSUER = "https://cognito-identity.amazonaws.com";
export const OWN_PROVIDER = "cognito-identity.amazonaws.com";

export interface Login {
  /** `cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC`, an OpenID Connect provider's address, a developer provider's name. */
  readonly provider: string;
  /** The user's name there. */
  readonly user: string;
  /** The client that the token is for; `…:clientId` names the role mapping. */
  readonly client: string | undefined;
  readonly claims: TokenClaims;
}

const unsupported = () => notAuthorized("Token is not from a supported provider of this identity pool.");

function invalid(error: unknown, nowMs: number, exp: unknown): unknown {
  if (!(error instanceof WebTokenError)) return error;
  switch (error.fault) {
    case "expired":
      return notAuthorized(`Invalid login token. Token expired: ${String(exp)} >= ${Math.floor(nowMs / 1000)}`);
    case "malformed":
      return notAuthorized("Invalid login token. Not a valid OpenId Connect identity token.");
    case "signature":
      return notAuthorized("Invalid login token. Token signature invalid.");
    case "unreachable":
      return notAuthorized("Invalid login token. Couldn't verify signed token.");
  }
}

/** Each login, verified. Throws NotAuthorizedException. */
export async function verifiedLogins(
  ctx: Ctx,
  pool: IdentityPoolRecord,
  logins: Readonly<Record<string, string>> | undefined,
): Promise<Login[]> {
  return Promise.all(Object.entries(logins ?? {}).map(([provider, token]) => verified(ctx, pool, provider, token)));
}

async function verified(ctx: Ctx, pool: IdentityPoolRecord, provider: string, token: string): Promise<Login> {
  const isOwn = provider === OWN_PROVIDER;
  const clients = isOwn ? [pool.id] : await clientsOf(ctx, pool, provider);
  if (clients === undefined) throw unsupported();
  const claims = await verifyWebToken(ctx, token).catch((error: unknown) => {
    throw invalid(error, ctx.now(), expOf(token));
  });
  if (claims.iss.replace(/^https?:\/\//, "").replace(/\/$/, "") !== provider)
    throw notAuthorized("Invalid login token. Issuer doesn't match providerName");
  if (provider.startsWith("cognito-idp.") && claims.token_use !== "id")
    throw notAuthorized("Invalid login token. Not a valid OpenId Connect identity token.");
  const client = audiencesOf(claims).find((each) => clients.includes(each));
  if (client === undefined) throw unsupported();
  return { provider, user: claims.sub, client: isOwn ? undefined : client, claims };
}

function expOf(token: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}

/** The audiences that the pool takes of a provider; undefined when it takes none of its tokens. */
async function clientsOf(ctx: Ctx, pool: IdentityPoolRecord, provider: string): Promise<readonly string[] | undefined> {
  const own = (pool.userPools ?? []).filter((each) => each.ProviderName === provider).map((each) => each.ClientId ?? "");
  if (own.length > 0) return own;
  const arn = (pool.openIdProviders ?? []).find((each) => each.endsWith(`:oidc-provider/${provider}`));
  if (arn !== undefined) {
    const account = arn.split(":")[4] ?? pool.account;
    const known = await ctx.internal<{ clientIds: readonly string[] } | undefined>("iam", "openIdProvider", {
      account,
      provider,
    });
    return known?.clientIds;
  }
  const application = pool.loginProviders?.[provider];
  return application === undefined ? undefined : [application];
}
