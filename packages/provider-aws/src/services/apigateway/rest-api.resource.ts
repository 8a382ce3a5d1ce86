import type {
  CreateRestApiCommandInput,
  EndpointConfiguration,
  PatchOperation,
  PutMode,
  RestApi,
} from "@aws-sdk/client-api-gateway";
import type { Value, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blockAt,
  expand,
  flag,
  flatten,
  requiredText,
  rowsOf,
  text,
  textAt,
  textMapAt,
  texts,
  textsAt,
} from "../attribute-map.ts";
import { each, intProblem, isJson, oneOf, runChecks } from "../checks.ts";
import { normalizeJson, sameJson } from "../json-text.ts";
import { rfc3339 } from "../timestamp.ts";
import { executionArn, gatewayArn, MISSING, pointer, replacements, setPatches, updateTags, withNormalText } from "./patches.ts";

const endpoint = rowsOf<EndpointConfiguration>();
const row = rowsOf<CreateRestApiCommandInput>();
const API = [
  row("api_key_source", "apiKeySource", text()),
  row("binary_media_types", "binaryMediaTypes", texts()),
  row("description", "description", text()),
  row("disable_execute_api_endpoint", "disableExecuteApiEndpoint", flag()),
  row(
    "endpoint_configuration",
    "endpointConfiguration",
    block([
      endpoint("ip_address_type", "ipAddressType", text()),
      endpoint("types", "types", texts()),
      endpoint("vpc_endpoint_ids", "vpcEndpointIds", texts()),
    ]),
  ),
  row("minimum_compression_size", "minimumCompressionSize", {
    expand: (value) => (typeof value === "string" && value !== "" && value !== "-1" ? Number(value) : undefined),
    flatten: (member) => (member === undefined ? "" : String(member)),
  }),
  row("name", "name", text()),
];

const CHECKS = [
  oneOf("api_key_source", ["HEADER", "AUTHORIZER"]),
  oneOf("endpoint_configuration.types", ["REGIONAL", "EDGE", "PRIVATE"]),
  oneOf("endpoint_configuration.ip_address_type", ["ipv4", "dualstack"]),
  oneOf("put_rest_api_mode", ["merge", "overwrite"]),
  isJson("policy"),
  each("minimum_compression_size", sizeProblem),
];

const SIZE_MAX = 10_485_760;

/** A number as text, where -1 is none. */
function sizeProblem(value: Value, key: string): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const problem = intProblem(value, key);
  if (problem !== undefined) return problem;
  const size = Number(value);
  return size < -1 || size > SIZE_MAX ? `expected ${key} to be in the range (-1 - ${SIZE_MAX}), got ${size}` : undefined;
}

const PATCHED = [
  ["api_key_source", "/apiKeySource"],
  ["description", "/description"],
  ["disable_execute_api_endpoint", "/disableExecuteApiEndpoint"],
  ["name", "/name"],
] as const;

/** aws_api_gateway_rest_api. Behaviour: `internal/service/apigateway/rest_api.go` (read 2026-11). */
/** The mode that config no longer names is the default again; one that was never stored stays unset. */
function withMode(prior: ValueObject | null, planned: ValueObject): ValueObject {
  const had = (prior?.put_rest_api_mode ?? "") !== "";
  return had && (planned.put_rest_api_mode ?? null) === null ? { ...planned, put_rest_api_mode: "overwrite" } : planned;
}

export const resource: NativeResource = {
  type: "aws_api_gateway_rest_api",
  noun: "API Gateway REST API",
  unsupported: {
    endpoint_access_mode: "TLS policies and endpoint access modes of edition 6 are not carried out",
    security_policy: "TLS policies and endpoint access modes of edition 6 are not carried out",
  },
  computedBlocks: { endpoint_configuration: true },
  equivalence: { policy: "policy" },
  tagged: true,
  suppressDiff: (path, prior, config) =>
    (path === "minimum_compression_size" && (prior === "" || prior === null) && config === "-1") ||
    (path === "put_rest_api_mode" && (prior === "" || prior === null) && config === "overwrite"),
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (prior, planned) => ({ planned: withMode(prior, withNormalText("policy", prior, planned)) }),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const policy = textAt(planned, "policy");
    const { id = "" } = await aws.clients.apigateway.createRestApi({
      ...expand(API, planned),
      ...(policy === undefined ? {} : { policy: normalizeJson(policy) }),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    await onCreated({ id });
    await importBody(aws, id, planned);
  },
  read,
  async update(aws, prior, planned, changed) {
    const restApiId = requiredText(prior, "id");
    const patchOperations = patches(prior, planned, changed);
    if (patchOperations.length > 0) await aws.clients.apigateway.updateRestApi({ restApiId, patchOperations });
    if (changed("body") || changed("parameters")) await importBody(aws, restApiId, planned);
    await updateTags(aws, gatewayArn(aws, `/restapis/${restApiId}`), prior, planned);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteRestApi({ restApiId: requiredText(state, "id") }));
  },
  importId: (id) => ({ id, put_rest_api_mode: "overwrite" }),
};

function patches(prior: ValueObject, planned: ValueObject, changed: (path: string) => boolean): PatchOperation[] {
  const out = replacements(PATCHED, planned, changed);
  if (changed("binary_media_types")) {
    const all = (from: ValueObject) => textsAt(from, "binary_media_types").map((type) => `/binaryMediaTypes/${pointer(type)}`);
    out.push(...all(prior).map((path): PatchOperation => ({ op: "remove", path })));
    out.push(...all(planned).map((path): PatchOperation => ({ op: "add", path })));
  }
  if (changed("endpoint_configuration")) out.push(...endpointPatches(prior, planned));
  if (changed("minimum_compression_size")) {
    const size = textAt(planned, "minimum_compression_size");
    out.push({ op: "replace", path: "/minimumCompressionSize", ...(size === undefined || size === "-1" ? {} : { value: size }) });
  }
  if (changed("policy")) {
    const policy = textAt(planned, "policy");
    out.push({ op: "replace", path: "/policy", value: policy === undefined ? "" : normalizeJson(policy) });
  }
  return out;
}

/** An API always has an endpoint: a block that is left out changes nothing. */
function endpointPatches(prior: ValueObject, planned: ValueObject): PatchOperation[] {
  const [before, after] = [blockAt(prior, "endpoint_configuration") ?? {}, blockAt(planned, "endpoint_configuration")];
  if (after === undefined) return [];
  const [type] = textsAt(after, "types");
  const out: PatchOperation[] = [];
  if (type !== undefined && type !== textsAt(before, "types")[0])
    out.push({ op: "replace", path: "/endpointConfiguration/types/0", value: type });
  out.push(...setPatches("/endpointConfiguration/vpcEndpointIds", before.vpc_endpoint_ids, after.vpc_endpoint_ids, false));
  const addresses = textAt(after, "ip_address_type");
  if (addresses !== undefined && addresses !== before.ip_address_type)
    out.push({ op: "replace", path: "/endpointConfiguration/ipAddressType", value: addresses });
  return out;
}

/** An OpenAPI document overwrites what the API is; what config says itself is set again afterwards. */
async function importBody(aws: AwsContext, restApiId: string, planned: ValueObject): Promise<void> {
  const body = textAt(planned, "body");
  if (body === undefined) return;
  const parameters = textMapAt(planned, "parameters");
  const output = await aws.clients.apigateway.putRestApi({
    restApiId,
    mode: (textAt(planned, "put_rest_api_mode") ?? "overwrite") as PutMode,
    body: Buffer.from(body),
    failOnWarnings: planned.fail_on_warnings === true,
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  });
  const now = flatten(API, output as Partial<CreateRestApiCommandInput>);
  const isSet = (name: string) => (typeof planned[name] === "string" && planned[name] !== "") || planned[name] === true;
  const isList = (name: string) => textsAt(planned, name).length > 0;
  const hasEndpoint = textsAt(blockAt(planned, "endpoint_configuration") ?? {}, "vpc_endpoint_ids").length > 0;
  const differs = (name: string) => {
    if (name === "binary_media_types") return isList(name) && JSON.stringify(planned[name]) !== JSON.stringify(now[name]);
    if (name === "endpoint_configuration") return hasEndpoint;
    if (name === "policy") return isSet(name) && !sameJson(requiredText(planned, name), policyText(output.policy));
    return isSet(name) && planned[name] !== now[name];
  };
  const patchOperations = patches({ ...planned, ...now }, planned, differs);
  if (patchOperations.length > 0) await aws.clients.apigateway.updateRestApi({ restApiId, patchOperations });
}

/** API Gateway gives a policy back with its quotes and slashes escaped. */
export function policyText(policy: string | undefined): string {
  if (policy === undefined || policy === "") return "";
  const read: unknown = JSON.parse(`"${policy}"`);
  return typeof read === "string" ? normalizeJson(read) : "";
}

/** The resource `/` of an API. */
export async function rootResourceId(aws: AwsContext, api: Pick<RestApi, "id" | "rootResourceId">): Promise<string> {
  if (api.rootResourceId !== undefined) return api.rootResourceId;
  const { items = [] } = await aws.clients.apigateway.getResources({ restApiId: api.id, limit: 500 });
  return items.find(({ path }) => path === "/")?.id ?? "";
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const restApiId = requiredText(state, "id");
  const api = await unlessMissing(MISSING, () => aws.clients.apigateway.getRestApi({ restApiId }));
  if (api === undefined) return null;
  const policy = policyText(api.policy);
  const before = textAt(state, "policy");
  return {
    ...state,
    ...flatten(API, api as Partial<CreateRestApiCommandInput>),
    id: restApiId,
    arn: gatewayArn(aws, `/restapis/${restApiId}`),
    created_date: rfc3339(api.createdDate),
    execution_arn: await executionArn(aws, restApiId),
    minimum_compression_size: api.minimumCompressionSize === undefined ? "" : String(api.minimumCompressionSize),
    policy: before !== undefined && policy !== "" && sameJson(before, policy) ? before : policy,
    root_resource_id: await rootResourceId(aws, api),
    tags_all: { ...api.tags },
  };
}
