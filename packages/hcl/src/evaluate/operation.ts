import { callFunction } from "../functions/call.ts";
import { FunctionError, type LanguageFunction } from "../functions/function.ts";
import { BINARY_OPERATORS, UNARY_OPERATORS } from "../functions/operators.ts";
import type { Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { BOOL, DYNAMIC, NUMBER, type Type } from "../values/type.ts";
import { FALSE, isUnknown, TRUE, unknownNotNull, unknownVal, type Val, withMarks } from "../values/value.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";

export type BinarySymbol = keyof typeof BINARY_OPERATORS;

interface Typing {
  readonly operand: Type;
  readonly result: Type;
}
const LOGIC: Typing = { operand: BOOL, result: BOOL };
const EQUALITY: Typing = { operand: DYNAMIC, result: BOOL };
const ORDER: Typing = { operand: NUMBER, result: BOOL };
const ARITHMETIC: Typing = { operand: NUMBER, result: NUMBER };
const TYPINGS: { readonly [written in BinarySymbol]: Typing } = {
  "||": LOGIC,
  "&&": LOGIC,
  "==": EQUALITY,
  "!=": EQUALITY,
  ">": ORDER,
  ">=": ORDER,
  "<": ORDER,
  "<=": ORDER,
  "+": ARITHMETIC,
  "-": ARITHMETIC,
  "*": ARITHMETIC,
  "/": ARITHMETIC,
  "%": ARITHMETIC,
};

/** `a + b`. Long chains lean to the left, so they are walked in a loop and not by calls in calls. */
export class BinaryNode extends Node {
  readonly symbol: BinarySymbol;
  readonly left: Node;
  readonly right: Node;
  constructor(symbol: BinarySymbol, left: Node, right: Node) {
    super(left.source, { start: left.start, end: right.end });
    this.symbol = symbol;
    this.left = left;
    this.right = right;
  }

  override get startSpan(): Span {
    return this.#chain()[0]?.left.startSpan ?? this;
  }

  /** The operations of the chain that ends here, innermost first. */
  #chain(): readonly BinaryNode[] {
    const chain: BinaryNode[] = [];
    for (let at: Node = this; at instanceof BinaryNode; at = at.left) chain.push(at);
    return chain.reverse();
  }

  value(scope: Scope, sink: Sink): Val {
    const chain = this.#chain();
    let told: Sink = [];
    let left: Val | undefined;
    for (const node of chain) {
      if (left === undefined) left = node.left.value(scope, told);
      const next: Sink = [];
      left = node.#step(left, told, scope, next);
      told = next;
    }
    sink.push(...told);
    return left ?? unknownVal(TYPINGS[this.symbol].result);
  }

  /** The operation on a left side that is known already, with what was told about it. */
  #step(givenLeft: Val, leftTold: Sink, scope: Scope, sink: Sink): Val {
    const rightTold: Sink = [];
    const { operand, result } = TYPINGS[this.symbol];
    const left = operandOf(this, this.left, "left operand", givenLeft, operand, scope, sink);
    const right = operandOf(this, this.right, "right operand", this.right.value(scope, rightTold), operand, scope, sink);
    if (left === undefined || right === undefined) {
      sink.push(...leftTold, ...rightTold);
      return unknownVal(result);
    }
    const decided = this.#shortCircuit(left, right, leftTold, rightTold, sink);
    if (decided !== undefined) return withMarks(withMarks(decided, left.marks), right.marks);
    sink.push(...leftTold, ...rightTold);
    if (sink.length > 0) return withMarks(withMarks(unknownVal(result), left.marks), right.marks);
    return applied(this, BINARY_OPERATORS[this.symbol], [left, right], result, scope, sink);
  }

  /** `false && x` is false whatever x is or lacks; the side that decides is the one whose errors are told (Terraform 1.12). */
  #shortCircuit(left: Val, right: Val, leftTold: Sink, rightTold: Sink, sink: Sink): Val | undefined {
    if (this.symbol !== "||" && this.symbol !== "&&") return undefined;
    const decides = this.symbol === "||";
    if (left.raw === null || right.raw === null) return undefined;
    const answer = (value: Val, told: Sink): Val => {
      sink.push(...told);
      return value;
    };
    const constant = decides ? TRUE : FALSE;
    if (isUnknown(left) && isUnknown(right)) {
      return leftTold.length === 0 ? answer(unknownNotNull(BOOL), leftTold) : undefined;
    }
    if (left.raw === decides) return answer(constant, leftTold);
    if (right.raw === decides) return answer(constant, rightTold);
    if (isUnknown(left)) return answer(unknownNotNull(BOOL), leftTold);
    if (isUnknown(right)) return answer(unknownNotNull(BOOL), rightTold);
    return undefined;
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    const chain = this.#chain();
    chain[0]?.left.collectReferences(found, locals);
    for (const node of chain) node.right.collectReferences(found, locals);
  }
}

/** `-a` and `!a`. */
export class UnaryNode extends Node {
  readonly symbol: "-" | "!";
  readonly operand: Node;
  constructor(source: SourceText, start: number, symbol: "-" | "!", operand: Node) {
    super(source, { start, end: operand.end });
    this.symbol = symbol;
    this.operand = operand;
  }
  override get startSpan(): Span {
    return { start: this.start, end: this.start + 1 };
  }
  value(scope: Scope, sink: Sink): Val {
    const told = sink.length;
    const type = this.symbol === "!" ? BOOL : NUMBER;
    const operand = operandOf(this, this.operand, "unary operand", this.operand.value(scope, sink), type, scope, sink);
    if (operand === undefined || sink.length > told) return unknownVal(type);
    return applied(this, UNARY_OPERATORS[this.symbol], [operand], type, scope, sink);
  }
  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.operand.collectReferences(found, locals);
  }
}

/** The operand in the operator's type; undefined, and told, where it cannot be. */
function operandOf(node: Node, operand: Node, which: string, given: Val, type: Type, scope: Scope, sink: Sink): Val | undefined {
  try {
    return convert(given, type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    node.report(sink, scope, "Invalid operand", `Unsuitable value for ${which}: ${error.message}.`, operand);
    return undefined;
  }
}

function applied(node: Node, operator: LanguageFunction, operands: readonly Val[], result: Type, scope: Scope, sink: Sink): Val {
  try {
    return callFunction(operator, operands);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    node.report(sink, scope, "Operation failed", `Error during operation: ${error.message}.`);
    return unknownVal(result);
  }
}
