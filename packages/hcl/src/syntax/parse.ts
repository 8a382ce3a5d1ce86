import type { Diagnostic } from "@dovetail/model";
import type { Scope } from "../evaluate/scope.ts";
import type { Evaluated, Expression } from "./body.ts";
import { readBody } from "./body-parser.ts";
import { readBareTemplate, readExpression } from "./expression-parser.ts";
import type { NativeBody } from "./native-body.ts";
import { type ScanMode, scanTokens } from "./scanner.ts";
import { type Position, SourceText } from "./source-text.ts";
import { tokenProblems } from "./token-problems.ts";
import { TokenReader } from "./token-reader.ts";
import { Token } from "./tokens.ts";

/** What of a text could be read, and everything that is wrong with it. */
export interface Parsed<Result> {
  readonly diagnostics: readonly Diagnostic[];
  /** The names of all functions that are called. */
  readonly calls: ReadonlySet<string>;
  readonly result: Result;
}

function parsed<Result>(source: SourceText, mode: ScanMode, read: (reader: TokenReader) => Result): Parsed<Result> {
  const tokens = scanTokens(source, mode);
  const reader = new TokenReader(source, tokens);
  const result = read(reader);
  return { result, diagnostics: [...tokenProblems(source, tokens), ...reader.diagnostics], calls: reader.calls };
}

/**
 * A file of HCL's native syntax (HCL Native Syntax Specification). Never throws: what is wrong is told, all of it in one run, and the
 * body holds what could be read. Bytes that are not UTF-8 are told with their place. `calls` are the functions that the file calls.
 */
export function parseNative(
  source: string | Uint8Array,
  file: string,
): { readonly body: NativeBody } & Omit<Parsed<NativeBody>, "result"> {
  const { result, ...rest } = parsed(new SourceText(source, file), "file", (reader) => readBody(reader, Token.endOfFile));
  return { body: result, ...rest };
}

/** An expression on its own; it may go on over lines, as if it stood in parentheses. */
export function parseExpression(
  text: string,
  file: string,
  start?: Position,
): { readonly expression: Expression } & Omit<Parsed<Expression>, "result"> {
  const { result, ...rest } = parsed(new SourceText(text, file, start), "file", (reader) =>
    reader.withNewlines(false, () => {
      const expression = readExpression(reader);
      const next = reader.peek();
      if (next.type !== Token.endOfFile) {
        const detail = "An expression was successfully parsed, but extra characters were found after it.";
        reader.reportUnlessRecovering("Extra characters after expression", detail, next);
      }
      return expression;
    }),
  );
  return { expression: result, ...rest };
}

/** A text that is a template as a whole: a file for `templatefile`, a string of JSON syntax. */
export function parseTemplate(
  text: string,
  file: string,
  start?: Position,
): { readonly expression: Expression } & Omit<Parsed<Expression>, "result"> {
  const { result, ...rest } = parsed(new SourceText(text, file, start), "template", readBareTemplate);
  return { expression: result, ...rest };
}

/** The value of an expression given as text; what is wrong with it, in reading or in evaluating, is told. */
export function evaluateExpression(text: string, scope: Scope, file = "<expression>"): Evaluated {
  const { expression, diagnostics } = parseExpression(text, file);
  const evaluated = expression.evaluate(scope);
  return diagnostics.length === 0 ? evaluated : { value: evaluated.value, diagnostics };
}
