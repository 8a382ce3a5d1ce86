import { createHash } from "node:crypto";
import type {
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  LogStream,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Ctx } from "../../../core/service.ts";
import { ServiceError } from "../../../core/service.ts";
import type { StoreRead, StoreWrite } from "../../../core/store.ts";
import { deliver } from "../delivery.ts";
import { feedTails } from "../live-tail.ts";
import { listPage } from "../paging.ts";
import { compile } from "../pattern/checked.ts";
import { protect } from "../protection/protect.ts";
import {
  appendEvents, exists, type GroupRecord, groupArn, groupName, invalid, keys, needGroup, needStream, readEvents, retainedFrom,
  type StoredEvent, type StreamRecord,
} from "../store.ts"; // biome-ignore format: a list

/** Log streams and events. Quotas as in the API reference of PutLogEvents and FilterLogEvents (read 2026-11-21). */
const BATCH_BYTES_MAX = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const EVENTS_MAX = 10_000;
const ANSWER_BYTES_MAX = 1_048_576;
const HOUR_MS = 3_600_000;
const TOO_NEW_MS = 2 * HOUR_MS;
const TOO_OLD_MS = 14 * 24 * HOUR_MS;

export function createLogStream(ctx: Ctx, input: { logGroupName?: string; logStreamName?: string }): object {
  const { logGroupName = "", logStreamName = "" } = input;
  needGroup(ctx.store, ctx, logGroupName);
  const key = keys.stream(ctx, logGroupName, logStreamName);
  if (ctx.store.has(key)) throw exists("The specified log stream already exists");
  ctx.store.put(key, newStream(logStreamName, ctx.now()));
  return {};
}

const newStream = (name: string, createdMs: number): StreamRecord => ({ name, createdMs, storedBytes: 0, nextSequence: 0 });

export function deleteLogStream(ctx: Ctx, input: { logGroupName?: string; logStreamName?: string }): object {
  const { logGroupName = "", logStreamName = "" } = input;
  needGroup(ctx.store, ctx, logGroupName);
  needStream(ctx.store, ctx, logGroupName, logStreamName);
  ctx.store.removeRange({ prefix: keys.events(ctx, logGroupName, logStreamName) });
  ctx.store.remove(keys.stream(ctx, logGroupName, logStreamName));
  return {};
}

export function describeLogStreams(ctx: Ctx, input: DescribeLogStreamsRequest): DescribeLogStreamsResponse {
  const group = groupName(input.logGroupName ?? input.logGroupIdentifier);
  needGroup(ctx.store, ctx, group);
  const prefix = input.logStreamNamePrefix;
  const byTime = input.orderBy === "LastEventTime";
  if (byTime && prefix !== undefined) throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  const all = [...ctx.store.range<StreamRecord>({ prefix: keys.streams(ctx, group) })]
    .map(({ value }) => value)
    .filter((stream) => prefix === undefined || stream.name.startsWith(prefix));
  if (byTime) all.sort((a, b) => (a.lastMs ?? 0) - (b.lastMs ?? 0) || (a.name < b.name ? -1 : 1));
  if (input.descending === true) all.reverse();
  const { items, nextToken } = listPage(all, input.nextToken, input.limit ?? 50, (stream) => stream.name);
  return {
    logStreams: items.map((stream) => describeStream(ctx, group, stream)),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
}

function describeStream(ctx: Ctx, group: string, stream: StreamRecord): LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    ...(stream.firstMs === undefined ? {} : { firstEventTimestamp: stream.firstMs }),
    ...(stream.lastMs === undefined ? {} : { lastEventTimestamp: stream.lastMs }),
    ...(stream.ingestedMs === undefined ? {} : { lastIngestionTime: stream.ingestedMs }),
    uploadSequenceToken: sequenceToken(stream.nextSequence),
    arn: `${groupArn(ctx, group)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

const sequenceToken = (sequence: number) => `49${String(sequence).padStart(54, "0")}`;

export function putLogEvents(ctx: Ctx, input: PutLogEventsRequest): PutLogEventsResponse {
  const { logGroupName = "", logStreamName = "" } = input;
  const group = needGroup(ctx.store, ctx, logGroupName);
  const stream = needStream(ctx.store, ctx, logGroupName, logStreamName);
  const events = (input.logEvents ?? []).map((event) => ({ timestamp: event.timestamp ?? 0, message: event.message ?? "" }));
  checkBatch(events);
  const { kept, rejected } = sortOut(events, group, ctx.now());
  take(ctx, ctx.store, group, stream, kept);
  return {
    nextSequenceToken: sequenceToken(stream.nextSequence + kept.length),
    ...(Object.keys(rejected).length === 0 ? {} : { rejectedLogEventsInfo: rejected }),
  };
}

/** Everything that comes of events that arrive. */
function take(ctx: Ctx, store: StoreWrite, group: GroupRecord, stream: StreamRecord, events: readonly Event[]): void {
  const shown = protect(ctx, group, events);
  appendEvents(store, ctx, group, stream, shown, ctx.now());
  told(ctx, group.name, events);
  deliver(ctx, group.name, stream, shown);
  ctx.after((after) => feedTails(after, group.name, stream.name, shown));
}

type Event = { readonly timestamp: number; readonly message: string };

function checkBatch(events: readonly Event[]): void {
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES, 0);
  if (bytes > BATCH_BYTES_MAX) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${BATCH_BYTES_MAX}`);
  for (let i = 1; i < events.length; i++) {
    if ((events[i]?.timestamp ?? 0) < (events[i - 1]?.timestamp ?? 0)) {
      throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
    }
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > 24 * HOUR_MS) {
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
}

/** Events are in order of time: what is too old stands in front, what is too new at the end. */
function sortOut(
  events: readonly Event[],
  group: GroupRecord,
  nowMs: number,
): { kept: Event[]; rejected: Record<string, number> } {
  const rejected: Record<string, number> = {};
  const expired = events.filter((event) => event.timestamp < retainedFrom(group, nowMs)).length;
  const old = events.filter((event) => event.timestamp < nowMs - TOO_OLD_MS).length;
  const tooNew = events.findIndex((event) => event.timestamp > nowMs + TOO_NEW_MS);
  if (tooNew >= 0) rejected.tooNewLogEventStartIndex = tooNew;
  if (old > 0) rejected.tooOldLogEventEndIndex = old;
  if (expired > 0) rejected.expiredLogEventEndIndex = expired;
  return { kept: events.slice(Math.max(old, expired), tooNew < 0 ? undefined : tooNew), rejected };
}

/** For the other services: makes group and stream where they are missing. */
export function append(
  ctx: Ctx,
  input: { readonly group: string; readonly stream: string; readonly events: readonly Event[] },
): void {
  ctx.transact((store) => {
    const now = ctx.now();
    const group = store.get<GroupRecord>(keys.group(ctx, input.group)) ?? automaticGroup(input.group, now);
    const stream = store.get<StreamRecord>(keys.stream(ctx, input.group, input.stream)) ?? newStream(input.stream, now);
    take(ctx, store, group, stream, input.events);
  });
}

/** CloudWatch Logs user guide, "Monitoring with CloudWatch metrics": by group, and for the account. */
function told(ctx: Ctx, group: string, events: readonly Event[]): void {
  if (events.length === 0) return;
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES, 0);
  const both: readonly { readonly [name: string]: string }[] = [{ LogGroupName: group }, {}];
  for (const dimensions of both) {
    ctx.metric("AWS/Logs", "IncomingLogEvents", dimensions, events.length, "Count");
    ctx.metric("AWS/Logs", "IncomingBytes", dimensions, bytes, "Bytes");
  }
}

const automaticGroup = (name: string, createdMs: number): GroupRecord => ({
  name,
  createdMs,
  logGroupClass: "STANDARD",
  tags: {},
  storedBytes: 0,
  isAutomatic: true,
});

// Reading one stream: tokens name the position between two events.

interface Position {
  readonly timestamp: number;
  readonly sequence: number;
}

const TOKEN = /^([fb])\/(\d{16})(\d{16})\d{24}\/s$/;
const tokenOf = (direction: "f" | "b", at: Position): string =>
  `${direction}/${String(at.timestamp).padStart(16, "0")}${String(at.sequence).padStart(16, "0")}${"0".repeat(24)}/s`;

function readToken(token: string): { direction: "f" | "b"; at: Position } {
  const match = TOKEN.exec(token);
  if (match === null) throw invalid("The specified nextToken is invalid.");
  return { direction: match[1] === "b" ? "b" : "f", at: { timestamp: Number(match[2]), sequence: Number(match[3]) } };
}

export function getLogEvents(ctx: Ctx, input: GetLogEventsRequest): GetLogEventsResponse {
  const group = needGroup(ctx.store, ctx, groupName(input.logGroupName ?? input.logGroupIdentifier));
  const { logStreamName = "" } = input;
  needStream(ctx.store, ctx, group.name, logStreamName);
  const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
  const isForward = token === undefined ? input.startFromHead === true : token.direction === "f";
  const range = {
    fromMs: Math.max(input.startTime ?? 0, retainedFrom(group, ctx.now())),
    toMs: input.endTime ?? Number.MAX_SAFE_INTEGER,
    reverse: !isForward,
    ...(token === undefined ? {} : { after: token.at }),
  };
  const events: StoredEvent[] = [];
  let bytes = 0;
  for (const event of readEvents(ctx.store, ctx, group.name, logStreamName, range)) {
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (events.length >= (input.limit ?? EVENTS_MAX) || (bytes > ANSWER_BYTES_MAX && events.length > 0)) break;
    events.push(event);
  }
  if (!isForward) events.reverse();
  const here = token?.at ?? { timestamp: input.startTime ?? 0, sequence: 0 };
  return {
    events: events.map((event) => ({
      timestamp: event.timestamp,
      message: textOf(event, input.unmask),
      ingestionTime: event.ingestedMs,
    })),
    nextForwardToken: tokenOf("f", events.at(-1) ?? here),
    nextBackwardToken: tokenOf("b", events[0] ?? here),
  };
}

const textOf = (event: StoredEvent, unmask: boolean | undefined) =>
  unmask === true ? (event.unmasked ?? event.message) : event.message;

// Searching a group.

function chosenStreams(ctx: Ctx, group: string, input: FilterLogEventsRequest): StreamRecord[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined)
    throw invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  if (names !== undefined) return names.map((name) => needStream(ctx.store, ctx, group, name));
  const all = [...ctx.store.range<StreamRecord>({ prefix: keys.streams(ctx, group) })].map(({ value }) => value);
  return prefix === undefined ? all : all.filter((stream) => stream.name.startsWith(prefix));
}

/** Decimal, unique in the group, ascending in the order that FilterLogEvents answers. */
export function eventId(event: StoredEvent): string {
  const stream = createHash("sha1").update(event.stream).digest().readUInt32BE(0);
  return `3${String(event.timestamp).padStart(16, "0")}${String(stream).padStart(10, "0")}${String(event.sequence).padStart(16, "0")}${"0".repeat(13)}`;
}

/** The events of several streams in order of time; ties go by stream, then by arrival. */
export function mergedEvents(
  store: StoreRead,
  ctx: Ctx,
  group: string,
  streams: readonly StreamRecord[],
  fromMs: number,
  toMs: number,
): StoredEvent[] {
  const events: StoredEvent[] = [];
  for (const stream of streams) {
    if (stream.lastMs === undefined || stream.lastMs < fromMs) continue;
    for (const event of readEvents(store, ctx, group, stream.name, { fromMs, toMs })) events.push(event);
  }
  return events.sort(
    (a, b) => a.timestamp - b.timestamp || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : a.sequence - b.sequence),
  );
}

export function filterLogEvents(ctx: Ctx, input: FilterLogEventsRequest): FilterLogEventsResponse {
  const group = needGroup(ctx.store, ctx, groupName(input.logGroupName ?? input.logGroupIdentifier));
  const matches = compile(input.filterPattern);
  if (input.startTime !== undefined && input.endTime !== undefined && input.startTime > input.endTime) {
    throw invalid("startTime must be less than or equal to endTime");
  }
  const from = Math.max(input.startTime ?? 0, retainedFrom(group, ctx.now()));
  // The end is inclusive here, unlike in GetLogEvents.
  const to = input.endTime === undefined ? Number.MAX_SAFE_INTEGER : input.endTime + 1;
  const all = mergedEvents(ctx.store, ctx, group.name, chosenStreams(ctx, group.name, input), from, to).filter(
    (event) => matches(event.message) !== undefined,
  );
  const start = input.nextToken === undefined ? 0 : positionAfter(all, input.nextToken);
  const limit = input.limit ?? EVENTS_MAX;
  const page: StoredEvent[] = [];
  let bytes = 0;
  for (const event of all.slice(start, start + limit)) {
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (bytes > ANSWER_BYTES_MAX && page.length > 0) break;
    page.push(event);
  }
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < all.length;
  return {
    events: page.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.timestamp,
      message: textOf(event, input.unmask),
      ingestionTime: event.ingestedMs,
      eventId: eventId(event),
    })),
    searchedLogStreams: [],
    ...(more ? { nextToken: Buffer.from(`id:${eventId(last)}`).toString("base64") } : {}),
  };
}

function positionAfter(all: readonly StoredEvent[], token: string): number {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (!text.startsWith("id:3")) throw new ServiceError("InvalidParameterException", 400, "The specified nextToken is invalid.");
  const index = all.findIndex((event) => eventId(event) === text.slice(3));
  return index < 0 ? all.length : index + 1;
}
