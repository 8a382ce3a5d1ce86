/** Which part of a table or index a Query reads. */
import { type AttributeValue, typeOf } from "./attribute-value.ts";
import { invalid, invalidParameter } from "./errors.ts";
import type { BoundCondition, BoundOperand } from "./expressions/bind.ts";
import { hashOf, orderedBytes } from "./key.ts";
import { comparison, type LegacyRow } from "./legacy.ts";
import type { KeySchema, TableRecord } from "./table.ts";

/** Bounds of the range attribute's bytes: from `start` inclusive to `end` exclusive. */
export interface KeyRange {
  readonly hash: Uint8Array;
  readonly hashValue: AttributeValue;
  readonly start?: Uint8Array;
  readonly end?: Uint8Array;
}

export interface Row {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

function missed(name: string) {
  return invalid(`Query condition missed key schema element: ${name}`);
}

const MIRRORED: Readonly<Record<string, string>> = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function literal(operand: BoundOperand | undefined): AttributeValue {
  if (operand?.kind === "value") return operand.value;
  if (operand?.kind === "function") throw invalid("KeyConditionExpressions cannot contain nested operations");
  throw invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
}

function keyName(operand: BoundOperand | undefined): string {
  if (operand?.kind === "function") throw invalid("KeyConditionExpressions cannot contain nested operations");
  if (operand?.kind !== "path") throw invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  const [name, ...more] = operand.path;
  if (more.length > 0)
    throw invalid(`Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: ${name}`);
  return String(name);
}

function compareRow(condition: BoundCondition & { kind: "compare" }): Row {
  const { operator, left, right } = condition;
  if (operator === "<>") throw invalid("Invalid operator used in KeyConditionExpression: <>");
  if (left.kind === "value" && right.kind === "path")
    return { name: keyName(right), operator: MIRRORED[operator] ?? operator, values: [left.value] };
  return { name: keyName(left), operator, values: [literal(right)] };
}

/** The rows of `pk = :p AND sk …`. */
export function rowsOf(condition: BoundCondition): Row[] {
  switch (condition.kind) {
    case "and":
      return [...rowsOf(condition.left), ...rowsOf(condition.right)];
    case "compare":
      return [compareRow(condition)];
    case "between":
      return [{ name: keyName(condition.value), operator: "between", values: [literal(condition.low), literal(condition.high)] }];
    case "function": {
      if (condition.name !== "begins_with") throw invalid(`Invalid operator used in KeyConditionExpression: ${condition.name}`);
      const [path, start] = condition.operands;
      return [{ name: keyName(path), operator: "begins_with", values: [literal(start)] }];
    }
    default:
      throw invalid(`Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`);
  }
}

const LEGACY_OPERATORS: Readonly<Record<string, string>> = {
  EQ: "=",
  LE: "<=",
  LT: "<",
  GE: ">=",
  GT: ">",
  BETWEEN: "between",
  BEGINS_WITH: "begins_with",
};

/** KeyConditions as rows. */
export function legacyRows(rows: readonly LegacyRow[]): Row[] {
  return rows.map(({ name, operator, values }) => {
    comparison(name, operator, values);
    const mapped = LEGACY_OPERATORS[operator];
    if (mapped === undefined) throw invalid("Query key condition not supported");
    return { name, operator: mapped, values };
  });
}

function checkType(table: TableRecord, row: Row): void {
  for (const value of row.values) {
    if (typeOf(value) !== table.attributes[row.name])
      throw invalidParameter("Condition parameter type does not match schema type");
    if (("S" in value && value.S === "") || ("B" in value && value.B === "")) {
      const kind = "S" in value ? "string" : "binary";
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${row.name}`,
      );
    }
  }
}

function after(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Uint8Array.of(0)]);
}

/** The first bytes behind all that begin with these; undefined when there are none. */
function pastStart(bytes: Uint8Array): Uint8Array | undefined {
  let last = bytes.length - 1;
  while (last >= 0 && bytes[last] === 0xff) last--;
  if (last < 0) return undefined;
  // A copy: a Buffer's slice would share its memory with the start.
  const out = Uint8Array.from(bytes.subarray(0, last + 1));
  out[last] = (out[last] ?? 0) + 1;
  return out;
}

/** The part of a range attribute's order that a row allows. */
export function bounds({ operator, values }: Row): { start?: Uint8Array; end?: Uint8Array } {
  const [first, second] = values.map(orderedBytes);
  if (first === undefined) return {};
  switch (operator) {
    case "=":
      return { start: first, end: after(first) };
    case "<":
      return { end: first };
    case "<=":
      return { end: after(first) };
    case ">":
      return { start: after(first) };
    case ">=":
      return { start: first };
    case "begins_with": {
      const end = pastStart(first);
      return end === undefined ? { start: first } : { start: first, end };
    }
    default:
      return second === undefined ? { start: first } : { start: first, end: after(second) };
  }
}

export function keyRange(table: TableRecord, keys: KeySchema, rows: readonly Row[]): KeyRange {
  if (rows.some((row, i) => rows.findIndex(({ name }) => name === row.name) !== i))
    throw invalid("KeyConditionExpressions must only contain one condition per key");
  if (rows.length > 2) throw invalid("Conditions can be of length 1 or 2 only");
  const hashRow = rows.find(({ name }) => name === keys.hash);
  if (hashRow === undefined) throw missed(keys.hash);
  const rangeRow = rows.find((row) => row !== hashRow);
  if (rangeRow !== undefined && keys.range === undefined) throw invalid("Query key condition not supported");
  if (rangeRow !== undefined && keys.range !== undefined && rangeRow.name !== keys.range) throw missed(keys.range);
  const hashValue = hashRow.values[0];
  if (hashRow.operator !== "=" || hashValue === undefined) throw invalid("Query key condition not supported");
  checkType(table, hashRow);
  if (rangeRow !== undefined) checkType(table, rangeRow);
  return { hash: hashOf(hashValue), hashValue, ...(rangeRow === undefined ? {} : bounds(rangeRow)) };
}
