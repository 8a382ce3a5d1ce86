import { Token, type TokenType } from "../syntax/tokens.ts";
import { bracketChange, type Piece } from "./piece.ts";

type Around = readonly [subject: Piece, before: Piece | undefined, after: Piece];

const BEFORE_NEGATION: ReadonlySet<TokenType> = new Set([
  Token.openParen,
  Token.openBrace,
  Token.openBracket,
  Token.assign,
  Token.colon,
  Token.comma,
  Token.question,
  Token.plus,
  Token.star,
  Token.slash,
  Token.percent,
  Token.minus,
  Token.equal,
  Token.notEqual,
  Token.greater,
  Token.greaterOrEqual,
  Token.less,
  Token.lessOrEqual,
  Token.and,
  Token.or,
  Token.bang,
]);

/** Whether a space follows the subject, as the first rule says that has a say. */
export function hasSpaceAfter(subject: Piece, before: Piece | undefined, after: Piece): boolean {
  for (const [applies, answer] of RULES) {
    if (applies(subject, before, after)) return typeof answer === "boolean" ? answer : answer(subject, before, after);
  }
  return true;
}

function isOneOf(types: readonly TokenType[]): (one: Piece) => boolean {
  const set = new Set(types);
  return ({ type }) => set.has(type);
}
const isTemplateInside = isOneOf([Token.quotedText, Token.plainText]);
const isTemplateStart = isOneOf([Token.openQuote, Token.openHeredoc]);
const isTemplateEnd = isOneOf([Token.closeQuote, Token.closeHeredoc]);
const isSequenceStart = isOneOf([Token.interpolation, Token.directive]);
const isIndexable = isOneOf([Token.identifier, Token.number]);

/** What `terraform fmt` does between two tokens, told by observation and by HCL's own description of its canonical form. */
const RULES: readonly (readonly [(...around: Around) => boolean, boolean | ((...around: Around) => boolean)])[] = [
  [(_, __, after) => after.type === Token.newline, false],
  // A function's name stays with its parenthesis and its namespaces, a dot with what it joins.
  [(subject, _, after) => subject.type === Token.identifier && after.type === Token.openParen, false],
  [(subject, _, after) => subject.type === Token.identifier && after.type === Token.doubleColon, false],
  [(subject, _, after) => subject.type === Token.doubleColon && after.type === Token.identifier, false],
  [(subject, _, after) => subject.type === Token.dot || after.type === Token.dot, false],
  [(_, __, after) => after.type === Token.comma || after.type === Token.ellipsis, false],
  [(subject) => subject.type === Token.comma, true],
  // Inside a template every space is text.
  [
    (subject, _, after) =>
      isTemplateInside(subject) || isTemplateStart(subject) || isTemplateInside(after) || isTemplateEnd(after),
    false,
  ],
  // `for x in [1]`: here `in` is not the name of a list.
  [(subject, before) => subject.type === Token.identifier && subject.text === "in" && before?.type === Token.identifier, true],
  [(subject, _, after) => after.type === Token.openBracket && (isIndexable(subject) || bracketChange(subject) < 0), false],
  [(subject) => subject.type === Token.bang, false],
  // A minus that follows nothing to subtract from is a sign.
  [(subject) => subject.type === Token.minus, (_, before) => before !== undefined && !BEFORE_NEGATION.has(before.type)],
  [
    (subject, _, after) => subject.type === Token.openBrace || after.type === Token.closeBrace,
    (subject, _, after) => !(subject.type === Token.openBrace && after.type === Token.closeBrace),
  ],
  [(subject, _, after) => isSequenceStart(subject) && after.type === Token.openBrace, true],
  [(subject, _, after) => subject.type === Token.closeBrace && after.type === Token.sequenceEnd, true],
  [(subject, _, after) => subject.type === Token.sequenceEnd && isSequenceStart(after), false],
  [(subject) => bracketChange(subject) > 0, false],
  [(_, __, after) => bracketChange(after) < 0, false],
];
