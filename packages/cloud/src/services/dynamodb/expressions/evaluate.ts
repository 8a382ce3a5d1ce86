/** Evaluates a bound condition against an item. */
import {
  type AttributeValue,
  compareValues,
  getAttribute,
  type Item,
  sizeOfValue,
  typeOf,
  valuesEqual,
} from "../attribute-value.ts";
import type { Comparator, Path } from "./ast.ts";
import type { BoundCondition, BoundOperand } from "./bind.ts";

/** The value at a path; undefined where the path leaves the item. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  let first = true;
  for (const part of path) {
    if (first) value = typeof part === "string" ? getAttribute(item, part) : undefined;
    else if (value === undefined) return undefined;
    else if (typeof part === "string") value = "M" in value ? getAttribute(value.M, part) : undefined;
    else value = "L" in value ? value.L[part] : undefined;
    first = false;
  }
  return value;
}

function operandValue(operand: BoundOperand, item: Item): AttributeValue | undefined {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "path") return valueAt(item, operand.path);
  if (operand.kind !== "function" || operand.operands[0] === undefined) return undefined;
  const value = operandValue(operand.operands[0], item);
  const size = value === undefined ? undefined : sizeOfValue(value);
  return size === undefined ? undefined : { N: String(size) };
}

function compare(operator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (operator === "<>") return left === undefined || right === undefined || !valuesEqual(left, right);
  if (left === undefined || right === undefined) return false;
  if (operator === "=") return valuesEqual(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function beginsWith(value: AttributeValue, start: AttributeValue): boolean {
  if ("S" in value && "S" in start) return value.S.startsWith(start.S);
  if (!("B" in value && "B" in start)) return false;
  const wanted = Buffer.from(start.B, "base64");
  return Buffer.from(value.B, "base64").subarray(0, wanted.length).equals(wanted);
}

export function contains(value: AttributeValue, member: AttributeValue): boolean {
  if ("S" in value) return "S" in member && value.S.includes(member.S);
  if ("B" in value) return "B" in member && Buffer.from(value.B, "base64").includes(Buffer.from(member.B, "base64"));
  if ("SS" in value) return "S" in member && value.SS.includes(member.S);
  if ("NS" in value) return "N" in member && value.NS.includes(member.N);
  if ("BS" in value) return "B" in member && value.BS.includes(member.B);
  return "L" in value && value.L.some((entry) => valuesEqual(entry, member));
}

function callFunction(name: string, operands: readonly BoundOperand[], item: Item): boolean {
  const [first, second] = operands.map((operand) => operandValue(operand, item));
  if (name === "attribute_exists") return first !== undefined;
  if (name === "attribute_not_exists") return first === undefined;
  if (first === undefined || second === undefined) return false;
  if (name === "attribute_type") return "S" in second && typeOf(first) === second.S;
  return name === "begins_with" ? beginsWith(first, second) : contains(first, second);
}

export function holds(condition: BoundCondition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item) && holds(condition.right, item);
    case "or":
      return holds(condition.left, item) || holds(condition.right, item);
    case "not":
      return !holds(condition.condition, item);
    case "compare":
      return compare(condition.operator, operandValue(condition.left, item), operandValue(condition.right, item));
    case "between": {
      const value = operandValue(condition.value, item);
      return compare(">=", value, operandValue(condition.low, item)) && compare("<=", value, operandValue(condition.high, item));
    }
    case "in": {
      const value = operandValue(condition.value, item);
      return condition.options.some((option) => compare("=", value, operandValue(option, item)));
    }
    case "function":
      return callFunction(condition.name, condition.operands, item);
  }
}
