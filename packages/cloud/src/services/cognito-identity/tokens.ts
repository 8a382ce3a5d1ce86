import type { Ctx } from "../../core/service.ts";
import { OWN_ISSUER } from "./logins.ts";
import { signedToken } from "./signing.ts";
import type { IdentityPoolRecord, IdentityRecord } from "./store.ts";

/** OpenID Connect tokens of identities, which STS takes. */
export interface TokenOptions {
  /** `amr` beside `authenticated`; empty for guests. */
  readonly authenticatedBy: readonly string[];
  readonly seconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

export function issueOpenIdToken(
  ctx: Ctx,
  pool: IdentityPoolRecord,
  identity: IdentityRecord,
  options: TokenOptions,
): Promise<string> {
  const nowS = Math.floor(ctx.now() / 1000);
  const tags = Object.entries(options.tags);
  return signedToken(ctx, {
    sub: identity.id,
    aud: pool.id,
    amr: options.authenticatedBy.length === 0 ? ["unauthenticated"] : ["authenticated", ...options.authenticatedBy],
    ...(tags.length === 0
      ? {}
      : { "https://aws.amazon.com/tags": { principal_tags: Object.fromEntries(tags.map(([key, value]) => [key, [value]])) } }),
    iss: OWN_ISSUER,
    exp: nowS + options.seconds,
    iat: nowS,
  });
}
