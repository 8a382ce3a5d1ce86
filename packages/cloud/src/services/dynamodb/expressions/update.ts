/** Carries out a bound update expression on an item. */
import { type AttributeValue, getAttribute, type Item, setAttribute, typeOf } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import { addNumbers } from "../numbers.ts";
import type { Path, PathPart, Update } from "./ast.ts";
import type { Binder, BoundOperand } from "./bind.ts";
import { valueAt } from "./evaluate.ts";
import { UPDATE_FUNCTIONS } from "./parser.ts";
import { checkOverlap } from "./projection.ts";

export interface BoundUpdate {
  /** AttributeUpdates, whose mistakes have a text of their own. */
  readonly isLegacy?: boolean;
  readonly set: readonly { readonly path: Path; readonly value: BoundOperand }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: AttributeValue }[];
  readonly delete: readonly { readonly path: Path; readonly value: AttributeValue }[];
}

const WRONG_TYPE = "An operand in the update expression has an incorrect data type";
const LEGACY_WRONG_TYPE = "Type mismatch for attribute to update";
const NO_PATH = "The document path provided in the update expression is invalid for update";
const NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item";
const LONG_TYPE_NAMES: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  L: "LIST",
  M: "MAP",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
};

export function bindUpdate(update: Update, binder: Binder): BoundUpdate {
  const literal = (operator: "ADD" | "DELETE", row: Update["add"][number], types: readonly string[]) => {
    const bound = binder.operand(row.value, UPDATE_FUNCTIONS);
    if (bound.kind !== "value") throw invalid(`Invalid UpdateExpression: Syntax error; token: "${operator}"`);
    const type = typeOf(bound.value);
    if (!types.includes(type))
      throw invalid(
        "Invalid UpdateExpression: Incorrect operand type for operator or function; " +
          `operator: ${operator}, operand type: ${LONG_TYPE_NAMES[type]}, typeSet: ALLOWED_FOR_${operator}_OPERAND`,
      );
    return { path: binder.path(row.path), value: bound.value };
  };
  const { set, remove, add, delete: gone } = update;
  checkOverlap(
    [...set, ...add, ...gone]
      .map(({ path }) => path)
      .concat(remove)
      .map((path) => binder.path(path)),
    binder.label,
  );
  return {
    set: update.set.map(({ path, value }) => ({ path: binder.path(path), value: binder.operand(value, UPDATE_FUNCTIONS) })),
    remove: update.remove.map((path) => binder.path(path)),
    add: update.add.map((row) => literal("ADD", row, ["N", "SS", "NS", "BS"])),
    delete: update.delete.map((row) => literal("DELETE", row, ["SS", "NS", "BS"])),
  };
}

export function updatedPaths(update: BoundUpdate): Path[] {
  return [...update.set, ...update.add, ...update.delete].map(({ path }) => path).concat(update.remove);
}

function numberOf(value: AttributeValue, wrongType = WRONG_TYPE): string {
  if ("N" in value) return value.N;
  throw invalid(wrongType);
}

/** The value to set, computed on the item as it was before the update. */
function compute(operand: BoundOperand, item: Item): AttributeValue {
  switch (operand.kind) {
    case "value":
      return operand.value;
    case "path": {
      const value = valueAt(item, operand.path);
      if (value === undefined) throw invalid(NO_ATTRIBUTE);
      return value;
    }
    case "sum": {
      const left = numberOf(compute(operand.left, item));
      return { N: addNumbers(left, numberOf(compute(operand.right, item)), operand.operator === "-") };
    }
    case "function":
      return computeFunction(operand.name, operand.operands, item);
  }
}

function computeFunction(name: string, operands: readonly BoundOperand[], item: Item): AttributeValue {
  const [first, second] = operands;
  if (first === undefined || second === undefined) throw invalid(WRONG_TYPE);
  if (name === "if_not_exists") {
    // The other operand is computed even where it is not wanted: a path in it that is not there is a mistake (DynamoDB Local 2.6.1).
    const otherwise = compute(second, item);
    return (first.kind === "path" ? valueAt(item, first.path) : undefined) ?? otherwise;
  }
  const left = compute(first, item);
  const right = compute(second, item);
  if (!("L" in left && "L" in right)) throw invalid(WRONG_TYPE);
  return { L: [...left.L, ...right.L] };
}

/** The map or list that holds the last part of a path. Throws when the path does not exist. */
function holderOf(item: Item, path: Path): { holder: AttributeValue; last: PathPart } {
  const last = path[path.length - 1];
  const holder = path.length === 1 ? { M: item } : valueAt(item, path.slice(0, -1));
  if (last === undefined || holder === undefined) throw invalid(NO_PATH);
  if (typeof last === "string" ? !("M" in holder) : !("L" in holder)) throw invalid(NO_PATH);
  return { holder, last };
}

function assign(item: Item, path: Path, value: AttributeValue): void {
  const { holder, last } = holderOf(item, path);
  if (typeof last === "string" && "M" in holder) setAttribute(holder.M, last, value);
  else if (typeof last === "number" && "L" in holder) {
    if (last < holder.L.length) holder.L[last] = value;
    else holder.L.push(value);
  }
}

/** Members of `value` put into (or taken out of) a set of the same type; undefined when nothing is left. */
function changeSet(present: AttributeValue, value: AttributeValue, add: boolean, wrongType: string): AttributeValue | undefined {
  for (const type of ["SS", "NS", "BS"] as const) {
    const old: string[] | undefined = type in present ? (Object.values(present)[0] as string[]) : undefined;
    if (old === undefined || !(type in value)) continue;
    const change = new Set(Object.values(value)[0] as string[]);
    const members = add ? [...new Set([...old, ...change])] : old.filter((member) => !change.has(member));
    return members.length === 0 ? undefined : ({ [type]: members } as unknown as AttributeValue);
  }
  throw invalid(wrongType);
}

function removePaths(item: Item, paths: readonly Path[]): void {
  // Higher list indexes first, so that each index means what it meant before the update.
  const ordered = [...paths].sort((a, b) => lastIndex(b) - lastIndex(a));
  for (const path of ordered) {
    const { holder, last } = holderOf(item, path);
    if (typeof last === "string" && "M" in holder) delete holder.M[last];
    else if (typeof last === "number" && "L" in holder) holder.L.splice(last, 1);
  }
}

function lastIndex(path: Path): number {
  const last = path[path.length - 1];
  return typeof last === "number" ? last : -1;
}

/** Changes `item` in place; `item` must be the caller's own copy. Throws ValidationException. */
export function applyUpdate(update: BoundUpdate, item: Item): void {
  const sets = update.set.map(({ path, value }) => {
    holderOf(item, path);
    return { path, value: structuredClone(compute(value, item)) };
  });
  const wrongType = update.isLegacy === true ? LEGACY_WRONG_TYPE : WRONG_TYPE;
  const changes = [
    ...update.add.map(({ path, value }) => ({ path, value: added(getAt(item, path), value, wrongType) })),
    ...update.delete.flatMap(({ path, value }) => {
      const present = getAt(item, path);
      return present === undefined ? [] : [{ path, value: changeSet(present, value, false, wrongType) }];
    }),
  ];
  // Lower indexes first: appending past a list's end keeps their order.
  for (const { path, value } of sets.sort((a, b) => lastIndex(a.path) - lastIndex(b.path))) assign(item, path, value);
  for (const { path, value } of changes) {
    if (value === undefined) removePaths(item, [path]);
    else assign(item, path, value);
  }
  removePaths(item, update.remove);
}

function getAt(item: Item, path: Path): AttributeValue | undefined {
  const { holder, last } = holderOf(item, path);
  if (typeof last === "string") return "M" in holder ? getAttribute(holder.M, last) : undefined;
  return "L" in holder ? holder.L[last] : undefined;
}

function added(present: AttributeValue | undefined, value: AttributeValue, wrongType: string): AttributeValue {
  if (present === undefined) return structuredClone(value);
  if ("N" in value) return { N: addNumbers(numberOf(present, wrongType), value.N) };
  return changeSet(present, value, true, wrongType) ?? value;
}
