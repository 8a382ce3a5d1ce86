/** INSERT, UPDATE, DELETE and EXISTS as mutations of one item. */
import { type AttributeValue, checkItem, getAttribute, type Item, setAttribute, typeOf } from "../attribute-value.ts";
import { invalid, invalidParameter } from "../errors.ts";
import type { Update as UpdateTree } from "../expressions/ast.ts";
import { Binder, type BoundCondition } from "../expressions/bind.ts";
import { bindUpdate, updatedPaths } from "../expressions/update.ts";
import { checkIndexKeys, keyOfItem, keyOfKey } from "../key.ts";
import type { Mutation } from "../mutation.ts";
import type { KeySchema, TableRecord } from "../table.ts";
import type { Delete, Expression, Insert, Returning, Select, Update } from "./ast.ts";
import { conjuncts, rowOn, wrongKeyType } from "./keys.ts";
import { printPlace } from "./lexer.ts";
import type { Lowering } from "./lower.ts";
import { bindWhere } from "./select.ts";

export interface ModifyPlan {
  readonly kind: "modify";
  readonly mutation: Mutation;
  readonly returning: Returning | undefined;
}

function keyNames(keys: KeySchema): string[] {
  return keys.range === undefined ? [keys.hash] : [keys.hash, keys.range];
}

function exists(table: TableRecord, isThere: boolean): BoundCondition {
  const name = isThere ? "attribute_exists" : "attribute_not_exists";
  return { kind: "function", name, operands: [{ kind: "path", path: [table.keys.hash] }] };
}

/** The key that the WHERE clause names, and what else it says. Throws when it does not name one item. */
function readWhere(table: TableRecord, where: Expression | undefined, lowering: Lowering) {
  const keyItem: Item = {};
  const rest: BoundCondition[] = [];
  for (const condition of conjuncts(bindWhere(lowering, where))) {
    const row = keyNames(table.keys)
      .map((name) => rowOn(condition, name))
      .find((each) => each?.operator === "=");
    const value = row?.values[0];
    if (row === undefined || value === undefined) {
      rest.push(condition);
      continue;
    }
    if (Object.hasOwn(keyItem, row.name))
      throw invalid(`Multiple conditions on same key ${row.name}. Only single item Update/Insert/Delete are supported`);
    if (typeOf(value) !== table.attributes[row.name]) throw wrongKeyType(row.name);
    setAttribute(keyItem, row.name, value);
  }
  if (keyNames(table.keys).some((name) => !Object.hasOwn(keyItem, name)))
    throw invalid("Where clause does not contain a mandatory equality on all key attributes");
  const condition = rest.reduce<BoundCondition | undefined>(
    (left, right) => (left === undefined ? right : { kind: "and", left, right }),
    undefined,
  );
  return { keyItem, key: keyOfKey(table, keyItem), condition };
}

function refuseIndex(source: { readonly index?: string }): void {
  if (source.index !== undefined) throw invalid("This operation is not supported on an index");
}

export function planInsert(table: TableRecord, insert: Insert, lowering: Lowering, tellsOld: boolean): ModifyPlan {
  const item = lowering.item(insert.value);
  const bytes = checkItem(item);
  for (const name of keyNames(table.keys)) {
    const value = getAttribute(item, name);
    if (value === undefined) throw invalid(`Key attribute should be present in the item: Key ${name}`);
    if (typeOf(value) !== table.attributes[name]) throw wrongKeyType(name);
  }
  const key = keyOfItem(table, item);
  if (table.indexes.length > 0) checkIndexKeys(table, item, "put");
  const condition = exists(table, false);
  const write = { kind: "put", item, bytes } as const;
  return {
    kind: "modify",
    mutation: { table, key, keyItem: item, condition, tellsOld, inserts: true, write },
    returning: undefined,
  };
}

/** `SET a = set_add(a, …)`: ADD and DELETE of DynamoDB's own update expressions. */
function setFunction(value: Expression, path: readonly (string | number)[], lowering: Lowering) {
  if (value.kind !== "call" || (value.name !== "set_add" && value.name !== "set_delete")) return undefined;
  const name = value.name.toUpperCase();
  const [target, members, ...more] = value.operands;
  if (target === undefined || members === undefined || more.length > 0)
    throw invalid(
      `Incorrect number of operands for operator or function; operator or function: ${value.name}, number of operands: ${value.operands.length}`,
    );
  if (target.kind !== "path" || JSON.stringify(target.path) !== JSON.stringify(path))
    throw invalid(`The first argument to ${name} must equal the assignment value`);
  const wrong = () => invalid(`The second argument to ${name} must be a value with type SET at ${printPlace(target.place)}`);
  if (members.kind !== "bag" && members.kind !== "parameter") throw wrong();
  const set: AttributeValue = lowering.value(members);
  if (!("SS" in set || "NS" in set || "BS" in set)) throw wrong();
  return { adds: value.name === "set_add", row: { path, value: lowering.place(set) } };
}

export function planUpdate(table: TableRecord, update: Update, lowering: Lowering, tellsOld: boolean): ModifyPlan {
  refuseIndex(update.source);
  const tree = {
    set: [] as UpdateTree["set"][number][],
    remove: [] as UpdateTree["remove"][number][],
    add: [] as UpdateTree["add"][number][],
    delete: [] as UpdateTree["delete"][number][],
  };
  for (const action of update.actions) {
    if (action.kind === "remove") {
      tree.remove.push(action.path);
      continue;
    }
    const change = setFunction(action.value, action.path, lowering);
    if (change === undefined) tree.set.push({ path: action.path, value: lowering.operand(action.value, "update") });
    else (change.adds ? tree.add : tree.delete).push(change.row);
  }
  const { key, keyItem, condition: rest } = readWhere(table, update.where, lowering);
  const bound = bindUpdate(tree, new Binder(undefined, { names: new Map(), values: lowering.values }));
  for (const [name] of updatedPaths(bound))
    if (name === table.keys.hash || name === table.keys.range)
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
  const there = exists(table, true);
  const condition: BoundCondition = rest === undefined ? there : { kind: "and", left: there, right: rest };
  const write = { kind: "update", update: bound } as const;
  return { kind: "modify", mutation: { table, key, keyItem, condition, tellsOld, write }, returning: update.returning };
}

export function planDelete(
  table: TableRecord,
  { source, where, returning }: Delete,
  lowering: Lowering,
  tellsOld: boolean,
): ModifyPlan {
  refuseIndex(source);
  if (returning !== undefined && !(returning.scope === "ALL" && returning.image === "OLD"))
    throw invalid(
      `Invalid returning clause: RETURNING ${returning.scope} ${returning.image} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
    );
  const { key, keyItem, condition: rest } = readWhere(table, where, lowering);
  // An item that is not there is deleted, whatever else the clause says.
  const condition: BoundCondition | undefined =
    rest === undefined ? undefined : { kind: "or", left: exists(table, false), right: rest };
  return { kind: "modify", mutation: { table, key, keyItem, condition, tellsOld, write: { kind: "delete" } }, returning };
}

/** EXISTS(SELECT …): a check of one item in a transaction; undefined when the SELECT is not one item and a condition more. */
export function planExists(table: TableRecord, select: Select, lowering: Lowering, tellsOld: boolean): ModifyPlan | undefined {
  if (select.source.index !== undefined) return undefined;
  const conditions = conjuncts(bindWhere(lowering, select.where));
  const named = keyNames(table.keys).every((name) => conditions.some((each) => rowOn(each, name)?.operator === "="));
  if (!named) return undefined;
  const { key, keyItem, condition } = readWhere(table, select.where, lowering);
  if (condition === undefined) return undefined;
  const there: BoundCondition = { kind: "and", left: exists(table, true), right: condition };
  return {
    kind: "modify",
    mutation: { table, key, keyItem, condition: there, tellsOld, write: { kind: "check" } },
    returning: undefined,
  };
}
