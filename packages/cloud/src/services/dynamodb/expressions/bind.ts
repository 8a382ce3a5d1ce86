/** Puts the request's names and values into a parsed expression, with every check that AWS makes before it looks at an item. */
import { type AttributeValue, compareValues, type TypeName, typeOf } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Comparator, Condition, Operand, Path, PathPart } from "./ast.ts";
import { CONDITION_FUNCTIONS, type ExpressionLabel, UPDATE_FUNCTIONS } from "./parser.ts";

export type BoundOperand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "function"; readonly name: string; readonly operands: readonly BoundOperand[] }
  | { readonly kind: "sum"; readonly operator: "+" | "-"; readonly left: BoundOperand; readonly right: BoundOperand };

export type BoundCondition =
  | { readonly kind: "compare"; readonly operator: Comparator; readonly left: BoundOperand; readonly right: BoundOperand }
  | { readonly kind: "between"; readonly value: BoundOperand; readonly low: BoundOperand; readonly high: BoundOperand }
  | { readonly kind: "in"; readonly value: BoundOperand; readonly options: readonly BoundOperand[] }
  | { readonly kind: "function"; readonly name: string; readonly operands: readonly BoundOperand[] }
  | { readonly kind: "and" | "or"; readonly left: BoundCondition; readonly right: BoundCondition }
  | { readonly kind: "not"; readonly condition: BoundCondition };

export interface Bindings {
  readonly names: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, AttributeValue>;
}

const TYPE_NAMES: ReadonlySet<string> = new Set(["N", "BS", "L", "B", "NULL", "M", "S", "SS", "NS", "BOOL"]);
const ORDERED: ReadonlySet<TypeName> = new Set(["S", "N", "B"]);

/** `[a, [1], b]`, as AWS prints a path. */
export function printPath(path: Path): string {
  return `[${path.map((part) => (typeof part === "number" ? `[${part}]` : part)).join(", ")}]`;
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

/** Binds the trees of one expression; `label` stands in its errors, where there is one: PartiQL's texts have none. */
export class Binder {
  readonly label: ExpressionLabel | undefined;
  private readonly bindings: Bindings;

  constructor(label: ExpressionLabel | undefined, bindings: Bindings) {
    this.label = label;
    this.bindings = bindings;
  }

  private fail(message: string): Error {
    return invalid(this.label === undefined ? message : `Invalid ${this.label}: ${message}`);
  }

  path(path: Path): Path {
    return path.map((part): PathPart => {
      if (typeof part === "number" || !part.startsWith("#")) return part;
      const name = this.bindings.names.get(part);
      if (name === undefined)
        throw this.fail(`An expression attribute name used in the document path is not defined; attribute name: ${part}`);
      return name;
    });
  }

  /** An operand; `functions` are those allowed here, with their numbers of operands. */
  operand(operand: Operand, functions: Readonly<Record<string, number>>): BoundOperand {
    switch (operand.kind) {
      case "path":
        return { kind: "path", path: this.path(operand.path) };
      case "value": {
        const value = this.bindings.values.get(operand.name);
        if (value === undefined)
          throw this.fail(`An expression attribute value used in expression is not defined; attribute value: ${operand.name}`);
        return { kind: "value", value };
      }
      case "sum": {
        const left = this.operand(operand.left, functions);
        const right = this.operand(operand.right, functions);
        for (const side of [left, right]) this.requireType(operand.operator, side, ["N"]);
        return { kind: "sum", operator: operand.operator, left, right };
      }
      case "function":
        return this.function(operand.name, operand.operands, functions);
    }
  }

  private function(name: string, operands: readonly Operand[], functions: Readonly<Record<string, number>>) {
    if (!(name in functions)) throw this.fail(this.misplaced(name));
    const bound = operands.map((operand) => this.operand(operand, functions));
    this.checkCount(name, bound.length, functions[name]);
    if (name === "if_not_exists") {
      this.requirePath(name, bound[0]);
      this.requireDistinct(name, bound);
    }
    if (name === "list_append") for (const operand of bound) this.requireType(name, operand, ["L"]);
    if (name === "size") this.requireType(name, bound[0], ["S", "B", "SS", "NS", "BS", "L", "M"]);
    return { kind: "function" as const, name, operands: bound };
  }

  private misplaced(name: string): string {
    const known = name === "size" || name in CONDITION_FUNCTIONS || name in UPDATE_FUNCTIONS;
    if (!known) return `Invalid function name; function: ${name}`;
    return this.label === "UpdateExpression"
      ? `The function is not allowed in an update expression; function: ${name}`
      : `The function is not allowed to be used this way in an expression; function: ${name}`;
  }

  private checkCount(name: string, count: number, wanted: number | undefined): void {
    if (count !== wanted)
      throw this.fail(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
      );
  }

  private requirePath(name: string, operand: BoundOperand | undefined): void {
    if (operand?.kind !== "path") throw this.fail(`Operator or function requires a document path; operator or function: ${name}`);
  }

  /** A literal operand, or a size, must have one of these types; what a path holds is seen later. */
  requireType(name: string, operand: BoundOperand | undefined, types: readonly TypeName[]): void {
    const isSize = operand?.kind === "function" && operand.name === "size";
    const type = isSize ? "N" : operand?.kind === "value" ? typeOf(operand.value) : undefined;
    if (type === undefined || types.includes(type)) return;
    throw this.fail(`Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`);
  }

  private requireDistinct(name: string, operands: readonly BoundOperand[]): void {
    const [first, ...rest] = operands;
    if (first?.kind !== "path") return;
    if (rest.some((operand) => operand.kind === "path" && samePath(operand.path, first.path)))
      throw this.fail(
        "The first operand must be distinct from the remaining operands for this operator or function; " +
          `operator: ${name}, first operand: ${printPath(first.path)}`,
      );
  }

  condition(condition: Condition): BoundCondition {
    switch (condition.kind) {
      case "and":
      case "or":
        return { kind: condition.kind, left: this.condition(condition.left), right: this.condition(condition.right) };
      case "not":
        return { kind: "not", condition: this.condition(condition.condition) };
      case "function":
        return this.conditionFunction(condition.name, condition.operands);
      case "compare":
        return this.compare(condition.operator, this.sized(condition.left), this.sized(condition.right));
      case "in": {
        const value = this.sized(condition.value);
        const options = condition.options.map((option) => this.sized(option));
        this.requireDistinct("IN", [value, ...options]);
        return { kind: "in", value, options };
      }
      case "between":
        return this.between(this.sized(condition.value), this.sized(condition.low), this.sized(condition.high));
    }
  }

  private sized(operand: Operand): BoundOperand {
    return this.operand(operand, { size: 1 });
  }

  private compare(operator: Comparator, left: BoundOperand, right: BoundOperand): BoundCondition {
    if (operator !== "=" && operator !== "<>")
      for (const operand of [left, right]) this.requireType(operator, operand, [...ORDERED]);
    this.requireDistinct(operator, [left, right]);
    return { kind: "compare", operator, left, right };
  }

  private between(value: BoundOperand, low: BoundOperand, high: BoundOperand): BoundCondition {
    for (const operand of [value, low, high]) this.requireType("BETWEEN", operand, [...ORDERED]);
    if (low.kind === "value" && high.kind === "value") {
      const order = compareValues(low.value, high.value);
      const bounds = `lower bound operand: ${printValue(low.value)}, upper bound operand: ${printValue(high.value)}`;
      if (order === undefined)
        throw this.fail(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
      if (order > 0)
        throw this.fail(`The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`);
    }
    this.requireDistinct("BETWEEN", [value, low, high]);
    return { kind: "between", value, low, high };
  }

  private conditionFunction(name: string, operands: readonly Operand[]): BoundCondition {
    const bound = operands.map((operand) => this.sized(operand));
    this.checkCount(name, bound.length, CONDITION_FUNCTIONS[name]);
    const [first, second] = bound;
    if (name === "attribute_exists" || name === "attribute_not_exists") this.requirePath(name, first);
    if (name === "attribute_type") this.checkAttributeType(second);
    if (name === "begins_with") for (const operand of bound) this.requireType(name, operand, ["S", "B"]);
    if (bound.length > 1) this.requireDistinct(name, bound);
    return { kind: "function", name, operands: bound };
  }

  private checkAttributeType(operand: BoundOperand | undefined): void {
    if (operand?.kind !== "value") {
      const text = "Operator or function requires an expression attribute value; operator or function: attribute_type";
      throw this.fail(text);
    }
    this.requireType("attribute_type", operand, ["S"]);
    if ("S" in operand.value && !TYPE_NAMES.has(operand.value.S))
      throw this.fail(`Invalid attribute type name found; type: ${operand.value.S}, valid types: {${[...TYPE_NAMES].join(",")}}`);
  }
}

function printValue(value: AttributeValue): string {
  const type = typeOf(value);
  if ("B" in value) {
    // The service shows its own buffer, not what is in it.
    const bytes = Buffer.byteLength(value.B, "base64");
    return `AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]}`;
  }
  const content: unknown = Object.values(value)[0];
  return `AttributeValue: {${type}:${typeof content === "string" ? content : JSON.stringify(content)}}`;
}
