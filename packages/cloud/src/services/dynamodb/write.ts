/** Puts and removes items: the item itself, its index entries, its expiry and its stream record, in one transaction. */
import type { Ctx } from "../../core/service.ts";
import { checkItem, ITEM_BYTES_MAX, type Item, valuesEqual } from "./attribute-value.ts";
import { Consumption, writeUnits } from "./capacity.ts";
import { invalid } from "./errors.ts";
import { project, projectionOf } from "./expressions/projection.ts";
import { keyInIndex, type StoreKey } from "./key.ts";
import { sendToKinesis } from "./kinesis-records.ts";
import { recordUndo } from "./recovery.ts";
import { indexKey, itemKey, packItem, parseItem, type StoredItem, unpackItem } from "./store.ts";
import { recordChange } from "./streams.ts";
import type { IndexRecord, TableRecord } from "./table.ts";
import { admit } from "./throughput.ts";
import { trackExpiry } from "./ttl.ts";

/** An item with its measure. `item` is parsed only when somebody looks. */
export interface Stored extends StoredItem {
  readonly item: Item;
}

export function readItem(ctx: Ctx, table: TableRecord, key: StoreKey): Stored | undefined {
  const text = ctx.store.get<string>(itemKey(table, key));
  if (text === undefined) return undefined;
  const { bytes, json } = unpackItem(text);
  let parsed: Item | undefined;
  return {
    bytes,
    json,
    get item() {
      parsed ??= parseItem(json);
      return parsed;
    },
  };
}

/** Does a write to this table need the item that was there before? */
function needsBefore(table: TableRecord): boolean {
  const streams = table.stream !== undefined && table.stream.endedMs === undefined;
  if (table.recovery !== undefined || table.kinesis?.some(({ isActive }) => isActive) === true) return true;
  return streams || table.indexes.length > 0 || table.ttl?.enabled === true;
}

/** What the index holds of an item. */
export function projected(table: TableRecord, index: IndexRecord, item: Item, whole: StoredItem): StoredItem {
  if (index.projection === "ALL") return whole;
  const names = [table.keys.hash, table.keys.range, index.keys.hash, index.keys.range, ...index.include];
  const kept = project(item, projectionOf(names.flatMap((name) => (name === undefined ? [] : [[name]]))));
  return { bytes: checkItem(kept), json: JSON.stringify(kept) };
}

interface IndexEntry {
  readonly key: ReturnType<typeof indexKey>;
  readonly stored: StoredItem;
}

function entryOf(table: TableRecord, index: IndexRecord, key: StoreKey, stored: Stored | undefined): IndexEntry | undefined {
  if (stored === undefined) return undefined;
  const place = keyInIndex(index, stored.item);
  if (place === undefined) return undefined;
  return { key: indexKey(table, index, place, key), stored: projected(table, index, stored.item, stored) };
}

function sameKey(a: IndexEntry["key"], b: IndexEntry["key"]): boolean {
  return a.every((part, i) => {
    const other = b[i];
    return part instanceof Uint8Array && other instanceof Uint8Array ? Buffer.compare(part, other) === 0 : part === other;
  });
}

/** Must the index be written at all? */
function differ(before: IndexEntry | undefined, after: IndexEntry | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return before.stored.json !== after.stored.json || !sameKey(before.key, after.key);
}

function writeIndex(
  ctx: Ctx,
  name: string,
  before: IndexEntry | undefined,
  after: IndexEntry | undefined,
  used: Consumption,
): void {
  if (!differ(before, after)) return;
  if (before !== undefined && after !== undefined && sameKey(before.key, after.key)) {
    ctx.store.put(after.key, packItem(after.stored.bytes, after.stored.json));
    used.addIndex(name, writeUnits(Math.max(before.stored.bytes, after.stored.bytes)));
    return;
  }
  if (before !== undefined) {
    ctx.store.remove(before.key);
    used.addIndex(name, writeUnits(before.stored.bytes));
  }
  if (after === undefined) return;
  ctx.store.put(after.key, packItem(after.stored.bytes, after.stored.json));
  used.addIndex(name, writeUnits(after.stored.bytes));
}

function changed(before: Item | undefined, after: Item | undefined): boolean {
  return before === undefined || after === undefined || !valuesEqual({ M: before }, { M: after });
}

export interface WriteOptions {
  readonly byService?: boolean;
  /** The item there before, when the caller has read it already (`null`: there was none). */
  readonly before?: Stored | null;
}

function apply(ctx: Ctx, table: TableRecord, key: StoreKey, after: Stored | undefined, options: WriteOptions): Consumption {
  const used = new Consumption();
  const known = options.before === undefined ? undefined : { stored: options.before ?? undefined };
  const before = known !== undefined ? known.stored : needsBefore(table) ? readItem(ctx, table, key) : undefined;
  used.table = writeUnits(Math.max(before?.bytes ?? 0, after?.bytes ?? 0));
  const asks = options.byService !== true;
  if (asks) admit(ctx, table, "Write");
  const entries = table.indexes.map((index) => ({
    index,
    old: entryOf(table, index, key, before),
    fresh: entryOf(table, index, key, after),
  }));
  for (const { index, old, fresh } of entries) if (asks && differ(old, fresh)) admit(ctx, table, "Write", index);
  for (const { index, old, fresh } of entries) writeIndex(ctx, index.name, old, fresh, used);
  trackExpiry(ctx, table, key, table.ttl?.enabled === true ? before?.item : undefined, after?.item);
  const streams = table.stream !== undefined && table.stream.endedMs === undefined;
  const sends = streams || table.kinesis !== undefined;
  if (sends && (before !== undefined || after !== undefined) && changed(before?.item, after?.item)) {
    const change = { before: before?.item, after: after?.item, byService: options.byService ?? false };
    recordChange(ctx, table, change);
    if (table.kinesis !== undefined) sendToKinesis(ctx, table, change);
  }
  if (before !== undefined || after !== undefined) recordUndo(ctx, table, key, before);
  return used;
}

/** `bytes` is what `checkItem` answered for `item`, whose key and index keys have been checked. */
export function putItem(
  ctx: Ctx,
  table: TableRecord,
  key: StoreKey,
  item: Item,
  bytes: number,
  options: WriteOptions = {},
): Consumption {
  if (bytes > ITEM_BYTES_MAX) throw invalid("Item size has exceeded the maximum allowed size");
  const json = JSON.stringify(item);
  const used = apply(ctx, table, key, { item, bytes, json }, options);
  ctx.store.put(itemKey(table, key), packItem(bytes, json));
  return used;
}

export function removeItem(ctx: Ctx, table: TableRecord, key: StoreKey, options: WriteOptions = {}): Consumption {
  const before = options.before === undefined ? (readItem(ctx, table, key) ?? null) : options.before;
  const used = apply(ctx, table, key, undefined, { ...options, before });
  if (before !== null) ctx.store.remove(itemKey(table, key));
  return used;
}

/** Fills a new index with the items that the table already holds; items of another type in its key stay out, as on AWS. */
export function fillIndex(ctx: Ctx, table: TableRecord, index: IndexRecord, keyOf: (item: Item) => StoreKey): void {
  for (const { value } of [...ctx.store.range<string>({ prefix: ["item", table.id] })]) {
    const stored = unpackItem(value);
    const item = parseItem(stored.json);
    const typed = [index.keys.hash, index.keys.range].every(
      (name) => name === undefined || item[name] === undefined || (table.attributes[name] ?? "") in item[name],
    );
    const entry = typed ? entryOf(table, index, keyOf(item), { ...stored, item }) : undefined;
    if (entry !== undefined) ctx.store.put(entry.key, packItem(entry.stored.bytes, entry.stored.json));
  }
}
