/** SELECT: which parts of a table or index it reads, and what it shows of each item. */
import type { Ctx } from "../../../core/service.ts";
import type { RangeOptions } from "../../../core/store.ts";
import { type AttributeValue, compareValues, type Item, setAttribute } from "../attribute-value.ts";
import { Consumption } from "../capacity.ts";
import { invalid } from "../errors.ts";
import type { Path } from "../expressions/ast.ts";
import { Binder, type BoundCondition } from "../expressions/bind.ts";
import { valueAt } from "../expressions/evaluate.ts";
import { checkOverlap, project, projectionOf } from "../expressions/projection.ts";
import { hashOf, keyOfKey, type StoreKey } from "../key.ts";
import { bounds } from "../key-condition.ts";
import { fetchesFor, queryRange } from "../operations/query.ts";
import { readPage, readStartKey } from "../page.ts";
import { parseItem } from "../store.ts";
import { type IndexRecord, indexNamed, type TableRecord } from "../table.ts";
import type { Expression, Select } from "./ast.ts";
import { checkKeyTypes, conjuncts, rowOn, valuesOf } from "./keys.ts";
import type { Lowering } from "./lower.ts";

export interface SelectPlan {
  readonly kind: "select";
  readonly table: TableRecord;
  readonly index: IndexRecord | undefined;
  readonly condition: BoundCondition | undefined;
  readonly columns: readonly Path[] | undefined;
  /** The partitions to read, one after the other; undefined: all of the table. */
  readonly hashes: readonly AttributeValue[] | undefined;
  readonly reverse: boolean;
  readonly fetches: boolean;
  /** The one item that the WHERE clause names by its whole key; `alone` when it says no more. */
  readonly single: { readonly key: StoreKey; readonly alone: boolean } | undefined;
}

/** Binds a WHERE clause; its texts have no label. */
export function bindWhere(lowering: Lowering, where: Expression | undefined): BoundCondition | undefined {
  if (where === undefined) return undefined;
  const tree = lowering.condition(where);
  return new Binder(undefined, { names: new Map(), values: lowering.values }).condition(tree);
}

/** What a column is called in the answer: its last name, with what follows it. */
function columnName(path: Path): string {
  const list = path.findIndex((part, i) => i > 0 && typeof part === "number");
  const name = path[list === -1 ? path.length - 1 : list - 1];
  return list === -1 ? String(name) : `${name}[${path[list]}]`;
}

function checkColumns(columns: readonly Path[]): void {
  const seen = new Set<string>();
  for (const name of columns.map(columnName)) {
    if (seen.has(name)) throw invalid(`Duplicate identifiers in select clause: ${name}`);
    seen.add(name);
  }
  checkOverlap([...columns].reverse(), undefined);
}

/** The item that the columns make: nested attributes come to the top, under their own names. */
export function showColumns(item: Item, columns: readonly Path[]): Item {
  const shown: Item = {};
  for (const path of columns) {
    const list = path.findIndex((part, i) => i > 0 && typeof part === "number");
    const head = list === -1 ? path : path.slice(0, list + 1);
    const rest = path.slice(head.length);
    let value = valueAt(item, head);
    if (value !== undefined && rest.length > 0) value = project({ x: value }, projectionOf([["x", ...rest]])).x;
    if (value !== undefined) setAttribute(shown, columnName(path), value);
  }
  return shown;
}

function orderedHashes(select: Select, keys: { hash: string; range?: string }, hashes: readonly AttributeValue[] | undefined) {
  const [first] = select.orderBy;
  if (first === undefined) return { hashes, reverse: false };
  if (select.where === undefined) throw invalid("Must have WHERE clause in the statement when using ORDER BY clause.");
  for (const { name } of select.orderBy)
    if (name !== keys.hash && name !== keys.range)
      throw invalid(`Variable reference ${name} in ORDER BY clause must be part of the primary key`);
  if (hashes === undefined)
    throw invalid("Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
  const sorted =
    first.name === keys.hash ? [...hashes].sort((a, b) => (compareValues(a, b) ?? 0) * (first.descending ? -1 : 1)) : hashes;
  return { hashes: sorted, reverse: select.orderBy.find(({ name }) => name === keys.range)?.descending === true };
}

function singleItem(table: TableRecord, condition: BoundCondition | undefined): SelectPlan["single"] {
  const rows = conjuncts(condition);
  const key: Item = {};
  for (const name of [table.keys.hash, table.keys.range]) {
    const row = rows.map((each) => rowOn(each, name)).find((each) => each?.operator === "=");
    if (name !== undefined && row?.values[0] === undefined) return undefined;
    if (name !== undefined && row?.values[0] !== undefined) setAttribute(key, name, row.values[0]);
  }
  return { key: keyOfKey(table, key), alone: rows.length === Object.keys(key).length };
}

/** Throws ValidationException for what the table's schema does not allow. */
export function planSelect(table: TableRecord, select: Select, lowering: Lowering): SelectPlan {
  const { index: indexName } = select.source;
  const index = indexName === undefined ? undefined : indexNamed(table, indexName);
  if (indexName !== undefined && index === undefined) throw invalid(`The table does not have the specified index: ${indexName}`);
  if (select.columns !== undefined) checkColumns(select.columns);
  const condition = bindWhere(lowering, select.where);
  const keys = index?.keys ?? table.keys;
  if (condition !== undefined) checkKeyTypes(condition, table, keys);
  const found = condition === undefined ? undefined : valuesOf(condition, keys.hash);
  const { hashes, reverse } = orderedHashes(select, keys, found);
  const wanted = (select.columns ?? []).map(([name]) => String(name));
  const fetches = fetchesFor(table, index, false, wanted, condition);
  const single = index === undefined ? singleItem(table, condition) : undefined;
  return { kind: "select", table, index, condition, columns: select.columns, hashes, reverse, fetches, single };
}

/** The parts to read; an empty part is left out. */
function rangesOf({ table, index, condition, hashes }: SelectPlan): RangeOptions[] {
  if (hashes === undefined) return [{ prefix: index === undefined ? ["item", table.id] : ["index", table.id, index.name] }];
  const keys = index?.keys ?? table.keys;
  let start: Uint8Array | undefined;
  let end: Uint8Array | undefined;
  for (const each of conjuncts(condition)) {
    const row = rowOn(each, keys.range);
    const part = row === undefined ? {} : bounds(row);
    if (part.start !== undefined && (start === undefined || Buffer.compare(part.start, start) > 0)) start = part.start;
    if (part.end !== undefined && (end === undefined || Buffer.compare(part.end, end) < 0)) end = part.end;
  }
  if (start !== undefined && end !== undefined && Buffer.compare(start, end) >= 0) return [];
  const limits = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  return hashes.map((value) => queryRange(table, index, { hash: hashOf(value), hashValue: value, ...limits }));
}

/** Where a page ended: in which part, and behind which item of it. */
export interface Position {
  readonly part: number;
  readonly key?: Item;
}

export interface Selected {
  /** JSON texts. */
  readonly items: string[];
  readonly next: Position | undefined;
  readonly used: Consumption;
}

export function runSelect(
  ctx: Ctx,
  plan: SelectPlan,
  options: { readonly limit?: number | undefined; readonly from?: Position | undefined; readonly consistent: boolean },
): Selected {
  const { table, index, columns } = plan;
  const ranges = rangesOf(plan);
  const used = new Consumption();
  const items: string[] = [];
  let left = options.limit;
  let next: Position | undefined;
  for (let part = options.from?.part ?? 0; part < ranges.length && next === undefined; part++) {
    const range = ranges[part];
    if (range === undefined) break;
    const from = part === options.from?.part ? options.from.key : undefined;
    const page = readPage(ctx, {
      table,
      index,
      range,
      reverse: plan.reverse,
      limit: left,
      startKey: from === undefined ? undefined : readStartKey(table, index, from),
      filter: plan.condition,
      projection: undefined,
      fetches: plan.fetches,
      countOnly: false,
      consistent: options.consistent,
    });
    items.push(
      ...(columns === undefined ? page.items : page.items.map((json) => JSON.stringify(showColumns(parseItem(json), columns)))),
    );
    used.table += page.used.table;
    for (const [name, units] of page.used.indexes) used.addIndex(name, units);
    if (left !== undefined) left -= page.scanned;
    if (page.lastKey !== undefined) next = { part, key: page.lastKey };
    else if (left === 0 && part + 1 < ranges.length) next = { part: part + 1 };
  }
  if (ranges.length === 0) used.table = index === undefined ? 0.5 : 0;
  return { items, next, used };
}
