/**
 * Families of a bucket's configurations, each with an ID of its own: analytics, inventory, metrics, intelligent tiering. What AWS requires
 * of each is checked (API Reference, Put…Configuration); metrics count requests (`metrics.ts`), the others make no reports here.
 */
import type { Ctx, Operation } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import { invalidArgument, malformedXml, s3Error } from "./errors.ts";
import { bucketOf, putBucket } from "./store.ts";
import { type Input, record } from "./sub-resource-rules.ts";

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const PER_BUCKET_MAX = 1000;
const PAGE_MAX = 100;
const TIER_DAYS: ReadonlyMap<unknown, readonly [number, number]> = new Map([
  ["ARCHIVE_ACCESS", [90, 730]],
  ["DEEP_ARCHIVE_ACCESS", [180, 730]],
]);

interface Family {
  readonly name: string;
  /** What is not done with it. */
  readonly partial?: string;
  check(value: Record<string, unknown>): void;
}

function required(...members: readonly unknown[]): void {
  if (members.some((member) => member === undefined)) throw malformedXml();
}

function oneOf(value: unknown, allowed: readonly string[]): void {
  if (typeof value !== "string" || !allowed.includes(value)) throw malformedXml();
}

/** A filter names one thing, or several under And. */
function checkFilter(filter: unknown): void {
  if (filter === undefined) return;
  const given = Object.entries(record(filter)).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw malformedXml();
  const [name, value] = given[0] ?? [];
  if (name === "And" && Object.values(record(value)).flat().length < 2) throw malformedXml();
}

function checkDestination(value: unknown): void {
  const { Bucket, Format } = record(value);
  required(Bucket, Format);
  if (!String(Bucket).startsWith("arn:aws:s3:::")) throw invalidArgument("Invalid bucket ARN", "Bucket", String(Bucket));
}

function checkAnalytics(value: Record<string, unknown>): void {
  required(value.StorageClassAnalysis);
  checkFilter(value.Filter);
  const { DataExport } = record(value.StorageClassAnalysis);
  if (DataExport === undefined) return;
  const { OutputSchemaVersion, Destination } = record(DataExport);
  oneOf(OutputSchemaVersion, ["V_1"]);
  checkDestination(record(Destination).S3BucketDestination);
}

function checkInventory(value: Record<string, unknown>): void {
  const destination = record(record(value.Destination).S3BucketDestination);
  required(value.IsEnabled);
  checkDestination(destination);
  oneOf(destination.Format, ["CSV", "ORC", "Parquet"]);
  oneOf(value.IncludedObjectVersions, ["All", "Current"]);
  oneOf(record(value.Schedule).Frequency, ["Daily", "Weekly"]);
}

function checkTiering(value: Record<string, unknown>): void {
  oneOf(value.Status, ["Enabled", "Disabled"]);
  checkFilter(value.Filter);
  const tierings = Array.isArray(value.Tierings) ? value.Tierings.map(record) : [];
  if (tierings.length === 0) throw malformedXml();
  for (const { AccessTier, Days } of tierings) {
    const [least, most] = TIER_DAYS.get(AccessTier) ?? [];
    if (least === undefined || most === undefined) throw malformedXml();
    const days = Number(Days);
    if (!Number.isInteger(days) || days < least || days > most)
      throw invalidArgument(`'Days' for ${String(AccessTier)} must be between ${least} and ${most}`, "Days", String(Days));
  }
}

const NO_REPORTS = "kept and listed; no reports are made";
const FAMILIES: readonly Family[] = [
  { name: "Analytics", partial: NO_REPORTS, check: checkAnalytics },
  { name: "Inventory", partial: NO_REPORTS, check: checkInventory },
  { name: "Metrics", check: (value) => checkFilter(value.Filter) },
  { name: "IntelligentTiering", partial: "kept and listed; nothing is moved between tiers", check: checkTiering },
];

function kept(bucket: BucketRecord, kind: string): Record<string, unknown> {
  return (bucket.settings[kind] as Record<string, unknown> | undefined) ?? {};
}

function keep(ctx: Ctx, bucket: BucketRecord, kind: string, rows: Record<string, unknown>): void {
  const { [kind]: _, ...rest } = bucket.settings;
  putBucket(ctx, { ...bucket, settings: Object.keys(rows).length === 0 ? rest : { ...rest, [kind]: rows } });
}

function put(family: Family, kind: string, member: string): Operation["handler"] {
  return (ctx: Ctx, input: Input) => {
    const bucket = bucketOf(ctx, input);
    const [value, id] = [record(input[member]), String(input.Id ?? "")];
    if (value.Id !== input.Id) throw malformedXml();
    if (!ID.test(id)) throw invalidArgument("The configuration ID is invalid", "id", id);
    family.check(value);
    const rows = kept(bucket, kind);
    if (!Object.hasOwn(rows, id) && Object.keys(rows).length >= PER_BUCKET_MAX)
      throw s3Error(
        "TooManyConfigurations",
        400,
        "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
      );
    keep(ctx, bucket, kind, { ...rows, [id]: input[member] });
    return {};
  };
}

function find(ctx: Ctx, input: Input, kind: string): { bucket: BucketRecord; rows: Record<string, unknown>; id: string } {
  const bucket = bucketOf(ctx, input);
  const rows = kept(bucket, kind);
  const id = String(input.Id ?? "");
  if (!Object.hasOwn(rows, id)) throw s3Error("NoSuchConfiguration", 404, "The specified configuration does not exist.");
  return { bucket, rows, id };
}

function list(ctx: Ctx, input: Input, kind: string, member: string): object {
  const token = input.ContinuationToken;
  const after = typeof token === "string" ? Buffer.from(token, "base64").toString() : "";
  const rows = Object.entries(kept(bucketOf(ctx, input), kind))
    .filter(([id]) => id > after)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = rows.slice(0, PAGE_MAX);
  const isTruncated = rows.length > PAGE_MAX;
  return {
    IsTruncated: isTruncated,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(isTruncated ? { NextContinuationToken: Buffer.from(shown.at(-1)?.[0] ?? "").toString("base64") } : {}),
    ...(shown.length === 0 ? {} : { [`${member}List`]: shown.map(([, value]) => value) }),
  };
}

function operationsOf(family: Family, iam: (action: string) => NonNullable<Operation["iam"]>): Record<string, Operation> {
  const { name, partial } = family;
  const member = `${name}Configuration`;
  const kind = `configurations${name}`;
  return {
    [`PutBucket${member}`]: {
      iam: iam(`s3:Put${member}`),
      ...(partial === undefined ? {} : { missing: partial }),
      handler: put(family, kind, member),
    },
    [`GetBucket${member}`]: {
      iam: iam(`s3:Get${member}`),
      readonly: true,
      handler: (ctx: Ctx, input: Input) => {
        const { rows, id } = find(ctx, input, kind);
        return { [member]: rows[id] };
      },
    },
    [`DeleteBucket${member}`]: {
      iam: iam(`s3:Put${member}`),
      handler: (ctx: Ctx, input: Input) => {
        const { bucket, rows, id } = find(ctx, input, kind);
        const { [id]: _, ...rest } = rows;
        keep(ctx, bucket, kind, rest);
        return {};
      },
    },
    [`ListBucket${name}Configurations`]: {
      iam: iam(`s3:Get${member}`),
      readonly: true,
      handler: (ctx: Ctx, input: Input) => list(ctx, input, kind, member),
    },
  };
}

/** Put, Get, Delete and List of each family. */
export function configurationOperations(iam: (action: string) => NonNullable<Operation["iam"]>): Record<string, Operation> {
  return Object.assign({}, ...FAMILIES.map((family) => operationsOf(family, iam)));
}
