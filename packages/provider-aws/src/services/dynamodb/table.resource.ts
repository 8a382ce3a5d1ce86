import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { flatten, requiredText } from "../attribute-map.ts";
import { tagMap } from "../tags.ts";
import { createTable } from "./table-create.ts";
import { checkTablePlan, customizeTable, validateTable } from "./table-plan.ts";
import { ATTRIBUTE_ROWS, flattenGlobalIndex, flattenLocalIndex, flattenOnDemand, flattenWarm, keyOf } from "./table-shape.ts";
import { updateTable } from "./table-update.ts";
import { BUSY, describeTable, waitDeleted } from "./table-wait.ts";

const GLOBAL_TABLES = "replicas in other regions (global tables) are not carried out by the native provider.";

/** `aws_dynamodb_table`. Behaviour as terraform-provider-aws 5.100/6: `internal/service/dynamodb/table.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_dynamodb_table",
  noun: "DynamoDB Table",
  forceNew: [
    "name",
    "hash_key",
    "range_key",
    "local_secondary_index",
    "restore_backup_arn",
    "import_table",
    "restore_date_time",
    "restore_to_latest_time",
  ],
  defaults: { billing_mode: "PROVISIONED", table_class: "STANDARD", "ttl.enabled": false },
  computedBlocks: {
    attribute: true,
    point_in_time_recovery: true,
    server_side_encryption: true,
    ttl: true,
    warm_throughput: true,
    global_secondary_index: false,
    "global_secondary_index.key_schema": true,
    "global_secondary_index.warm_throughput": true,
  },
  unsupported: {
    replica: GLOBAL_TABLES,
    global_table_witness: GLOBAL_TABLES,
    import_table: "imports from S3 are not carried out by the native provider.",
  },
  tagged: true,
  validate: validateTable,
  checkPlan: checkTablePlan,
  suppressDiff: (path, prior, config) => path === "table_class" && (prior === "" || prior === null) && config === "STANDARD",
  customizePlan: customizeTable,
  create: createTable,
  read,
  update: updateTable,
  async delete(aws, state) {
    const name = requiredText(state, "id");
    const done = await unlessMissing(["ResourceNotFoundException"], () =>
      aws.retry(BUSY, () => aws.clients.dynamodb.deleteTable({ TableName: name })),
    );
    if (done !== undefined) await waitDeleted(aws, name);
  },
  find: async (_aws, planned) => (typeof planned.name === "string" ? { id: planned.name, name: planned.name } : null),
};

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "id");
  const table = await describeTable(aws, name);
  if (table === undefined) return null;
  const { dynamodb } = aws.clients;
  const [backups, ttl, tags] = await Promise.all([
    unlessMissing(["UnknownOperationException"], () => dynamodb.describeContinuousBackups({ TableName: name })),
    dynamodb.describeTimeToLive({ TableName: name }),
    listTags(aws, table.TableArn ?? ""),
  ]);
  const recovery = backups?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const encryption = table.SSEDescription;
  return {
    id: name,
    arn: table.TableArn ?? "",
    name: table.TableName ?? name,
    attribute: (table.AttributeDefinitions ?? []).map((item) => flatten(ATTRIBUTE_ROWS, item)),
    billing_mode: table.BillingModeSummary?.BillingMode ?? "PROVISIONED",
    deletion_protection_enabled: table.DeletionProtectionEnabled ?? false,
    hash_key: keyOf(table.KeySchema, "HASH"),
    range_key: keyOf(table.KeySchema, "RANGE") || null,
    read_capacity: table.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    write_capacity: table.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    local_secondary_index: (table.LocalSecondaryIndexes ?? []).map(flattenLocalIndex),
    global_secondary_index: (table.GlobalSecondaryIndexes ?? []).map(flattenGlobalIndex),
    on_demand_throughput: flattenOnDemand(table.OnDemandThroughput),
    warm_throughput: flattenWarm(table.WarmThroughput),
    stream_enabled: table.StreamSpecification?.StreamEnabled ?? false,
    stream_view_type: table.StreamSpecification?.StreamViewType ?? "",
    stream_arn: table.LatestStreamArn ?? "",
    stream_label: table.LatestStreamLabel ?? "",
    server_side_encryption:
      encryption === undefined
        ? []
        : [{ enabled: encryption.Status === "ENABLED", kms_key_arn: encryption.KMSMasterKeyArn ?? "" }],
    table_class: table.TableClassSummary?.TableClass ?? "STANDARD",
    point_in_time_recovery: [
      {
        enabled: recovery?.PointInTimeRecoveryStatus === "ENABLED",
        recovery_period_in_days: recovery?.RecoveryPeriodInDays ?? 0,
      },
    ],
    ttl: [
      {
        attribute_name: ttl.TimeToLiveDescription?.AttributeName ?? "",
        enabled: ttl.TimeToLiveDescription?.TimeToLiveStatus === "ENABLED",
      },
    ],
    tags_all: tags,
  };
}

async function listTags(aws: AwsContext, ResourceArn: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let NextToken: string | undefined; ; ) {
    const page = await aws.clients.dynamodb.listTagsOfResource({
      ResourceArn,
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    Object.assign(found, tagMap(page.Tags));
    NextToken = page.NextToken;
    if (NextToken === undefined) return found;
  }
}
