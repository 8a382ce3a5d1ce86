/** SelectObjectContent: SQL over one object of CSV or JSON (User Guide, "Filtering and retrieving data using Amazon S3 Select"). */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { SelectObjectContentCommandInput } from "@aws-sdk/client-s3";
import { CSV, type CsvOptions, texts } from "../../../core/delimited.ts";
import { bytesEvent, emptyEvent, errorEvent, xmlEvent } from "../../../core/event-stream.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { s3Error } from "../errors.ts";
import type { Query } from "../select/expression.ts";
import { writerOf } from "../select/output.ts";
import { parseQuery } from "../select/parser.ts";
import { csvRows, jsonRows, type SelectedRow } from "../select/records.ts";
import { selected } from "../select/run.ts";

const EXPRESSION_BYTES_MAX = 256 * 1024;
/** So much is gathered before an event goes out. */
const EVENT_CHARACTERS = 128 * 1024;

type Input = NonNullable<SelectObjectContentCommandInput["InputSerialization"]>;

function notHere(what: string): Error {
  return s3Error("NotImplemented", 501, `s3: SelectObjectContent of ${what} is not emulated`);
}

function checkRequest(input: SelectObjectContentCommandInput): Input {
  const { InputSerialization: given = {}, OutputSerialization: output = {}, Expression: sql = "" } = input;
  if (input.ExpressionType !== "SQL")
    throw s3Error("InvalidExpressionType", 400, "The ExpressionType value is not valid. Only SQL expressions are supported.");
  if (Buffer.byteLength(sql) > EXPRESSION_BYTES_MAX)
    throw s3Error(
      "ExpressionTooLong",
      400,
      "The SQL expression is too long. The maximum byte-length for an SQL expression is 256 KB.",
    );
  if (given.Parquet !== undefined) throw notHere("Parquet");
  if (given.CompressionType === "BZIP2") throw notHere("BZIP2");
  if (input.ScanRange !== undefined) throw notHere("a ScanRange");
  const [sources, targets] = [
    [given.CSV, given.JSON],
    [output.CSV, output.JSON],
  ].map((each) => each.filter((one) => one !== undefined).length);
  if (sources !== 1 || targets !== 1)
    throw s3Error(
      sources === 0 || targets === 0 ? "MissingRequiredParameter" : "ObjectSerializationConflict",
      400,
      "InputSerialization and OutputSerialization each specify exactly one format.",
    );
  if (!["NONE", "GZIP", undefined].includes(given.CompressionType))
    throw s3Error(
      "InvalidCompressionFormat",
      400,
      "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.",
    );
  return given;
}

function csvOptions(given: NonNullable<Input["CSV"]>): CsvOptions {
  const quote = given.QuoteCharacter ?? CSV.quote;
  return {
    fieldDelimiter: given.FieldDelimiter ?? CSV.fieldDelimiter,
    recordDelimiter: given.RecordDelimiter ?? CSV.recordDelimiter,
    quote,
    escapeWith: given.QuoteEscapeCharacter ?? quote,
    comment: given.Comments ?? "",
  };
}

function headerOf(given: NonNullable<Input["CSV"]>): "USE" | "IGNORE" | "NONE" {
  const header = given.FileHeaderInfo ?? "NONE";
  if (header === "USE" || header === "IGNORE" || header === "NONE") return header;
  throw s3Error("InvalidFileHeaderInfo", 400, "The FileHeaderInfo value is not valid. Only NONE, USE, and IGNORE are supported.");
}

class Statistics {
  scanned = 0;
  processed = 0;
  returned = 0;

  event(name: "Stats" | "Progress"): Buffer {
    const { scanned, processed, returned } = this;
    const counts = `<BytesScanned>${scanned}</BytesScanned><BytesProcessed>${processed}</BytesProcessed>`;
    return xmlEvent(name, `<${name}>${counts}<BytesReturned>${returned}</BytesReturned></${name}>`);
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  statistics: Statistics,
  what: "scanned" | "processed",
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    statistics[what] += piece.length;
    yield piece;
  }
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function plain(body: Uint8Array | AsyncIterable<Uint8Array>, given: Input, statistics: Statistics): AsyncIterable<Uint8Array> {
  const scanned = counted(body instanceof Uint8Array ? inOne(body) : body, statistics, "scanned");
  if (given.CompressionType !== "GZIP") return counted(scanned, statistics, "processed");
  const unpack = createGunzip();
  pipeline(Readable.from(scanned), unpack, () => {});
  return counted(unpack, statistics, "processed");
}

function rowsOf(text: AsyncIterable<string>, given: Input, query: Query): AsyncIterable<SelectedRow> {
  if (given.CSV !== undefined) return csvRows(text, csvOptions(given.CSV), headerOf(given.CSV));
  return jsonRows(text, given.JSON?.Type !== "LINES", query.from);
}

/** The error that an answer ends with once it has begun. */
function failure(error: unknown): Buffer {
  if (error instanceof ServiceError) return errorEvent(error.code, error.message);
  if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
    return errorEvent(
      "InvalidCompressionFormat",
      "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.",
    );
  return errorEvent("InternalError", "Encountered an internal error.");
}

async function* events(
  input: SelectObjectContentCommandInput,
  given: Input,
  query: Query,
  body: Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const statistics = new Statistics();
  const write = writerOf(input.OutputSerialization ?? {});
  let held = "";
  const records = () => {
    const payload = Buffer.from(held);
    statistics.returned += payload.length;
    held = "";
    return bytesEvent("Records", payload);
  };
  try {
    for await (const cells of selected(query, rowsOf(texts(plain(body, given, statistics)), given, query))) {
      held += write(cells);
      if (held.length < EVENT_CHARACTERS) continue;
      yield records();
      if (input.RequestProgress?.Enabled === true) yield statistics.event("Progress");
    }
    if (held !== "") yield records();
    yield statistics.event("Stats");
    yield emptyEvent("End");
  } catch (error) {
    yield failure(error);
  }
}

export async function selectObjectContent(ctx: Ctx, input: SelectObjectContentCommandInput): Promise<object> {
  const given = checkRequest(input);
  const query = parseQuery(input.Expression ?? "");
  if (given.CSV !== undefined) headerOf(given.CSV);
  const { Bucket, Key, SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5, ExpectedBucketOwner } = input;
  const place = { Bucket, Key, SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5, ExpectedBucketOwner };
  const { Body } = await ctx.call<{ Body: Uint8Array | AsyncIterable<Uint8Array> }>("s3", "GetObject", place);
  return { Payload: events(input, given, query, Body) };
}
