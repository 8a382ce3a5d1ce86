/** The parameters that expressions replaced (Developer Guide, "Legacy conditional parameters"), turned into bound expressions. */
import { type AttributeValue, checkAlone, compareValues, type TypeName, typeOf } from "./attribute-value.ts";
import { invalid, invalidParameter } from "./errors.ts";
import type { Comparator } from "./expressions/ast.ts";
import type { BoundCondition, BoundOperand } from "./expressions/bind.ts";
import type { BoundUpdate } from "./expressions/update.ts";
import { type Body, isObject, readEnum, readList, readObject } from "./input.ts";

const COMPARISONS: Readonly<Record<string, Comparator>> = { EQ: "=", NE: "<>", LE: "<=", LT: "<", GE: ">=", GT: ">" };
const ARGUMENTS: Readonly<Record<string, readonly [number, number]>> = {
  EQ: [1, 1],
  NE: [1, 1],
  LE: [1, 1],
  LT: [1, 1],
  GE: [1, 1],
  GT: [1, 1],
  NOT_NULL: [0, 0],
  NULL: [0, 0],
  CONTAINS: [1, 1],
  NOT_CONTAINS: [1, 1],
  BEGINS_WITH: [1, 1],
  IN: [1, Number.POSITIVE_INFINITY],
  BETWEEN: [2, 2],
};
export const OPERATORS = Object.keys(ARGUMENTS);

function literal(value: AttributeValue): BoundOperand {
  return { kind: "value", value };
}

/** What the operators take that do not take everything; a list may hold a boolean or a null. */
const SCALARS: readonly TypeName[] = ["S", "N", "B"];
const MEMBERS: readonly TypeName[] = [...SCALARS, "BOOL", "NULL"];
const TYPES: Readonly<Record<string, readonly TypeName[]>> = {
  LE: SCALARS,
  LT: SCALARS,
  GE: SCALARS,
  GT: SCALARS,
  BETWEEN: SCALARS,
  IN: SCALARS,
  BEGINS_WITH: ["S", "B"],
  CONTAINS: MEMBERS,
  NOT_CONTAINS: MEMBERS,
};

function checkArguments(operator: string, values: readonly AttributeValue[]): void {
  const [least, most] = ARGUMENTS[operator] ?? [0, 0];
  if (values.length < least || values.length > most)
    throw invalidParameter(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  const types = values.map(typeOf);
  const wrong = types.find((type) => TYPES[operator]?.includes(type) === false);
  if (wrong !== undefined) throw invalidParameter(`ComparisonOperator ${operator} is not valid for ${wrong} AttributeValue type`);
  if (new Set(types).size > 1) throw invalidParameter("AttributeValues inside AttributeValueList must be of same type");
  const [low, high] = values;
  if (operator === "BETWEEN" && low !== undefined && high !== undefined && (compareValues(low, high) ?? 0) > 0)
    throw invalid("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
}

/** One row of QueryFilter, Expected or KeyConditions. */
export function comparison(name: string, operator: string, values: readonly AttributeValue[]): BoundCondition {
  checkArguments(operator, values);
  const path: BoundOperand = { kind: "path", path: [name] };
  const operands = values.map(literal);
  const call = (fn: string): BoundCondition => ({ kind: "function", name: fn, operands: [path, ...operands] });
  const symbol = COMPARISONS[operator];
  const [first, second] = operands;
  if (symbol !== undefined && first !== undefined) return { kind: "compare", operator: symbol, left: path, right: first };
  if (operator === "BETWEEN" && first !== undefined && second !== undefined)
    return { kind: "between", value: path, low: first, high: second };
  if (operator === "IN") return { kind: "in", value: path, options: operands };
  if (operator === "NOT_NULL") return call("attribute_exists");
  if (operator === "NULL") return call("attribute_not_exists");
  if (operator === "BEGINS_WITH") return call("begins_with");
  if (operator === "CONTAINS") return call("contains");
  return {
    kind: "and",
    left: { kind: "function", name: "attribute_exists", operands: [path] },
    right: { kind: "not", condition: call("contains") },
  };
}

function joined(body: Body, rows: readonly BoundCondition[]): BoundCondition | undefined {
  const operator = readEnum(body, "ConditionalOperator", ["AND", "OR"]);
  if (operator !== undefined && rows.length < 2)
    throw invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements");
  const kind = operator === "OR" ? "or" : "and";
  const [first, ...rest] = rows;
  return rest.reduce((left, right) => (left === undefined ? right : { kind, left, right }), first);
}

function readRow(row: unknown): { operator: string | undefined; values: AttributeValue[] } {
  if (!isObject(row)) throw invalid("Start of structure or map found where not expected.");
  const operator = readEnum(row, "ComparisonOperator", OPERATORS);
  return { operator, values: (readList(row, "AttributeValueList") ?? []).map(checkAlone) };
}

export interface LegacyRow {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

/** KeyConditions, QueryFilter or ScanFilter, row by row. */
export function readRows(body: Body, member: string): LegacyRow[] | undefined {
  const rows = readObject(body, member);
  if (rows === undefined) return undefined;
  return Object.entries(rows).map(([name, row]) => {
    const { operator, values } = readRow(row);
    if (operator === undefined)
      throw invalid(
        `1 validation error detected: Value null at '${member}.${name}.member.comparisonOperator' failed to satisfy constraint: Member must not be null`,
      );
    return { name, operator, values };
  });
}

export function readFilter(body: Body, member: string): BoundCondition | undefined {
  const rows = readRows(body, member);
  return rows === undefined
    ? undefined
    : joined(
        body,
        rows.map(({ name, operator, values }) => comparison(name, operator, values)),
      );
}

function expectedRow(name: string, row: unknown): BoundCondition {
  if (!isObject(row)) throw invalid("Start of structure or map found where not expected.");
  const { operator, values } = readRow(row);
  if (operator !== undefined) {
    if (row.Exists != null)
      throw invalidParameter(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`);
    return comparison(name, operator, row.Value == null ? values : [checkAlone(row.Value)]);
  }
  if (row.Exists === false) {
    if (row.Value != null) throw invalidParameter(`Value cannot be used when Exists is set to false for Attribute: ${name}`);
    return comparison(name, "NULL", []);
  }
  if (row.Value == null)
    throw invalidParameter(
      `Value must be provided when Exists is ${row.Exists == null ? "null" : "true"} for Attribute: ${name}`,
    );
  return comparison(name, "EQ", [checkAlone(row.Value)]);
}

export function readExpected(body: Body): BoundCondition | undefined {
  const rows = readObject(body, "Expected");
  if (rows === undefined) {
    if (body.ConditionalOperator != null)
      throw invalidParameter("ConditionalOperator can only be used when Filter or Expected is specified");
    return undefined;
  }
  return joined(
    body,
    Object.entries(rows).map(([name, row]) => expectedRow(name, row)),
  );
}

/** AttributeUpdates as an update expression does it. */
export function readAttributeUpdates(body: Body): BoundUpdate | undefined {
  const rows = readObject(body, "AttributeUpdates");
  if (rows === undefined) return undefined;
  const update = {
    isLegacy: true,
    set: [] as BoundUpdate["set"][number][],
    remove: [] as string[][],
    add: [] as BoundUpdate["add"][number][],
    delete: [] as BoundUpdate["delete"][number][],
  };
  for (const [name, row] of Object.entries(rows)) {
    if (!isObject(row)) throw invalid("Start of structure or map found where not expected.");
    const action = readEnum(row, "Action", ["PUT", "ADD", "DELETE"]) ?? "PUT";
    const value = row.Value == null ? undefined : checkAlone(row.Value);
    const path = [name];
    if (value === undefined) {
      if (action !== "DELETE") throw invalidParameter(`Only DELETE action is allowed when no attribute value is specified`);
      update.remove.push(path);
    } else if (action === "PUT") update.set.push({ path, value: { kind: "value", value } });
    else {
      const type = typeOf(value);
      const allowed = action === "ADD" ? ["N", "SS", "NS", "BS", "L"] : ["SS", "NS", "BS"];
      if (!allowed.includes(type)) throw invalidParameter(`${action} action is not supported for the type ${type}`);
      (action === "ADD" ? update.add : update.delete).push({ path, value });
    }
  }
  return update;
}
