import type { CreateAuthorizerCommandInput } from "@aws-sdk/client-api-gateway";
import { type Diagnostic, isList, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, requiredText, rowsOf, text, textAt, texts, whole } from "../attribute-map.ts";
import { between, configError, isArn, oneOf, runChecks } from "../checks.ts";
import { gatewayArn, importGatewayParts, MISSING, replacements, setPatches } from "./patches.ts";

const row = rowsOf<CreateAuthorizerCommandInput>();
const AUTHORIZER = [
  row("authorizer_credentials", "authorizerCredentials", text()),
  row("authorizer_result_ttl_in_seconds", "authorizerResultTtlInSeconds", whole()),
  row("authorizer_uri", "authorizerUri", text()),
  row("identity_source", "identitySource", text()),
  row("identity_validation_expression", "identityValidationExpression", text()),
  row("name", "name", text()),
  row("provider_arns", "providerARNs", texts()),
  row("type", "type", text()),
];

const CHECKS = [
  isArn("authorizer_credentials"),
  between("authorizer_result_ttl_in_seconds", 0, 3600),
  isArn("provider_arns"),
  oneOf("type", ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"]),
];

const PATCHED = [
  ["authorizer_uri", "/authorizerUri"],
  ["identity_source", "/identitySource"],
  ["name", "/name"],
  ["authorizer_credentials", "/authorizerCredentials"],
  ["authorizer_result_ttl_in_seconds", "/authorizerResultTtlInSeconds"],
  ["identity_validation_expression", "/identityValidationExpression"],
] as const;

const keyOf = (state: ValueObject) => ({
  restApiId: requiredText(state, "rest_api_id"),
  authorizerId: requiredText(state, "id"),
});

/** aws_api_gateway_authorizer. Behaviour: `internal/service/apigateway/authorizer.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_authorizer",
  noun: "API Gateway Authorizer",
  defaults: {
    authorizer_result_ttl_in_seconds: 300,
    identity_source: "method.request.header.Authorization",
    type: "TOKEN",
  },
  forceNew: ["rest_api_id", "type"],
  validate: (config) => runChecks(CHECKS, config),
  checkPlan: (config) => missingPart(config),
  async create(aws, planned, onCreated) {
    const restApiId = requiredText(planned, "rest_api_id");
    const { id = "" } = await aws.clients.apigateway.createAuthorizer({ ...expand(AUTHORIZER, planned), restApiId });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getAuthorizer(keyOf(state)));
    if (found === undefined) return null;
    const { restApiId, authorizerId } = keyOf(state);
    return {
      ...state,
      ...flatten(AUTHORIZER, found as Partial<CreateAuthorizerCommandInput>),
      authorizer_result_ttl_in_seconds: found.authorizerResultTtlInSeconds ?? 300,
      arn: gatewayArn(aws, `/restapis/${restApiId}/authorizers/${authorizerId}`),
    };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = [
      ...replacements(PATCHED, planned, changed),
      ...setPatches("/providerARNs", prior.provider_arns, planned.provider_arns, false),
    ];
    await aws.clients.apigateway.updateAuthorizer({ ...keyOf(prior), patchOperations });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteAuthorizer(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", authorizer = ""] = importGatewayParts(id, "REST-API-ID/AUTHORIZER-ID");
    return { id: authorizer, rest_api_id };
  },
};

/** A function's authorizer needs its URI, a user pool's needs pools. */
function missingPart(config: ValueObject): Diagnostic[] {
  if (config.type === UNKNOWN) return [];
  const type = textAt(config, "type") ?? "TOKEN";
  const attribute = type === "COGNITO_USER_POOLS" ? "provider_arns" : "authorizer_uri";
  const value = config[attribute] ?? null;
  const isMissing = value === null || value === "" || (isList(value) && value.length === 0);
  return isMissing ? [configError(`${attribute} must be set non-empty when authorizer type is ${type}`, attribute)] : [];
}
