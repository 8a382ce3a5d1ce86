import { ServiceError } from "../../core/service.ts";
import type { Key, StoreRead, StoreWrite } from "../../core/store.ts";

/** Records of log groups, streams and events, and their keys. */
export type Owner = { readonly account: string; readonly region: string };

export interface GroupRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly retentionDays?: number;
  readonly kmsKeyId?: string;
  readonly logGroupClass: string;
  readonly tags: { readonly [key: string]: string };
  readonly isProtected?: boolean;
  /** Made by a service that wrote to it, not by CreateLogGroup. */
  readonly isAutomatic?: boolean;
  readonly protection?: Documented;
  readonly indexPolicy?: Documented;
  readonly storedBytes: number;
}

interface Documented {
  readonly document: string;
  readonly updatedMs: number;
}

export interface StreamRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
  readonly ingestedMs?: number;
  readonly storedBytes: number;
  readonly nextSequence: number;
}

/** An event as it arrives; `unmasked` where a data protection policy changed its message. */
export interface NewEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly unmasked?: string;
}

export interface EventRecord {
  readonly message: string;
  readonly unmasked?: string;
  readonly ingestedMs: number;
}

export interface StoredEvent extends EventRecord {
  readonly stream: string;
  readonly timestamp: number;
  readonly sequence: number;
}

export interface MetricFilterRecord {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly createdMs: number;
  readonly transformations: readonly {
    readonly metricName?: string | undefined;
    readonly metricNamespace?: string | undefined;
    readonly metricValue?: string | undefined;
    readonly defaultValue?: number | undefined;
    readonly dimensions?: Record<string, string> | undefined;
    readonly unit?: string | undefined;
  }[];
}

export interface SubscriptionRecord {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string;
  readonly distribution?: string;
  readonly createdMs: number;
}

export const keys = {
  group: (o: Owner, name: string) => ["group", o.account, o.region, name] as const,
  groups: (o: Owner) => ["group", o.account, o.region] as const,
  stream: (o: Owner, group: string, stream: string) => ["stream", o.account, o.region, group, stream] as const,
  streams: (o: Owner, group: string) => ["stream", o.account, o.region, group] as const,
  event: (o: Owner, group: string, stream: string, timestamp: number, sequence: number) =>
    ["event", o.account, o.region, group, stream, timestamp, sequence] as const,
  events: (o: Owner, group: string, stream: string) => ["event", o.account, o.region, group, stream] as const,
  groupEvents: (o: Owner, group: string) => ["event", o.account, o.region, group] as const,
  metricFilter: (o: Owner, group: string, name: string) => ["metric-filter", o.account, o.region, group, name] as const,
  metricFilters: (o: Owner, group: string) => ["metric-filter", o.account, o.region, group] as const,
  allMetricFilters: (o: Owner) => ["metric-filter", o.account, o.region] as const,
  subscription: (o: Owner, group: string, name: string) => ["subscription", o.account, o.region, group, name] as const,
  subscriptions: (o: Owner, group: string) => ["subscription", o.account, o.region, group] as const,
  queryDefinition: (o: Owner, id: string) => ["query-definition", o.account, o.region, id] as const,
  queryDefinitions: (o: Owner) => ["query-definition", o.account, o.region] as const,
  resourcePolicy: (o: Owner, name: string) => ["resource-policy", o.account, o.region, name] as const,
  resourcePolicies: (o: Owner) => ["resource-policy", o.account, o.region] as const,
  query: (o: Owner, id: string) => ["query", o.account, o.region, id] as const,
  queries: (o: Owner) => ["query", o.account, o.region] as const,
} as const;

export const invalid = (message: string) => new ServiceError("InvalidParameterException", 400, message);
export const notFound = (message: string) => new ServiceError("ResourceNotFoundException", 400, message);
export const exists = (message: string) => new ServiceError("ResourceAlreadyExistsException", 400, message);

/** A group's name from a name or an ARN (with or without `:*`). */
export function groupName(identifier: string | undefined): string {
  const match = /^arn:[^:]*:logs:[^:]*:\d{12}:log-group:(.+?)(:\*)?$/.exec(identifier ?? "");
  return match === null ? (identifier ?? "") : (match[1] ?? "");
}

export const groupArn = (o: Owner, name: string): string => `arn:aws:logs:${o.region}:${o.account}:log-group:${name}`;

export function needGroup(store: StoreRead, o: Owner, name: string): GroupRecord {
  const record = store.get<GroupRecord>(keys.group(o, name));
  if (record === undefined) throw notFound("The specified log group does not exist.");
  return record;
}

export function needStream(store: StoreRead, o: Owner, group: string, stream: string): StreamRecord {
  const record = store.get<StreamRecord>(keys.stream(o, group, stream));
  if (record === undefined) throw notFound("The specified log stream does not exist.");
  return record;
}

const DAY_MS = 86_400_000;

/** Events before this have been removed by the group's retention; 0 when it keeps all. */
export const retainedFrom = (group: GroupRecord, nowMs: number): number =>
  group.retentionDays === undefined ? 0 : nowMs - group.retentionDays * DAY_MS;

const EVENT_OVERHEAD_BYTES = 26;

/** Adds events to a stream. They need not be in order. */
export function appendEvents(
  store: StoreWrite,
  o: Owner,
  group: GroupRecord,
  stream: StreamRecord,
  events: readonly NewEvent[],
  nowMs: number,
): void {
  if (events.length === 0) return;
  let { nextSequence, firstMs, lastMs } = stream;
  let bytes = 0;
  for (const { timestamp, message, unmasked } of events) {
    store.put(keys.event(o, group.name, stream.name, timestamp, nextSequence++), {
      message,
      ingestedMs: nowMs,
      ...(unmasked === undefined ? {} : { unmasked }),
    } satisfies EventRecord);
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    firstMs = firstMs === undefined ? timestamp : Math.min(firstMs, timestamp);
    lastMs = lastMs === undefined ? timestamp : Math.max(lastMs, timestamp);
  }
  const changed: StreamRecord = {
    ...stream,
    nextSequence,
    storedBytes: stream.storedBytes + bytes,
    ingestedMs: nowMs,
    ...(firstMs === undefined ? {} : { firstMs }),
    ...(lastMs === undefined ? {} : { lastMs }),
  };
  store.put(keys.stream(o, group.name, stream.name), changed);
  store.put(keys.group(o, group.name), { ...group, storedBytes: group.storedBytes + bytes } satisfies GroupRecord);
}

export interface EventRange {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly reverse?: boolean;
  /** Position that comes before the first event wanted (in the direction of reading). */
  readonly after?: { readonly timestamp: number; readonly sequence: number };
}

/** A stream's events in order of time, lazily. */
export function* readEvents(store: StoreRead, o: Owner, group: string, stream: string, range: EventRange): Iterable<StoredEvent> {
  const base: Key = keys.events(o, group, stream);
  const { after, reverse } = range;
  const start =
    after !== undefined && reverse !== true ? [...base, after.timestamp, after.sequence + 1] : [...base, range.fromMs];
  const end = after !== undefined && reverse === true ? [...base, after.timestamp, after.sequence] : [...base, range.toMs];
  for (const { key, value } of store.range<EventRecord>({ start, end, reverse: reverse === true })) {
    const timestamp = Number(key.at(-2));
    if (timestamp < range.fromMs || timestamp >= range.toMs) continue;
    yield { ...value, stream, timestamp, sequence: Number(key.at(-1)) };
  }
}

export function removeGroup(store: StoreWrite, o: Owner, name: string): void {
  for (const prefix of [keys.groupEvents, keys.streams, keys.metricFilters, keys.subscriptions])
    store.removeRange({ prefix: prefix(o, name) });
  store.remove(keys.group(o, name));
}
