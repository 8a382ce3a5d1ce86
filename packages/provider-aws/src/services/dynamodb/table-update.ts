import type { GlobalSecondaryIndexUpdate, UpdateTableInput } from "@aws-sdk/client-dynamodb";
import { type ValueObject, valuesEqual } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { blockAt, blocksAt, isTrue, requiredText, textAt } from "../attribute-map.ts";
import { changedTags, tagList } from "../tags.ts";
import {
  attributeDefinitions,
  encryption,
  globalIndex,
  isEnabled,
  keySchema,
  onDemandThroughput,
  projection,
  streamSpecification,
  throughput,
  warmThroughput,
} from "./table-shape.ts";
import { BUSY, setRecovery, setTimeToLive, waitActive, waitEncryption } from "./table-wait.ts";

type Changed = (path: string) => boolean;

/** Changes a table in DynamoDB's order: indexes away, the table with its capacities, indexes in, then what has calls of its own. */
export async function updateTable(aws: AwsContext, prior: ValueObject, planned: ValueObject, changed: Changed): Promise<void> {
  const name = requiredText(prior, "id");
  const billing = textAt(planned, "billing_mode") ?? "PROVISIONED";
  const indexes =
    changed("global_secondary_index") || changed("billing_mode")
      ? indexChanges(prior, planned, billing, changed("billing_mode"))
      : NO_CHANGES;
  for (const update of indexes.deletes) await send(aws, { TableName: name, GlobalSecondaryIndexUpdates: [update] });
  const main = tableChanges(name, planned, changed, billing, indexes.updates);
  if (Object.keys(main).length > 1) await send(aws, main);
  for (const update of indexes.creates) {
    await send(aws, {
      TableName: name,
      AttributeDefinitions: attributeDefinitions(planned),
      GlobalSecondaryIndexUpdates: [update],
    });
  }
  if (changed("server_side_encryption")) {
    await send(aws, { TableName: name, SSESpecification: encryption(planned) ?? { Enabled: false } });
    await waitEncryption(aws, name);
  }
  if (changed("ttl")) await updateTimeToLive(aws, name, prior, planned);
  if (changed("point_in_time_recovery")) await updateRecovery(aws, name, planned);
  const { removed, added } = changedTags(prior, planned);
  const ResourceArn = requiredText(prior, "arn");
  if (removed.length > 0) await aws.clients.dynamodb.untagResource({ ResourceArn, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.dynamodb.tagResource({ ResourceArn, Tags: tagList(added) });
}

async function send(aws: AwsContext, input: UpdateTableInput): Promise<void> {
  await aws.retry(BUSY, () => aws.clients.dynamodb.updateTable(input));
  await waitActive(aws, input.TableName ?? "");
}

function tableChanges(
  name: string,
  planned: ValueObject,
  changed: Changed,
  billing: string,
  indexUpdates: readonly GlobalSecondaryIndexUpdate[],
): UpdateTableInput {
  const input: UpdateTableInput = { TableName: name };
  const capacities = billing === "PROVISIONED" && (changed("read_capacity") || changed("write_capacity"));
  if (changed("billing_mode") || capacities) {
    input.BillingMode = billing === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED";
    input.ProvisionedThroughput = throughput(planned, billing);
  }
  if (changed("deletion_protection_enabled")) input.DeletionProtectionEnabled = isTrue(planned, "deletion_protection_enabled");
  if (changed("table_class")) {
    input.TableClass =
      textAt(planned, "table_class") === "STANDARD_INFREQUENT_ACCESS" ? "STANDARD_INFREQUENT_ACCESS" : "STANDARD";
  }
  if (changed("on_demand_throughput")) input.OnDemandThroughput = onDemandThroughput(planned);
  if (changed("warm_throughput")) input.WarmThroughput = warmThroughput(planned);
  if (changed("stream_enabled") || changed("stream_view_type")) input.StreamSpecification = streamSpecification(planned);
  if (indexUpdates.length > 0) {
    input.GlobalSecondaryIndexUpdates = [...indexUpdates];
    input.AttributeDefinitions = attributeDefinitions(planned);
  }
  return input;
}

interface IndexChanges {
  readonly deletes: readonly GlobalSecondaryIndexUpdate[];
  readonly updates: readonly GlobalSecondaryIndexUpdate[];
  readonly creates: readonly GlobalSecondaryIndexUpdate[];
}

const NO_CHANGES: IndexChanges = { deletes: [], updates: [], creates: [] };

/** Which indexes go, change and come. An index whose keys or projection differ goes and comes again: DynamoDB cannot change these. */
export function indexChanges(prior: ValueObject, planned: ValueObject, billing: string, billingChanged: boolean): IndexChanges {
  const before = new Map(blocksAt(prior, "global_secondary_index").map((item) => [textAt(item, "name") ?? "", item]));
  const after = new Map(blocksAt(planned, "global_secondary_index").map((item) => [textAt(item, "name") ?? "", item]));
  const deletes: GlobalSecondaryIndexUpdate[] = [];
  const updates: GlobalSecondaryIndexUpdate[] = [];
  const creates: GlobalSecondaryIndexUpdate[] = [];
  for (const [name, old] of before) {
    const now = after.get(name);
    if (now === undefined || !sameIndex(old, now)) deletes.push({ Delete: { IndexName: name } });
  }
  for (const [name, now] of after) {
    const old = before.get(name);
    if (old === undefined || !sameIndex(old, now)) {
      creates.push({
        Create: { ...globalIndex(now, billing), IndexName: name, KeySchema: keySchema(now), Projection: projection(now) },
      });
    } else if (
      billing === "PROVISIONED" &&
      (billingChanged || differs(old, now, "read_capacity") || differs(old, now, "write_capacity"))
    ) {
      updates.push({ Update: { IndexName: name, ProvisionedThroughput: throughput(now, billing) } });
    } else if (differs(old, now, "on_demand_throughput") && onDemandThroughput(now) !== undefined) {
      updates.push({ Update: { IndexName: name, OnDemandThroughput: onDemandThroughput(now) } });
    }
  }
  return { deletes, updates, creates };
}

function sameIndex(old: ValueObject, now: ValueObject): boolean {
  const identity = (item: ValueObject) =>
    JSON.stringify([keySchema(item), projection(item).ProjectionType, (projection(item).NonKeyAttributes ?? []).sort()]);
  return identity(old) === identity(now);
}

function differs(old: ValueObject, now: ValueObject, name: string): boolean {
  return typeof now[name] !== "symbol" && !valuesEqual(old[name] ?? null, now[name] ?? null);
}

async function updateTimeToLive(aws: AwsContext, name: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const wanted = isEnabled(planned, "ttl");
  const had = isEnabled(prior, "ttl");
  if (!wanted && !had) return;
  const [from, to] = [blockAt(prior, "ttl"), blockAt(planned, "ttl")];
  const attribute =
    (to === undefined ? undefined : textAt(to, "attribute_name")) ??
    (from === undefined ? undefined : textAt(from, "attribute_name"));
  await setTimeToLive(aws, name, attribute ?? "", wanted);
}

async function updateRecovery(aws: AwsContext, name: string, planned: ValueObject): Promise<void> {
  const days = blockAt(planned, "point_in_time_recovery")?.recovery_period_in_days;
  await setRecovery(
    aws,
    name,
    isEnabled(planned, "point_in_time_recovery"),
    typeof days === "number" && days > 0 ? days : undefined,
  );
}
