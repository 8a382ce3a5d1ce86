import type {
  BasePathMapping,
  CreateBasePathMappingRequest,
  CreateDomainNameRequest,
  DomainName,
  PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { ApiMapping, DomainName as DomainV2 } from "@aws-sdk/client-apigatewayv2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import * as v2 from "../../apigatewayv2/operations/domains.ts";
import { badRequest, conflict, keyOf, list, newId, type Timed, timed } from "../../apigatewayv2/store.ts";
import { ADDRESS_TYPE, entries, type PatchRule, patched, text } from "../patch.ts";
import { find, missing, type Paging, paged } from "../store.ts";

/** Domain names and base path mappings. They are the HTTP APIs' own records, in this API's shape: one domain may serve both kinds. */
type Ids = { readonly domainName?: string | undefined; readonly basePath?: string | undefined };
type Patches = { readonly patchOperations?: PatchOperation[] | undefined };

const NO_DOMAIN = "Invalid domain name identifier specified";
const NO_MAPPING = "Invalid base path mapping identifier specified";
/** How an empty base path is written in paths. */
const NONE = "(none)";

function needDomain(ctx: Ctx, name: string): Timed<DomainV2> {
  const record = ctx.store.get<Timed<DomainV2>>(keyOf(ctx, "domain", name));
  if (record === undefined) throw missing(NO_DOMAIN);
  return record;
}

function answer({ value, createdMs }: Timed<DomainV2>): DomainName {
  const [configuration] = value.DomainNameConfigurations ?? [];
  const isRegional = configuration?.EndpointType === "REGIONAL";
  const { ApiGatewayDomainName: host, HostedZoneId: zone, CertificateArn: arn, CertificateName: name } = configuration ?? {};
  const own: { [name: string]: unknown } = isRegional
    ? { regionalDomainName: host, regionalHostedZoneId: zone, regionalCertificateArn: arn, regionalCertificateName: name }
    : { distributionDomainName: host, distributionHostedZoneId: zone, certificateArn: arn, certificateName: name };
  return {
    domainName: value.DomainName,
    domainNameArn: value.DomainNameArn,
    domainNameStatus: "AVAILABLE",
    securityPolicy: configuration?.SecurityPolicy ?? "TLS_1_2",
    endpointConfiguration: { types: [isRegional ? "REGIONAL" : "EDGE"], ipAddressType: configuration?.IpAddressType ?? "ipv4" },
    routingMode: "BASE_PATH_MAPPING_ONLY",
    tags: value.Tags ?? {},
    ...(isRegional ? {} : { certificateUploadDate: new Date(createdMs) }),
    ...Object.fromEntries(Object.entries(own).filter(([, each]) => each !== undefined)),
  };
}

export function createDomainName(ctx: Ctx, input: CreateDomainNameRequest): DomainName {
  const { domainName = "", endpointConfiguration, tags } = input;
  const type = endpointConfiguration?.types?.[0] ?? "EDGE";
  if (type === "PRIVATE")
    throw new ServiceError(
      "NotImplemented",
      501,
      "NotImplemented: apigateway domain names of type PRIVATE are not emulated by this cloud",
    );
  const arn = type === "REGIONAL" ? input.regionalCertificateArn : input.certificateArn;
  const hasOwn = (input.certificateBody ?? "") !== "" || (input.regionalCertificateName ?? "") !== "";
  if (arn === undefined && !hasOwn)
    throw badRequest("A certificate was not provided. A certificate is required for the domain name.");
  v2.createDomainName(ctx, {
    DomainName: domainName,
    DomainNameConfigurations: [
      {
        EndpointType: type,
        SecurityPolicy: input.securityPolicy === "TLS_1_0" ? "TLS_1_0" : "TLS_1_2",
        IpAddressType: endpointConfiguration?.ipAddressType ?? "ipv4",
        ...(arn === undefined ? {} : { CertificateArn: arn }),
        ...(input.certificateName === undefined ? {} : { CertificateName: input.certificateName }),
      },
    ],
    ...(tags === undefined ? {} : { Tags: tags }),
    ...(input.mutualTlsAuthentication?.truststoreUri === undefined
      ? {}
      : { MutualTlsAuthentication: { TruststoreUri: input.mutualTlsAuthentication.truststoreUri } }),
  });
  return answer(needDomain(ctx, domainName));
}

export const getDomainName = (ctx: Ctx, input: Ids): DomainName => answer(needDomain(ctx, input.domainName ?? ""));

export const getDomainNames = (ctx: Ctx, input: Paging) => paged(list(ctx.store, ctx, "domain").map(answer), input);

type Shown = { -readonly [K in keyof DomainName]: DomainName[K] };
const RULES: readonly PatchRule<Shown>[] = [
  text("/certificateArn", "certificateArn"),
  text("/certificateName", "certificateName"),
  text("/regionalCertificateArn", "regionalCertificateArn"),
  text("/regionalCertificateName", "regionalCertificateName"),
  text("/securityPolicy", "securityPolicy"),
  entries("/tags", "tags"),
  {
    path: "/endpointConfiguration/types/{}",
    ops: ["replace"],
    apply(target, value) {
      if (value !== "EDGE" && value !== "REGIONAL") throw badRequest("Invalid endpoint type");
      target.endpointConfiguration = { ...target.endpointConfiguration, types: [value] };
    },
  },
  ADDRESS_TYPE,
];

export function updateDomainName(ctx: Ctx, input: Ids & Patches): DomainName {
  const { domainName = "" } = input;
  const before = needDomain(ctx, domainName);
  const changed = patched(answer(before), input.patchOperations, RULES);
  const EndpointType = changed.endpointConfiguration?.types?.[0] ?? "EDGE";
  const arn = EndpointType === "REGIONAL" ? changed.regionalCertificateArn : changed.certificateArn;
  const configuration = {
    ...before.value.DomainNameConfigurations?.[0],
    EndpointType,
    SecurityPolicy: changed.securityPolicy === "TLS_1_0" ? ("TLS_1_0" as const) : ("TLS_1_2" as const),
    IpAddressType: changed.endpointConfiguration?.ipAddressType ?? ("ipv4" as const),
    ...(arn === undefined ? {} : { CertificateArn: arn }),
  };
  const value = { ...before.value, DomainNameConfigurations: [configuration], Tags: changed.tags ?? {} };
  ctx.store.put(keyOf(ctx, "domain", domainName), { ...before, value, updatedMs: ctx.now() });
  return answer(needDomain(ctx, domainName));
}

export function deleteDomainName(ctx: Ctx, input: Ids): object {
  needDomain(ctx, input.domainName ?? "");
  return v2.deleteDomainName(ctx, { DomainName: input.domainName });
}

const mappings = (ctx: Ctx, domain: string): Timed<ApiMapping>[] => list(ctx.store, ctx, "mapping", domain);

function shown({ value }: Timed<ApiMapping>): BasePathMapping {
  const { ApiMappingKey: key = "", ApiId, Stage = "" } = value;
  return { basePath: key === "" ? NONE : key, restApiId: ApiId, ...(Stage === "" ? {} : { stage: Stage }) };
}

function needMapping(ctx: Ctx, input: Ids): Timed<ApiMapping> {
  needDomain(ctx, input.domainName ?? "");
  const key = input.basePath === NONE ? "" : (input.basePath ?? "");
  const found = mappings(ctx, input.domainName ?? "").find(({ value }) => (value.ApiMappingKey ?? "") === key);
  if (found === undefined) throw missing(NO_MAPPING);
  return found;
}

function checkTarget(ctx: Ctx, apiId: string, stage: string): void {
  if (find(ctx.store, ctx, "rest-api", apiId) === undefined) throw badRequest("Invalid REST API identifier specified");
  if (stage !== "" && find(ctx.store, ctx, "rest-stage", apiId, stage) === undefined)
    throw badRequest("Invalid stage identifier specified");
}

function checkPath(ctx: Ctx, domain: string, key: string): void {
  if (/[^A-Za-z0-9$\-_.+!*'()/]/.test(key))
    throw badRequest(
      "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
    );
  if (key.includes("/"))
    throw badRequest(
      "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
    );
  if (mappings(ctx, domain).some(({ value }) => (value.ApiMappingKey ?? "") === key))
    throw conflict("Base path already exists for this domain name");
}

export function createBasePathMapping(ctx: Ctx, input: CreateBasePathMappingRequest): BasePathMapping {
  const { domainName = "", restApiId = "", stage = "" } = input;
  needDomain(ctx, domainName);
  const key = input.basePath === NONE ? "" : (input.basePath ?? "");
  checkTarget(ctx, restApiId, stage);
  checkPath(ctx, domainName, key);
  const id = newId(ctx, 6);
  const record = timed<ApiMapping>(ctx, { ApiMappingId: id, ApiId: restApiId, Stage: stage, ApiMappingKey: key });
  ctx.store.put(keyOf(ctx, "mapping", domainName, id), record);
  return shown(record);
}

export const getBasePathMapping = (ctx: Ctx, input: Ids): BasePathMapping => shown(needMapping(ctx, input));

export function getBasePathMappings(ctx: Ctx, input: Ids & Paging) {
  needDomain(ctx, input.domainName ?? "");
  return paged(mappings(ctx, input.domainName ?? "").map(shown), input);
}

type MappingDraft = { -readonly [K in keyof BasePathMapping]: BasePathMapping[K] };
const MAPPING_RULES: readonly PatchRule<MappingDraft>[] = [
  text("/basePath", "basePath"),
  text("/restapiId", "restApiId"),
  text("/restApiId", "restApiId"),
  text("/stage", "stage"),
];

export function updateBasePathMapping(ctx: Ctx, input: Ids & Patches): BasePathMapping {
  const { domainName = "" } = input;
  const before = needMapping(ctx, input);
  const changed = patched(shown(before), input.patchOperations, MAPPING_RULES);
  const key = changed.basePath === NONE ? "" : (changed.basePath ?? "");
  checkTarget(ctx, changed.restApiId ?? "", changed.stage ?? "");
  if (key !== (before.value.ApiMappingKey ?? "")) checkPath(ctx, domainName, key);
  const value = { ...before.value, ApiId: changed.restApiId, Stage: changed.stage ?? "", ApiMappingKey: key };
  const record = { ...before, value, updatedMs: ctx.now() };
  ctx.store.put(keyOf(ctx, "mapping", domainName, value.ApiMappingId ?? ""), record);
  return shown(record);
}

export function deleteBasePathMapping(ctx: Ctx, input: Ids): object {
  const { value } = needMapping(ctx, input);
  ctx.store.remove(keyOf(ctx, "mapping", input.domainName ?? "", value.ApiMappingId ?? ""));
  return {};
}
