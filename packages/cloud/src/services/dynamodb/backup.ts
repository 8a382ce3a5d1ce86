/** The record of a backup, and what DescribeBackup and ListBackups say of it. */
import type { Ctx } from "../../core/service.ts";
import { ServiceError } from "../../core/service.ts";
import { keySchema, type TableRecord, tableArn } from "./table.ts";

export interface BackupRecord {
  readonly arn: string;
  readonly name: string;
  readonly createdMs: number;
  /** The table as it was; its items lie under `["backupItem", arn, n]`. */
  readonly table: TableRecord;
  readonly count: number;
  readonly bytes: number;
}

export function backupKey({ account, region }: { readonly account: string; readonly region: string }, arn: string) {
  return ["backup", account, region, arn];
}

/** Throws BackupNotFoundException. */
export function backupOf(ctx: Ctx, arn: string | undefined): BackupRecord {
  const found = ctx.store.get<BackupRecord>(backupKey(ctx, arn ?? ""));
  if (found === undefined) throw new ServiceError("BackupNotFoundException", 400, `Backup not found: ${arn}`);
  return found;
}

export function backupDetails(backup: BackupRecord, status: "CREATING" | "AVAILABLE" | "DELETED"): object {
  return {
    BackupArn: backup.arn,
    BackupName: backup.name,
    BackupSizeBytes: backup.bytes,
    BackupStatus: status,
    BackupType: "USER",
    BackupCreationDateTime: new Date(backup.createdMs),
  };
}

export function backupSummary(backup: BackupRecord): object {
  return {
    TableName: backup.table.name,
    TableId: backup.table.id,
    TableArn: tableArn(backup.table),
    ...backupDetails(backup, "AVAILABLE"),
  };
}

function indexInfo(table: TableRecord, kind: "global" | "local"): object[] {
  return table.indexes
    .filter((index) => index.kind === kind)
    .map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.keys),
      Projection: {
        ProjectionType: index.projection,
        ...(index.include.length === 0 ? {} : { NonKeyAttributes: index.include }),
      },
      ...(kind === "local"
        ? {}
        : {
            ProvisionedThroughput: {
              ReadCapacityUnits: index.throughput?.read ?? 0,
              WriteCapacityUnits: index.throughput?.write ?? 0,
            },
          }),
    }));
}

function features(table: TableRecord): object {
  const local = indexInfo(table, "local");
  const global = indexInfo(table, "global");
  const { stream, ttl, sse } = table;
  return {
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
    ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
    ...(stream === undefined || stream.endedMs !== undefined
      ? {}
      : { StreamDescription: { StreamEnabled: true, StreamViewType: stream.viewType } }),
    ...(ttl?.enabled === true ? { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: ttl.attribute } } : {}),
    ...(sse === undefined ? {} : { SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: sse.kmsKeyArn } }),
  };
}

export function describeBackup(backup: BackupRecord, status: "AVAILABLE" | "DELETED"): object {
  const { table } = backup;
  return {
    BackupDetails: backupDetails(backup, status),
    SourceTableDetails: {
      TableName: table.name,
      TableId: table.id,
      TableArn: tableArn(table),
      TableSizeBytes: backup.bytes,
      KeySchema: keySchema(table.keys),
      TableCreationDateTime: new Date(table.createdMs),
      ProvisionedThroughput: { ReadCapacityUnits: table.throughput.read, WriteCapacityUnits: table.throughput.write },
      ...(table.onDemand === undefined ? {} : { OnDemandThroughput: table.onDemand }),
      ItemCount: backup.count,
      BillingMode: table.billingMode,
    },
    SourceTableFeatureDetails: features(table),
  };
}
