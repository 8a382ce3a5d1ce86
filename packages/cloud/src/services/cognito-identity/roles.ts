import type { MappingRule, RoleMapping } from "@aws-sdk/client-cognito-identity";
import { invalidConfiguration, invalidParameter, notAuthorized } from "./errors.ts";
import type { Login } from "./logins.ts";
import type { IdentityPoolRecord } from "./store.ts";

/** Which role an identity gets. Source: developer guide, "Using role-based access control". Pure. */

const noRole = () => invalidConfiguration("Invalid identity pool configuration. Check assigned IAM roles for this pool.");

/** Throws InvalidIdentityPoolConfigurationException, NotAuthorizedException, InvalidParameterException. */
export function chosenRole(pool: IdentityPoolRecord, logins: readonly Login[], custom: string | undefined): string {
  if (logins.length === 0) return needRole(pool.roles.unauthenticated);
  for (const login of logins) {
    const mapping = mappingOf(pool, login);
    if (mapping !== undefined) return mappedRole(pool, mapping, login, custom);
  }
  if (custom !== undefined) throw invalidParameter("CustomRoleArn can only be used with a role mapping of type Token.");
  return needRole(pool.roles.authenticated);
}

function needRole(role: string | undefined): string {
  if (role === undefined) throw noRole();
  return role;
}

/** User pools' mappings are keyed by provider and client, others' by the provider or its ARN. */
function mappingOf(pool: IdentityPoolRecord, login: Login): RoleMapping | undefined {
  const arn = (pool.openIdProviders ?? []).find((each) => each.endsWith(`:oidc-provider/${login.provider}`));
  for (const key of [`${login.provider}:${login.client ?? ""}`, login.provider, arn ?? ""]) {
    const mapping = pool.mappings?.[key];
    if (mapping !== undefined) return mapping;
  }
  return undefined;
}

function mappedRole(pool: IdentityPoolRecord, mapping: RoleMapping, login: Login, custom: string | undefined): string {
  const found =
    mapping.Type === "Token" ? roleOfToken(login, custom) : roleOfRules(mapping.RulesConfiguration?.Rules ?? [], login);
  if (found !== undefined) return found;
  if (mapping.AmbiguousRoleResolution === "Deny")
    throw notAuthorized("Unable to determine a role for the identity: access is denied.");
  return needRole(pool.roles.authenticated);
}

function roleOfToken({ claims }: Login, custom: string | undefined): string | undefined {
  const roles = Array.isArray(claims["cognito:roles"]) ? claims["cognito:roles"].map(String) : [];
  if (custom !== undefined) {
    if (!roles.includes(custom))
      throw notAuthorized("The custom role is not one of the roles in the token's cognito:roles claim.");
    return custom;
  }
  const preferred = claims["cognito:preferred_role"];
  if (typeof preferred === "string") return preferred;
  return roles.length === 1 ? roles[0] : undefined;
}

/** The first rule that matches decides. */
function roleOfRules(rules: readonly MappingRule[], { claims }: Login): string | undefined {
  return rules.find((rule) => ruleMatches(rule, claims[rule.Claim ?? ""]))?.RoleARN;
}

function ruleMatches({ MatchType, Value = "" }: MappingRule, claim: unknown): boolean {
  if (claim === undefined || claim === null) return false;
  const values = (Array.isArray(claim) ? claim : [claim]).map(String);
  switch (MatchType) {
    case "Equals":
      return values.some((value) => value === Value);
    case "Contains":
      return values.some((value) => value.includes(Value));
    case "StartsWith":
      return values.some((value) => value.startsWith(Value));
    case "NotEqual":
      return values.every((value) => value !== Value);
    default:
      return false;
  }
}

/** The claims that become principal tags, by the map of the login's provider; AWS's defaults are `username` and `client`. */
export function principalTags(pool: IdentityPoolRecord, logins: readonly Login[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const { provider, claims } of logins) {
    const map = pool.tagMaps?.[provider];
    if (map === undefined) continue;
    const names: Readonly<Record<string, string>> = map.usesDefaults ? { username: "sub", client: "aud" } : map.tags;
    for (const [tag, claim] of Object.entries(names)) {
      const value = claims[claim];
      if (value !== undefined && value !== null) out[tag] = Array.isArray(value) ? value.map(String).join(" ") : String(value);
    }
  }
  return out;
}

/**
 * What sessions of guests are bounded to in the enhanced flow, whatever their role says.
 * Source: developer guide, "IAM roles", "Access policies": the inline session policy and AmazonCognitoUnAuthedIdentitiesSessionPolicy.
 */
const GUEST_ACTIONS =
  "cloudwatch:* logs:* dynamodb:* kinesis:* mobileanalytics:* s3:* ses:* sns:* sqs:* lambda:* machinelearning:* execute-api:* iot:* gamelift:* cognito-identity:* cognito-idp:* lex:* polly:* comprehend:* translate:* transcribe:* rekognition:* mobiletargeting:* firehose:* appsync:* personalize:* sagemaker:InvokeEndpoint cognito-sync:* sdb:* rum:PutRumEvents geo:*".split(
    " ",
  );

export const GUEST_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: GUEST_ACTIONS, Resource: "*" }],
});
