import { textOf } from "../values/contents.ts";
import { goQuote } from "../values/go-quote.ts";
import { DYNAMIC, listOf, objectOf, STRING, type Type } from "../values/type.ts";
import { isUnknown, listVal, objectVal, stringVal, type Val } from "../values/value.ts";
import { FunctionError } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

function parseError(line: number, reason: string): FunctionError {
  return new FunctionError(`CSV parse error on line ${line}: ${reason}`);
}

/** The records of a text (RFC 4180, as Go's `encoding/csv` reads it): empty lines are none, quotes only around whole fields. */
function* recordsOf(text: string): Generator<CsvRecord> {
  const lines = text.split("\n");
  const isEnded = lines.at(-1) === "";
  if (isEnded) lines.pop();
  const source = { lines: lines.map((line, i) => endedLine(line, isEnded || i < lines.length - 1)), next: 0 };
  while (source.next < source.lines.length) {
    const line = source.next + 1;
    const current = source.lines[source.next] ?? "";
    source.next += 1;
    if (current !== "\n" && current !== "") yield { fields: fieldsOf(current, source), line };
  }
}
/** A carriage return at a line's end belongs to the end. */
function endedLine(line: string, hasEnd: boolean): string {
  if (!hasEnd) return line.replace(/\r$/, "");
  return `${line.replace(/\r$/, "")}\n`;
}

interface Lines {
  readonly lines: readonly string[];
  next: number;
}

function fieldsOf(first: string, source: Lines): readonly string[] {
  const fields: string[] = [];
  let rest = first;
  for (;;) {
    if (!rest.startsWith('"')) {
      const comma = rest.indexOf(",");
      const field = comma < 0 ? rest.replace(/\n$/, "") : rest.slice(0, comma);
      if (field.includes('"')) throw parseError(source.next, 'bare " in non-quoted-field');
      fields.push(field);
      if (comma < 0) return fields;
      rest = rest.slice(comma + 1);
      continue;
    }
    const quoted = quotedField(rest.slice(1), source);
    fields.push(quoted.field);
    if (!quoted.rest.startsWith(",")) return fields;
    rest = quoted.rest.slice(1);
  }
}

/** A field after its opening quote; it may go on over lines. */
function quotedField(first: string, source: Lines): { readonly field: string; readonly rest: string } {
  let field = "";
  let rest = first;
  for (;;) {
    const quote = rest.indexOf('"');
    if (quote < 0) {
      const next = source.lines[source.next];
      if (next === undefined) throw parseError(source.next, 'extraneous or missing " in quoted-field');
      field += rest;
      rest = next;
      source.next += 1;
      continue;
    }
    field += rest.slice(0, quote);
    rest = rest.slice(quote + 1);
    if (rest.startsWith('"')) {
      field += '"';
      rest = rest.slice(1);
    } else if (rest === "" || rest === "\n" || rest.startsWith(",")) return { field, rest };
    else throw parseError(source.next, 'extraneous or missing " in quoted-field');
  }
}

function headerOf(text: Val): readonly string[] {
  const first = recordsOf(textOf(text)).next();
  if (first.done === true) throw new FunctionError("missing header line");
  const seen = new Set<string>();
  for (const name of first.value.fields) {
    if (seen.has(name)) throw new FunctionError(`duplicate column name ${goQuote(name)}`);
    seen.add(name);
  }
  return first.value.fields;
}

function rowType(header: readonly string[]): Type {
  return objectOf(new Map(header.map((name) => [name.normalize("NFC"), STRING])));
}

export const CSV_FUNCTIONS: FunctionTable = {
  csvdecode: {
    description: "The rows of a CSV text as objects, whose attributes are named in the first row.",
    parameters: [parameter("str", STRING)],
    returns: ([text]) => (text === undefined || isUnknown(text) ? DYNAMIC : listOf(rowType(headerOf(text)))),
    isNeverNull: true,
    implementation([text = stringVal("")]) {
      const header = headerOf(text);
      const rows: Val[] = [];
      for (const { fields, line } of recordsOf(textOf(text))) {
        if (fields.length !== header.length) throw parseError(line, "wrong number of fields");
        rows.push(objectVal(new Map(header.map((name, i) => [name.normalize("NFC"), stringVal(fields[i] ?? "")]))));
      }
      return listVal(rowType(header), rows.slice(1));
    },
  },
};
