import type { Span } from "../evaluate/node.ts";
import { formatPlace } from "../evaluate/place.ts";
import { goQuote } from "../values/go-quote.ts";
import { readExpression } from "./expression-parser.ts";
import { between, isLost } from "./grammar.ts";
import { type NativeAttribute, type NativeBlock, NativeBody } from "./native-body.ts";
import { readQuotedLiteral } from "./string-literal.ts";
import type { ReadToken, TokenReader } from "./token-reader.ts";
import { Token, type TokenType } from "./tokens.ts";

const REQUIRED = "Argument or block definition required";
const REQUIRED_HERE = "An argument or block definition is required here.";
const USE_EQUALS = `${REQUIRED_HERE} To set an argument, use the equals sign "=" to introduce the argument value.`;
const UNCLOSED = "Unclosed configuration block";
const NO_CLOSING_BRACE =
  "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";

/** Reads arguments and blocks up to the token that ends the body, which is read too. */
export function readBody(reader: TokenReader, end: TokenType): NativeBody {
  const attributes = new Map<string, NativeAttribute>();
  const blocks: NativeBlock[] = [];
  const start = reader.previous();
  const last = readItems(reader, end, start, attributes, blocks);
  return new NativeBody({ source: reader.source, span: between(start, last), attributes, blocks });
}

function readItems(
  reader: TokenReader,
  end: TokenType,
  start: Span,
  attributes: Map<string, NativeAttribute>,
  blocks: NativeBlock[],
): Span {
  for (;;) {
    const next = reader.peek();
    if (next.type === end) return reader.read();
    if (next.type === Token.newline) reader.read();
    else if (next.type === Token.identifier) {
      const item = readItem(reader);
      if (item !== undefined && "body" in item) blocks.push(item);
      else if (item !== undefined) addAttribute(reader, attributes, item);
    } else {
      reportBadItem(reader, reader.read(), end, start);
      const here = reader.previous();
      reader.skipPast(end);
      return here;
    }
  }
}

function addAttribute(reader: TokenReader, attributes: Map<string, NativeAttribute>, attribute: NativeAttribute): void {
  const existing = attributes.get(attribute.name);
  if (existing === undefined) {
    attributes.set(attribute.name, attribute);
    return;
  }
  const place = formatPlace(reader.source.range(existing.nameSpan.start, existing.nameSpan.end));
  const detail = `The argument ${goQuote(attribute.name)} was already set at ${place}. Each argument may be set only once.`;
  reader.report("Attribute redefined", detail, attribute.nameSpan);
}

function reportBadItem(reader: TokenReader, bad: ReadToken, end: TokenType, start: Span): void {
  if (bad.type === Token.openQuote) {
    reader.reportUnlessRecovering("Invalid argument name", "Argument names must not be quoted.", bad);
  } else if (bad.type === Token.endOfFile && end === Token.closeBrace) {
    reader.reportUnlessRecovering(UNCLOSED, NO_CLOSING_BRACE, start);
  } else reader.reportUnlessRecovering(REQUIRED, REQUIRED_HERE, bad);
}

/** Reads an argument or a block, the reader being before its name; undefined where it is neither. */
function readItem(reader: TokenReader): NativeAttribute | NativeBlock | undefined {
  const name = reader.read();
  const next = reader.peek().type;
  if (next === Token.assign) return readAttribute(reader, name, false);
  if (next === Token.openQuote || next === Token.openBrace || next === Token.identifier) return readBlock(reader, name);
  reader.skipBodyItem();
  reader.report(REQUIRED, USE_EQUALS, name);
  return undefined;
}

function readAttribute(reader: TokenReader, name: ReadToken, isSingleLine: boolean): NativeAttribute {
  reader.read();
  const errors = reader.errorCount;
  const node = readExpression(reader);
  const last = reader.previous();
  if (isLost(reader, errors)) reader.skipBodyItem();
  else if (!isSingleLine) readLineEnd(reader);
  return { name: reader.textOf(name), node, span: between(name, last), nameSpan: name };
}

function readLineEnd(reader: TokenReader): void {
  const end = reader.peek();
  if (end.type === Token.newline || end.type === Token.endOfFile) {
    reader.read();
    return;
  }
  const detail = "An argument definition must end with a newline.";
  if (end.type === Token.comma) {
    const commas = "Argument definitions must be separated by newlines, not commas.";
    reader.reportUnlessRecovering("Unexpected comma after argument", `${commas} ${detail}`, end);
  } else reader.reportUnlessRecovering("Missing newline after argument", detail, end);
  reader.skipBodyItem();
}

interface Header {
  readonly labels: string[];
  readonly labelSpans: Span[];
}

function readBlock(reader: TokenReader, name: ReadToken): NativeBlock {
  const type = reader.textOf(name);
  const header: Header = { labels: [], labelSpans: [] };
  const openBrace = readLabels(reader, header);
  if (openBrace === undefined) {
    const body = new NativeBody({ source: reader.source, span: name, attributes: new Map(), blocks: [] });
    return { type, ...header, body, typeSpan: name, openBrace: name, closeBrace: name };
  }
  const body = reader.nested(() => readBlockBody(reader, openBrace));
  const closeBrace = reader.previous();
  const end = reader.peek();
  if (end.type === Token.newline || end.type === Token.endOfFile) reader.read();
  else {
    reader.reportUnlessRecovering("Missing newline after block definition", "A block definition must end with a newline.", end);
    reader.skipBodyItem();
  }
  return { type, ...header, body, typeSpan: name, openBrace, closeBrace };
}

/** Reads labels up to the opening brace, which is read too; undefined where there is none. */
function readLabels(reader: TokenReader, { labels, labelSpans }: Header): Span | undefined {
  for (;;) {
    const next = reader.peek();
    if (next.type === Token.openBrace) return reader.read();
    if (next.type === Token.openQuote) {
      const { text, span } = readQuotedLiteral(reader);
      labels.push(text);
      labelSpans.push(span);
    } else if (next.type === Token.identifier) {
      labels.push(reader.textOf(reader.read()));
      labelSpans.push(next);
    } else {
      reportBadHeader(reader, next);
      reader.skipBodyItem();
      return undefined;
    }
  }
}

function reportBadHeader(reader: TokenReader, found: ReadToken): void {
  const summary = "Invalid block definition";
  if (found.type === Token.assign) {
    const detail = 'The equals sign "=" indicates an argument definition, and must not be used when defining a block.';
    reader.report(summary, detail, found);
  } else if (found.type === Token.newline) {
    const detail =
      'A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.';
    reader.report(summary, detail, found);
  } else {
    const detail = 'Either a quoted string block label or an opening brace ("{") is expected here.';
    reader.reportUnlessRecovering(summary, detail, found);
  }
}

function readBlockBody(reader: TokenReader, openBrace: Span): NativeBody {
  const next = reader.peek().type;
  if (next === Token.newline || next === Token.endOfFile || next === Token.closeBrace) return readBody(reader, Token.closeBrace);
  const attribute = readOnlyAttribute(reader);
  readSingleLineEnd(reader, openBrace);
  const attributes = new Map(attribute === undefined ? [] : [[attribute.name, attribute]]);
  const span = attribute?.span ?? between(openBrace, reader.previous());
  return new NativeBody({ source: reader.source, span, attributes, blocks: [] });
}

/** Reads the argument of a block that is written on one line. */
function readOnlyAttribute(reader: TokenReader): NativeAttribute | undefined {
  const name = reader.read();
  const next = reader.peek();
  if (name.type === Token.identifier && next.type === Token.assign) return readAttribute(reader, name, true);
  reader.skipBodyItem();
  if (name.type !== Token.identifier) reader.report(REQUIRED, REQUIRED_HERE, name);
  else if (next.type === Token.openQuote || next.type === Token.openBrace || next.type === Token.identifier) {
    const detail = `A single-line block definition can contain only a single argument. If you meant to define argument ${goQuote(reader.textOf(name))}, use an equals sign to assign it a value. To define a nested block, place it on a line of its own within its parent block.`;
    reader.report("Argument definition required", detail, between(name, next));
  } else reader.report(REQUIRED, USE_EQUALS, name);
  return undefined;
}

function readSingleLineEnd(reader: TokenReader, openBrace: Span): void {
  const end = reader.peek();
  if (end.type === Token.closeBrace) {
    reader.read();
    return;
  }
  const summary = "Invalid single-argument block definition";
  if (end.type === Token.comma) {
    const detail =
      "Single-line block syntax can include only one argument definition. To define multiple arguments, use the multi-line block syntax with one argument definition per line.";
    reader.report(summary, detail, end);
  } else if (end.type === Token.newline) {
    const detail =
      "An argument definition on the same line as its containing block creates a single-line block definition, which must also be closed on the same line. Place the block's closing brace immediately after the argument definition.";
    reader.report(summary, detail, end);
  } else if (end.type === Token.endOfFile) reader.reportUnlessRecovering(UNCLOSED, NO_CLOSING_BRACE, openBrace);
  else {
    const detail =
      "A single-line block definition must end with a closing brace immediately after its single argument definition.";
    reader.reportUnlessRecovering(summary, detail, end);
  }
  reader.skipPast(Token.closeBrace);
}
