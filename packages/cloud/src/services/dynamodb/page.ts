/** Reads one page of a table or index: at most 1 MB of items or `limit` of them, filtered afterwards. */
import type { Ctx } from "../../core/service.ts";
import type { Key, RangeOptions } from "../../core/store.ts";
import { checkItem, getAttribute, type Item, typeOf, valuesEqual } from "./attribute-value.ts";
import { Consumption, readUnits } from "./capacity.ts";
import { invalid } from "./errors.ts";
import type { BoundCondition } from "./expressions/bind.ts";
import { holds } from "./expressions/evaluate.ts";
import { type Projection, project } from "./expressions/projection.ts";
import { keyAttributes, keyInIndex, keyOfItem, orderedBytes } from "./key.ts";
import type { KeyRange } from "./key-condition.ts";
import { indexKey, itemKey, parseItem, unpackItem } from "./store.ts";
import type { IndexRecord, KeySchema, TableRecord } from "./table.ts";
import { admit } from "./throughput.ts";

const PAGE_BYTES_MAX = 1024 * 1024;

export interface PageRequest {
  readonly table: TableRecord;
  readonly index: IndexRecord | undefined;
  readonly range: RangeOptions;
  readonly reverse: boolean;
  readonly limit: number | undefined;
  readonly startKey: Key | undefined;
  readonly filter: BoundCondition | undefined;
  readonly projection: Projection | undefined;
  /** The item's other attributes are fetched from the table: a local index that does not hold what is asked for. */
  readonly fetches: boolean;
  readonly countOnly: boolean;
  readonly consistent: boolean;
}

export interface Page {
  /** JSON texts. */
  readonly items: string[];
  readonly count: number;
  readonly scanned: number;
  readonly lastKey: Item | undefined;
  readonly used: Consumption;
}

function startAfter(request: PageRequest): RangeOptions {
  const { range, reverse, startKey } = request;
  if (startKey === undefined) return { ...range, reverse };
  return reverse ? { ...range, end: startKey, reverse } : { ...range, start: startKey };
}

function isKey(a: Key, b: Key): boolean {
  return a.every((part, i) => {
    const other = b[i];
    return part instanceof Uint8Array && other instanceof Uint8Array ? Buffer.compare(part, other) === 0 : part === other;
  });
}

/** The whole item behind an index entry, with its size. */
function fetchWhole(ctx: Ctx, table: TableRecord, json: string): { json: string; bytes: number } {
  const text = ctx.store.get<string>(itemKey(table, keyOfItem(table, parseItem(json))));
  if (text === undefined) throw new Error("assertion: an index entry has its item");
  return unpackItem(text);
}

export function readPage(ctx: Ctx, request: PageRequest): Page {
  const { table, index, limit, filter, projection } = request;
  const items: string[] = [];
  const used = new Consumption();
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let last: string | undefined;
  let more = false;
  admit(ctx, table, "Read", index);
  for (const record of ctx.store.range<string>(startAfter(request))) {
    if (request.startKey !== undefined && !request.reverse && scanned === 0 && isKey(request.startKey, record.key)) continue;
    const entry = unpackItem(record.value);
    scanned++;
    bytes += entry.bytes;
    last = entry.json;
    const seen = request.fetches ? fetchWhole(ctx, table, entry.json) : entry;
    if (request.fetches) used.table += readUnits(seen.bytes, request.consistent);
    const parsed = filter === undefined && (projection === undefined || request.countOnly) ? undefined : parseItem(seen.json);
    if (filter === undefined || parsed === undefined || holds(filter, parsed)) {
      count++;
      if (!request.countOnly)
        items.push(projection === undefined || parsed === undefined ? seen.json : JSON.stringify(project(parsed, projection)));
    }
    if (scanned === limit || bytes >= PAGE_BYTES_MAX) {
      more = true;
      break;
    }
  }
  const units = readUnits(bytes, request.consistent);
  if (index === undefined) used.table += units;
  else used.addIndex(index.name, units);
  const lastKey =
    more && last !== undefined
      ? keyAttributes(parseItem(last), table.keys, ...(index === undefined ? [] : [index.keys]))
      : undefined;
  return { items, count, scanned, lastKey, used };
}

/** The store key of an ExclusiveStartKey, checked against the table's and the index's schema. */
export function readStartKey(table: TableRecord, index: IndexRecord | undefined, given: Item): Key {
  checkItem(given);
  const wrong = () => invalid("The provided starting key is invalid: The provided key element does not match the schema");
  const names = new Set(
    [table.keys.hash, table.keys.range, index?.keys.hash, index?.keys.range].filter((name) => name !== undefined),
  );
  if (Object.keys(given).length !== names.size) throw wrong();
  for (const name of names) {
    const value = getAttribute(given, name);
    if (value === undefined || typeOf(value) !== table.attributes[name]) throw wrong();
  }
  const primary = keyOfItem(table, given);
  if (index === undefined) return itemKey(table, primary);
  const place = keyInIndex(index, given);
  if (place === undefined) throw wrong();
  return indexKey(table, index, place, primary);
}

/** A start key must lie in the partition that a Query reads, and where its range condition holds. */
export function checkStartPartition(keys: KeySchema, given: Item, { hashValue, start, end }: KeyRange): void {
  const value = getAttribute(given, keys.hash);
  if (value === undefined || !valuesEqual(value, hashValue))
    throw invalid("The provided starting key is outside query boundaries based on provided conditions");
  const place = keys.range === undefined ? undefined : getAttribute(given, keys.range);
  if (place === undefined) return;
  const bytes = orderedBytes(place);
  const isBefore = start !== undefined && Buffer.compare(bytes, start) < 0;
  if (isBefore || (end !== undefined && Buffer.compare(bytes, end) >= 0))
    throw invalid("The provided starting key does not match the range key predicate");
}
