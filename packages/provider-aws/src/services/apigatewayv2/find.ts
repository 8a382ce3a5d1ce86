/** Lookups, ARNs and import ids that the API Gateway v2 resources share. */
import type { GetApiCommandOutput } from "@aws-sdk/client-apigatewayv2";
import type { Value, ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { textMapAt } from "../attribute-map.ts";
import { wrongImportId } from "../import-id.ts";
import { changedTags } from "../tags.ts";

export const API_MISSING = ["NotFoundException"];

export function findApi(aws: AwsContext, id: string): Promise<GetApiCommandOutput | undefined> {
  return unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getApi({ ApiId: id }));
}

/** ARN of an API or a part of it, as tags want it. */
export function apiArn(aws: AwsContext, path: string): string {
  return `arn:${aws.partition}:apigateway:${aws.region}::/apis/${path}`;
}

/** ARN of what is called, as permissions want it. */
export async function executionArn(aws: AwsContext, path: string): Promise<string> {
  return `arn:${aws.partition}:execute-api:${aws.region}:${await aws.accountId()}:${path}`;
}

/** `api/part` -> the two; throws with the provider's text for another form. */
export function partsOfImportId(id: string, what: string): [string, string] {
  const [api = "", part = "", ...more] = id.split("/");
  if (api !== "" && part !== "" && more.length === 0) return [api, part];
  throw wrongImportId(id, what);
}

const PAGES_MAX = 1000;

/** All items of a paginated list. */
export async function listAll<T>(
  page: (token: { NextToken?: string }) => Promise<{ Items?: T[] | undefined; NextToken?: string | undefined }>,
): Promise<T[]> {
  const items: T[] = [];
  let NextToken: string | undefined;
  for (let i = 0; i < PAGES_MAX; i++) {
    const answer = await page(NextToken ? { NextToken } : {});
    items.push(...(answer.Items ?? []));
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === "") break;
  }
  return items;
}

/** The only one of `items` that passes; undefined where there is none or more than one, for then nobody can tell. */
export function theOnly<T>(items: readonly T[], passes: (item: T) => boolean): T | undefined {
  const [only, ...more] = items.filter(passes);
  return more.length === 0 ? only : undefined;
}

/** Entries to send so that exactly `after`'s remain: API Gateway removes an entry that is sent as the empty text. */
export function mapToUpdate(prior: ValueObject, planned: ValueObject, name: string): Record<string, string> {
  const before = textMapAt(prior, name);
  const after = textMapAt(planned, name);
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return { ...Object.fromEntries(gone.map((key) => [key, ""])), ...after };
}

export async function updateApiTags(
  aws: AwsContext,
  ResourceArn: string,
  prior: ValueObject,
  planned: ValueObject,
): Promise<void> {
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await aws.clients.apigatewayv2.untagResource({ ResourceArn, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.apigatewayv2.tagResource({ ResourceArn, Tags: added });
}

/** True when both are the same texts, whatever their order and case. */
export function sameIgnoringCase(a: Value, b: Value): boolean {
  const key = (value: Value) =>
    Array.isArray(value) ? JSON.stringify(value.map((item) => String(item).toLowerCase()).sort()) : undefined;
  const wanted = key(a);
  return wanted !== undefined && wanted === key(b);
}
