/** GetLogRecord and GetLogGroupFields: single events by their pointer, and the fields that a group's events have. */
import type { Ctx } from "../../../core/service.ts";
import { rowOf } from "../insights/rows.ts";
import { groupName, invalid, keys, needGroup, notFound, type StoredEvent, type StreamRecord } from "../store.ts";
import { eventId, mergedEvents } from "./events.ts";

const WINDOW_MS = 900_000;
const SAMPLE_MAX = 1000;

function streamsOf(ctx: Ctx, group: string): StreamRecord[] {
  return [...ctx.store.range<StreamRecord>({ prefix: keys.streams(ctx, group) })].map(({ value }) => value);
}

function row(ctx: Ctx, group: string, event: StoredEvent, pointer: string): Map<string, unknown> {
  return rowOf(event, `${ctx.account}:${group}`, pointer);
}

/** The pointer is what Insights shows as `@ptr`. */
export function getLogRecord(ctx: Ctx, input: { readonly logRecordPointer: string }) {
  const [group = "", id = ""] = Buffer.from(input.logRecordPointer, "base64").toString("utf8").split("\0");
  if (id === "") throw invalid("The specified logRecordPointer is invalid.");
  needGroup(ctx.store, ctx, group);
  for (const event of mergedEvents(ctx.store, ctx, group, streamsOf(ctx, group), 0, Number.MAX_SAFE_INTEGER)) {
    if (eventId(event) !== id) continue;
    const entries = [...row(ctx, group, event, input.logRecordPointer)].map(([name, value]) => [name, String(value)] as const);
    return { logRecord: Object.fromEntries(entries) };
  }
  throw notFound("The specified log record does not exist.");
}

interface FieldsInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly time?: number;
}

/** Percent of events with each field, in the 15 minutes before now or the 8 minutes either side of `time`. */
export function getLogGroupFields(ctx: Ctx, input: FieldsInput) {
  const group = needGroup(ctx.store, ctx, groupName(input.logGroupName ?? input.logGroupIdentifier)).name;
  const at = input.time === undefined ? undefined : input.time * (input.time > 100_000_000_000 ? 1 : 1000);
  const [from, to] = at === undefined ? [ctx.now() - WINDOW_MS, ctx.now() + 60_000] : [at - 480_000, at + 480_000];
  const events = mergedEvents(ctx.store, ctx, group, streamsOf(ctx, group), from, to).slice(-SAMPLE_MAX);
  const counts = new Map<string, number>();
  for (const event of events)
    for (const name of row(ctx, group, event, "").keys()) if (name !== "@ptr") counts.set(name, (counts.get(name) ?? 0) + 1);
  const fields = [...counts].map(([name, count]) => ({ name, percent: Math.floor((count * 100) / events.length) }));
  return { logGroupFields: fields.sort((a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1)) };
}
