/** Exports of a table's past to S3: gzipped JSON lines with manifests (Developer Guide, "DynamoDB table export output format"). */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { ExportTableToPointInTimeCommandInput } from "@aws-sdk/client-dynamodb";
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid } from "../errors.ts";
import { keyAttributes } from "../key.ts";
import { changesBetween, itemsAt, restorable } from "../recovery.ts";
import { parseItem, unpackItem } from "../store.ts";
import { type TableRecord, tableArn } from "../table.ts";
import { timedId } from "./backups.ts";
import { backedTable } from "./table-settings.ts";

const LIST_MAX = 25;
/** Uncompressed bytes of one data file. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const PERIOD_MS_MIN = 15 * 60 * 1000;
const PERIOD_MS_MAX = 24 * 3600 * 1000;

interface ExportRecord {
  readonly arn: string;
  readonly tableArn: string;
  readonly tableId: string;
  readonly startMs: number;
  readonly atMs: number;
  /** What was written after `fromMs` and until `toMs`, in place of everything. */
  readonly incremental?: { readonly fromMs: number; readonly toMs: number; readonly view: string };
  readonly token: string;
  readonly bucket: string;
  readonly owner?: string;
  readonly prefix?: string;
  readonly algorithm: string;
  readonly kmsKeyId?: string;
  readonly outcome:
    | { readonly status: "IN_PROGRESS" }
    | {
        readonly status: "COMPLETED";
        readonly endMs: number;
        readonly manifest: string;
        readonly bytes: number;
        readonly count: number;
      }
    | { readonly status: "FAILED"; readonly endMs: number; readonly code: string; readonly message: string };
}

function exportKey(ctx: Ctx, arn: string) {
  return ["export", ctx.account, ctx.region, arn];
}

function describe(record: ExportRecord): object {
  const { outcome } = record;
  return {
    ExportArn: record.arn,
    ExportStatus: outcome.status,
    StartTime: new Date(record.startMs),
    ...(outcome.status === "IN_PROGRESS" ? {} : { EndTime: new Date(outcome.endMs) }),
    ...(outcome.status === "COMPLETED"
      ? { ExportManifest: outcome.manifest, BilledSizeBytes: outcome.bytes, ItemCount: outcome.count }
      : {}),
    ...(outcome.status === "FAILED" ? { FailureCode: outcome.code, FailureMessage: outcome.message } : {}),
    TableArn: record.tableArn,
    TableId: record.tableId,
    ...(record.incremental === undefined ? { ExportTime: new Date(record.atMs) } : {}),
    ClientToken: record.token,
    S3Bucket: record.bucket,
    ...(record.owner === undefined ? {} : { S3BucketOwner: record.owner }),
    ...(record.prefix === undefined ? {} : { S3Prefix: record.prefix }),
    S3SseAlgorithm: record.algorithm,
    ...(record.kmsKeyId === undefined ? {} : { S3SseKmsKeyId: record.kmsKeyId }),
    ExportFormat: "DYNAMODB_JSON",
    ExportType: typeOf(record),
    ...(record.incremental === undefined
      ? {}
      : {
          IncrementalExportSpecification: {
            ExportFromTime: new Date(record.incremental.fromMs),
            ExportToTime: new Date(record.incremental.toMs),
            ExportViewType: record.incremental.view,
          },
        }),
  };
}

function typeOf({ incremental }: ExportRecord): string {
  return incremental === undefined ? "FULL_EXPORT" : "INCREMENTAL_EXPORT";
}

function notHere(what: string): ServiceError {
  return new ServiceError("NotImplemented", 501, `dynamodb: ${what} is not emulated`);
}

function exportTime(ctx: Ctx, table: TableRecord, asked: Date | undefined): number {
  const window = restorable(ctx, table);
  if (window === undefined)
    throw new ServiceError(
      "PointInTimeRecoveryUnavailableException",
      400,
      `Point in time recovery is not enabled for table '${table.name}'`,
    );
  const atMs = asked?.getTime() ?? ctx.now();
  if (atMs < Math.floor(window.earliestMs / 1000) * 1000 || atMs > ctx.now())
    throw new ServiceError(
      "InvalidExportTimeException",
      400,
      "The specified ExportTime is outside of the point in time recovery window.",
    );
  return atMs;
}

/** Developer Guide, "Requesting a table export": a period of 15 minutes to 24 hours, within the recovery window. */
function readIncremental(ctx: Ctx, table: TableRecord, input: ExportTableToPointInTimeCommandInput): ExportRecord["incremental"] {
  const given = input.IncrementalExportSpecification;
  if (input.ExportType !== "INCREMENTAL_EXPORT") {
    if (given !== undefined)
      throw invalid("IncrementalExportSpecification can only be specified for ExportType INCREMENTAL_EXPORT");
    return undefined;
  }
  if (input.ExportTime !== undefined) throw invalid("ExportTime cannot be specified for ExportType INCREMENTAL_EXPORT");
  const fromMs = given?.ExportFromTime?.getTime();
  if (fromMs === undefined) throw invalid("ExportFromTime must be specified for ExportType INCREMENTAL_EXPORT");
  const toMs = given?.ExportToTime?.getTime() ?? ctx.now();
  if (toMs - fromMs < PERIOD_MS_MIN || toMs - fromMs > PERIOD_MS_MAX)
    throw invalid("The difference between ExportFromTime and ExportToTime must be between 15 minutes and 24 hours");
  exportTime(ctx, table, new Date(fromMs));
  exportTime(ctx, table, new Date(toMs));
  return { fromMs, toMs, view: given?.ExportViewType ?? "NEW_AND_OLD_IMAGES" };
}

export function exportTable(ctx: Ctx, input: ExportTableToPointInTimeCommandInput): object {
  if (input.ExportFormat === "ION") throw notHere("ExportFormat ION");
  const text = input.TableArn ?? "";
  if (!text.startsWith("arn:")) throw invalid(`Invalid table ARN: ${text}`);
  const table = backedTable(ctx, text);
  const atMs = exportTime(ctx, table, input.ExportTime);
  const incremental = readIncremental(ctx, table, input);
  const token = input.ClientToken ?? randomUuid(ctx.random);
  for (const { value } of ctx.store.range<ExportRecord>({ prefix: ["export", ctx.account, ctx.region] }))
    if (value.token === token && value.tableId === table.id) return { ExportDescription: describe(value) };
  const record: ExportRecord = {
    arn: `${tableArn(table)}/export/${timedId(ctx)}`,
    tableArn: tableArn(table),
    tableId: table.id,
    startMs: ctx.now(),
    atMs,
    ...(incremental === undefined ? {} : { incremental }),
    token,
    bucket: input.S3Bucket ?? "",
    ...(input.S3BucketOwner === undefined ? {} : { owner: input.S3BucketOwner }),
    ...(input.S3Prefix === undefined ? {} : { prefix: input.S3Prefix }),
    algorithm: input.S3SseAlgorithm ?? "AES256",
    ...(input.S3SseKmsKeyId === undefined ? {} : { kmsKeyId: input.S3SseKmsKeyId }),
    outcome: { status: "IN_PROGRESS" },
  };
  ctx.store.put(exportKey(ctx, record.arn), record);
  const rows = [...(incremental === undefined ? wholeRows(ctx, table, atMs) : changedRows(ctx, table, incremental))];
  ctx.after((later) => write(later, record, rows));
  return { ExportDescription: describe(record) };
}

function md5(body: Uint8Array): string {
  return createHash("md5").update(body).digest("base64");
}

interface ExportRow {
  readonly line: string;
  readonly bytes: number;
}

function* wholeRows(ctx: Ctx, table: TableRecord, atMs: number): Iterable<ExportRow> {
  for (const text of itemsAt(ctx, table, atMs)) {
    const { json, bytes } = unpackItem(text);
    yield { line: `{"Item":${json}}\n`, bytes };
  }
}

/** Developer Guide, "DynamoDB table export output format", incremental exports: what both images lack was not there at both ends. */
function* changedRows(
  ctx: Ctx,
  table: TableRecord,
  { fromMs, toMs, view }: NonNullable<ExportRecord["incremental"]>,
): Iterable<ExportRow> {
  for (const { before, after, second } of changesBetween(ctx, table, fromMs, toMs)) {
    const [old, fresh] = [before, after].map((text) => (text === undefined ? undefined : unpackItem(text)));
    const keys = keyAttributes(parseItem((fresh ?? old)?.json ?? "{}"), table.keys);
    const metadata = `{"WriteTimestampMicros":{"N":"${second}000000"}}`;
    const oldImage = old === undefined || view === "NEW_IMAGE" ? "" : `,"OldImage":${old.json}`;
    const newImage = fresh === undefined ? "" : `,"NewImage":${fresh.json}`;
    const line = `{"Metadata":${metadata},"Keys":${JSON.stringify(keys)}${oldImage}${newImage}}\n`;
    yield { line, bytes: (old?.bytes ?? 0) + (fresh?.bytes ?? 0) };
  }
}

/** Rows in files of at most 16 MB. */
function* filesOf(rows: readonly ExportRow[]): Iterable<{ count: number; lines: string }> {
  let lines: string[] = [];
  let bytes = 0;
  for (const { line } of rows) {
    lines.push(line);
    bytes += line.length;
    if (bytes < FILE_BYTES_MAX) continue;
    yield { count: lines.length, lines: lines.join("") };
    lines = [];
    bytes = 0;
  }
  if (lines.length > 0) yield { count: lines.length, lines: lines.join("") };
}

async function write(ctx: Ctx, record: ExportRecord, rows: readonly ExportRow[]): Promise<void> {
  const prefix = record.prefix === undefined ? "" : `${record.prefix.replace(/\/$/, "")}/`;
  const base = `${prefix}AWSDynamoDB/${record.arn.slice(record.arn.lastIndexOf("/") + 1)}`;
  const put = async (key: string, Body: Uint8Array, ContentType: string) => {
    const { ETag } = await ctx.call<{ ETag?: string }>("s3", "PutObject", {
      Bucket: record.bucket,
      Key: key,
      Body,
      ContentType,
      ServerSideEncryption: record.algorithm === "KMS" ? "aws:kms" : "AES256",
      ...(record.kmsKeyId === undefined ? {} : { SSEKMSKeyId: record.kmsKeyId }),
    });
    return ETag?.replaceAll('"', "") ?? "";
  };
  const putWithSum = async (key: string, text: string) => {
    const body = Buffer.from(text);
    await put(`${key}.json`, body, "application/json");
    await put(`${key}.md5`, Buffer.from(md5(body)), "text/plain");
  };
  const finish = (outcome: ExportRecord["outcome"]) => ctx.store.put(exportKey(ctx, record.arn), { ...record, outcome });
  try {
    await put(`${base}/_started`, new Uint8Array(), "binary/octet-stream");
    const files: string[] = [];
    for (const { count, lines } of filesOf(rows)) {
      const body = gzipSync(lines);
      const dataFileS3Key = `${base}/data/${randomUuid(ctx.random).replaceAll("-", "").slice(0, 26)}.json.gz`;
      const etag = await put(dataFileS3Key, body, "binary/octet-stream");
      files.push(`${JSON.stringify({ itemCount: count, md5Checksum: md5(body), etag, dataFileS3Key })}\n`);
    }
    await putWithSum(`${base}/manifest-files`, files.join(""));
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    await putWithSum(
      `${base}/manifest-summary`,
      summary(ctx, record, `${base}/manifest-files.json`, { count: rows.length, bytes }),
    );
    const manifest = `${base}/manifest-summary.json`;
    finish({ status: "COMPLETED", endMs: ctx.now(), manifest, bytes, count: rows.length });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    finish({ status: "FAILED", endMs: ctx.now(), code: `S3${error.code}`, message: error.message });
  }
}

function summary(ctx: Ctx, record: ExportRecord, manifestFilesS3Key: string, sum: { count: number; bytes: number }): string {
  return JSON.stringify({
    version: "2023-08-01",
    exportArn: record.arn,
    startTime: new Date(record.startMs).toISOString(),
    endTime: new Date(ctx.now()).toISOString(),
    tableArn: record.tableArn,
    tableId: record.tableId,
    ...(record.incremental === undefined
      ? { exportTime: new Date(record.atMs).toISOString() }
      : {
          exportFromTime: new Date(record.incremental.fromMs).toISOString(),
          exportToTime: new Date(record.incremental.toMs).toISOString(),
        }),
    s3Bucket: record.bucket,
    s3Prefix: record.prefix ?? null,
    s3SseAlgorithm: record.algorithm,
    s3SseKmsKeyId: record.kmsKeyId ?? null,
    manifestFilesS3Key,
    billedSizeBytes: sum.bytes,
    itemCount: sum.count,
    outputFormat: "DYNAMODB_JSON",
    outputView: record.incremental?.view ?? null,
    exportType: typeOf(record),
  });
}

export function describeExport(ctx: Ctx, input: { readonly ExportArn?: string }): object {
  const found = ctx.store.get<ExportRecord>(exportKey(ctx, input.ExportArn ?? ""));
  if (found === undefined) throw new ServiceError("ExportNotFoundException", 400, "The specified export was not found.");
  return { ExportDescription: describe(found) };
}

export function listExports(
  ctx: Ctx,
  input: { readonly TableArn?: string; readonly MaxResults?: number; readonly NextToken?: string },
): object {
  const after = input.NextToken === undefined ? undefined : Buffer.from(input.NextToken, "base64").toString();
  const all = [...ctx.store.range<ExportRecord>({ prefix: ["export", ctx.account, ctx.region] })]
    .map(({ value }) => value)
    .filter(
      ({ arn, tableArn: of }) => (input.TableArn === undefined || of === input.TableArn) && (after === undefined || arn > after),
    );
  const page = all.slice(0, input.MaxResults ?? LIST_MAX);
  const last = page.at(-1);
  return {
    ExportSummaries: page.map((record) => ({
      ExportArn: record.arn,
      ExportStatus: record.outcome.status,
      ExportType: typeOf(record),
    })),
    ...(page.length < all.length && last !== undefined ? { NextToken: Buffer.from(last.arn).toString("base64") } : {}),
  };
}
