import type {
  CreateIntegrationCommandInput,
  Integration,
  TlsConfigInput,
  UpdateIntegrationCommandInput,
} from "@aws-sdk/client-apigatewayv2";
import { isList, isObject, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blocksAt,
  type Codec,
  expand,
  flatten,
  nonZero,
  requiredText,
  rowsOf,
  stringsOf,
  text,
  textMap,
} from "../attribute-map.ts";
import { isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { API_MISSING, listAll, mapToUpdate, partsOfImportId } from "./find.ts";

const responseParameters: Codec<Record<string, Record<string, string>>> = {
  expand: (value) => {
    const items = isList(value) ? value.filter(isObject) : [];
    if (items.length === 0) return undefined;
    return Object.fromEntries(
      items.map((item) => [String(item.status_code), isObject(item.mappings) ? stringsOf(item.mappings) : {}]),
    );
  },
  flatten: (member) =>
    Object.entries(member ?? {}).flatMap(([status_code, mappings]) =>
      Object.keys(mappings).length === 0 ? [] : [{ status_code, mappings: { ...mappings } }],
    ),
};

const row = rowsOf<CreateIntegrationCommandInput>();
const INTEGRATION = [
  row("connection_id", "ConnectionId", text()),
  row("connection_type", "ConnectionType", text()),
  row("content_handling_strategy", "ContentHandlingStrategy", text()),
  row("credentials_arn", "CredentialsArn", text()),
  row("description", "Description", text()),
  row("integration_method", "IntegrationMethod", text()),
  row("integration_subtype", "IntegrationSubtype", text()),
  row("integration_type", "IntegrationType", text()),
  row("integration_uri", "IntegrationUri", text()),
  row("passthrough_behavior", "PassthroughBehavior", text()),
  row("payload_format_version", "PayloadFormatVersion", text()),
  row("request_parameters", "RequestParameters", textMap()),
  row("request_templates", "RequestTemplates", textMap()),
  row("response_parameters", "ResponseParameters", responseParameters),
  row("template_selection_expression", "TemplateSelectionExpression", text()),
  row("timeout_milliseconds", "TimeoutInMillis", nonZero()),
  row("tls_config", "TlsConfig", block([rowsOf<TlsConfigInput>()("server_name_to_verify", "ServerNameToVerify", text())])),
];

const CHECKS = [
  lengthBetween("connection_id", 1, 1024),
  oneOf("connection_type", ["INTERNET", "VPC_LINK"]),
  oneOf("content_handling_strategy", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]),
  isArn("credentials_arn"),
  oneOf("integration_method", ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]),
  lengthBetween("integration_subtype", 1, 128),
  oneOf("integration_type", ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"]),
  oneOf("passthrough_behavior", ["WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"]),
  oneOf("payload_format_version", ["1.0", "2.0"]),
];

/** aws_apigatewayv2_integration. */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_integration",
  noun: "API Gateway v2 Integration",
  // passthrough_behavior's default is left to the service: HTTP APIs have none.
  defaults: { connection_type: "INTERNET", payload_format_version: "1.0" },
  forceNew: ["api_id", "integration_subtype", "integration_type"],
  suppressDiff(path, prior, config, objects) {
    if (config !== null) return false;
    if (path === "passthrough_behavior") return prior === "WHEN_NO_MATCH";
    // Lambda is always called with POST.
    const type = objects.prior.integration_type;
    return path === "integration_method" && prior === "POST" && (type === "AWS" || type === "AWS_PROXY");
  },
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const input = { ...expand(INTEGRATION, planned), ApiId: requiredText(planned, "api_id") };
    const answer = await aws.clients.apigatewayv2.createIntegration(input);
    await onCreated({ id: answer.IntegrationId ?? "" });
  },
  async read(aws, state) {
    const integration = await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getIntegration(keyOf(state)));
    if (integration === undefined) return null;
    const values: MutableValueObject = flatten(INTEGRATION, integration as Partial<CreateIntegrationCommandInput>);
    values.integration_response_selection_expression = integration.IntegrationResponseSelectionExpression ?? "";
    return { ...state, ...values, id: requiredText(state, "id") };
  },
  update,
  async delete(aws, state) {
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteIntegration(keyOf(state)));
  },
  importId(id) {
    const [api_id, integration] = partsOfImportId(id, "api-id/integration-id");
    return { id: integration, api_id };
  },
  find,
};

function keyOf(state: ValueObject): { ApiId: string; IntegrationId: string } {
  return { ApiId: requiredText(state, "api_id"), IntegrationId: requiredText(state, "id") };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  // Type and subtype are always sent.
  const always = ["integration_type", "integration_subtype"];
  const rows = INTEGRATION.filter((r) => always.includes(r.attribute) || changed(r.attribute));
  const input: UpdateIntegrationCommandInput = { ...expand(rows, planned), ...keyOf(prior) };
  if (changed("connection_id")) input.ConnectionId ??= "";
  if (changed("credentials_arn")) input.CredentialsArn ??= "";
  if (changed("description")) input.Description ??= "";
  if (changed("integration_uri")) input.IntegrationUri ??= "";
  if (changed("passthrough_behavior")) input.PassthroughBehavior ??= "WHEN_NO_MATCH";
  if (changed("template_selection_expression")) input.TemplateSelectionExpression ??= "";
  if (changed("tls_config")) input.TlsConfig ??= {};
  if (changed("request_templates")) input.RequestTemplates ??= {};
  if (changed("request_parameters")) input.RequestParameters = mapToUpdate(prior, planned, "request_parameters");
  if (changed("response_parameters"))
    input.ResponseParameters = responseParametersToUpdate(prior, planned, input.ResponseParameters);
  await aws.clients.apigatewayv2.updateIntegration(input);
}

/** A status code's mappings are removed by sending none. */
function responseParametersToUpdate(
  prior: ValueObject,
  planned: ValueObject,
  wanted: Record<string, Record<string, string>> | undefined,
): Record<string, Record<string, string>> {
  const kept = new Set(blocksAt(planned, "response_parameters").map((item) => item.status_code));
  const gone = blocksAt(prior, "response_parameters").filter((item) => !kept.has(item.status_code ?? ""));
  return { ...Object.fromEntries(gone.map((item) => [String(item.status_code), {}])), ...wanted };
}

/**
 * An integration of the API whose members are all the planned ones. Routes that share a function have one each, all alike: any that is
 * free will do, as nothing refers to it yet.
 */
async function find(aws: AwsContext, planned: ValueObject, isFree: (start: ValueObject) => boolean): Promise<ValueObject | null> {
  const ApiId = requiredText(planned, "api_id");
  const all = await unlessMissing(API_MISSING, () =>
    listAll((token) => aws.clients.apigatewayv2.getIntegrations({ ApiId, ...token })),
  );
  const wanted = expand(INTEGRATION, planned);
  const same = (all ?? []).find((item) => isAlike(item, wanted) && isFree({ id: item.IntegrationId ?? "", api_id: ApiId }));
  return same?.IntegrationId === undefined ? null : { id: same.IntegrationId, api_id: ApiId };
}

function isAlike(item: Integration, wanted: Partial<CreateIntegrationCommandInput>): boolean {
  const { IntegrationMethod } = wanted;
  return (
    item.IntegrationType === wanted.IntegrationType &&
    item.IntegrationSubtype === wanted.IntegrationSubtype &&
    item.IntegrationUri === wanted.IntegrationUri &&
    (IntegrationMethod === undefined || item.IntegrationMethod === IntegrationMethod) &&
    item.PayloadFormatVersion === wanted.PayloadFormatVersion &&
    (item.Description ?? "") === (wanted.Description ?? "") &&
    (item.ConnectionId ?? "") === (wanted.ConnectionId ?? "") &&
    (item.CredentialsArn ?? "") === (wanted.CredentialsArn ?? "") &&
    sameMap(item.RequestParameters, wanted.RequestParameters) &&
    sameMap(item.ResponseParameters, wanted.ResponseParameters)
  );
}

function sameMap(a: object | undefined, b: object | undefined): boolean {
  const key = (map: object | undefined) => JSON.stringify(Object.entries(map ?? {}).sort(([x], [y]) => (x < y ? -1 : 1)));
  return key(a) === key(b);
}
