import type { GetCredentialsForIdentityCommandInput, GetOpenIdTokenCommandInput } from "@aws-sdk/client-cognito-identity";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalidConfiguration, invalidParameter, notAuthorized } from "../errors.ts";
import { type Login, OWN_PROVIDER, verifiedLogins } from "../logins.ts";
import { chosenRole, GUEST_POLICY, principalTags } from "../roles.ts";
import { type IdentityPoolRecord, type IdentityRecord, needAnyPool, needIdentity } from "../store.ts";
import { issueOpenIdToken } from "../tokens.ts";
import { linked } from "./identities.ts";

/** What an identity gets: AWS credentials (enhanced flow), or a token for STS (basic flow). */

const CREDENTIAL_SECONDS = 3_600;
const TOKEN_SECONDS = 600;

interface Proved {
  readonly pool: IdentityPoolRecord;
  readonly identity: IdentityRecord;
  readonly logins: readonly Login[];
  /** `amr`: which providers, and who there. */
  readonly authenticatedBy: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The identity, proved by at least one of its logins; a guest needs none. Throws NotAuthorizedException. */
async function proved(ctx: Ctx, id: string | undefined, given: Record<string, string> | undefined): Promise<Proved> {
  const identity = ctx.snapshot((store) => needIdentity(store, id));
  const pool = ctx.snapshot((store) => needAnyPool(store, identity.poolId));
  const logins = await verifiedLogins(ctx, pool, given);
  const isGuest = Object.keys(identity.logins).length === 0;
  const own = logins.find((login) => login.provider === OWN_PROVIDER);
  if (own !== undefined) {
    if (own.user !== identity.id) throw mismatch();
    const amr = Array.isArray(own.claims.amr) ? own.claims.amr.map(String) : [];
    return { pool, identity, logins, authenticatedBy: amr.filter((each) => each !== "authenticated"), tags: tagsIn(own) };
  }
  if (logins.length === 0) {
    if (!isGuest) throw notAuthorized(`Access to Identity '${identity.id}' is forbidden.`);
    if (!pool.allowsGuests) throw notAuthorized("Unauthenticated access is not supported for this identity pool.");
    return { pool, identity, logins, authenticatedBy: [], tags: {} };
  }
  if (!isGuest && !logins.some(({ provider, user }) => identity.logins[provider] === user)) throw mismatch();
  const kept = ctx.transact((store) => linked(ctx, store, identity, logins));
  const authenticatedBy = logins.flatMap(({ provider, user }) =>
    provider.startsWith("cognito-idp.")
      ? [provider, `${provider}:CognitoSignIn:${user}`]
      : [provider, `${provider}:OIDC:${user}`],
  );
  return { pool, identity: kept, logins, authenticatedBy, tags: principalTags(pool, logins) };
}

const mismatch = () =>
  notAuthorized("Logins don't match. Please include at least one valid login for this identity or identity pool.");

function tagsIn({ claims }: Login): Record<string, string> {
  const given = claims["https://aws.amazon.com/tags"];
  const tags = typeof given === "object" && given !== null && "principal_tags" in given ? given.principal_tags : undefined;
  const entries = Object.entries(typeof tags === "object" && tags !== null ? tags : {});
  return Object.fromEntries(entries.map(([key, value]) => [key, String(Array.isArray(value) ? value[0] : value)]));
}

export async function getCredentialsForIdentity(ctx: Ctx, input: GetCredentialsForIdentityCommandInput) {
  const { pool, identity, logins, authenticatedBy, tags } = await proved(ctx, input.IdentityId, input.Logins);
  const RoleArn = chosenRole(pool, logins, input.CustomRoleArn);
  const WebIdentityToken = await issueOpenIdToken(ctx, pool, identity, { authenticatedBy, seconds: TOKEN_SECONDS, tags });
  try {
    const { Credentials } = await ctx.call<{ Credentials: Credentials }>(
      "sts",
      "AssumeRoleWithWebIdentity",
      {
        RoleArn,
        RoleSessionName: "CognitoIdentityCredentials",
        WebIdentityToken,
        DurationSeconds: CREDENTIAL_SECONDS,
        ...(authenticatedBy.length === 0 ? { Policy: GUEST_POLICY } : {}),
      },
      { account: pool.account, region: pool.region },
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials;
    return { IdentityId: identity.id, Credentials: { AccessKeyId, SecretKey: SecretAccessKey, SessionToken, Expiration } };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    ctx.hint(`identity pool ${pool.name}: ${RoleArn} can't be assumed: ${error.message}`);
    throw invalidConfiguration("Invalid identity pool configuration. Check assigned IAM roles for this pool.");
  }
}

interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

export async function getOpenIdToken(ctx: Ctx, input: GetOpenIdTokenCommandInput) {
  const { pool, identity, authenticatedBy, tags } = await proved(ctx, input.IdentityId, input.Logins);
  if (pool.allowsClassic !== true) throw invalidParameter("Basic (classic) flow is not enabled, please use enhanced flow.");
  const Token = await issueOpenIdToken(ctx, pool, identity, { authenticatedBy, seconds: TOKEN_SECONDS, tags });
  return { IdentityId: identity.id, Token };
}
