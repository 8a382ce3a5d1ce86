/** DynamoDB's expression grammar (Developer Guide, "Condition and filter expressions, operators, and functions"; "Update expressions"). */
import type { Comparator, Condition, Operand, Parsed, Path, PathPart, Update } from "./ast.ts";
import { Tokens } from "./lexer.ts";
import { isReserved } from "./reserved-words.ts";

export type ExpressionLabel =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

/** Functions that are conditions, and those that give a value, with their numbers of operands. */
const CONDITION_FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
const UPDATE_FUNCTIONS: Readonly<Record<string, number>> = { if_not_exists: 2, list_append: 2 };
const OPERATORS_MAX = 300;
const IN_OPERANDS_MAX = 100;
const LIST_INDEX_MAX = 2 ** 31 - 1;
const COMPARATORS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);

function isComparator(text: string): text is Comparator {
  return COMPARATORS.has(text);
}

class Parser {
  readonly tokens: Tokens;
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  private operators = 0;
  /** Nodes that were written in parentheses, to refuse a second pair around them. */
  private readonly parenthesised = new WeakSet<object>();

  constructor(text: string, label: ExpressionLabel) {
    this.tokens = new Tokens(text, label);
  }

  private count(): void {
    if (++this.operators > OPERATORS_MAX)
      throw this.tokens.fail(
        `The expression contains too many operators. Limit: ${OPERATORS_MAX}; operator count: ${this.operators}`,
      );
  }

  private pathName(): string {
    const token = this.tokens.peek();
    if (token.kind !== "word" && token.kind !== "name") throw this.tokens.unexpected();
    this.tokens.next();
    if (token.kind === "name") this.names.add(token.text);
    else if (isReserved(token.text))
      throw this.tokens.fail(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    return token.text;
  }

  path(): Path {
    const parts: PathPart[] = [this.pathName()];
    for (;;) {
      if (this.tokens.takeSymbol(".")) parts.push(this.pathName());
      else if (this.tokens.takeSymbol("[")) {
        const token = this.tokens.peek();
        if (token.kind !== "number") throw this.tokens.unexpected();
        this.tokens.next();
        this.tokens.expect("]");
        const index = Number(token.text);
        if (index > LIST_INDEX_MAX)
          throw this.tokens.fail(`List index is not within the allowable range; index: [${token.text}]`);
        parts.push(index);
      } else return parts;
    }
  }

  private arguments(): Operand[] {
    this.tokens.expect("(");
    const operands = [this.operand()];
    while (this.tokens.takeSymbol(",")) operands.push(this.operand());
    this.tokens.expect(")");
    return operands;
  }

  operand(): Operand {
    const token = this.tokens.peek();
    if (token.kind === "value") {
      this.tokens.next();
      this.values.add(token.text);
      return { kind: "value", name: token.text };
    }
    if (this.tokens.takeSymbol("(")) {
      const inner = this.tokens.label === "UpdateExpression" ? this.sum() : this.operand();
      this.tokens.expect(")");
      return this.inParentheses(inner);
    }
    const after = this.tokens.peek(1);
    if (token.kind === "word" && after.kind === "symbol" && after.text === "(") {
      this.tokens.next();
      this.count();
      return { kind: "function", name: token.text, operands: this.arguments() };
    }
    return { kind: "path", path: this.path() };
  }

  private inParentheses<T extends object>(node: T): T {
    if (this.parenthesised.has(node)) throw this.tokens.fail("The expression has redundant parentheses;");
    this.parenthesised.add(node);
    return node;
  }

  /** `a + b` of an update expression: one operator at most. */
  sum(): Operand {
    const left = this.operand();
    const operator = this.tokens.isSymbol("+") ? "+" : this.tokens.isSymbol("-") ? "-" : undefined;
    if (operator === undefined) return left;
    this.tokens.next();
    this.count();
    return { kind: "sum", operator, left, right: this.operand() };
  }

  condition(): Condition {
    let left = this.conjunction();
    while (this.tokens.takeWord("OR")) {
      this.count();
      left = { kind: "or", left, right: this.conjunction() };
    }
    return left;
  }

  private conjunction(): Condition {
    let left = this.negation();
    while (this.tokens.takeWord("AND")) {
      this.count();
      left = { kind: "and", left, right: this.negation() };
    }
    return left;
  }

  private negation(): Condition {
    if (this.tokens.takeWord("NOT")) {
      this.count();
      return { kind: "not", condition: this.negation() };
    }
    if (!this.tokens.isSymbol("(")) return this.comparison(this.operand());
    return this.parentheses();
  }

  /** `(condition)`, or `(operand) = …`: only what is inside tells. */
  private parentheses(): Condition {
    const node = this.conditionOrOperand();
    return "condition" in node ? node.condition : this.comparison(node.operand);
  }

  private conditionOrOperand(): { condition: Condition } | { operand: Operand } {
    this.tokens.expect("(");
    if (this.tokens.isSymbol("(")) {
      const inner = this.conditionOrOperand();
      if ("operand" in inner && this.tokens.takeSymbol(")")) return { operand: this.inParentheses(inner.operand) };
      const first = "condition" in inner ? inner.condition : this.comparison(inner.operand);
      return this.closeCondition(this.continueCondition(first));
    }
    if (this.tokens.isWord("NOT")) return this.closeCondition(this.condition());
    const operand = this.operand();
    const bare = operand.kind !== "function" || !(operand.name in CONDITION_FUNCTIONS);
    if (bare && this.tokens.takeSymbol(")")) return { operand: this.inParentheses(operand) };
    return this.closeCondition(this.continueCondition(this.comparison(operand)));
  }

  private closeCondition(condition: Condition): { condition: Condition } {
    this.tokens.expect(")");
    return { condition: this.inParentheses(condition) };
  }

  /** The rest of a condition whose first term has been read: AND binds closer than OR. */
  private continueCondition(first: Condition): Condition {
    let left = first;
    while (this.tokens.takeWord("AND")) {
      this.count();
      left = { kind: "and", left, right: this.negation() };
    }
    while (this.tokens.takeWord("OR")) {
      this.count();
      left = { kind: "or", left, right: this.conjunction() };
    }
    return left;
  }

  private comparison(left: Operand): Condition {
    const token = this.tokens.peek();
    if (token.kind === "symbol" && isComparator(token.text)) {
      this.tokens.next();
      this.count();
      return { kind: "compare", operator: token.text, left, right: this.operand() };
    }
    if (this.tokens.takeWord("BETWEEN")) {
      this.count();
      const low = this.operand();
      if (!this.tokens.takeWord("AND")) throw this.tokens.unexpected();
      return { kind: "between", value: left, low, high: this.operand() };
    }
    if (this.tokens.takeWord("IN")) return this.options(left);
    if (left.kind === "function") return this.functionCondition(left.name, left.operands);
    throw this.tokens.unexpected();
  }

  private options(value: Operand): Condition {
    this.count();
    const options = this.arguments();
    if (options.length > IN_OPERANDS_MAX)
      throw this.tokens.fail(
        `Incorrect number of operands for operator or function; operator or function: IN, number of operands: ${options.length + 1}`,
      );
    return { kind: "in", value, options };
  }

  private functionCondition(name: string, operands: readonly Operand[]): Condition {
    if (!(name in CONDITION_FUNCTIONS)) {
      if (name !== "size" && !(name in UPDATE_FUNCTIONS)) throw this.tokens.fail(`Invalid function name; function: ${name}`);
      throw this.tokens.fail(`The function is not allowed to be used this way in an expression; function: ${name}`);
    }
    return { kind: "function", name, operands };
  }

  projection(): Path[] {
    const paths = [this.path()];
    while (this.tokens.takeSymbol(",")) paths.push(this.path());
    return paths;
  }

  private assignments(separator: "=" | ""): { path: Path; value: Operand }[] {
    const rows: { path: Path; value: Operand }[] = [];
    do {
      const path = this.path();
      if (separator !== "") this.tokens.expect(separator);
      rows.push({ path, value: separator === "" ? this.operand() : this.sum() });
    } while (this.tokens.takeSymbol(","));
    return rows;
  }

  update(): Update {
    const update: { set?: Update["set"]; remove?: Path[]; add?: Update["add"]; delete?: Update["delete"] } = {};
    const once = (section: keyof Update) => {
      if (update[section] !== undefined)
        throw this.tokens.fail(`The "${section.toUpperCase()}" section can only be used once in an update expression;`);
    };
    while (this.tokens.peek().kind !== "end") {
      if (this.tokens.takeWord("SET")) {
        once("set");
        update.set = this.assignments("=");
      } else if (this.tokens.takeWord("REMOVE")) {
        once("remove");
        update.remove = this.projection();
      } else if (this.tokens.takeWord("ADD")) {
        once("add");
        update.add = this.assignments("");
      } else if (this.tokens.takeWord("DELETE")) {
        once("delete");
        update.delete = this.assignments("");
      } else throw this.tokens.unexpected();
    }
    return { set: update.set ?? [], remove: update.remove ?? [], add: update.add ?? [], delete: update.delete ?? [] };
  }

  finish<T>(tree: T): Parsed<T> {
    if (this.tokens.peek().kind !== "end") throw this.tokens.unexpected();
    return { tree, names: this.names, values: this.values };
  }
}

export function parseCondition(text: string, label: ExpressionLabel): Parsed<Condition> {
  const parser = new Parser(text, label);
  return parser.finish(parser.condition());
}

export function parseProjection(text: string): Parsed<readonly Path[]> {
  const parser = new Parser(text, "ProjectionExpression");
  return parser.finish(parser.projection());
}

export function parseUpdate(text: string): Parsed<Update> {
  const parser = new Parser(text, "UpdateExpression");
  return parser.finish(parser.update());
}

export { CONDITION_FUNCTIONS, UPDATE_FUNCTIONS };
