/** RestoreTableFromBackup and RestoreTableToPointInTime: a new table with the items of an old one. */
import type { RestoreTableFromBackupCommandInput, RestoreTableToPointInTimeCommandInput } from "@aws-sdk/client-dynamodb";
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { backupOf } from "../backup.ts";
import { invalid } from "../errors.ts";
import { readTableName } from "../input.ts";
import { keyOfItem } from "../key.ts";
import { itemsAt, restorable } from "../recovery.ts";
import { checkAttributes, readGlobalIndex, readLocalIndex, readOnDemand, readThroughput } from "../schema.ts";
import { contentsOf, findTable, itemKey, parseItem, putTable, unpackItem } from "../store.ts";
import { describeTable, type TableRecord, tableArn } from "../table.ts";
import { fillIndex } from "../write.ts";
import { readEncryption } from "./create-table.ts";
import { backedTable } from "./table-settings.ts";

type Overrides = Pick<
  RestoreTableFromBackupCommandInput,
  | "BillingModeOverride"
  | "GlobalSecondaryIndexOverride"
  | "LocalSecondaryIndexOverride"
  | "ProvisionedThroughputOverride"
  | "OnDemandThroughputOverride"
  | "SSESpecificationOverride"
>;

/** The indexes that the request leaves of the old table's: none can be added. */
function indexesFor(source: TableRecord, input: Overrides, mode: TableRecord["billingMode"]): TableRecord["indexes"] {
  const { GlobalSecondaryIndexOverride: global, LocalSecondaryIndexOverride: local } = input;
  const kept = source.indexes
    .filter(({ kind }) => (kind === "global" ? global : local) === undefined)
    .map((index) =>
      index.kind === "global" && mode === "PAY_PER_REQUEST" ? { ...index, throughput: { read: 0, write: 0 } } : index,
    );
  const asked = [
    ...(local ?? []).map((given) => readLocalIndex(given, source.keys)),
    ...(global ?? []).map((given) => readGlobalIndex(given, mode)),
  ];
  for (const { name } of asked)
    if (!source.indexes.some((index) => index.name === name))
      throw invalid(`One or more parameter values were invalid: The index ${name} is not in the source table`);
  return [...kept, ...asked];
}

/** The new table: the old one's schema; its streams, tags, policy, time to live, alarms and recovery are not restored. */
function newTable(ctx: Ctx, source: TableRecord, name: string, input: Overrides): TableRecord {
  const billingMode = input.BillingModeOverride ?? source.billingMode;
  const throughput =
    input.ProvisionedThroughputOverride !== undefined
      ? readThroughput(input.ProvisionedThroughputOverride, billingMode)
      : billingMode === "PAY_PER_REQUEST"
        ? { read: 0, write: 0 }
        : source.throughput;
  if (billingMode === "PROVISIONED" && throughput.read === 0)
    throw invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  const onDemand = readOnDemand(input.OnDemandThroughputOverride) ?? source.onDemand;
  const sse = input.SSESpecificationOverride === undefined ? source.sse : readEncryption(ctx, input.SSESpecificationOverride);
  const indexes = indexesFor(source, input, billingMode);
  const used = new Set([source.keys, ...indexes.map(({ keys }) => keys)].flatMap(({ hash, range }) => [hash, range]));
  const table: TableRecord = {
    account: ctx.account,
    region: ctx.region,
    name,
    id: randomUuid(ctx.random),
    createdMs: ctx.now(),
    attributes: Object.fromEntries(Object.entries(source.attributes).filter(([attribute]) => used.has(attribute))),
    keys: source.keys,
    billingMode,
    ...(billingMode === "PAY_PER_REQUEST" ? { payPerRequestSinceMs: ctx.now() } : {}),
    throughput,
    ...(onDemand === undefined ? {} : { onDemand }),
    indexes,
    ...(sse === undefined ? {} : { sse }),
    ...(source.tableClass === undefined ? {} : { tableClass: source.tableClass }),
    deletionProtection: false,
    tags: {},
    contributorInsights: {},
  };
  checkAttributes(table);
  return table;
}

function targetName(ctx: Ctx, given: string | undefined): string {
  const name = readTableName(ctx, given, "targetTableName");
  if (findTable(ctx, name) !== undefined)
    throw new ServiceError("TableAlreadyExistsException", 400, `Table already exists: ${name}`);
  return name;
}

function fill(ctx: Ctx, table: TableRecord, items: Iterable<string>): void {
  for (const text of items) ctx.store.put(itemKey(table, keyOfItem(table, parseItem(unpackItem(text).json))), text);
  for (const index of table.indexes) fillIndex(ctx, table, index, (item) => keyOfItem(table, item));
}

function answer(ctx: Ctx, table: TableRecord, source: object): object {
  const description = describeTable(table, contentsOf(ctx, table), { nowMs: ctx.now(), status: "CREATING" });
  return { TableDescription: { ...description, RestoreSummary: { ...source, RestoreInProgress: true } } };
}

export function restoreTableFromBackup(ctx: Ctx, input: RestoreTableFromBackupCommandInput): object {
  const name = targetName(ctx, input.TargetTableName);
  const backup = backupOf(ctx, input.BackupArn);
  const restored = {
    SourceBackupArn: backup.arn,
    SourceTableArn: tableArn(backup.table),
    RestoreDateTime: new Date(backup.createdMs),
  };
  const table = newTable(ctx, backup.table, name, input);
  const items = [...ctx.store.range<string>({ prefix: ["backupItem", backup.arn] })].map(({ value }) => value);
  fill(ctx, table, items);
  putTable(ctx, { ...table, restored: { backupArn: backup.arn, tableArn: tableArn(backup.table), atMs: backup.createdMs } });
  return answer(ctx, table, restored);
}

function restoreTime(ctx: Ctx, source: TableRecord, input: RestoreTableToPointInTimeCommandInput): number {
  const window = restorable(ctx, source);
  if (window === undefined)
    throw new ServiceError(
      "PointInTimeRecoveryUnavailableException",
      400,
      `Point in time recovery is not enabled for table '${source.name}'`,
    );
  const { RestoreDateTime: asked, UseLatestRestorableTime: latest } = input;
  if (asked !== undefined && latest === true)
    throw invalid("Cannot specify both RestoreDateTime and UseLatestRestorableTime at the same time");
  if (asked === undefined && latest !== true)
    throw invalid("Either RestoreDateTime or UseLatestRestorableTime must be specified");
  if (asked === undefined) return window.latestMs;
  const second = (ms: number) => Math.floor(ms / 1000);
  if (second(asked.getTime()) < second(window.earliestMs) || second(asked.getTime()) > second(window.latestMs))
    throw new ServiceError(
      "InvalidRestoreTimeException",
      400,
      "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime.",
    );
  return asked.getTime();
}

export function restoreTableToPointInTime(ctx: Ctx, input: RestoreTableToPointInTimeCommandInput): object {
  const given = input.SourceTableArn ?? input.SourceTableName;
  if (given === undefined) throw invalid("Either SourceTableName or SourceTableArn must be specified");
  const source = backedTable(ctx, given);
  const name = targetName(ctx, input.TargetTableName);
  const atMs = restoreTime(ctx, source, input);
  const table = newTable(ctx, source, name, input);
  fill(ctx, table, [...itemsAt(ctx, source, atMs)]);
  putTable(ctx, { ...table, restored: { tableArn: tableArn(source), atMs } });
  return answer(ctx, table, { SourceTableArn: tableArn(source), RestoreDateTime: new Date(atMs) });
}
