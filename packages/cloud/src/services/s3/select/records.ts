/** The records of an object, as S3 Select reads them: CSV by the request's delimiters, JSON by lines or as one document. */
import { type CsvOptions, csvRecords, lines, RecordTooLong } from "../../../core/delimited.ts";
import { s3Error } from "../errors.ts";
import { member, type Row, type Value } from "./evaluate.ts";

/** User Guide, "Filtering and retrieving data using S3 Select": a record has at most 1 MB. */
const RECORD_CHARACTERS_MAX = 1024 * 1024;
/** One document is held as a whole. */
const DOCUMENT_CHARACTERS_MAX = 128 * 1024 * 1024;

/** A record with what SELECT * takes of it. */
export interface SelectedRow extends Row {
  all(): readonly (readonly [name: string, value: Value])[];
}

function missing(): Error {
  return s3Error("EvaluatorBindingDoesNotExist", 400, "A column name or a path provided does not exist in the SQL expression.");
}

/** `_1` is the first field. */
function position(name: string): number | undefined {
  const found = /^_(\d{1,6})$/.exec(name);
  return found === null ? undefined : Number(found[1]) - 1;
}

class CsvRow implements SelectedRow {
  readonly whole = undefined;
  private readonly fields: readonly string[];
  private readonly header: readonly string[] | undefined;

  constructor(fields: readonly string[], header: readonly string[] | undefined) {
    this.fields = fields;
    this.header = header;
  }

  column(name: string, isQuoted: boolean): Value {
    const exact = this.header?.indexOf(name) ?? -1;
    const found =
      exact >= 0 || isQuoted ? exact : (this.header?.findIndex((each) => each.toLowerCase() === name.toLowerCase()) ?? -1);
    const at = found >= 0 ? found : position(name);
    if (at === undefined) throw missing();
    return this.fields[at];
  }

  all() {
    return this.fields.map((field, i) => [this.header?.[i] ?? `_${i + 1}`, field] as const);
  }
}

class JsonRow implements SelectedRow {
  readonly whole: Value;

  constructor(value: Value) {
    this.whole = value;
  }

  column(name: string, isQuoted: boolean): Value {
    const at = position(name);
    const found = member(this.whole, name, isQuoted);
    if (found !== undefined || at === undefined) return found;
    return Object.values(this.whole ?? {})[at];
  }

  all() {
    const value = this.whole;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
    return [["_1", value] as const];
  }
}

/** Elements below a JSON record: `*` is each element of a list. */
function* below(value: Value, steps: readonly (string | number)[]): Generator<Value> {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (value !== undefined) yield value;
  } else if (step === "*") {
    if (Array.isArray(value)) for (const each of value) yield* below(each, rest);
    else yield* below(value, rest);
  } else yield* below(member(value, step, false), rest);
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw s3Error("JSONParsingError", 400, "Encountered an error parsing the JSON file. Check the file and try again.");
  }
}

export async function* csvRows(
  text: AsyncIterable<string>,
  options: CsvOptions,
  header: "USE" | "IGNORE" | "NONE",
): AsyncGenerator<SelectedRow> {
  let names: readonly string[] | undefined;
  let isFirst = header !== "NONE";
  try {
    for await (const fields of csvRecords(text, RECORD_CHARACTERS_MAX, options)) {
      if (isFirst && header === "USE") names = fields;
      if (!isFirst) yield new CsvRow(fields, names);
      isFirst = false;
    }
  } catch (error) {
    throw error instanceof RecordTooLong ? tooLong() : error;
  }
}

function tooLong(): Error {
  return s3Error(
    "OverMaxRecordSize",
    400,
    "The length of a record in the input or result is greater than the maxCharsPerRecord limit of 1 MB.",
  );
}

export async function* jsonRows(
  text: AsyncIterable<string>,
  isDocument: boolean,
  from: readonly (string | number)[],
): AsyncGenerator<SelectedRow> {
  try {
    if (isDocument) {
      let whole = "";
      for await (const piece of text) {
        whole += piece;
        if (whole.length > DOCUMENT_CHARACTERS_MAX) throw new RecordTooLong();
      }
      for (const value of below(parsed(whole), from)) yield new JsonRow(value);
      return;
    }
    for await (const line of lines(text, RECORD_CHARACTERS_MAX))
      if (line.trim() !== "") for (const value of below(parsed(line), from)) yield new JsonRow(value);
  } catch (error) {
    throw error instanceof RecordTooLong ? tooLong() : error;
  }
}
