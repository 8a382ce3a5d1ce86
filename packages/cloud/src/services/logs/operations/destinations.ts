/** Logical destinations: names for streams of other accounts that subscription filters deliver to. */
import { arn, parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { listPage } from "../paging.ts";
import { invalid, notFound } from "../store.ts";

export interface DestinationRecord {
  readonly destinationName: string;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly accessPolicy?: string;
  readonly createdMs: number;
  readonly tags?: { readonly [key: string]: string };
}

const keyOf = (place: { account: string; region: string }, name: string) => ["destination", place.account, place.region, name];

function show(ctx: Ctx, { createdMs, tags: _apart, ...record }: DestinationRecord) {
  const text = arn("logs", ctx.region, ctx.account, `destination:${record.destinationName}`);
  return { ...record, arn: text, creationTime: createdMs };
}

/** The destination that an ARN names, in whatever account. */
export function destinationByArn(ctx: Ctx, text: string): DestinationRecord | undefined {
  const parts = parseArn(text);
  if (parts?.service !== "logs" || !parts.resource.startsWith("destination:")) return undefined;
  return ctx.store.get<DestinationRecord>(keyOf(parts, parts.resource.slice("destination:".length)));
}

/** Gives a destination other tags. */
export function putDestinationTags(ctx: Ctx, record: DestinationRecord, tags: { readonly [key: string]: string }): void {
  ctx.store.put(keyOf(ctx, record.destinationName), { ...record, tags });
}

interface PutInput {
  readonly tags?: { readonly [key: string]: string };
  readonly destinationName: string;
  readonly targetArn: string;
  readonly roleArn: string;
}

export function putDestination(ctx: Ctx, input: PutInput) {
  if (parseArn(input.targetArn)?.service !== "kinesis")
    throw invalid(
      "Could not deliver test message to specified Kinesis stream. Check if the given Kinesis stream is in ACTIVE state.",
    );
  const before = ctx.store.get<DestinationRecord>(keyOf(ctx, input.destinationName));
  const record: DestinationRecord = {
    destinationName: input.destinationName,
    targetArn: input.targetArn,
    roleArn: input.roleArn,
    createdMs: before?.createdMs ?? ctx.now(),
    ...(before?.accessPolicy === undefined ? {} : { accessPolicy: before.accessPolicy }),
    tags: before?.tags ?? input.tags ?? {},
  };
  ctx.store.put(keyOf(ctx, input.destinationName), record);
  return { destination: show(ctx, record) };
}

interface Named {
  readonly destinationName: string;
}

function need(ctx: Ctx, name: string): DestinationRecord {
  const found = ctx.store.get<DestinationRecord>(keyOf(ctx, name));
  if (found === undefined) throw notFound("The specified destination does not exist.");
  return found;
}

export function putDestinationPolicy(ctx: Ctx, input: Named & { readonly accessPolicy: string }): object {
  const record = need(ctx, input.destinationName);
  try {
    JSON.parse(input.accessPolicy);
  } catch {
    throw invalid("Policy document is not valid JSON.");
  }
  ctx.store.put(keyOf(ctx, record.destinationName), { ...record, accessPolicy: input.accessPolicy });
  return {};
}

export function deleteDestination(ctx: Ctx, input: Named): object {
  ctx.store.remove(keyOf(ctx, need(ctx, input.destinationName).destinationName));
  return {};
}

interface ListInput {
  readonly DestinationNamePrefix?: string;
  readonly nextToken?: string;
  readonly limit?: number;
}

export function describeDestinations(ctx: Ctx, input: ListInput) {
  const all = [...ctx.store.range<DestinationRecord>({ prefix: ["destination", ctx.account, ctx.region] })]
    .map(({ value }) => value)
    .filter((each) => each.destinationName.startsWith(input.DestinationNamePrefix ?? ""));
  const { items, nextToken } = listPage(all, input.nextToken, input.limit ?? 50, (each) => each.destinationName);
  return { destinations: items.map((each) => show(ctx, each)), ...(nextToken === undefined ? {} : { nextToken }) };
}
