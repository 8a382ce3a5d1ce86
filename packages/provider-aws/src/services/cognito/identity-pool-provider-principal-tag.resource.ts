import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { lengthBetween, matches, runChecks } from "../checks.ts";

const MISSING = ["ResourceNotFoundException"];

const CHECKS = [
  lengthBetween("identity_pool_id", 1, 55),
  matches(
    "identity_pool_id",
    /[\w-]+:[0-9a-f-]+/,
    "see https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetPrincipalTagAttributeMap.html#API_SetPrincipalTagAttributeMap_ResponseSyntax",
  ),
  lengthBetween("identity_provider_name", 1, 128),
];

/** aws_cognito_identity_pool_provider_principal_tag; id is `pool:provider`. Behaviour: `internal/service/cognitoidentity/pool_provider_principal_tag.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_identity_pool_provider_principal_tag",
  noun: "Cognito Identity Provider Principal Tags",
  defaults: { use_defaults: true },
  forceNew: ["identity_pool_id", "identity_provider_name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: idOf(planned) });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.cognitoidentity.getPrincipalTagAttributeMap(keyOf(state)));
    if (found === undefined) return null;
    return {
      id: requiredText(state, "id"),
      identity_pool_id: found.IdentityPoolId ?? "",
      identity_provider_name: found.IdentityProviderName ?? "",
      principal_tags: found.PrincipalTags ?? {},
      use_defaults: found.UseDefaults ?? false,
    };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(MISSING, () =>
      aws.clients.cognitoidentity.setPrincipalTagAttributeMap({ ...keyOf(state), UseDefaults: true, PrincipalTags: {} }),
    );
  },
  importId(id) {
    const found = /^([^:]+:[^:]+):(.+)$/.exec(id);
    if (found !== null) return { id, identity_pool_id: found[1] ?? "", identity_provider_name: found[2] ?? "" };
    const detail = `expected ID in format UserPoolID:ProviderName, received: ${id}`;
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  },
  async find(_aws, planned) {
    const [pool, name] = [textAt(planned, "identity_pool_id"), textAt(planned, "identity_provider_name")];
    return pool === undefined || name === undefined
      ? null
      : { id: `${pool}:${name}`, identity_pool_id: pool, identity_provider_name: name };
  },
};

function keyOf(state: ValueObject): { IdentityPoolId: string; IdentityProviderName: string } {
  return {
    IdentityPoolId: requiredText(state, "identity_pool_id"),
    IdentityProviderName: requiredText(state, "identity_provider_name"),
  };
}

function idOf(state: ValueObject): string {
  const { IdentityPoolId, IdentityProviderName } = keyOf(state);
  return `${IdentityPoolId}:${IdentityProviderName}`;
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const tags = textMapAt(planned, "principal_tags");
  await aws.clients.cognitoidentity.setPrincipalTagAttributeMap({
    ...keyOf(planned),
    UseDefaults: isTrue(planned, "use_defaults"),
    ...(Object.keys(tags).length === 0 ? {} : { PrincipalTags: tags }),
  });
}
