import type { MappingRule, RoleMapping } from "@aws-sdk/client-cognito-identity";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, expand, flatten, requiredText, rowsOf, text, textAt, textMapAt } from "../attribute-map.ts";
import { each, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";

const MISSING = ["ResourceNotFoundException"];

const rule = rowsOf<MappingRule>();
const RULE = [
  rule("claim", "Claim", text()),
  rule("match_type", "MatchType", text()),
  rule("role_arn", "RoleARN", text()),
  rule("value", "Value", text()),
];

const CHECKS = [
  oneOf("role_mapping.ambiguous_role_resolution", ["AuthenticatedRole", "Deny"]),
  lengthBetween("role_mapping.mapping_rule.claim", 1, 64),
  oneOf("role_mapping.mapping_rule.match_type", ["Equals", "Contains", "StartsWith", "NotEqual"]),
  isArn("role_mapping.mapping_rule.role_arn"),
  each("role_mapping.mapping_rule.value", (value, key) =>
    String(value).length >= 1 && String(value).length <= 128
      ? undefined
      : `expected length of ${key} to be in the range (1 - 128), got ${String(value)}`,
  ),
  oneOf("role_mapping.type", ["Token", "Rules"]),
];

/** aws_cognito_identity_pool_roles_attachment; id is the pool's. Behaviour: `internal/service/cognitoidentity/pool_roles_attachment.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_identity_pool_roles_attachment",
  noun: "Cognito Identity Pool Roles Association",
  forceNew: ["identity_pool_id", "roles"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: requiredText(planned, "identity_pool_id") });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(MISSING, () => aws.clients.cognitoidentity.getIdentityPoolRoles({ IdentityPoolId: id }));
    if (found?.Roles === undefined || Object.keys(found.Roles).length + Object.keys(found.RoleMappings ?? {}).length === 0)
      return null;
    return {
      id,
      identity_pool_id: found.IdentityPoolId ?? id,
      roles: found.Roles,
      role_mapping: Object.entries(found.RoleMappings ?? {}).map(([name, mapping]) => mappingState(name, mapping)),
    };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    const IdentityPoolId = requiredText(state, "id");
    await unlessMissing(MISSING, () =>
      aws.clients.cognitoidentity.setIdentityPoolRoles({ IdentityPoolId, Roles: {}, RoleMappings: {} }),
    );
  },
  async find(_aws, planned) {
    const id = textAt(planned, "identity_pool_id");
    return id === undefined ? null : { id, identity_pool_id: id };
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const RoleMappings = Object.fromEntries(
    blocksAt(planned, "role_mapping").map((item) => [requiredText(item, "identity_provider"), mappingInput(item)]),
  );
  await aws.clients.cognitoidentity.setIdentityPoolRoles({
    IdentityPoolId: requiredText(planned, "identity_pool_id"),
    Roles: textMapAt(planned, "roles"),
    ...(Object.keys(RoleMappings).length === 0 ? {} : { RoleMappings }),
  });
}

function mappingInput(item: ValueObject): RoleMapping {
  const isRules = textAt(item, "type") === "Rules";
  const resolution = textAt(item, "ambiguous_role_resolution");
  const Rules = blocksAt(item, "mapping_rule").map((each) => expand<MappingRule>(RULE, each));
  return {
    Type: isRules ? "Rules" : "Token",
    ...(resolution === undefined ? {} : { AmbiguousRoleResolution: resolution === "Deny" ? "Deny" : "AuthenticatedRole" }),
    ...(Rules.length === 0 ? {} : { RulesConfiguration: { Rules } }),
  };
}

function mappingState(name: string, mapping: RoleMapping): ValueObject {
  return {
    identity_provider: name,
    type: mapping.Type ?? "",
    ambiguous_role_resolution: mapping.AmbiguousRoleResolution ?? "",
    mapping_rule: (mapping.RulesConfiguration?.Rules ?? []).map((each) => flatten(RULE, each)),
  };
}
