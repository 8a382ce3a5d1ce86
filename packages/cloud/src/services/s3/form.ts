/** `multipart/form-data` of a POST upload (RFC 7578), read as a stream: fields first, the file last and never in memory as a whole. */
import { s3Error } from "./errors.ts";

const FIELDS_BYTES_MAX = 20 * 1024;
const FIELDS_MAX = 200;

export interface Form {
  /** Names in lower case. */
  readonly fields: { readonly [name: string]: string };
  readonly fileName: string | undefined;
  readonly fileType: string | undefined;
  /** The file's bytes; undefined when the form has none. Ends with the part. */
  readonly file: AsyncIterable<Uint8Array> | undefined;
}

function malformed() {
  return s3Error("MalformedPOSTRequest", 400, "The body of your POST request is not well-formed multipart/form-data.");
}

class Reader {
  private readonly source: AsyncIterator<Uint8Array>;
  private buffer = Buffer.alloc(0);
  private ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  private async more(): Promise<boolean> {
    if (this.ended) return false;
    const next = await this.source.next();
    if (next.done === true) this.ended = true;
    else this.buffer = Buffer.concat([this.buffer, next.value]);
    return !this.ended;
  }

  /** Bytes up to the delimiter, which is taken, too. */
  async until(delimiter: Buffer, most: number): Promise<Buffer> {
    for (;;) {
      const at = this.buffer.indexOf(delimiter);
      if (at >= 0) {
        const found = this.buffer.subarray(0, at);
        this.buffer = this.buffer.subarray(at + delimiter.length);
        return found;
      }
      if (this.buffer.length > most)
        throw s3Error("MaxPostPreDataLengthExceeded", 400, "Your POST request fields preceding the upload file were too large.");
      if (!(await this.more())) throw malformed();
    }
  }

  /** The same, piece by piece and without a limit. */
  async *stream(delimiter: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.buffer.indexOf(delimiter);
      if (at >= 0) {
        if (at > 0) yield this.buffer.subarray(0, at);
        this.buffer = this.buffer.subarray(at + delimiter.length);
        return;
      }
      const safe = this.buffer.length - delimiter.length;
      if (safe > 0) {
        yield this.buffer.subarray(0, safe);
        this.buffer = this.buffer.subarray(safe);
      }
      if (!(await this.more())) throw malformed();
    }
  }

  async take(count: number): Promise<string> {
    while (this.buffer.length < count) if (!(await this.more())) throw malformed();
    const text = this.buffer.toString("latin1", 0, count);
    this.buffer = this.buffer.subarray(count);
    return text;
  }
}

function headerOf(head: string, name: string): string | undefined {
  return head
    .split("\r\n")
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

function parameter(header: string, name: string): string | undefined {
  return new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(header)?.[1];
}

/** Throws MalformedPOSTRequest and its kin. */
export async function readForm(contentType: string, body: AsyncIterable<Uint8Array>): Promise<Form> {
  const boundary = /boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType);
  if (boundary === null) throw malformed();
  const mark = `--${boundary[1] ?? boundary[2] ?? ""}`;
  const reader = new Reader(body);
  await reader.until(Buffer.from(mark), FIELDS_BYTES_MAX);
  const fields: Record<string, string> = Object.create(null);
  let bytes = 0;
  for (let count = 0; count < FIELDS_MAX; count++) {
    if ((await reader.take(2)) === "--") return { fields, fileName: undefined, fileType: undefined, file: undefined };
    const head = (await reader.until(Buffer.from("\r\n\r\n"), FIELDS_BYTES_MAX)).toString("utf8");
    const disposition = headerOf(head, "content-disposition") ?? "";
    const name = parameter(disposition, "name")?.toLowerCase();
    if (name === undefined) throw malformed();
    const end = Buffer.from(`\r\n${mark}`);
    if (name === "file")
      return {
        fields,
        fileName: parameter(disposition, "filename"),
        fileType: headerOf(head, "content-type"),
        file: reader.stream(end),
      };
    const value = await reader.until(end, FIELDS_BYTES_MAX);
    bytes += value.length;
    if (bytes > FIELDS_BYTES_MAX)
      throw s3Error("MaxPostPreDataLengthExceeded", 400, "Your POST request fields preceding the upload file were too large.");
    fields[name] = value.toString("utf8");
  }
  throw malformed();
}
