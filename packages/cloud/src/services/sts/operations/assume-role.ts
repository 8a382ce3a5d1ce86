/** AssumeRole, AssumeRoleWithWebIdentity. */
import type { EntityRecord } from "../../../core/identities.ts";
import { factsOf } from "../../../core/policy/context.ts";
import { assumedRoleArn } from "../../../core/principal.ts";
import type { Ctx, SessionFacts } from "../../../core/service.ts";
import { audiencesOf, readClaims, type TokenClaims, verifyWebToken } from "../../../core/web-identity.ts";
import { needTrust } from "../assume.ts";
import { invalidToken, tokenRefusal, validationError } from "../errors.ts";
import {
  packedPercent,
  type SessionInput,
  secondFactor,
  sessionPolicies,
  sessionTags,
  type Tag,
  tagConditions,
} from "../session-input.ts";
import { shown } from "../shown.ts";

interface AssumeInput extends SessionInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
}

const DEFAULT_SECONDS = 3_600;
const CHAINED_SECONDS_MAX = 3_600;

function duration(ctx: Ctx, role: EntityRecord, input: AssumeInput): number {
  const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
  if (ctx.principal.kind === "role-session" && seconds > CHAINED_SECONDS_MAX)
    throw validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  if (seconds > (role.maxSessionSeconds ?? DEFAULT_SECONDS))
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  return seconds;
}

function issue(ctx: Ctx, role: EntityRecord, input: AssumeInput, facts: SessionFacts) {
  const policies = sessionPolicies(ctx, input);
  const packed =
    input.Policy === undefined && input.PolicyArns === undefined && input.Tags === undefined ? undefined : packedPercent(input);
  const credentials = ctx.issueRoleCredentials(role.arn, input.RoleSessionName, duration(ctx, role, input), {
    ...facts,
    context: { ...facts.context, "aws:tokenissuetime": [new Date(ctx.now()).toISOString()] },
    ...(policies === undefined ? {} : { sessionPolicies: policies }),
  });
  return {
    Credentials: shown(credentials),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
      Arn: assumedRoleArn(role.arn, input.RoleSessionName),
    },
    ...(packed === undefined ? {} : { PackedPolicySize: packed }),
  };
}

export async function assumeRole(ctx: Ctx, input: AssumeInput & { readonly ExternalId?: string }) {
  const inherited = factsOf(ctx.principal).context ?? {};
  const factor = await secondFactor(ctx, input);
  const source = inherited["aws:sourceidentity"]?.[0] ?? input.SourceIdentity;
  if (input.SourceIdentity !== undefined && source !== input.SourceIdentity)
    throw validationError("You cannot change the SourceIdentity of a session that already has one.");
  const { tags, transitiveTags } = sessionTags(ctx, input);
  const conditions = {
    "sts:rolesessionname": [input.RoleSessionName],
    ...(input.ExternalId === undefined ? {} : { "sts:externalid": [input.ExternalId] }),
    ...(source === undefined ? {} : { "sts:sourceidentity": [source] }),
    ...tagConditions(input.Tags, input.TransitiveTagKeys),
    ...factor,
  };
  const role = needTrust(ctx, "sts:AssumeRole", input.RoleArn, conditions);
  if (input.Tags !== undefined && input.Tags.length > 0) needTrust(ctx, "sts:TagSession", input.RoleArn, conditions);
  if (input.SourceIdentity !== undefined) needTrust(ctx, "sts:SetSourceIdentity", input.RoleArn, conditions);
  const facts: SessionFacts = {
    ...(tags === undefined ? {} : { tags }),
    ...(transitiveTags === undefined ? {} : { transitiveTags }),
    context: source === undefined ? {} : { "aws:sourceidentity": [source] },
  };
  return {
    ...ctx.transact(() => issue(ctx, role, input, facts)),
    ...(source === undefined ? {} : { SourceIdentity: source }),
  };
}

/** Issuers that AWS knows without a provider of the account. */
const BUILT_IN = new Set(["cognito-identity.amazonaws.com", "accounts.google.com", "www.amazon.com", "graph.facebook.com"]);
const NO_TOKEN = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
const TAGS_CLAIM = "https://aws.amazon.com/tags";
const SOURCE_CLAIM = "https://aws.amazon.com/source_identity";

interface ProviderAnswer {
  readonly arn: string;
  readonly clientIds: readonly string[];
}

export async function assumeRoleWithWebIdentity(ctx: Ctx, input: AssumeInput & { readonly WebIdentityToken: string }) {
  const stated = readClaims(input.WebIdentityToken);
  if (stated === undefined) throw invalidToken(NO_TOKEN);
  const provider = stated.iss.replace(/^https?:\/\//, "");
  const account = input.RoleArn.split(":")[4] ?? "";
  const audience = audiencesOf(stated)[0] ?? "";
  const federated = [provider];
  if (!BUILT_IN.has(provider)) {
    const known = await ctx.internal<ProviderAnswer | undefined>("iam", "openIdProvider", { account, provider });
    if (known === undefined) throw invalidToken(`No OpenIDConnect provider found in your account for ${stated.iss}`);
    const authorized = typeof stated.azp === "string" ? stated.azp : audience;
    if (!known.clientIds.includes(authorized) && !audiencesOf(stated).some((each) => known.clientIds.includes(each)))
      throw invalidToken("Incorrect token audience");
    federated.push(known.arn);
  }
  const claims = await verifyWebToken(ctx, input.WebIdentityToken).catch((error: unknown) => {
    throw tokenRefusal(error, ctx.now(), stated.exp);
  });
  const { Tags, TransitiveTagKeys } = claimedTags(claims);
  const source = typeof claims[SOURCE_CLAIM] === "string" ? claims[SOURCE_CLAIM] : undefined;
  const keys = claimConditions(provider, claims);
  const conditions = {
    ...keys,
    "sts:rolesessionname": [input.RoleSessionName],
    ...tagConditions(Tags, TransitiveTagKeys),
    ...(source === undefined ? {} : { "sts:sourceidentity": [source] }),
  };
  const caller = { arn: federated.at(-1) ?? provider, account, federated };
  const role = needTrust(ctx, "sts:AssumeRoleWithWebIdentity", input.RoleArn, conditions, caller);
  if (Tags.length > 0) needTrust(ctx, "sts:TagSession", input.RoleArn, conditions, caller);
  if (source !== undefined) needTrust(ctx, "sts:SetSourceIdentity", input.RoleArn, conditions, caller);
  const facts: SessionFacts = {
    ...sessionTags(ctx, { Tags, TransitiveTagKeys }),
    context: {
      ...keys,
      "aws:federatedprovider": [federated.at(-1) ?? provider],
      ...(source === undefined ? {} : { "aws:sourceidentity": [source] }),
    },
  };
  return {
    ...ctx.transact(() => issue(ctx, role, input, facts)),
    SubjectFromWebIdentityToken: claims.sub,
    Audience: audience,
    Provider: federated.at(-1) ?? provider,
    ...(source === undefined ? {} : { SourceIdentity: source }),
  };
}

/** `<provider>:sub`, `:aud`, `:amr` and the other claims that trust policies may name. */
function claimConditions(provider: string, claims: TokenClaims): Record<string, readonly string[]> {
  const out: Record<string, readonly string[]> = {};
  const key = provider.toLowerCase();
  for (const [name, value] of Object.entries({
    ...claims,
    aud: claims.azp ?? claims.aud,
    oaud: claims.azp === undefined ? undefined : claims.aud,
  })) {
    if (typeof value === "string") out[`${key}:${name.toLowerCase()}`] = [value];
    else if (Array.isArray(value)) out[`${key}:${name.toLowerCase()}`] = value.filter((each) => typeof each === "string");
  }
  return out;
}

/** Session tags of a token: IAM user guide, "Passing session tags using AssumeRoleWithWebIdentity". */
function claimedTags(claims: TokenClaims): { Tags: Tag[]; TransitiveTagKeys: string[] } {
  const given = claims[TAGS_CLAIM];
  const { principal_tags: tags, transitive_tag_keys: transitive } =
    typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
  const Tags = Object.entries(typeof tags === "object" && tags !== null ? tags : {}).map(([Key, value]) => ({
    Key,
    Value: String(Array.isArray(value) ? value[0] : value),
  }));
  return { Tags, TransitiveTagKeys: Array.isArray(transitive) ? transitive.map(String) : [] };
}
