/** Backups on demand: made, looked at, deleted. */
import type { CreateBackupCommandInput, ListBackupsCommandInput } from "@aws-sdk/client-dynamodb";
import { randomHex } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type BackupRecord, backupDetails, backupKey, backupOf, backupSummary, describeBackup } from "../backup.ts";
import { unpackItem } from "../store.ts";
import { tableArn } from "../table.ts";
import { backedTable } from "./table-settings.ts";

const LIST_MAX = 100;

/** `01489173575360-b308cd7d`: the time and something to tell apart, as AWS names backups and exports. */
export function timedId(ctx: Ctx): string {
  return `${String(ctx.now()).padStart(14, "0")}-${randomHex(ctx.random, 8)}`;
}

export function createBackup(ctx: Ctx, input: CreateBackupCommandInput): object {
  const table = backedTable(ctx, input.TableName);
  const arn = `${tableArn(table)}/backup/${timedId(ctx)}`;
  let count = 0;
  let bytes = 0;
  for (const { value } of ctx.store.range<string>({ prefix: ["item", table.id] })) {
    ctx.store.put(["backupItem", arn, count++], value);
    bytes += unpackItem(value).bytes;
  }
  const backup: BackupRecord = { arn, name: input.BackupName ?? "", createdMs: ctx.now(), table, count, bytes };
  ctx.store.put(backupKey(ctx, arn), backup);
  return { BackupDetails: backupDetails(backup, "CREATING") };
}

export function describeBackupOperation(ctx: Ctx, input: { readonly BackupArn?: string }): object {
  return { BackupDescription: describeBackup(backupOf(ctx, input.BackupArn), "AVAILABLE") };
}

export function deleteBackup(ctx: Ctx, input: { readonly BackupArn?: string }): object {
  const backup = backupOf(ctx, input.BackupArn);
  ctx.store.remove(backupKey(ctx, backup.arn));
  ctx.store.removeRange({ prefix: ["backupItem", backup.arn] });
  return { BackupDescription: describeBackup(backup, "DELETED") };
}

/** By time, oldest first. */
export function listBackups(ctx: Ctx, input: ListBackupsCommandInput): object {
  const all = [...ctx.store.range<BackupRecord>({ prefix: ["backup", ctx.account, ctx.region] })].map(({ value }) => value);
  const low = input.TimeRangeLowerBound?.getTime() ?? 0;
  const high = input.TimeRangeUpperBound?.getTime() ?? Number.POSITIVE_INFINITY;
  const name = input.TableName?.slice(input.TableName.lastIndexOf("/") + 1);
  const wanted = all
    .filter(({ createdMs, table }) => createdMs >= low && createdMs < high && (name === undefined || table.name === name))
    .filter(() => input.BackupType === undefined || input.BackupType === "USER" || input.BackupType === "ALL")
    .sort((a, b) => a.createdMs - b.createdMs || (a.arn < b.arn ? -1 : 1));
  const start = input.ExclusiveStartBackupArn;
  const at = start === undefined ? 0 : wanted.findIndex(({ arn }) => arn === start) + 1;
  if (start !== undefined && at === 0)
    throw new ServiceError("ValidationException", 400, `Invalid ExclusiveStartBackupArn: ${start}`);
  const page = wanted.slice(at, at + (input.Limit ?? LIST_MAX));
  const last = page.at(-1);
  return {
    BackupSummaries: page.map(backupSummary),
    ...(at + page.length < wanted.length && last !== undefined ? { LastEvaluatedBackupArn: last.arn } : {}),
  };
}
