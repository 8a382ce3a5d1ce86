/**
 * Imports from S3 into a new table (Developer Guide, "DynamoDB data import from Amazon S3"): CSV and DynamoDB JSON, plain, gzip or
 * zstd. What cannot be an item of the table is counted and told in the log group /aws-dynamodb/imports.
 */
import { pipeline, Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { ImportTableCommandInput, TableCreationParameters } from "@aws-sdk/client-dynamodb";
import { randomUuid } from "@dovetail/model";
import { arn } from "../../../core/arn.ts";
import { CSV, csvRecords, lines, RecordTooLong, texts } from "../../../core/delimited.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid } from "../errors.ts";
import { isObject, readTable } from "../input.ts";
import { carryOut, readPut } from "../mutation.ts";
import { findTable } from "../store.ts";
import { tableArn } from "../table.ts";
import { timedId } from "./backups.ts";
import { createTable } from "./create-table.ts";

const LIST_MAX = 25;
const LOG_GROUP = "/aws-dynamodb/imports";
/** An item of 400 KB, escaped. */
const RECORD_CHARACTERS_MAX = 4 * 1024 * 1024;
/** So many items are written in one transaction. */
const BATCH_ITEMS = 500;
const TOKEN_CHARACTERS = 16;
const DELIMITERS: ReadonlySet<string> = new Set([",", "\t", ":", ";", "|", " "]);

interface ImportRecord {
  readonly arn: string;
  readonly tableArn: string;
  readonly tableId: string;
  readonly startMs: number;
  readonly input: ImportTableCommandInput;
  readonly token: string;
  readonly outcome?: {
    readonly endMs: number;
    readonly bytes: number;
    readonly processed: number;
    readonly imported: number;
    readonly errors: number;
    readonly failure?: { readonly code: string; readonly message: string };
  };
}

function importKey(ctx: Ctx, id: string) {
  return ["import", ctx.account, ctx.region, id];
}

function statusOf({ outcome }: ImportRecord): string {
  return outcome === undefined ? "IN_PROGRESS" : outcome.failure === undefined ? "COMPLETED" : "FAILED";
}

function logGroupArn(ctx: Ctx): string {
  return arn("logs", ctx.region, ctx.account, `log-group:${LOG_GROUP}:*`);
}

function summary(ctx: Ctx, record: ImportRecord) {
  const { input, outcome } = record;
  return {
    ImportArn: record.arn,
    ImportStatus: statusOf(record),
    TableArn: record.tableArn,
    S3BucketSource: input.S3BucketSource,
    CloudWatchLogGroupArn: logGroupArn(ctx),
    InputFormat: input.InputFormat,
    StartTime: new Date(record.startMs),
    ...(outcome === undefined ? {} : { EndTime: new Date(outcome.endMs) }),
  };
}

function describe(ctx: Ctx, record: ImportRecord): object {
  const { input, outcome } = record;
  return {
    ...summary(ctx, record),
    TableId: record.tableId,
    ClientToken: record.token,
    ...(input.InputFormatOptions === undefined ? {} : { InputFormatOptions: input.InputFormatOptions }),
    InputCompressionType: input.InputCompressionType ?? "NONE",
    TableCreationParameters: input.TableCreationParameters,
    ErrorCount: outcome?.errors ?? 0,
    ProcessedSizeBytes: outcome?.bytes ?? 0,
    ProcessedItemCount: outcome?.processed ?? 0,
    ImportedItemCount: outcome?.imported ?? 0,
    ...(outcome?.failure === undefined ? {} : { FailureCode: outcome.failure.code, FailureMessage: outcome.failure.message }),
  };
}

function checkFormat({ InputFormat, InputFormatOptions }: ImportTableCommandInput): void {
  if (InputFormat === "ION") throw new ServiceError("NotImplemented", 501, "dynamodb: InputFormat ION is not emulated");
  const csv = InputFormatOptions?.Csv;
  if (csv === undefined) return;
  if (InputFormat !== "CSV") throw invalid("Csv options can only be specified when InputFormat is CSV");
  if (csv.Delimiter !== undefined && !DELIMITERS.has(csv.Delimiter))
    throw invalid("Invalid delimiter: a delimiter is a comma, tab, colon, semicolon, pipe or space");
}

function repeated(ctx: Ctx, input: ImportTableCommandInput): ImportRecord | undefined {
  if (input.ClientToken === undefined) return undefined;
  for (const { value } of ctx.store.range<ImportRecord>({ prefix: ["import", ctx.account, ctx.region] })) {
    if (value.token !== input.ClientToken) continue;
    if (JSON.stringify(value.input) === JSON.stringify(input)) return value;
    throw new ServiceError(
      "IdempotentParameterMismatchException",
      400,
      "The request uses the same client token as a previous, but non-identical request.",
    );
  }
  return undefined;
}

/** Makes the table and answers IN_PROGRESS; the items follow. */
export function importTable(ctx: Ctx, input: ImportTableCommandInput): object {
  checkFormat(input);
  const before = repeated(ctx, input);
  if (before !== undefined) return { ImportTableDescription: describe(ctx, before) };
  const parameters: Partial<TableCreationParameters> = input.TableCreationParameters ?? {};
  createTable(ctx, { ...parameters, TableName: parameters.TableName });
  const table = findTable(ctx, parameters.TableName ?? "");
  if (table === undefined) throw new Error("assertion: the table was just made");
  const id = timedId(ctx);
  const record: ImportRecord = {
    arn: `${tableArn(table)}/import/${id}`,
    tableArn: tableArn(table),
    tableId: table.id,
    startMs: ctx.now(),
    input,
    token: input.ClientToken ?? randomUuid(ctx.random),
  };
  ctx.store.put(importKey(ctx, id), record);
  ctx.after((later) => run(later, record));
  return { ImportTableDescription: describe(ctx, record) };
}

class Tally {
  bytes = 0;
  processed = 0;
  imported = 0;
  errors = 0;
}

async function* keysOf(ctx: Ctx, { S3Bucket, S3KeyPrefix }: { S3Bucket?: string; S3KeyPrefix?: string }): AsyncGenerator<string> {
  interface Page {
    readonly Contents?: readonly { readonly Key: string; readonly Size: number }[];
    readonly NextContinuationToken?: string;
  }
  let token: string | undefined;
  do {
    const at = { Bucket: S3Bucket, Prefix: S3KeyPrefix, ...(token === undefined ? {} : { ContinuationToken: token }) };
    const page = await ctx.call<Page>("s3", "ListObjectsV2", at, { as: ctx.principal });
    for (const { Key, Size } of page.Contents ?? []) if (Size > 0) yield Key;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function* counted(source: Uint8Array | AsyncIterable<Uint8Array>, tally: Tally): AsyncGenerator<Uint8Array> {
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    tally.bytes += piece.length;
    yield piece;
  }
}

function unpacked(source: AsyncIterable<Uint8Array>, compression: string | undefined): AsyncIterable<Uint8Array> {
  if (compression !== "GZIP" && compression !== "ZSTD") return source;
  const unpack = compression === "GZIP" ? createGunzip() : createZstdDecompress();
  // What is no such stream makes the reading below throw.
  pipeline(Readable.from(source), unpack, () => {});
  return unpack;
}

/** Rows of a file as PutItem's items; what is no row at all is undefined. */
async function* itemsOf(record: ImportRecord, text: AsyncIterable<string>): AsyncGenerator<unknown> {
  const { InputFormat, InputFormatOptions, TableCreationParameters: parameters } = record.input;
  if (InputFormat !== "CSV") {
    for await (const line of lines(text, RECORD_CHARACTERS_MAX)) if (line.trim() !== "") yield jsonItem(line);
    return;
  }
  const types = new Map((parameters?.AttributeDefinitions ?? []).map((row) => [row.AttributeName, row.AttributeType]));
  const { Delimiter: fieldDelimiter = ",", HeaderList } = InputFormatOptions?.Csv ?? {};
  let header = HeaderList;
  for await (const fields of csvRecords(text, RECORD_CHARACTERS_MAX, { ...CSV, fieldDelimiter })) {
    if (header === undefined) header = fields;
    else if (fields.length !== header.length) yield undefined;
    else yield csvItem(header, fields, types);
  }
}

function jsonItem(line: string): unknown {
  try {
    const row: unknown = JSON.parse(line);
    return isObject(row) ? row.Item : undefined;
  } catch {
    return undefined;
  }
}

/** Keys of table and indexes have their types, everything else is text; an empty field is no attribute. */
function csvItem(
  header: readonly string[],
  fields: readonly string[],
  types: ReadonlyMap<string | undefined, string | undefined>,
) {
  const rows = header.map((name, i) => [name, { [types.get(name) ?? "S"]: fields[i] ?? "" }] as const);
  return Object.fromEntries(rows.filter((_, i) => fields[i] !== ""));
}

function writeAll(ctx: Ctx, record: ImportRecord, items: readonly unknown[], tally: Tally, told: string[]): void {
  ctx.transact(() => {
    for (const Item of items) {
      tally.processed++;
      try {
        if (!isObject(Item)) throw invalid("The record is no item");
        carryOut(ctx, readPut(ctx, { TableName: record.tableArn, Item }), { wantsBefore: false });
        tally.imported++;
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== "ValidationException") throw error;
        tally.errors++;
        told.push(JSON.stringify({ importArn: record.arn, itemNumber: tally.processed, errorMessages: [error.message] }));
      }
    }
  });
}

async function importFile(ctx: Ctx, record: ImportRecord, Key: string, tally: Tally): Promise<void> {
  const { S3BucketSource: source, InputCompressionType: compression } = record.input;
  const place = { Bucket: source?.S3Bucket, Key };
  const { Body } = await ctx.call<{ Body: Uint8Array | AsyncIterable<Uint8Array> }>("s3", "GetObject", place, {
    as: ctx.principal,
  });
  const told: string[] = [];
  let batch: unknown[] = [];
  const flush = () => {
    writeAll(ctx, record, batch, tally, told);
    batch = [];
  };
  try {
    for await (const item of itemsOf(record, texts(unpacked(counted(Body, tally), compression)))) {
      batch.push(item);
      if (batch.length >= BATCH_ITEMS) flush();
    }
  } catch (error) {
    // The rest of a file that is not what it was said to be cannot be read.
    if (error instanceof ServiceError || (!(error instanceof RecordTooLong) && !isZlibError(error))) throw error;
    tally.errors++;
    told.push(JSON.stringify({ importArn: record.arn, s3Key: Key, errorMessages: ["The file cannot be read any further"] }));
  }
  flush();
  if (told.length > 0) ctx.log(LOG_GROUP, `${idOf(record.arn)}/error`, told);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(Z_|ZSTD_|ERR_ZLIB|ERR__ERROR)/.test(String(error.code));
}

async function run(ctx: Ctx, record: ImportRecord): Promise<void> {
  const tally = new Tally();
  const finish = (failure?: { code: string; message: string }) => {
    const { bytes, processed, imported, errors } = tally;
    const outcome = { endMs: ctx.now(), bytes, processed, imported, errors, ...(failure === undefined ? {} : { failure }) };
    ctx.store.put(importKey(ctx, idOf(record.arn)), { ...record, outcome });
  };
  try {
    readTable(ctx, record.tableArn);
    for await (const key of keysOf(ctx, { ...record.input.S3BucketSource })) await importFile(ctx, record, key, tally);
    finish();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    finish({ code: /^(NoSuch|AccessDenied|KMS)/.test(error.code) ? `S3${error.code}` : error.code, message: error.message });
  }
}

export function describeImport(ctx: Ctx, input: { readonly ImportArn?: string }): object {
  const id = (input.ImportArn ?? "").split("/import/")[1] ?? "";
  const found = ctx.store.get<ImportRecord>(importKey(ctx, id));
  if (found === undefined || found.arn !== input.ImportArn)
    throw new ServiceError("ImportNotFoundException", 400, "The specified import was not found.");
  return { ImportTableDescription: describe(ctx, found) };
}

/** Tokens are hexadecimal, in groups of sixteen (the model's pattern). */
function tokenOf(last: string): string {
  const text = Buffer.from(last).toString("hex");
  return text.padEnd(Math.max(112, Math.ceil(text.length / TOKEN_CHARACTERS) * TOKEN_CHARACTERS), "0");
}

export function listImports(
  ctx: Ctx,
  input: { readonly TableArn?: string; readonly PageSize?: number; readonly NextToken?: string },
): object {
  const after = input.NextToken === undefined ? "" : Buffer.from(input.NextToken, "hex").toString().replaceAll("\0", "");
  const all = [...ctx.store.range<ImportRecord>({ prefix: ["import", ctx.account, ctx.region] })]
    .map(({ value }) => value)
    .filter(({ arn: each, tableArn: of }) => (input.TableArn === undefined || of === input.TableArn) && idOf(each) > after);
  const page = all.slice(0, input.PageSize ?? LIST_MAX);
  const last = page.at(-1);
  return {
    ImportSummaryList: page.map((record) => summary(ctx, record)),
    ...(page.length < all.length && last !== undefined ? { NextToken: tokenOf(idOf(last.arn)) } : {}),
  };
}

const idOf = (importArn: string) => importArn.slice(importArn.lastIndexOf("/") + 1);
