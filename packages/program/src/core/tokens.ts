import { noteDiagnostic, type SourceRange, UNKNOWN } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { OutputState } from "./contract.ts";

/**
 * An Output in a template literal, in `+`, as an object key or in JSON.stringify cannot give its value, which may not exist yet.
 * It gives a token instead: letters and digits only, so that it lives through slugging, JSON and a change of case, and is found
 * again in whatever input the string ends up in.
 *     DvtOut0012Z  the value as text         DvtJsn0012Z  the value as JSON (from `toJSON`, with the quotes around it)
 */
const TOKEN = /Dvt(Out|Jsn)(\d{4,})Z/i;
const TOKENS = /Dvt(Out|Jsn)(\d{4,})Z/gi;
const QUOTED_JSON_TOKENS = /(\\*)"(DvtJsn\d{4,}Z)\1"/g;
const STRING_LITERALS = /"(?:[^"\\]|\\.)*"/g;

export type TokenKind = "Out" | "Jsn";

/** Gives out a token for an Output and notes where that happened. */
export function giveToken(evaluation: Evaluation, state: Promise<OutputState>, kind: TokenKind): string {
  const range = wholePlaceholder(evaluation, evaluation.setting.places.here());
  evaluation.report(
    noteDiagnostic("DVT1008", "Output used as a plain value", {
      detail:
        "An Output's value is not there yet when this line runs; Dovetail carries it through and fills it in later, SST and Pulumi would put an error text in its place.",
      fix: kind === "Out" ? "To be portable write:\n    $interpolate`...`" : "To be portable write:\n    $jsonStringify(...)",
      ...(range ? { range } : {}),
    }),
  );
  evaluation.tokens.push(state);
  return `Dvt${kind}${String(evaluation.tokens.length - 1).padStart(4, "0")}Z`;
}

/** The whole `${...}` that a place stands in, where it does in one line; the place itself where not. */
function wholePlaceholder(evaluation: Evaluation, range: SourceRange | undefined): SourceRange | undefined {
  const line = range && evaluation.setting.places.text(range.file)?.split("\n")[range.line - 1];
  if (range === undefined || line === undefined) return range;
  const start = line.lastIndexOf("${", range.column - 1);
  const end = line.indexOf("}", range.column - 1);
  if (start < 0 || end < 0 || line.slice(start, range.column - 1).includes("}")) return range;
  return { ...range, column: start + 1, endLine: range.line, endColumn: end + 2 };
}

export function hasToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The text with every token replaced by its value; UNKNOWN when one of them is unknown. `take` sees each state once. */
export async function replaceTokens(
  evaluation: Evaluation,
  text: string,
  take: (state: OutputState) => unknown,
): Promise<unknown> {
  const values = new Map<number, unknown>();
  for (const [, , digits] of text.matchAll(TOKENS)) {
    const state = evaluation.tokens[Number(digits)];
    if (state !== undefined && !values.has(Number(digits))) values.set(Number(digits), take(await state));
  }
  if ([...values.values()].some(holdsUnknown)) return UNKNOWN;
  const alone = /^DvtJsn(\d{4,})Z$/.exec(text);
  if (alone !== null) return values.get(Number(alone[1]));
  return fill(text, values);
}

function fill(text: string, values: ReadonlyMap<number, unknown>): string {
  if (/^\s*[[{"]/.test(text) && parses(text)) return fillJson(text, values);
  const json = text.replace(QUOTED_JSON_TOKENS, (_whole, slashes: string, token: string) =>
    escapeTimes(JSON.stringify(tokenValue(token, values)) ?? "null", Math.log2(slashes.length + 1)),
  );
  return json.replace(TOKENS, (token) => asText(token, values));
}

/** In JSON text each string literal is filled by itself, so that quotes in a value stay inside it; the layout stays as it was. */
function fillJson(text: string, values: ReadonlyMap<number, unknown>): string {
  return text.replace(STRING_LITERALS, (literal) => {
    if (!hasToken(literal)) return literal;
    const inner = JSON.parse(literal) as string;
    if (/^DvtJsn\d{4,}Z$/.test(inner)) return JSON.stringify(tokenValue(inner, values)) ?? "null";
    return JSON.stringify(fill(inner, values));
  });
}

function tokenValue(token: string, values: ReadonlyMap<number, unknown>): unknown {
  return values.get(Number(/\d+/.exec(token)?.[0]));
}

/** A token whose letters were made lower or upper case gives its value in that case. */
function asText(token: string, values: ReadonlyMap<number, unknown>): string {
  const number = Number(/\d+/.exec(token)?.[0]);
  if (!values.has(number)) return token;
  const value = values.get(number);
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  if (token === token.toLowerCase()) return text.toLowerCase();
  return token === token.toUpperCase() ? text.toUpperCase() : text;
}

function escapeTimes(text: string, times: number): string {
  let escaped = text;
  for (let i = 0; i < times; i++) escaped = JSON.stringify(escaped).slice(1, -1);
  return escaped;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
