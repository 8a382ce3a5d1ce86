/** Records of text that comes in pieces: lines, and comma-separated values as RFC 4180 writes them. */

export interface CsvOptions {
  readonly fieldDelimiter: string;
  readonly recordDelimiter: string;
  /** Empty: nothing is quoted. */
  readonly quote: string;
  /** What makes a quote inside quotes an ordinary character; the quote itself where nothing else is said. */
  readonly escapeWith: string;
  /** Records that begin so are skipped; empty: none. */
  readonly comment: string;
}

export const CSV: CsvOptions = { fieldDelimiter: ",", recordDelimiter: "\n", quote: '"', escapeWith: '"', comment: "" };

export class RecordTooLong extends Error {}

/** UTF-8 bytes as text; a character may lie across two pieces. */
export async function* texts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

/** Rejects with RecordTooLong above `charactersMax`. The last line may lack its end. */
export async function* lines(source: AsyncIterable<string>, charactersMax: number, delimiter = "\n"): AsyncGenerator<string> {
  let held = "";
  for await (const piece of source) {
    held += piece;
    const rows = held.split(delimiter);
    held = rows.pop() ?? "";
    for (const row of rows) yield row;
    if (held.length > charactersMax) throw new RecordTooLong();
  }
  if (held !== "") yield held;
}

/** The fields of a record that ends before `text[end]`. */
function fieldsOf(text: string, options: CsvOptions): string[] {
  const { fieldDelimiter, quote, escapeWith } = options;
  const fields: string[] = [];
  let field = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; ) {
    if (isQuoted && text.startsWith(escapeWith + quote, at)) {
      field += quote;
      at += escapeWith.length + quote.length;
    } else if (quote !== "" && text.startsWith(quote, at)) {
      isQuoted = !isQuoted;
      at += quote.length;
    } else if (!isQuoted && text.startsWith(fieldDelimiter, at)) {
      fields.push(field);
      field = "";
      at += fieldDelimiter.length;
    } else field += text[at++];
  }
  fields.push(field);
  return fields;
}

/** Is a quote still open? An escaped quote is two quotes, or does not count. */
function isOpen(text: string, { quote, escapeWith }: CsvOptions): boolean {
  if (quote === "" || !text.includes(quote)) return false;
  const plain = escapeWith === quote ? text : text.replaceAll(escapeWith + quote, "");
  return (plain.split(quote).length - 1) % 2 === 1;
}

/** Each record's fields; a quoted field may hold delimiters of records. Rejects with RecordTooLong. */
export async function* csvRecords(
  source: AsyncIterable<string>,
  charactersMax: number,
  options: CsvOptions = CSV,
): AsyncGenerator<string[]> {
  const { recordDelimiter, comment } = options;
  let held: string | undefined;
  const finish = (record: string) =>
    fieldsOf(recordDelimiter === "\n" && record.endsWith("\r") ? record.slice(0, -1) : record, options);
  for await (const line of lines(source, charactersMax, recordDelimiter)) {
    const record: string = held === undefined ? line : held + recordDelimiter + line;
    if (record.length > charactersMax) throw new RecordTooLong();
    if (isOpen(record, options)) held = record;
    else {
      held = undefined;
      if (record !== "" && record !== "\r" && (comment === "" || !record.startsWith(comment))) yield finish(record);
    }
  }
  if (held !== undefined) yield finish(held);
}
