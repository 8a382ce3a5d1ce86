import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { AwsContext, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";

const MISSING = ["ResourceNotFoundException"];
const SOURCE = "terraform-provider-aws, internal/service/dynamodb/{table,wait}.go (read 2026-11)";
const MINUTE_MS = 60_000;

/** Ten tables may change at a time, and one change a table. */
export const BUSY: RetryRow = {
  codes: ["LimitExceededException", "ResourceInUseException"],
  message: /simultaneously|being (created|updated|deleted)|in use/,
  timeoutMs: 30 * MINUTE_MS,
  why: "DynamoDB changes one thing of a table at a time, and few tables at a time",
  source: SOURCE,
};

/** Backups of a new table take a while to be there. */
export const BACKUPS_STARTING: RetryRow = {
  codes: ["ContinuousBackupsUnavailableException"],
  timeoutMs: 20 * MINUTE_MS,
  why: "backups of a new table are still being enabled",
  source: SOURCE,
};

/** The table's description; undefined when there is none. */
export async function describeTable(aws: AwsContext, name: string): Promise<TableDescription | undefined> {
  return (await unlessMissing(MISSING, () => aws.clients.dynamodb.describeTable({ TableName: name })))?.Table;
}

/** Waits until table and indexes are active. */
export function waitActive(aws: AwsContext, name: string): Promise<TableDescription> {
  return aws.wait(
    { what: `DynamoDB Table (${name}) becoming active`, timeoutMs: 60 * MINUTE_MS, firstDelayMs: 2_000, source: SOURCE },
    async () => {
      const table = await describeTable(aws, name);
      const indexes = table?.GlobalSecondaryIndexes ?? [];
      const settled = table?.TableStatus === "ACTIVE" && indexes.every((index) => index.IndexStatus === "ACTIVE");
      return settled ? table : undefined;
    },
  );
}

export async function waitDeleted(aws: AwsContext, name: string): Promise<void> {
  await aws.wait(
    { what: `Deletion of DynamoDB Table (${name})`, timeoutMs: 10 * MINUTE_MS, firstDelayMs: 2_000, source: SOURCE },
    async () => ((await describeTable(aws, name)) === undefined ? true : undefined),
  );
}

/** Waits until the server-side encryption is settled. */
export async function waitEncryption(aws: AwsContext, name: string): Promise<void> {
  await aws.wait({ what: `Encryption of DynamoDB Table (${name})`, timeoutMs: 30 * MINUTE_MS, source: SOURCE }, async () => {
    const status = (await describeTable(aws, name))?.SSEDescription?.Status;
    return status === "UPDATING" || status === "ENABLING" || status === "DISABLING" ? undefined : true;
  });
}

/** Sets the time to live and waits until it stands. */
export async function setTimeToLive(aws: AwsContext, name: string, attribute: string, enabled: boolean): Promise<void> {
  await aws.clients.dynamodb.updateTimeToLive({
    TableName: name,
    TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled },
  });
  await aws.wait({ what: `Time to live of DynamoDB Table (${name})`, timeoutMs: 30 * MINUTE_MS, source: SOURCE }, async () => {
    const { TimeToLiveDescription } = await aws.clients.dynamodb.describeTimeToLive({ TableName: name });
    return TimeToLiveDescription?.TimeToLiveStatus === (enabled ? "ENABLED" : "DISABLED") ? true : undefined;
  });
}

/** Sets point-in-time recovery and waits until it stands. */
export async function setRecovery(aws: AwsContext, name: string, enabled: boolean, days: number | undefined): Promise<void> {
  await aws.retry(BACKUPS_STARTING, () =>
    aws.clients.dynamodb.updateContinuousBackups({
      TableName: name,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: enabled,
        ...(enabled && days !== undefined ? { RecoveryPeriodInDays: days } : {}),
      },
    }),
  );
  await aws.wait(
    { what: `Point-in-time recovery of DynamoDB Table (${name})`, timeoutMs: 20 * MINUTE_MS, source: SOURCE },
    async () => {
      const { ContinuousBackupsDescription } = await aws.clients.dynamodb.describeContinuousBackups({ TableName: name });
      const status = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      return (status === "ENABLED") === enabled ? true : undefined;
    },
  );
}
