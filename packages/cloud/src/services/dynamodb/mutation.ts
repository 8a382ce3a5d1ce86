/** One write of one item, as PutItem, UpdateItem, DeleteItem and the parts of TransactWriteItems ask for it. */
import type { Ctx } from "../../core/service.ts";
import { checkItem, type Item } from "./attribute-value.ts";
import type { Consumption } from "./capacity.ts";
import { conditionFailed, duplicateItem, invalid, invalidParameter } from "./errors.ts";
import type { BoundCondition } from "./expressions/bind.ts";
import { holds } from "./expressions/evaluate.ts";
import { type ExpressionInput, Expressions, refuseMixed } from "./expressions/request.ts";
import { applyUpdate, type BoundUpdate, updatedPaths } from "./expressions/update.ts";
import { type Body, missing, readEnum, readObject, readString, readTable } from "./input.ts";
import { checkIndexKeys, keyOfItem, keyOfKey, refuseEmptyIndexKey, type StoreKey } from "./key.ts";
import { readAttributeUpdates, readExpected } from "./legacy.ts";
import { parseItem } from "./store.ts";
import type { TableRecord } from "./table.ts";
import { putItem, readItem, removeItem, type Stored } from "./write.ts";

export interface Mutation {
  readonly table: TableRecord;
  readonly key: StoreKey;
  /** The key's attributes: where an update makes the item, it starts from these. */
  readonly keyItem: Item;
  readonly condition: BoundCondition | undefined;
  readonly tellsOld: boolean;
  /** PartiQL's INSERT: a failed condition is a duplicate. */
  readonly inserts?: boolean;
  readonly write:
    | { readonly kind: "put"; readonly item: Item; readonly bytes: number }
    | { readonly kind: "update"; readonly update: BoundUpdate }
    | { readonly kind: "delete" }
    | { readonly kind: "check" };
}

export interface Outcome {
  readonly before: Stored | undefined;
  readonly after: Item | undefined;
  readonly used: Consumption;
}

export function tellsOld(body: Body): boolean {
  return readEnum(body, "ReturnValuesOnConditionCheckFailure", ["ALL_OLD", "NONE"]) === "ALL_OLD";
}

export function readKey(table: TableRecord, body: Body, path = "key"): { key: StoreKey; keyItem: Item } {
  const keyItem = readObject(body, "Key");
  if (keyItem === undefined) throw missing(path);
  checkItem(keyItem);
  return { key: keyOfKey(table, keyItem as Item), keyItem: keyItem as Item };
}

function readCondition(body: Body, others: Readonly<Record<string, unknown>> = {}) {
  const expressions = new Expressions(body as ExpressionInput, { ...others, ConditionExpression: body.ConditionExpression });
  return { expressions, text: readString(body, "ConditionExpression") };
}

export function readPut(ctx: Ctx, body: Body): Mutation {
  const table = readTable(ctx, body.TableName);
  const item = readObject(body, "Item");
  if (item === undefined) throw missing("item");
  refuseMixed(body, ["Expected", "ConditionalOperator"], ["ConditionExpression"]);
  const bytes = checkItem(item);
  const { expressions, text } = readCondition(body);
  const condition = text === undefined ? readExpected(body) : expressions.condition(text, "ConditionExpression");
  expressions.finish();
  const key = keyOfItem(table, item as Item);
  if (table.indexes.length > 0) checkIndexKeys(table, item as Item, "put");
  return {
    table,
    key,
    keyItem: item as Item,
    condition,
    tellsOld: tellsOld(body),
    write: { kind: "put", item: item as Item, bytes },
  };
}

export function readDelete(ctx: Ctx, body: Body, kind: "delete" | "check" = "delete"): Mutation {
  const table = readTable(ctx, body.TableName);
  refuseMixed(body, ["Expected", "ConditionalOperator"], ["ConditionExpression"]);
  const { expressions, text } = readCondition(body);
  const condition = text === undefined ? readExpected(body) : expressions.condition(text, "ConditionExpression");
  expressions.finish();
  return { table, ...readKey(table, body), condition, tellsOld: tellsOld(body), write: { kind } };
}

const NO_UPDATE: BoundUpdate = { set: [], remove: [], add: [], delete: [] };

export function readUpdate(ctx: Ctx, body: Body): Mutation {
  const table = readTable(ctx, body.TableName);
  refuseMixed(body, ["AttributeUpdates", "Expected", "ConditionalOperator"], ["UpdateExpression", "ConditionExpression"]);
  const { expressions, text } = readCondition(body, { UpdateExpression: body.UpdateExpression });
  const update = expressions.update(readString(body, "UpdateExpression")) ?? readAttributeUpdates(body) ?? NO_UPDATE;
  const condition = text === undefined ? readExpected(body) : expressions.condition(text, "ConditionExpression");
  expressions.finish();
  const place = readKey(table, body);
  for (const [name] of updatedPaths(update))
    if (name === table.keys.hash || name === table.keys.range)
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
  for (const { path, value } of update.set)
    if (update.isLegacy !== true && path.length === 1 && value.kind === "value")
      refuseEmptyIndexKey(table, String(path[0]), value.value);
  return { table, ...place, condition, tellsOld: tellsOld(body), write: { kind: "update", update } };
}

function updated({ table, keyItem, write }: Mutation, before: Stored | undefined): { item: Item; bytes: number } {
  if (write.kind !== "update") throw new Error("assertion: only updates come here");
  const item = before === undefined ? structuredClone(keyItem) : parseItem(before.json);
  applyUpdate(write.update, item);
  if (table.indexes.length > 0) checkIndexKeys(table, item, "update");
  return { item, bytes: sizeAfterUpdate(item) };
}

function sizeAfterUpdate(item: Item): number {
  const bytes = checkItem(item);
  if (bytes > 400 * 1024) throw invalid("Item size to update has exceeded the maximum allowed size");
  return bytes;
}

/** Throws ConditionalCheckFailedException. */
export function checkCondition(mutation: Mutation, before: Stored | undefined): void {
  if (mutation.condition === undefined || holds(mutation.condition, before?.item ?? {})) return;
  if (mutation.inserts === true) throw duplicateItem();
  throw conditionFailed(mutation.tellsOld ? before?.item : undefined);
}

function tellCondition(ctx: Ctx, mutation: Mutation, before: Stored | undefined): void {
  try {
    checkCondition(mutation, before);
  } catch (error) {
    ctx.metric("AWS/DynamoDB", "ConditionalCheckFailedRequests", { TableName: mutation.table.name }, 1, "Count");
    throw error;
  }
}

/** `wantsBefore`: the caller answers with the old item. */
export function carryOut(ctx: Ctx, mutation: Mutation, options: { readonly wantsBefore: boolean }): Outcome {
  const { table, key, write, condition } = mutation;
  const reads = options.wantsBefore || condition !== undefined || write.kind !== "put";
  const before = reads ? readItem(ctx, table, key) : undefined;
  tellCondition(ctx, mutation, before);
  const known = reads ? { before: before ?? null } : {};
  if (write.kind === "put") return { before, after: write.item, used: putItem(ctx, table, key, write.item, write.bytes, known) };
  if (write.kind === "delete") return { before, after: undefined, used: removeItem(ctx, table, key, known) };
  const { item, bytes } = updated(mutation, before);
  return { before, after: item, used: putItem(ctx, table, key, item, bytes, known) };
}
