import type { GatewayResponse, PatchOperation, PutGatewayResponseRequest } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, given, keyOf, timed } from "../../apigatewayv2/store.ts";
import { entries, type PatchRule, patched, text } from "../patch.ts";
import { GATEWAY_RESPONSES, type ResponseType } from "../plane/exchange.ts";
import { find, list, missing, need, type Paging, paged } from "../store.ts";

/** Gateway responses: every type has one, which is the default until it is set. */
type Ids = { readonly restApiId?: string | undefined; readonly responseType?: string | undefined };
type Draft = { -readonly [K in keyof GatewayResponse]: GatewayResponse[K] };

const TYPES = [...Object.keys(GATEWAY_RESPONSES), "DEFAULT_4XX", "DEFAULT_5XX"].sort();

const isType = (type: string): type is ResponseType => Object.hasOwn(GATEWAY_RESPONSES, type);

function unset(type: string): GatewayResponse {
  return {
    responseType: type as GatewayResponse["responseType"],
    responseParameters: {},
    responseTemplates: { "application/json": '{"message":$context.error.messageString}' },
    defaultResponse: true,
    ...(isType(type) ? { statusCode: String(GATEWAY_RESPONSES[type][0]) } : {}),
  };
}

export function getGatewayResponse(ctx: Ctx, input: Ids): GatewayResponse {
  const { restApiId = "", responseType = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  if (!TYPES.includes(responseType)) throw missing("Invalid Gateway Response type specified");
  return find(ctx.store, ctx, "rest-response", restApiId, responseType)?.value ?? unset(responseType);
}

export function getGatewayResponses(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  const own = new Map(
    list(ctx.store, ctx, "rest-response", input.restApiId ?? "").map(({ value }) => [value.responseType ?? "", value]),
  );
  return paged(
    TYPES.map((type) => own.get(type as ResponseType) ?? unset(type)),
    input,
  );
}

function checkResponse(response: GatewayResponse): void {
  if (response.statusCode !== undefined && !/^[1-5]\d\d$/.test(response.statusCode))
    throw badRequest("Invalid Gateway Response status code specified");
  for (const [target, source] of Object.entries(response.responseParameters ?? {})) {
    const fits =
      /^gatewayresponse\.header\.[^\s]+$/.test(target) &&
      /^('.*'|method\.request\.[a-z]+\..+|context\..+|stageVariables\..+)$/s.test(source);
    if (!fits)
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${source}]`,
      );
  }
}

export function putGatewayResponse(ctx: Ctx, input: PutGatewayResponseRequest): GatewayResponse {
  const { restApiId = "", ...rest } = given(input);
  need(ctx.store, ctx, "rest-api", restApiId);
  const { statusCode } = unset(input.responseType ?? "");
  const value: GatewayResponse = { ...(statusCode === undefined ? {} : { statusCode }), ...rest, defaultResponse: false };
  checkResponse(value);
  ctx.store.put(keyOf(ctx, "rest-response", restApiId, input.responseType ?? ""), timed(ctx, value));
  return value;
}

const RULES: readonly PatchRule<Draft>[] = [
  text("/statusCode", "statusCode"),
  entries("/responseParameters", "responseParameters"),
  entries("/responseTemplates", "responseTemplates"),
];

export function updateGatewayResponse(
  ctx: Ctx,
  input: Ids & { readonly patchOperations?: PatchOperation[] | undefined },
): GatewayResponse {
  const { restApiId = "", responseType = "" } = input;
  const value = { ...patched(getGatewayResponse(ctx, input), input.patchOperations, RULES), defaultResponse: false };
  checkResponse(value);
  ctx.store.put(keyOf(ctx, "rest-response", restApiId, responseType), timed(ctx, value));
  return value;
}

export function deleteGatewayResponse(ctx: Ctx, input: Ids): object {
  const { restApiId = "", responseType = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  if (find(ctx.store, ctx, "rest-response", restApiId, responseType) === undefined)
    throw missing("Gateway response type not defined on api");
  ctx.store.remove(keyOf(ctx, "rest-response", restApiId, responseType));
  return {};
}
