import type { Ctx } from "../../../core/service.ts";
import { badRequest, keyOf, type Timed } from "../../apigatewayv2/store.ts";
import { missing } from "../store.ts";

/** Tags by ARN: APIs, stages, keys, plans, domain names, VPC links. */
type Tags = { readonly [key: string]: string };
type Tagged = Timed<{ readonly tags?: Tags | undefined; readonly Tags?: Tags | undefined }>;

const TAGS_MAX = 50;
const COLLECTIONS: readonly (readonly [path: RegExp, collection: string])[] = [
  [/^restapis\/([^/]+)$/, "rest-api"],
  [/^restapis\/([^/]+)\/stages\/([^/]+)$/, "rest-stage"],
  [/^apikeys\/([^/]+)$/, "api-key"],
  [/^usageplans\/([^/]+)$/, "usage-plan"],
  [/^vpclinks\/([^/]+)$/, "rest-vpc-link"],
  [/^domainnames\/([^/]+)$/, "domain"],
];

function needTagged(ctx: Ctx, arn: string) {
  const path = /^arn:[^:]*:apigateway:[^:]*::\/(.+)$/.exec(arn)?.[1];
  for (const [pattern, collection] of COLLECTIONS) {
    const ids = pattern.exec(path ?? "")?.slice(1);
    if (ids === undefined) continue;
    const key = keyOf(ctx, collection, ...ids);
    const record = ctx.store.get<Tagged>(key);
    if (record === undefined) throw missing("Invalid resource identifier specified");
    return { key, record, member: collection === "domain" ? ("Tags" as const) : ("tags" as const) };
  }
  throw badRequest(`Invalid ARN specified in the request: ${arn}`);
}

function change(ctx: Ctx, arn: string | undefined, changed: (tags: Tags) => Tags): object {
  const { key, record, member } = needTagged(ctx, arn ?? "");
  const tags = changed(record.value[member] ?? {});
  if (Object.keys(tags).length > TAGS_MAX) throw badRequest(`A resource can have no more than ${TAGS_MAX} tags`);
  ctx.store.put(key, { ...record, value: { ...record.value, [member]: tags } });
  return {};
}

export const tagResource = (ctx: Ctx, input: { readonly resourceArn?: string; readonly tags?: Tags }) =>
  change(ctx, input.resourceArn, (tags) => ({ ...tags, ...input.tags }));

export const untagResource = (ctx: Ctx, input: { readonly resourceArn?: string; readonly tagKeys?: readonly string[] }) =>
  change(ctx, input.resourceArn, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => input.tagKeys?.includes(key) !== true)),
  );

export function getTags(ctx: Ctx, input: { readonly resourceArn?: string }): object {
  const { record, member } = needTagged(ctx, input.resourceArn ?? "");
  return { tags: { ...record.value[member] } };
}
