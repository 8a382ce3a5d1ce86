import type { CreateTableInput } from "@aws-sdk/client-dynamodb";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { blockAt, blocksAt, isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { tagList } from "../tags.ts";
import {
  attributeDefinitions,
  encryption,
  globalIndex,
  isEnabled,
  keySchema,
  localIndexes,
  onDemandThroughput,
  streamSpecification,
  throughput,
  warmThroughput,
} from "./table-shape.ts";
import { BUSY, setRecovery, setTimeToLive, waitActive } from "./table-wait.ts";

/** Makes a table (or restores one), waits until it is active and turns on what only an existing table can have. */
export async function createTable(
  aws: AwsContext,
  planned: ValueObject,
  onCreated: (partial: ValueObject) => Promise<void>,
): Promise<void> {
  const name = requiredText(planned, "name");
  const arn = isRestore(planned) ? await restore(aws, name, planned) : await create(aws, name, planned);
  await onCreated({ id: name, name, arn });
  await waitActive(aws, name);
  if (isRestore(planned)) await tagRestored(aws, arn, planned);
  const ttl = blockAt(planned, "ttl");
  if (ttl !== undefined && isTrue(ttl, "enabled")) await setTimeToLive(aws, name, requiredText(ttl, "attribute_name"), true);
  if (isEnabled(planned, "point_in_time_recovery")) {
    const days = blockAt(planned, "point_in_time_recovery")?.recovery_period_in_days;
    await setRecovery(aws, name, true, typeof days === "number" && days > 0 ? days : undefined);
  }
}

function isRestore(planned: ValueObject): boolean {
  return ["restore_source_name", "restore_source_table_arn", "restore_backup_arn"].some(
    (name) => textAt(planned, name) !== undefined,
  );
}

async function create(aws: AwsContext, name: string, planned: ValueObject): Promise<string> {
  const { TableDescription } = await aws.retry(BUSY, () => aws.clients.dynamodb.createTable(createInput(name, planned)));
  return TableDescription?.TableArn ?? "";
}

/** The whole CreateTable input. */
export function createInput(name: string, planned: ValueObject): CreateTableInput {
  const billing = textAt(planned, "billing_mode") ?? "PROVISIONED";
  const tags = tagList(textMapAt(planned, "tags_all"));
  const locals = localIndexes(planned);
  const globals = blocksAt(planned, "global_secondary_index").map((item) => globalIndex(item, billing));
  const tableClass = textAt(planned, "table_class");
  return {
    TableName: name,
    AttributeDefinitions: attributeDefinitions(planned),
    KeySchema: keySchema(planned),
    BillingMode: billing === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED",
    ProvisionedThroughput: throughput(planned, billing),
    OnDemandThroughput: onDemandThroughput(planned),
    WarmThroughput: warmThroughput(planned),
    DeletionProtectionEnabled: isTrue(planned, "deletion_protection_enabled") ? true : undefined,
    SSESpecification: encryption(planned),
    StreamSpecification: isTrue(planned, "stream_enabled") ? streamSpecification(planned) : undefined,
    TableClass: tableClass === undefined ? undefined : tableClass === "STANDARD" ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS",
    ...(locals.length === 0 ? {} : { LocalSecondaryIndexes: locals }),
    ...(globals.length === 0 ? {} : { GlobalSecondaryIndexes: globals }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}

async function restore(aws: AwsContext, name: string, planned: ValueObject): Promise<string> {
  const { dynamodb } = aws.clients;
  const { BillingMode, ProvisionedThroughput, GlobalSecondaryIndexes, LocalSecondaryIndexes, SSESpecification } = createInput(
    name,
    planned,
  );
  const overrides = {
    TargetTableName: name,
    BillingModeOverride: BillingMode,
    ProvisionedThroughputOverride: ProvisionedThroughput?.ReadCapacityUnits ? ProvisionedThroughput : undefined,
    GlobalSecondaryIndexOverride: GlobalSecondaryIndexes,
    LocalSecondaryIndexOverride: LocalSecondaryIndexes,
    SSESpecificationOverride: SSESpecification,
  };
  const backup = textAt(planned, "restore_backup_arn");
  if (backup !== undefined) {
    const answer = await aws.retry(BUSY, () => dynamodb.restoreTableFromBackup({ ...overrides, BackupArn: backup }));
    return answer.TableDescription?.TableArn ?? "";
  }
  const date = textAt(planned, "restore_date_time");
  const answer = await aws.retry(BUSY, () =>
    dynamodb.restoreTableToPointInTime({
      ...overrides,
      SourceTableName: textAt(planned, "restore_source_name"),
      SourceTableArn: textAt(planned, "restore_source_table_arn"),
      UseLatestRestorableTime: isTrue(planned, "restore_to_latest_time") ? true : undefined,
      RestoreDateTime: date === undefined ? undefined : new Date(date),
    }),
  );
  return answer.TableDescription?.TableArn ?? "";
}

/** A restored table starts without tags. */
async function tagRestored(aws: AwsContext, arn: string, planned: ValueObject): Promise<void> {
  const tags = tagList(textMapAt(planned, "tags_all"));
  if (tags.length > 0) await aws.clients.dynamodb.tagResource({ ResourceArn: arn, Tags: tags });
}
