import type { Ctx } from "../../core/service.ts";
import type { GroupRecord, PoolRecord } from "./store.ts";
import type { Issue } from "./token-issue.ts";
import { callTrigger, hasTrigger, isRecord, userAttributes } from "./triggers.ts";

/**
 * The PreTokenGeneration trigger: what it is asked and what it may change.
 * Source: developer guide, "Pre token generation Lambda trigger".
 */

/** Claims that no trigger may change. */
const FIXED_CLAIMS = new Set(
  "acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use cognito:username aud client_id device_key event_id username version".split(
    " ",
  ),
);

/** The role of the group with the lowest precedence, if that group is the only one of its precedence. */
export function preferredRole(groups: readonly GroupRecord[]): string | undefined {
  const withRole = groups.filter((group) => group.roleArn !== undefined && group.precedence !== undefined);
  const [first, second] = withRole;
  if (first === undefined || (second !== undefined && second.precedence === first.precedence && second.roleArn !== first.roleArn))
    return undefined;
  return first.roleArn;
}

export type Claims = Record<string, unknown>;

/** ID and access claims after the PreTokenGeneration trigger (V1_0, V2_0, V3_0) had its say. */
export async function customized(
  ctx: Ctx,
  issue: Issue,
  groups: readonly GroupRecord[],
  id: Claims,
  access: Claims,
): Promise<{ id: Claims; access: Claims }> {
  const { pool } = issue;
  if (!hasTrigger(pool, "PreTokenGeneration")) return { id, access };
  const version = pool.settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion ?? "V1_0";
  const second = version !== "V1_0";
  const answer = await callTrigger(ctx, pool, {
    trigger: "PreTokenGeneration",
    source: issue.source,
    userName: issue.user.username,
    clientId: issue.client.id,
    version: version === "V3_0" ? "3" : second ? "2" : "1",
    request: {
      userAttributes: userAttributes(issue.user),
      groupConfiguration: {
        groupsToOverride: groups.map((group) => group.name),
        iamRolesToOverride: groups.map((group) => group.roleArn).filter((role) => role !== undefined),
        preferredRole: preferredRole(groups) ?? null,
      },
      ...(second ? { scopes: String(access.scope ?? "").split(" ") } : {}),
      ...(issue.clientMetadata === undefined ? {} : { clientMetadata: issue.clientMetadata }),
    },
    response: second ? { claimsAndScopeOverrideDetails: null } : { claimsOverrideDetails: null },
  });
  return second
    ? secondVersion(answer?.claimsAndScopeOverrideDetails, id, access)
    : firstVersion(answer?.claimsOverrideDetails, id, access);
}

/** V3_0 alone is asked about tokens of clients themselves. */
export async function customizedForClient(
  ctx: Ctx,
  pool: PoolRecord,
  clientId: string,
  scopes: readonly string[],
  access: Claims,
): Promise<Claims> {
  if (pool.settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion !== "V3_0") return access;
  const answer = await callTrigger(ctx, pool, {
    trigger: "PreTokenGeneration",
    source: "TokenGeneration_ClientCredentials",
    userName: clientId,
    clientId,
    version: "3",
    request: {
      userAttributes: {},
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      scopes,
    },
    response: { claimsAndScopeOverrideDetails: null },
  });
  return secondVersion(answer?.claimsAndScopeOverrideDetails, {}, access).access;
}

function firstVersion(details: unknown, id: Claims, access: Claims): { id: Claims; access: Claims } {
  if (!isRecord(details)) return { id, access };
  const groups = groupClaims(details.groupOverrideDetails);
  return { id: withOverrides({ ...id, ...groups }, details), access: { ...access, ...accessGroups(groups) } };
}

function secondVersion(details: unknown, id: Claims, access: Claims): { id: Claims; access: Claims } {
  if (!isRecord(details)) return { id, access };
  const groups = groupClaims(details.groupOverrideDetails);
  const accessDetails = isRecord(details.accessTokenGeneration) ? details.accessTokenGeneration : {};
  const scopes = new Set(
    String(access.scope ?? "")
      .split(" ")
      .concat(strings(accessDetails.scopesToAdd)),
  );
  for (const scope of strings(accessDetails.scopesToSuppress)) scopes.delete(scope);
  return {
    id: withOverrides({ ...id, ...groups }, isRecord(details.idTokenGeneration) ? details.idTokenGeneration : {}),
    access: withOverrides(
      { ...access, ...accessGroups(groups), scope: [...scopes].filter((scope) => scope !== "").join(" ") },
      accessDetails,
    ),
  };
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);

function withOverrides(claims: Claims, details: Record<string, unknown>): Claims {
  const out = { ...claims };
  for (const [name, value] of Object.entries(isRecord(details.claimsToAddOrOverride) ? details.claimsToAddOrOverride : {}))
    if (!FIXED_CLAIMS.has(name)) out[name] = value;
  for (const name of strings(details.claimsToSuppress)) if (!FIXED_CLAIMS.has(name)) delete out[name];
  return out;
}

function groupClaims(details: unknown): Claims {
  if (!isRecord(details)) return {};
  return {
    ...(Array.isArray(details.groupsToOverride) ? { "cognito:groups": strings(details.groupsToOverride) } : {}),
    ...(Array.isArray(details.iamRolesToOverride) ? { "cognito:roles": strings(details.iamRolesToOverride) } : {}),
    ...(typeof details.preferredRole === "string" ? { "cognito:preferred_role": details.preferredRole } : {}),
  };
}

function accessGroups(groups: Claims): Claims {
  return "cognito:groups" in groups ? { "cognito:groups": groups["cognito:groups"] } : {};
}
