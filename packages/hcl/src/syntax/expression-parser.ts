import { ConditionalNode } from "../evaluate/conditional.ts";
import { BrokenNode, LiteralNode, ParenthesesNode } from "../evaluate/literal.ts";
import type { Node } from "../evaluate/node.ts";
import { BinaryNode, type BinarySymbol, UnaryNode } from "../evaluate/operation.ts";
import { VariableNode } from "../evaluate/traversal.ts";
import { DYNAMIC_NULL, FALSE, TRUE, type Val } from "../values/value.ts";
import { readCall } from "./call-parser.ts";
import { readObject, readTuple } from "./constructor-parser.ts";
import { between, type Grammar, isLost } from "./grammar.ts";
import { readNumber } from "./number-literal.ts";
import { readSteps } from "./steps-parser.ts";
import { readTemplate } from "./template-tree.ts";
import type { ReadToken, TokenReader } from "./token-reader.ts";
import { closerOf, Token, type TokenType } from "./tokens.ts";

/** Reads one expression; what is wrong is told to the reader, and a node comes back in any case. */
export function readExpression(reader: TokenReader): Node {
  return reader.nested(() => readConditional(grammarOf(reader)));
}

/** Reads a template that goes up to the end of the file. */
export function readBareTemplate(reader: TokenReader): Node {
  return readTemplate(grammarOf(reader), Token.endOfFile, undefined, false);
}

function grammarOf(reader: TokenReader): Grammar {
  return { reader, expression: () => readExpression(reader) };
}

/** The operators by how tight they bind; those of one row bind from left to right. */
const PRECEDENCE = new Map<TokenType, readonly [number, BinarySymbol]>([
  [Token.or, [1, "||"]],
  [Token.and, [2, "&&"]],
  [Token.equal, [3, "=="]],
  [Token.notEqual, [3, "!="]],
  [Token.greater, [4, ">"]],
  [Token.greaterOrEqual, [4, ">="]],
  [Token.less, [4, "<"]],
  [Token.lessOrEqual, [4, "<="]],
  [Token.plus, [5, "+"]],
  [Token.minus, [5, "-"]],
  [Token.star, [6, "*"]],
  [Token.slash, [6, "/"]],
  [Token.percent, [6, "%"]],
]);

function readConditional(grammar: Grammar): Node {
  const { reader } = grammar;
  const start = reader.peek();
  const errors = reader.errorCount;
  const condition = readBinary(grammar, 1);
  if (isLost(reader, errors) || reader.peek().type !== Token.question) return condition;
  reader.read();
  const whenTrue = grammar.expression();
  if (isLost(reader, errors)) return condition;
  const colon = reader.peek();
  if (colon.type !== Token.colon) {
    const detail = "The conditional operator (...?...:...) requires a false expression, delimited by a colon.";
    reader.report("Missing false expression in conditional", detail, colon);
    return condition;
  }
  reader.read();
  const whenFalse = grammar.expression();
  if (isLost(reader, errors)) return condition;
  return new ConditionalNode(reader.source, between(start, whenFalse), condition, whenTrue, whenFalse);
}

function readBinary(grammar: Grammar, least: number): Node {
  const { reader } = grammar;
  const errors = reader.errorCount;
  let left = readWithSteps(grammar);
  while (!isLost(reader, errors)) {
    const operator = PRECEDENCE.get(reader.peek().type);
    if (operator === undefined || operator[0] < least) return left;
    const [precedence, symbol] = operator;
    reader.read();
    const right = readBinary(grammar, precedence + 1);
    if (isLost(reader, errors)) return left;
    left = new BinaryNode(symbol, left, right);
  }
  return left;
}

function readWithSteps(grammar: Grammar): Node {
  return readSteps(grammar, readTerm(grammar));
}

function readTerm(grammar: Grammar): Node {
  const { reader } = grammar;
  const token = reader.peek();
  switch (token.type) {
    case Token.openParen:
      return readParentheses(grammar);
    case Token.number:
      return readNumber(reader);
    case Token.identifier:
      return readName(grammar);
    case Token.openQuote:
    case Token.openHeredoc:
      return readText(grammar);
    case Token.minus:
    case Token.bang:
      return readUnary(grammar);
    case Token.openBracket:
      return readTuple(grammar);
    case Token.openBrace:
      return readObject(grammar);
    default:
      return noExpression(reader, token);
  }
}

function noExpression(reader: TokenReader, token: ReadToken): Node {
  const expected = "Expected the start of an expression, but found";
  if (token.type === Token.endOfFile) {
    reader.reportUnlessRecovering("Missing expression", `${expected} the end of the file.`, token);
  } else reader.reportUnlessRecovering("Invalid expression", `${expected} an invalid expression token.`, token);
  reader.isRecovering = true;
  return new BrokenNode(reader.source, token);
}

function readParentheses(grammar: Grammar): Node {
  const { reader } = grammar;
  const open = reader.read();
  return reader.withNewlines(false, () => {
    const errors = reader.errorCount;
    const inner = grammar.expression();
    if (reader.errorCount > errors) {
      reader.skipPast(Token.closeParen);
      return inner;
    }
    const close = reader.peek();
    if (close.type !== Token.closeParen) {
      const detail = "Expected a closing parenthesis to terminate the expression.";
      reader.report("Unbalanced parentheses", detail, close);
      reader.isRecovering = true;
    }
    return new ParenthesesNode(reader.source, between(open, reader.read()), inner);
  });
}

const KEYWORDS: { readonly [word: string]: Val } = { true: TRUE, false: FALSE, null: DYNAMIC_NULL };

function readName(grammar: Grammar): Node {
  const { reader } = grammar;
  const name = reader.read();
  const next = reader.peek().type;
  if (next === Token.openParen || next === Token.doubleColon) return readCall(grammar, name);
  const text = reader.textOf(name);
  const literal = Object.hasOwn(KEYWORDS, text) ? KEYWORDS[text] : undefined;
  return literal === undefined ? new VariableNode(reader.source, name, text) : new LiteralNode(reader.source, name, literal);
}

function readText(grammar: Grammar): Node {
  const { reader } = grammar;
  const open = reader.read();
  const isFlush = open.type === Token.openHeredoc && reader.textOf(open).startsWith("<<-");
  return readTemplate(grammar, closerOf(open.type) ?? Token.endOfFile, open, isFlush);
}

/** `-a + b` is `(-a) + b`: the operand goes on over steps, not over operators. */
function readUnary(grammar: Grammar): Node {
  const { reader } = grammar;
  const operator = reader.read();
  const operand = reader.nested(() => readWithSteps(grammar));
  return new UnaryNode(reader.source, operator.start, operator.type === Token.minus ? "-" : "!", operand);
}
