import type { CreateRouteCommandInput, ParameterConstraints, UpdateRouteCommandInput } from "@aws-sdk/client-apigatewayv2";
import { isList, isObject, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  blocksAt,
  type Codec,
  expand,
  flag,
  flatten,
  requiredText,
  rowsOf,
  text,
  textMap,
  texts,
  textsAt,
} from "../attribute-map.ts";
import { lengthBetween, oneOf, runChecks } from "../checks.ts";
import { API_MISSING, listAll, partsOfImportId, theOnly } from "./find.ts";

const requestParameters: Codec<Record<string, ParameterConstraints>> = {
  expand: (value) => {
    const items = isList(value) ? value.filter(isObject) : [];
    if (items.length === 0) return undefined;
    return Object.fromEntries(items.map((item) => [String(item.request_parameter_key), { Required: item.required === true }]));
  },
  flatten: (member) =>
    Object.entries(member ?? {}).map(([request_parameter_key, constraints]) => ({
      request_parameter_key,
      required: constraints.Required ?? false,
    })),
};

const row = rowsOf<CreateRouteCommandInput>();
const ROUTE = [
  row("api_key_required", "ApiKeyRequired", flag()),
  row("authorization_scopes", "AuthorizationScopes", texts()),
  row("authorization_type", "AuthorizationType", text()),
  row("authorizer_id", "AuthorizerId", text()),
  row("model_selection_expression", "ModelSelectionExpression", text()),
  row("operation_name", "OperationName", text()),
  row("request_models", "RequestModels", textMap()),
  row("request_parameter", "RequestParameters", requestParameters),
  row("route_key", "RouteKey", text()),
  row("route_response_selection_expression", "RouteResponseSelectionExpression", text()),
  row("target", "Target", text()),
];

const CHECKS = [
  oneOf("authorization_type", ["NONE", "AWS_IAM", "CUSTOM", "JWT"]),
  lengthBetween("operation_name", 1, 64),
  lengthBetween("target", 1, 128),
];

/** aws_apigatewayv2_route. */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_route",
  noun: "API Gateway v2 Route",
  defaults: { api_key_required: false, authorization_type: "NONE" },
  forceNew: ["api_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const input = { ...expand(ROUTE, planned), ApiId: requiredText(planned, "api_id") };
    const answer = await aws.clients.apigatewayv2.createRoute(input);
    await onCreated({ id: answer.RouteId ?? "" });
  },
  async read(aws, state) {
    const route = await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getRoute(keyOf(state)));
    if (route === undefined) return null;
    const values: MutableValueObject = flatten(ROUTE, route as Partial<CreateRouteCommandInput>);
    return { ...state, ...values, id: requiredText(state, "id") };
  },
  update,
  async delete(aws, state) {
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteRoute(keyOf(state)));
  },
  importId(id) {
    const [api_id, route] = partsOfImportId(id, "api-id/route-id");
    return { id: route, api_id };
  },
  async find(aws, planned) {
    const ApiId = requiredText(planned, "api_id");
    const routes = await unlessMissing(API_MISSING, () =>
      listAll((token) => aws.clients.apigatewayv2.getRoutes({ ApiId, ...token })),
    );
    // An API has one route of a key.
    const same = theOnly(routes ?? [], (route) => route.RouteKey === planned.route_key);
    return same?.RouteId === undefined ? null : { id: same.RouteId, api_id: ApiId };
  },
};

function keyOf(state: ValueObject): { ApiId: string; RouteId: string } {
  return { ApiId: requiredText(state, "api_id"), RouteId: requiredText(state, "id") };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const key = keyOf(prior);
  if (changed("request_parameter")) await removeParameters(aws, prior, planned);
  const rows = ROUTE.filter((r) => changed(r.attribute));
  const input: UpdateRouteCommandInput = { ...expand(rows, planned), ...key };
  if (changed("authorization_scopes")) input.AuthorizationScopes = textsAt(planned, "authorization_scopes");
  if (changed("authorizer_id")) input.AuthorizerId ??= "";
  // An authoriser is only taken together with its type.
  if (input.AuthorizerId) input.AuthorizationType = expand(ROUTE, planned).AuthorizationType;
  if (changed("model_selection_expression")) input.ModelSelectionExpression ??= "";
  if (changed("operation_name")) input.OperationName ??= "";
  if (changed("request_models")) input.RequestModels ??= {};
  if (changed("route_response_selection_expression")) input.RouteResponseSelectionExpression ??= "";
  if (changed("target")) input.Target ??= "";
  await aws.clients.apigatewayv2.updateRoute(input);
}

async function removeParameters(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const kept = new Set(blocksAt(planned, "request_parameter").map((parameter) => parameter.request_parameter_key));
  for (const parameter of blocksAt(prior, "request_parameter")) {
    const RequestParameterKey = requiredText(parameter, "request_parameter_key");
    if (kept.has(RequestParameterKey)) continue;
    await unlessMissing(API_MISSING, () =>
      aws.clients.apigatewayv2.deleteRouteRequestParameter({ ...keyOf(prior), RequestParameterKey }),
    );
  }
}
