/** Rows as the request wants them written. */
import { textOf, type Value } from "./evaluate.ts";

export interface OutputSerialization {
  readonly CSV?: {
    readonly QuoteFields?: string;
    readonly QuoteEscapeCharacter?: string;
    readonly RecordDelimiter?: string;
    readonly FieldDelimiter?: string;
    readonly QuoteCharacter?: string;
  };
  readonly JSON?: { readonly RecordDelimiter?: string };
}

type Cells = readonly (readonly [name: string, value: Value])[];

function csvWriter(options: NonNullable<OutputSerialization["CSV"]>): (cells: Cells) => string {
  const { FieldDelimiter: between = ",", RecordDelimiter: end = "\n", QuoteCharacter: quote = '"' } = options;
  const escapeWith = options.QuoteEscapeCharacter ?? quote;
  const quoted = (text: string) => quote + text.replaceAll(quote, escapeWith + quote) + quote;
  const needs = (text: string) =>
    options.QuoteFields === "ALWAYS" || [between, end, quote, "\n", "\r"].some((each) => each !== "" && text.includes(each));
  return (cells) => {
    const texts = cells.map(([, value]) => textOf(value));
    return texts.map((text) => (needs(text) ? quoted(text) : text)).join(between) + end;
  };
}

function jsonWriter({ RecordDelimiter: end = "\n" }: NonNullable<OutputSerialization["JSON"]>): (cells: Cells) => string {
  return (cells) => JSON.stringify(Object.fromEntries(cells.filter(([, value]) => value !== undefined))) + end;
}

/** One record's text. */
export function writerOf(output: OutputSerialization): (cells: Cells) => string {
  return output.JSON === undefined ? csvWriter(output.CSV ?? {}) : jsonWriter(output.JSON);
}
