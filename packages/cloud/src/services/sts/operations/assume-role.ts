/** AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken and the small ones. */
import type { EntityRecord } from "../../../core/identities.ts";
import { assumedRoleArn } from "../../../core/principal.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { needTrust } from "../assume.ts";

interface AssumeInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
  readonly Policy?: string;
  readonly PolicyArns?: readonly { readonly arn?: string }[];
}

const DEFAULT_SECONDS = 3_600;
const CHAINED_SECONDS_MAX = 3_600;
const SESSION_TOKEN_SECONDS = 43_200;

function shown(credentials: ReturnType<Ctx["issueRoleCredentials"]>) {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiration),
  };
}

function duration(ctx: Ctx, role: EntityRecord, input: AssumeInput): number {
  const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
  if (seconds > (role.maxSessionSeconds ?? DEFAULT_SECONDS))
    throw new ServiceError(
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  if (ctx.principal.kind === "role-session" && seconds > CHAINED_SECONDS_MAX)
    throw new ServiceError(
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  return seconds;
}

function issue(ctx: Ctx, role: EntityRecord, input: AssumeInput) {
  if (input.PolicyArns !== undefined && input.PolicyArns.length > 0)
    throw new ServiceError(
      "NotImplemented",
      501,
      "NotImplemented: sts.AssumeRole with PolicyArns is not emulated by this cloud; give the policy itself in Policy",
    );
  const options = input.Policy === undefined ? {} : { sessionPolicy: input.Policy };
  const credentials = ctx.issueRoleCredentials(role.arn, input.RoleSessionName, duration(ctx, role, input), options);
  return {
    Credentials: shown(credentials),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
      Arn: assumedRoleArn(role.arn, input.RoleSessionName),
    },
    ...(input.Policy === undefined ? {} : { PackedPolicySize: Math.min(100, Math.ceil(input.Policy.length / 20)) }),
  };
}

export function assumeRole(ctx: Ctx, input: AssumeInput & { readonly ExternalId?: string; readonly SourceIdentity?: string }) {
  const role = needTrust(ctx, "sts:AssumeRole", input.RoleArn, {
    "sts:rolesessionname": [input.RoleSessionName],
    ...(input.ExternalId === undefined ? {} : { "sts:externalid": [input.ExternalId] }),
  });
  return { ...issue(ctx, role, input), ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }) };
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
}

/** A token's claims as it states them; throws InvalidIdentityToken for what is no token. */
function claimsOf(token: string): Claims {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    if (typeof payload === "object" && payload !== null) {
      const { iss, sub, aud, exp } = payload as Record<string, unknown>;
      if (typeof iss === "string" && typeof sub === "string")
        return {
          iss,
          sub,
          aud: String(Array.isArray(aud) ? aud[0] : (aud ?? "")),
          exp: typeof exp === "number" ? exp : Number.POSITIVE_INFINITY,
        };
    }
  } catch {
    // Said below.
  }
  throw new ServiceError("InvalidIdentityTokenException", 400, "The web identity token that was passed could not be validated.");
}

export function assumeRoleWithWebIdentity(ctx: Ctx, input: AssumeInput & { readonly WebIdentityToken: string }) {
  const claims = claimsOf(input.WebIdentityToken);
  if (claims.exp * 1000 <= ctx.now())
    throw new ServiceError(
      "ExpiredTokenException",
      400,
      "Token expired: current date/time must be before the expiration date/time",
    );
  const provider = claims.iss.replace(/^https?:\/\//, "");
  const key = provider.toLowerCase();
  const conditions = { [`${key}:sub`]: [claims.sub], [`${key}:aud`]: [claims.aud] };
  const federated = `arn:aws:iam::${input.RoleArn.split(":")[4] ?? ""}:oidc-provider/${provider}`;
  const role = needTrust(ctx, "sts:AssumeRoleWithWebIdentity", input.RoleArn, conditions, {
    arn: federated,
    account: ctx.account,
    federated: [federated, provider],
  });
  return { ...issue(ctx, role, input), SubjectFromWebIdentityToken: claims.sub, Audience: claims.aud, Provider: provider };
}

export function getSessionToken(ctx: Ctx, input: { readonly DurationSeconds?: number }) {
  if (ctx.principal.kind === "role-session")
    throw new ServiceError("AccessDenied", 403, "Cannot call GetSessionToken with session credentials");
  return { Credentials: shown(ctx.issueSessionCredentials(input.DurationSeconds ?? SESSION_TOKEN_SECONDS)) };
}

export function getAccessKeyInfo(ctx: Ctx, input: { readonly AccessKeyId: string }): { Account: string } {
  const key = ctx.store.get<{ account: string }>(["access-key", input.AccessKeyId]);
  return { Account: key?.account ?? (/^\d{12}$/.test(input.AccessKeyId) ? input.AccessKeyId : ctx.account) };
}

export function decodeAuthorizationMessage(): never {
  throw new ServiceError(
    "InvalidAuthorizationMessageException",
    400,
    "Invalid EncodedMessage: this cloud gives reasons in plain words and encodes none.",
  );
}
