/** PartiQL expressions as attribute values, and as the trees of DynamoDB's own expressions. */
import type { AttributeValue, Item } from "../attribute-value.ts";
import { checkAlone, setAttribute } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Comparator, Condition, Operand } from "../expressions/ast.ts";
import { CONDITION_FUNCTIONS, UPDATE_FUNCTIONS } from "../expressions/parser.ts";
import type { Expression } from "./ast.ts";
import { type Place, printPlace } from "./lexer.ts";

const COMPARATORS: Readonly<Record<string, Comparator>> = { "=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=" };
const TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: "BOOL",
  BLOB: "B",
  STRING: "S",
  NUMERIC: "N",
  STRUCT: "M",
  TUPLE: "M",
  LIST: "L",
};
const NO_BAG = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";
const NO_MISSING = "MISSING must be compared using IS operator";
const NO_SEQUENCE =
  "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one member";

/** What an error calls an expression that is no value: its name where it stands alone, its class inside a list or a tuple. */
function describe(expression: Expression, isInside: boolean): string {
  switch (expression.kind) {
    case "path":
      return isInside ? (expression.path.length === 1 ? "VariableReference" : "Path") : String(expression.path.at(-1));
    case "parameter":
      return "Parameter";
    case "operator":
      return expression.operator;
    case "call":
      return expression.name;
    default:
      return expression.kind.toUpperCase();
  }
}

function ionType(text: string): string {
  if (/^-?\d+$/.test(text)) return "INT";
  return /^\d{4}-\d\d/.test(text) ? "TIMESTAMP" : "STRING";
}

function unsupported(what: string, key: string, place: Place): Error {
  return invalid(`${what} under ${key} at ${printPlace(place)}`);
}

export class Lowering {
  /** Literals and parameters by the placeholders that stand for them in the trees. */
  readonly values = new Map<string, AttributeValue>();
  private readonly parameters: readonly AttributeValue[];

  /** `parameters` are as sent; each is checked when it is used. */
  constructor(parameters: readonly AttributeValue[]) {
    this.parameters = parameters;
  }

  private parameter(index: number): AttributeValue {
    const value = this.parameters[index];
    if (value === undefined) throw invalid("Number of parameters in request and statement don't match.");
    return value;
  }

  /** The value of a literal or a parameter. Throws for what has none. */
  value(expression: Expression): AttributeValue {
    return expression.kind === "parameter" ? this.parameter(expression.index) : this.literal(expression, "root", false);
  }

  private literal(expression: Expression, key: string, isInside: boolean): AttributeValue {
    switch (expression.kind) {
      case "string":
        return { S: expression.text };
      case "number":
        return checkAlone({ N: expression.text });
      case "boolean":
        return { BOOL: expression.value };
      case "null":
        return { NULL: true };
      case "list":
        return { L: expression.members.map((member, i) => this.literal(member, `${key}.${i}`, true)) };
      case "bag":
        return this.bag(expression);
      case "tuple":
        return { M: this.tuple(expression.entries, key) };
      case "ion":
        throw unsupported(`Ion Literals are not supported: ${ionType(expression.text)}`, `key ${key}`, expression.place);
      default:
        throw unsupported(`Unsupported data type: ${describe(expression, isInside)}`, `key ${key}`, expression.place);
    }
  }

  private tuple(entries: readonly (readonly [Expression, Expression])[], key: string): Item {
    const item: Item = {};
    for (const [name, value] of entries)
      setAttribute(item, this.keyOf(name, key, item), this.literal(value, `${key}.${textOf(name)}`, true));
    return item;
  }

  private keyOf(name: Expression, key: string, item: Item): string {
    if (name.kind !== "string") {
      const type = name.kind === "path" ? "VariableReference" : name.kind === "number" ? "INT" : name.kind.toUpperCase();
      throw unsupported(`Tuple keys must be of type String. Actual type: ${type}`, key, name.place);
    }
    if (name.text === "") throw invalid("Path component cannot be an empty string");
    if (Object.hasOwn(item, name.text)) throw unsupported(`Duplicate keys in tuple. Key: ${name.text}`, key, name.place);
    return name.text;
  }

  /** The item of `INSERT INTO t VALUE {…}`: parameters stand for whole attributes. */
  item(expression: Expression): Item {
    if (expression.kind !== "tuple")
      throw invalid(
        "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement. " +
          `at ${printPlace(expression.place)}`,
      );
    const item: Item = {};
    for (const [name, value] of expression.entries) setAttribute(item, this.keyOf(name, "root", item), this.value(value));
    return item;
  }

  private bag({ members, place }: Extract<Expression, { kind: "list" | "bag" }>): AttributeValue {
    const [first] = members;
    if (first === undefined) throw invalid(`Empty bags are not supported at ${printPlace(place)}`);
    const odd = members.find(({ kind }) => kind !== "string" && kind !== "number");
    if (odd !== undefined) throw invalid(`${NO_BAG} at ${printPlace(odd.place)}`);
    if (members.some(({ kind }) => kind !== first.kind)) throw invalid(NO_BAG);
    const texts = members.map((member) => textOf(member));
    return checkAlone(first.kind === "string" ? { SS: texts } : { NS: texts });
  }

  /** An operand that stands for a value. */
  place(value: AttributeValue): Operand {
    const name = `:${this.values.size}`;
    this.values.set(name, value);
    return { kind: "value", name };
  }

  /** `purpose` decides which functions and operators may stand here. */
  operand(expression: Expression, purpose: "condition" | "update"): Operand {
    switch (expression.kind) {
      case "path":
        return { kind: "path", path: expression.path };
      case "missing":
        throw invalid(NO_MISSING);
      case "call":
        return this.valueFunction(expression, purpose);
      case "operator": {
        const { operator, operands } = expression;
        const [left, right] = operands;
        if (purpose === "condition") throw invalid(`Unsupported operator in Condition Expression. Operator: ${operator}`);
        if ((operator !== "+" && operator !== "-") || left === undefined || right === undefined)
          throw invalid(`Unsupported operator in Update Expression. Operator: ${operator}`);
        return { kind: "sum", operator, left: this.operand(left, purpose), right: this.operand(right, purpose) };
      }
      case "is":
        throw invalid(`Unsupported operator in ${purpose === "update" ? "Update" : "Condition"} Expression. Operator: is`);
      default:
        return this.place(this.value(expression));
    }
  }

  private valueFunction({ name, operands }: Extract<Expression, { kind: "call" }>, purpose: "condition" | "update"): Operand {
    const allowed = purpose === "update" ? name in UPDATE_FUNCTIONS : name === "size";
    if (!allowed) throw misplaced(name, purpose);
    return { kind: "function", name, operands: operands.map((each) => this.operand(each, purpose)) };
  }

  condition(expression: Expression): Condition {
    switch (expression.kind) {
      case "operator":
        return this.operator(expression);
      case "is":
        return this.is(expression);
      case "call": {
        const { name, operands } = expression;
        if (!(name in CONDITION_FUNCTIONS) && name !== "size") throw misplaced(name, "condition");
        if (name === "size") throw invalid("WHERE clause must contain an expression that resolves to a boolean");
        return { kind: "function", name, operands: operands.map((each) => this.operand(each, "condition")) };
      }
      default:
        throw invalid("WHERE clause must contain an expression that resolves to a boolean");
    }
  }

  private operator({ operator, operands }: Extract<Expression, { kind: "operator" }>): Condition {
    const [first, second, third] = operands;
    if (first === undefined) throw new Error("assertion: operators have operands");
    if (operator === "not") {
      if (!isCondition(first)) throw invalid("The argument to NOT must be a Type or Expression");
      return { kind: "not", condition: this.condition(first) };
    }
    if (second === undefined) throw invalid(`Unsupported operator in Condition Expression. Operator: ${operator}`);
    if (operator === "and" || operator === "or") {
      for (const side of [first, second]) requireCondition(side, operator);
      return { kind: operator, left: this.condition(first), right: this.condition(second) };
    }
    const comparator = COMPARATORS[operator];
    const operand = (each: Expression) => this.operand(each, "condition");
    if (comparator !== undefined) return { kind: "compare", operator: comparator, left: operand(first), right: operand(second) };
    if (operator === "in") {
      if (second.kind !== "list" || second.members.length === 0) throw invalid(NO_SEQUENCE);
      return { kind: "in", value: operand(first), options: second.members.map(operand) };
    }
    if (operator !== "between" || third === undefined)
      throw invalid(`Unsupported operator in Condition Expression. Operator: ${operator}`);
    return { kind: "between", value: operand(first), low: operand(second), high: operand(third) };
  }

  private is({ operand, type, place }: Extract<Expression, { kind: "is" }>): Condition {
    if (operand.kind === "missing" || operand.kind === "operator" || operand.kind === "call")
      throw invalid("The left hand side argument to IS must be a Variable Reference, Literal, or Path");
    const left = this.operand(operand, "condition");
    if (type === "MISSING") return { kind: "function", name: "attribute_not_exists", operands: [left] };
    if (type === "NULL") return { kind: "compare", operator: "=", left, right: this.place({ NULL: true }) };
    const name = TYPES[type];
    if (name === undefined)
      throw invalid(
        `Unsupported data type for IS operator: ${type}. Supported data types are ` +
          `[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST] at ${printPlace(place)}`,
      );
    return { kind: "function", name: "attribute_type", operands: [left, this.place({ S: name })] };
  }
}

function textOf(expression: Expression): string {
  return expression.kind === "string" || expression.kind === "number" ? expression.text : "";
}

function misplaced(name: string, purpose: "condition" | "update"): Error {
  const known = name in CONDITION_FUNCTIONS || name in UPDATE_FUNCTIONS || ["size", "set_add", "set_delete"].includes(name);
  if (!known) return invalid(`Unrecognized function: ${name}`);
  return invalid(
    `The function is not allowed in ${purpose === "update" ? "an update" : "a condition"} expression; function: ${name}`,
  );
}

function isCondition({ kind }: Expression): boolean {
  return kind === "operator" || kind === "is" || kind === "call";
}

function requireCondition(side: Expression, operator: "and" | "or"): void {
  if (!isCondition(side)) throw invalid("The arguments to AND/OR must be Expressions");
  if (side.kind === "call" && side.name === "size")
    throw invalid(
      `Incorrect operand type for operator or function; operator or function: ${operator.toUpperCase()}, operand type: N`,
    );
}
