import type {
  ApiMapping,
  CreateApiMappingRequest,
  CreateDomainNameRequest,
  DomainName,
  UpdateApiMappingRequest,
  UpdateDomainNameRequest,
} from "@aws-sdk/client-apigatewayv2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { badRequest, conflict, given, keyOf, list, need, newId, paged, timed } from "../store.ts";

/** Domain names and mappings: a request whose Host is the name reaches the mapped stage (`plane/custom-domains.ts`). */
type Paging = { readonly MaxResults?: string | undefined; readonly NextToken?: string | undefined };
type DomainIds = { readonly DomainName?: string | undefined; readonly ApiMappingId?: string | undefined };

function configurations(ctx: Ctx, input: Pick<CreateDomainNameRequest, "DomainName" | "DomainNameConfigurations">) {
  return (input.DomainNameConfigurations ?? []).map((configuration) => ({
    ApiGatewayDomainName: `d-${newId(ctx, 10)}.execute-api.${ctx.region}.amazonaws.com`,
    HostedZoneId: "Z1UJRXOUMOOFQ8",
    DomainNameStatus: "AVAILABLE" as const,
    IpAddressType: "ipv4" as const,
    EndpointType: "REGIONAL" as const,
    SecurityPolicy: "TLS_1_2" as const,
    ...configuration,
  }));
}

/** There is no TLS here that could ask for a client's certificate. */
function refuseMutualTls(input: Pick<CreateDomainNameRequest, "MutualTlsAuthentication">): void {
  if ((input.MutualTlsAuthentication?.TruststoreUri ?? "") !== "")
    throw new ServiceError("NotImplemented", 501, "NotImplemented: apigatewayv2 domain names with mutual TLS are not emulated");
}

export function createDomainName(ctx: Ctx, input: CreateDomainNameRequest): DomainName {
  const name = input.DomainName ?? "";
  const key = keyOf(ctx, "domain", name);
  if (ctx.store.has(key)) throw badRequest("The domain name you provided already exists.");
  refuseMutualTls(input);
  const value = {
    ...given(input),
    DomainNameArn: `arn:aws:apigateway:${ctx.region}::/domainnames/${name}`,
    ApiMappingSelectionExpression: "$request.basepath",
    DomainNameConfigurations: configurations(ctx, input),
    RoutingMode: input.RoutingMode ?? "API_MAPPING_ONLY",
    Tags: input.Tags ?? {},
  } as DomainName;
  ctx.store.put(key, timed(ctx, value));
  return value;
}
export const getDomainName = (ctx: Ctx, input: DomainIds): DomainName =>
  need(ctx.store, ctx, "domain", input.DomainName ?? "").value;
export const getDomainNames = (ctx: Ctx, input: Paging) =>
  paged(
    list(ctx.store, ctx, "domain").map(({ value }) => value),
    input,
  );
export function updateDomainName(ctx: Ctx, input: UpdateDomainNameRequest): DomainName {
  const before = need(ctx.store, ctx, "domain", input.DomainName ?? "");
  refuseMutualTls(input);
  const previous = before.value.DomainNameConfigurations ?? [];
  const changed = input.DomainNameConfigurations?.map((configuration, index) => ({ ...previous[index], ...configuration }));
  const value = {
    ...before.value,
    ...given(input),
    ...(changed === undefined ? {} : { DomainNameConfigurations: changed }),
  } as DomainName;
  ctx.store.put(keyOf(ctx, "domain", input.DomainName ?? ""), { ...before, value });
  return value;
}
export function deleteDomainName(ctx: Ctx, input: DomainIds): object {
  need(ctx.store, ctx, "domain", input.DomainName ?? "");
  ctx.store.removeRange({ prefix: keyOf(ctx, "mapping", input.DomainName ?? "") });
  ctx.store.remove(keyOf(ctx, "domain", input.DomainName ?? ""));
  return {};
}

export function createApiMapping(ctx: Ctx, input: CreateApiMappingRequest): ApiMapping {
  const { DomainName = "", ...members } = given(input);
  need(ctx.store, ctx, "domain", DomainName);
  need(ctx.store, ctx, "api", input.ApiId ?? "");
  need(ctx.store, ctx, "stage", input.ApiId ?? "", input.Stage ?? "");
  const path = input.ApiMappingKey ?? "";
  if (list(ctx.store, ctx, "mapping", DomainName).some(({ value }) => (value.ApiMappingKey ?? "") === path)) {
    throw conflict("ApiMapping key already exists for this domain name");
  }
  const value = { ...members, ApiMappingId: newId(ctx, 6) } as ApiMapping;
  ctx.store.put(keyOf(ctx, "mapping", DomainName, value.ApiMappingId ?? ""), timed(ctx, value));
  return value;
}
export const getApiMapping = (ctx: Ctx, input: DomainIds): ApiMapping =>
  need(ctx.store, ctx, "mapping", input.DomainName ?? "", input.ApiMappingId ?? "").value;
export function getApiMappings(ctx: Ctx, input: DomainIds & Paging) {
  need(ctx.store, ctx, "domain", input.DomainName ?? "");
  return paged(
    list(ctx.store, ctx, "mapping", input.DomainName ?? "").map(({ value }) => value),
    input,
  );
}
export function updateApiMapping(ctx: Ctx, input: UpdateApiMappingRequest): ApiMapping {
  const { DomainName = "", ApiMappingId = "", ...changes } = given(input);
  const before = need(ctx.store, ctx, "mapping", DomainName, ApiMappingId);
  const value = { ...before.value, ...changes } as ApiMapping;
  need(ctx.store, ctx, "stage", value.ApiId ?? "", value.Stage ?? "");
  ctx.store.put(keyOf(ctx, "mapping", DomainName, ApiMappingId), { ...before, value });
  return value;
}
export function deleteApiMapping(ctx: Ctx, input: DomainIds): object {
  need(ctx.store, ctx, "mapping", input.DomainName ?? "", input.ApiMappingId ?? "");
  ctx.store.remove(keyOf(ctx, "mapping", input.DomainName ?? "", input.ApiMappingId ?? ""));
  return {};
}
