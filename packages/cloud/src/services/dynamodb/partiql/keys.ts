/** What a WHERE clause says of key attributes. */
import { type AttributeValue, typeOf, valuesEqual } from "../attribute-value.ts";
import { invalid, invalidParameter } from "../errors.ts";
import type { BoundCondition, BoundOperand } from "../expressions/bind.ts";
import type { Row } from "../key-condition.ts";
import type { KeySchema, TableRecord } from "../table.ts";

const MIRRORED: Readonly<Record<string, string>> = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function isName(operand: BoundOperand | undefined, name: string | undefined): boolean {
  return operand?.kind === "path" && operand.path.length === 1 && operand.path[0] === name;
}

/** `name = value`, `value < name`, … as a row; undefined for any other condition. */
export function rowOn(condition: BoundCondition, name: string | undefined): Row | undefined {
  if (name === undefined) return undefined;
  if (condition.kind === "compare" && condition.operator !== "<>") {
    const { operator, left, right } = condition;
    if (isName(left, name) && right.kind === "value") return { name, operator, values: [right.value] };
    if (isName(right, name) && left.kind === "value")
      return { name, operator: MIRRORED[operator] ?? operator, values: [left.value] };
    return undefined;
  }
  if (condition.kind === "between" && isName(condition.value, name)) {
    const { low, high } = condition;
    return low.kind === "value" && high.kind === "value"
      ? { name, operator: "between", values: [low.value, high.value] }
      : undefined;
  }
  if (condition.kind !== "function" || condition.name !== "begins_with") return undefined;
  const [path, start] = condition.operands;
  return isName(path, name) && start?.kind === "value" ? { name, operator: "begins_with", values: [start.value] } : undefined;
}

/** The conditions that must all hold. */
export function conjuncts(condition: BoundCondition | undefined): BoundCondition[] {
  if (condition === undefined) return [];
  return condition.kind === "and" ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function common(a: readonly AttributeValue[], b: readonly AttributeValue[]): AttributeValue[] {
  return a.filter((value) => b.some((other) => valuesEqual(value, other)));
}

/** The only values that the attribute can have where the condition holds, in the statement's order; undefined: any. */
export function valuesOf(condition: BoundCondition, name: string): AttributeValue[] | undefined {
  switch (condition.kind) {
    case "and": {
      const left = valuesOf(condition.left, name);
      const right = valuesOf(condition.right, name);
      return left === undefined || right === undefined ? (left ?? right) : common(left, right);
    }
    case "or": {
      const left = valuesOf(condition.left, name);
      const right = valuesOf(condition.right, name);
      return left === undefined || right === undefined ? undefined : distinct([...left, ...right]);
    }
    case "in": {
      const values = condition.options.flatMap((option) => (option.kind === "value" ? [option.value] : []));
      return isName(condition.value, name) && values.length === condition.options.length ? distinct(values) : undefined;
    }
    default: {
      const row = rowOn(condition, name);
      return row?.operator === "=" ? [...row.values] : undefined;
    }
  }
}

function distinct(values: readonly AttributeValue[]): AttributeValue[] {
  return values.filter((value, i) => values.findIndex((other) => valuesEqual(value, other)) === i);
}

export function wrongKeyType(name: string): Error {
  return invalid(`Key attribute's data type should match its data type in table's schema: Key ${name}`);
}

/** Key attributes are compared with values of their own type only. */
export function checkKeyTypes(condition: BoundCondition, table: TableRecord, keys: KeySchema): void {
  switch (condition.kind) {
    case "and":
    case "or":
      checkKeyTypes(condition.left, table, keys);
      checkKeyTypes(condition.right, table, keys);
      return;
    case "not":
      checkKeyTypes(condition.condition, table, keys);
      return;
    default:
      for (const name of [keys.hash, keys.range]) if (name !== undefined) checkKeyType(condition, table, name);
  }
}

function checkKeyType(condition: BoundCondition, table: TableRecord, name: string): void {
  const type = table.attributes[name];
  if (condition.kind === "in" && isName(condition.value, name)) {
    if (condition.options.some((option) => option.kind === "value" && typeOf(option.value) !== type))
      throw invalidParameter("Condition parameter type does not match schema type");
    return;
  }
  if (rowOn(condition, name)?.values.some((value) => typeOf(value) !== type) === true) throw wrongKeyType(name);
}
