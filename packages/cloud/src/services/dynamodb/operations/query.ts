import { type Ctx, WireJson } from "../../../core/service.ts";
import type { Key } from "../../../core/store.ts";
import type { Item } from "../attribute-value.ts";
import { describeConsumption } from "../capacity.ts";
import { invalid, invalidParameter } from "../errors.ts";
import type { Path } from "../expressions/ast.ts";
import type { BoundCondition, BoundOperand } from "../expressions/bind.ts";
import { type Projection, projectionOf } from "../expressions/projection.ts";
import { type ExpressionInput, Expressions, refuseMixed } from "../expressions/request.ts";
import { type Body, readBoolean, readEnum, readInteger, readList, readObject, readString, readTable } from "../input.ts";
import { type KeyRange, keyRange, legacyRows, rowsOf } from "../key-condition.ts";
import { readFilter, readRows } from "../legacy.ts";
import { checkStartPartition, type Page, readPage, readStartKey } from "../page.ts";
import { type IndexRecord, indexNamed, type TableRecord } from "../table.ts";
import { meter } from "../throughput.ts";
import { attributesToGet } from "./get-item.ts";
import { readDetail } from "./put-item.ts";

const SELECT = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"] as const;

export function readIndex(table: TableRecord, body: Body): IndexRecord | undefined {
  const name = readString(body, "IndexName");
  if (name === undefined) return undefined;
  const index = indexNamed(table, name);
  if (index === undefined) throw invalid(`The table does not have the specified index: ${name}`);
  return index;
}

export interface Selection {
  readonly projection: Projection | undefined;
  readonly countOnly: boolean;
  readonly fetches: boolean;
}

function checkSelect(
  body: Body,
  index: IndexRecord | undefined,
  select: (typeof SELECT)[number] | undefined,
  chosen: boolean,
): void {
  const means = body.ProjectionExpression == null ? "AttributesToGet" : "ProjectionExpression";
  if (select === "ALL_PROJECTED_ATTRIBUTES" && index === undefined)
    throw invalidParameter("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  if (select === "SPECIFIC_ATTRIBUTES" && !chosen)
    throw invalidParameter("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  if (!chosen || select === undefined || select === "SPECIFIC_ATTRIBUTES") return;
  const what = {
    COUNT: "only the Count",
    ALL_ATTRIBUTES: "ALL_ATTRIBUTES",
    ALL_PROJECTED_ATTRIBUTES: "ALL_PROJECTED_ATTRIBUTES",
  }[select];
  throw invalid(`Cannot specify the ${means} when choosing to get ${what}`);
}

/** Attributes that the index does not hold, among those asked for. */
function notProjected(table: TableRecord, index: IndexRecord, names: readonly string[]): string[] {
  if (index.projection === "ALL") return [];
  const held = new Set([table.keys.hash, table.keys.range, index.keys.hash, index.keys.range, ...index.include]);
  return names.filter((name) => !held.has(name));
}

/**
 * Must the items behind the index be read: for all their attributes, for `names`, or for what the filter looks at?
 * Throws where a global index lacks them.
 */
export function fetchesFor(
  table: TableRecord,
  index: IndexRecord | undefined,
  all: boolean,
  names: readonly string[],
  filter: BoundCondition | undefined,
): boolean {
  if (index === undefined || index.projection === "ALL") return false;
  if (all && index.kind === "global")
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  const lacking = notProjected(table, index, names);
  if (lacking.length > 0 && index.kind === "global")
    throw invalidParameter(`Global secondary index ${index.name} does not project [${lacking.join(", ")}]`);
  const filtered = filter === undefined ? [] : [...new Set(pathsIn(filter).map(([name]) => String(name)))];
  const unseen = notProjected(table, index, filtered);
  if (unseen.length > 0 && index.kind === "global")
    throw invalidParameter(
      `Secondary index ${index.name} does not project one or more filter attributes: [${unseen.join(", ")}]`,
    );
  return all || lacking.length > 0 || unseen.length > 0;
}

function operandPaths(operand: BoundOperand): Path[] {
  if (operand.kind === "path") return [operand.path];
  return operand.kind === "function" ? operand.operands.flatMap(operandPaths) : [];
}

/** Every path that a condition looks at. */
export function pathsIn(condition: BoundCondition): Path[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return [...pathsIn(condition.left), ...pathsIn(condition.right)];
    case "not":
      return pathsIn(condition.condition);
    case "compare":
      return [...operandPaths(condition.left), ...operandPaths(condition.right)];
    case "between":
      return [condition.value, condition.low, condition.high].flatMap(operandPaths);
    case "in":
      return [condition.value, ...condition.options].flatMap(operandPaths);
    case "function":
      return condition.operands.flatMap(operandPaths);
  }
}

export function readSelection(
  body: Body,
  table: TableRecord,
  index: IndexRecord | undefined,
  expressions: Expressions,
  filter: BoundCondition | undefined,
): Selection {
  const paths = expressions.paths(readString(body, "ProjectionExpression"));
  const attributes = readList(body, "AttributesToGet");
  const projection =
    paths !== undefined ? projectionOf(paths) : attributes === undefined ? undefined : attributesToGet(attributes);
  const select = readEnum(body, "Select", SELECT);
  checkSelect(body, index, select, projection !== undefined);
  const wanted = [...(projection?.keys() ?? [])].filter((name) => typeof name === "string");
  const fetches = fetchesFor(table, index, select === "ALL_ATTRIBUTES", wanted, filter);
  return { projection, countOnly: select === "COUNT", fetches };
}

/** `operation`: whose page it is. */
export function pageAnswer(
  ctx: Ctx,
  body: Body,
  table: TableRecord,
  page: Page,
  options: { readonly countOnly: boolean; readonly operation: "Query" | "Scan" },
): WireJson {
  const { countOnly, operation } = options;
  meter(ctx, table, "Read", page.used);
  ctx.metric("AWS/DynamoDB", "ReturnedItemCount", { TableName: table.name, Operation: operation }, page.count, "Count");
  const parts = countOnly ? [] : [`"Items":[${page.items.join(",")}]`];
  parts.push(`"Count":${page.count},"ScannedCount":${page.scanned}`);
  if (page.lastKey !== undefined) parts.push(`"LastEvaluatedKey":${JSON.stringify(page.lastKey)}`);
  const capacity = describeConsumption(table, page.used, readDetail(body));
  if (capacity !== undefined) parts.push(`"ConsumedCapacity":${JSON.stringify(capacity)}`);
  return new WireJson(`{${parts.join(",")}}`);
}

function refuseKeysInFilter(
  filter: BoundCondition | undefined,
  table: TableRecord,
  index: IndexRecord | undefined,
  member: string,
): void {
  if (filter === undefined) return;
  const keys = index?.keys ?? table.keys;
  const key = pathsIn(filter).find(([name]) => name === keys.hash || name === keys.range);
  if (key === undefined) return;
  throw invalid(
    member === "FilterExpression"
      ? `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key[0]}`
      : `QueryFilter can only contain non-primary key attributes: Primary key attribute: ${key[0]}`,
  );
}

function readKeyRange(body: Body, table: TableRecord, index: IndexRecord | undefined, expressions: Expressions): KeyRange {
  const condition = expressions.condition(readString(body, "KeyConditionExpression"), "KeyConditionExpression");
  const legacy = readRows(body, "KeyConditions");
  if (condition === undefined && legacy === undefined)
    throw invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  const rows = condition === undefined ? legacyRows(legacy ?? []) : rowsOf(condition);
  return keyRange(table, index?.keys ?? table.keys, rows);
}

export function queryRange(table: TableRecord, index: IndexRecord | undefined, { hash, start, end }: KeyRange) {
  const base: Key = index === undefined ? ["item", table.id, hash] : ["index", table.id, index.name, hash];
  return {
    prefix: base,
    ...(start === undefined ? {} : { start: [...base, start] }),
    ...(end === undefined ? {} : { end: [...base, end] }),
  };
}

export function queryOperation(ctx: Ctx, body: Body): WireJson {
  const table = readTable(ctx, body.TableName);
  refuseMixed(
    body,
    ["KeyConditions", "QueryFilter", "AttributesToGet", "ConditionalOperator"],
    ["KeyConditionExpression", "FilterExpression", "ProjectionExpression"],
  );
  const limit = readInteger(body, "Limit", 1);
  const index = readIndex(table, body);
  const consistent = readBoolean(body, "ConsistentRead");
  if (consistent && index?.kind === "global") throw invalid("Consistent reads are not supported on global secondary indexes");
  const { FilterExpression, KeyConditionExpression, ProjectionExpression } = body;
  const expressions = new Expressions(body as ExpressionInput, {
    ProjectionExpression,
    FilterExpression,
    KeyConditionExpression,
  });
  const filterText = readString(body, "FilterExpression");
  const filter = expressions.condition(filterText, "FilterExpression") ?? readFilter(body, "QueryFilter");
  const selection = readSelection(body, table, index, expressions, filter);
  const range = readKeyRange(body, table, index, expressions);
  expressions.finish();
  refuseKeysInFilter(filter, table, index, filterText === undefined ? "QueryFilter" : "FilterExpression");
  const startItem = readObject(body, "ExclusiveStartKey") as Item | undefined;
  const startKey = startItem === undefined ? undefined : readStartKey(table, index, startItem);
  if (startItem !== undefined) checkStartPartition(index?.keys ?? table.keys, startItem, range);
  const reverse = body.ScanIndexForward != null && !readBoolean(body, "ScanIndexForward");
  const page = readPage(ctx, {
    table,
    index,
    range: queryRange(table, index, range),
    reverse,
    limit,
    startKey,
    filter,
    consistent,
    ...selection,
  });
  return pageAnswer(ctx, body, table, page, { countOnly: selection.countOnly, operation: "Query" });
}
