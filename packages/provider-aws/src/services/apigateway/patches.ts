/** Patch operations, ARNs and ids that the types of API Gateway's REST APIs share. */
import type { PatchOperation } from "@aws-sdk/client-api-gateway";
import { isList, type Value, type ValueObject } from "@dovetail/model";
import { partitionOf } from "../../partitions.ts";
import type { AwsContext } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { jsonProblem } from "../checks.ts";
import { importParts, unexpectedImportId } from "../import-id.ts";
import { normalizeJson } from "../json-text.ts";
import { changedTags } from "../tags.ts";

export const MISSING = ["NotFoundException"];

export const HTTP_METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** RFC 6901. */
export const pointer = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

const textOf = (value: Value): string => (value === null || value === undefined ? "" : String(value));

/** `replace` for each attribute of the table that changed; an unset one is sent as the empty text. */
export function replacements(
  rows: readonly (readonly [attribute: string, path: string])[],
  planned: ValueObject,
  changed: (path: string) => boolean,
): PatchOperation[] {
  return rows
    .filter(([attribute]) => changed(attribute))
    .map(([attribute, path]) => ({ op: "replace", path, value: textOf(planned[attribute] ?? null) }));
}

const entriesOf = (value: Value | undefined): [string, Value][] =>
  typeof value === "object" && value !== null && !isList(value) ? (Object.entries(value) as [string, Value][]) : [];

/** What makes a map of the API out of another: entries removed, replaced and added below `path`. */
export function mapPatches(path: string, before: Value | undefined, after: Value | undefined): PatchOperation[] {
  const [old, wanted] = [new Map(entriesOf(before)), new Map(entriesOf(after))];
  const gone = [...old.keys()].filter((key) => !wanted.has(key));
  const set = [...wanted].filter(([key, value]) => old.get(key) !== value);
  return [
    ...gone.map((key): PatchOperation => ({ op: "remove", path: `${path}/${pointer(key)}` })),
    ...set.map(
      ([key, value]): PatchOperation => ({
        op: old.has(key) ? "replace" : "add",
        path: `${path}/${pointer(key)}`,
        value: textOf(value),
      }),
    ),
  ];
}

/** The plan with a changed JSON text as the real provider writes it: without spaces, keys in order. */
export function withNormalText(name: string, prior: ValueObject | null, planned: ValueObject): ValueObject {
  const value = planned[name];
  return typeof value === "string" && value !== "" && value !== prior?.[name] && jsonProblem(value) === undefined
    ? { ...planned, [name]: normalizeJson(value) }
    : planned;
}

const textsOf = (value: Value | undefined): string[] => (isList(value) ? value.map(textOf) : []);

/** The same of a set of texts. `inPath`: the text stands in the path, else in the value. */
export function setPatches(path: string, before: Value | undefined, after: Value | undefined, inPath: boolean): PatchOperation[] {
  const [old, wanted] = [textsOf(before), textsOf(after)];
  const one = (op: "add" | "remove", text: string): PatchOperation =>
    inPath ? { op, path: `${path}/${pointer(text)}` } : { op, path, value: text };
  return [
    ...old.filter((text) => !wanted.includes(text)).map((text) => one("remove", text)),
    ...wanted.filter((text) => !old.includes(text)).map((text) => one("add", text)),
  ];
}

/** ARN of a thing of API Gateway, as tags want it: `/restapis/ID`. */
export const gatewayArn = (aws: AwsContext, path: string): string => `arn:${aws.partition}:apigateway:${aws.region}::${path}`;

/** ARN of what is called, as permissions want it. */
export async function executionArn(aws: AwsContext, path: string): Promise<string> {
  return `arn:${aws.partition}:execute-api:${aws.region}:${await aws.accountId()}:${path}`;
}

/** Where a stage answers: the embedded cloud's own address, for its host names need DNS. */
export function invokeUrl(aws: AwsContext, apiId: string, stage: string): string {
  if (aws.localEndpoint !== undefined) return `${aws.localEndpoint}/_aws/execute-api/${apiId}/${stage}`;
  return `https://${apiId}.execute-api.${aws.region}.${partitionOf(aws.region).dnsSuffix}/${stage}`;
}

/** Which method: what the state knows of it. */
export function methodKey(state: ValueObject): { restApiId: string; resourceId: string; httpMethod: string } {
  return {
    restApiId: requiredText(state, "rest_api_id"),
    resourceId: requiredText(state, "resource_id"),
    httpMethod: requiredText(state, "http_method"),
  };
}

/** The parts of an import id, refused in the words of these types. */
export const importGatewayParts = (id: string, expected: string) => importParts(id, expected, "/", unexpectedImportId);

/** `API/RESOURCE/METHOD` -> the least state. `prefix`: of the type's own ids. */
export function importMethod(prefix: string, id: string): ValueObject {
  const [rest_api_id = "", resource_id = "", http_method = ""] = importGatewayParts(id, "REST-API-ID/RESOURCE-ID/HTTP-METHOD");
  return { id: `${prefix}-${rest_api_id}-${resource_id}-${http_method}`, rest_api_id, resource_id, http_method };
}

/** `API/RESOURCE/METHOD/STATUS` -> the least state. */
export function importResponse(prefix: string, id: string): ValueObject {
  const [rest_api_id = "", resource_id = "", http_method = "", status_code = ""] = importGatewayParts(
    id,
    "REST-API-ID/RESOURCE-ID/HTTP-METHOD/STATUS-CODE",
  );
  return {
    id: `${prefix}-${rest_api_id}-${resource_id}-${http_method}-${status_code}`,
    rest_api_id,
    resource_id,
    http_method,
    status_code,
  };
}

export async function updateTags(aws: AwsContext, resourceArn: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await aws.clients.apigateway.untagResource({ resourceArn, tagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.apigateway.tagResource({ resourceArn, tags: added });
}
