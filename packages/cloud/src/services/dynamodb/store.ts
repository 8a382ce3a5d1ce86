/**
 * DynamoDB's records. Collections of the store:
 *   ["table", account, region, name]                 TableRecord
 *   ["item", tableId, hash, range]                   "<bytes>:<JSON of the item>": reads need no parse
 *   ["index", tableId, index, hash, range, primary]  the same, with what the index projects
 *   ["ttl", tableId, expirySeconds, primary]         JSON of the item's key
 *   ["stream", tableId, label, sequence]             JSON of the stream record
 *   ["sequence", tableId, label]                     last sequence number
 *   ["kinesis", tableId, streamArn, n]               a change record that the Kinesis stream did not take yet
 *   ["undo", tableId, second, hash, range]           the item before that second ("": none), while recovery is on
 *   ["backup", account, region, arn]                 BackupRecord, its items under ["backupItem", arn, n]
 *   ["export", account, region, arn]                 an export to S3
 *   ["token", account, region, clientToken]          TransactWriteItems of the last ten minutes
 */
import type { Ctx } from "../../core/service.ts";
import type { Key, StoreRead } from "../../core/store.ts";
import type { Item } from "./attribute-value.ts";
import { notFound } from "./errors.ts";
import { primaryDigest, type StoreKey } from "./key.ts";
import type { Contents, IndexRecord, TableContents, TableRecord } from "./table.ts";

/** An item as stored: its size by DynamoDB's rules, and its JSON. */
export interface StoredItem {
  readonly bytes: number;
  readonly json: string;
}

export function packItem(bytes: number, json: string): string {
  return `${bytes}:${json}`;
}

export function unpackItem(text: string): StoredItem {
  const colon = text.indexOf(":");
  return { bytes: Number(text.slice(0, colon)), json: text.slice(colon + 1) };
}

export function parseItem(json: string): Item {
  return JSON.parse(json) as Item;
}

export function itemKey(table: TableRecord, key: StoreKey): Key {
  return ["item", table.id, key.hash, key.range];
}

export function indexKey(table: TableRecord, index: IndexRecord, key: StoreKey, primary: StoreKey): Key {
  return ["index", table.id, index.name, key.hash, key.range, primaryDigest(primary)];
}

function tableKey(account: string, region: string, name: string): Key {
  return ["table", account, region, name];
}

/** What is left of a table's or index's units, as of `atMs`. Below zero: used ahead. */
export interface Bucket {
  left: number;
  atMs: number;
}

/** What is kept in memory of one cloud. */
export interface Memory {
  /** Records by `account/region/name`: a table's record is read by every request. */
  readonly tables: Map<string, TableRecord>;
  readonly contents: Map<string, TableContents & { readonly atMs: number }>;
  /** Called after a write to a stream, by stream ARN: event source mappings that wait for records. */
  readonly streamListeners: Map<string, Set<() => void>>;
  /** What is left of throughput, by table id, index and direction. */
  readonly buckets: Map<string, Bucket>;
  /** Orders the change records of Kinesis destinations. */
  kinesisSequence: number;
}

export function memoryOf(ctx: Ctx): Memory {
  return ctx.memory<Memory>(() => ({
    tables: new Map(),
    contents: new Map(),
    streamListeners: new Map(),
    buckets: new Map(),
    kinesisSequence: 0,
  }));
}

export function findTable(ctx: Ctx, name: string, store: StoreRead = ctx.store): TableRecord | undefined {
  const cache = memoryOf(ctx).tables;
  const place = `${ctx.account}/${ctx.region}/${name}`;
  const cached = cache.get(place);
  if (cached !== undefined) return cached;
  const table = store.get<TableRecord>(tableKey(ctx.account, ctx.region, name));
  if (table !== undefined) cache.set(place, table);
  return table;
}

/** Throws ResourceNotFoundException with the text that item operations give. */
export function tableOf(ctx: Ctx, name: string): TableRecord {
  const table = findTable(ctx, name);
  if (table === undefined) throw notFound();
  return table;
}

function forget(ctx: Ctx, table: TableRecord): void {
  memoryOf(ctx).tables.delete(`${table.account}/${table.region}/${table.name}`);
}

/** The last thing a handler does: a rolled back transaction must not leave its record behind in memory. */
export function putTable(ctx: Ctx, table: TableRecord): TableRecord {
  forget(ctx, table);
  ctx.store.put(tableKey(table.account, table.region, table.name), table);
  return table;
}

export function removeTable(ctx: Ctx, table: TableRecord): void {
  forget(ctx, table);
  ctx.store.remove(tableKey(table.account, table.region, table.name));
  for (const collection of ["item", "index", "ttl", "stream", "sequence", "undo", "kinesis"] as const)
    ctx.store.removeRange({ prefix: [collection, table.id] });
}

/** Tables of an account, in all regions or in one, by name. */
export function* tablesOf(store: StoreRead, account: string, region?: string): Iterable<TableRecord> {
  const prefix = region === undefined ? ["table", account] : ["table", account, region];
  for (const { value } of store.range<TableRecord>({ prefix })) yield value;
}

/** AWS's own figures are up to six hours old; ours are fresh until a table is too large to count at every look. */
const COUNT_ITEMS_MAX = 20_000;
const CONTENTS_AGE_MS_MAX = 6 * 3600 * 1000;

function measure(store: StoreRead, prefix: Key): Contents {
  let count = 0;
  let bytes = 0;
  for (const { value } of store.range<string>({ prefix })) {
    count++;
    bytes += unpackItem(value).bytes;
  }
  return { count, bytes };
}

export function contentsOf(ctx: Ctx, table: TableRecord): TableContents {
  const { contents: known } = memoryOf(ctx);
  const kept = known.get(table.id);
  if (kept !== undefined && kept.count > COUNT_ITEMS_MAX && ctx.now() - kept.atMs < CONTENTS_AGE_MS_MAX) return kept;
  const indexes = new Map(table.indexes.map((index) => [index.name, measure(ctx.store, ["index", table.id, index.name])]));
  const contents = { ...measure(ctx.store, ["item", table.id]), indexes, atMs: ctx.now() };
  known.set(table.id, contents);
  return contents;
}
