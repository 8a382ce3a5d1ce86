/** DynamoDB's structures and the attributes of `aws_dynamodb_table`, both ways. Pure. */
import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndex,
  LocalSecondaryIndexDescription,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  SSESpecification,
  StreamSpecification,
  WarmThroughput,
} from "@aws-sdk/client-dynamodb";
import type { ValueObject } from "@dovetail/model";
import {
  block,
  blockAt,
  blocksAt,
  expand,
  flatten,
  isTrue,
  nonZero,
  numberAt,
  rowsOf,
  text,
  textAt,
  textsAt,
} from "../attribute-map.ts";

const attributeRow = rowsOf<AttributeDefinition>();
export const ATTRIBUTE_ROWS = [attributeRow("name", "AttributeName", text()), attributeRow("type", "AttributeType", text())];

const onDemandRow = rowsOf<OnDemandThroughput>();
export const ON_DEMAND_ROWS = [
  onDemandRow("max_read_request_units", "MaxReadRequestUnits", nonZero()),
  onDemandRow("max_write_request_units", "MaxWriteRequestUnits", nonZero()),
];

const warmRow = rowsOf<WarmThroughput>();
export const WARM_ROWS = [
  warmRow("read_units_per_second", "ReadUnitsPerSecond", nonZero()),
  warmRow("write_units_per_second", "WriteUnitsPerSecond", nonZero()),
];

const onDemand = block(ON_DEMAND_ROWS);
const warm = block(WARM_ROWS);

/** The table's attribute definitions. */
export function attributeDefinitions(table: ValueObject): AttributeDefinition[] {
  return blocksAt(table, "attribute").map((item) => expand(ATTRIBUTE_ROWS, item));
}

/** A key schema from `hash_key` and `range_key`, or from an index's `key_schema` blocks. */
export function keySchema(item: ValueObject): KeySchemaElement[] {
  const listed = blocksAt(item, "key_schema").map((key) => element(textAt(key, "attribute_name"), textAt(key, "key_type")));
  if (listed.length > 0) return listed.flat();
  return [...element(textAt(item, "hash_key"), "HASH"), ...element(textAt(item, "range_key"), "RANGE")];
}

function element(name: string | undefined, kind: string | undefined): KeySchemaElement[] {
  return name === undefined ? [] : [{ AttributeName: name, KeyType: kind === "RANGE" ? "RANGE" : "HASH" }];
}

export function projection(item: ValueObject): Projection {
  const keys = textsAt(item, "non_key_attributes");
  const type = textAt(item, "projection_type");
  return {
    ProjectionType: type === "INCLUDE" || type === "KEYS_ONLY" ? type : "ALL",
    ...(keys.length === 0 ? {} : { NonKeyAttributes: keys }),
  };
}

/** Capacity where it is provisioned; undefined on demand. */
export function throughput(item: ValueObject, billingMode: string): ProvisionedThroughput | undefined {
  if (billingMode === "PAY_PER_REQUEST") return undefined;
  return { ReadCapacityUnits: numberAt(item, "read_capacity") ?? 0, WriteCapacityUnits: numberAt(item, "write_capacity") ?? 0 };
}

export function onDemandThroughput(item: ValueObject): OnDemandThroughput | undefined {
  return onDemand.expand(item.on_demand_throughput ?? null);
}

export function warmThroughput(item: ValueObject): WarmThroughput | undefined {
  const asked = warm.expand(item.warm_throughput ?? null);
  return asked !== undefined && Object.keys(asked).length > 0 ? asked : undefined;
}

/** A global index as it is created. */
export function globalIndex(item: ValueObject, billingMode: string): GlobalSecondaryIndex {
  return {
    IndexName: textAt(item, "name"),
    KeySchema: keySchema(item),
    Projection: projection(item),
    ProvisionedThroughput: throughput(item, billingMode),
    OnDemandThroughput: onDemandThroughput(item),
    WarmThroughput: warmThroughput(item),
  };
}

/** Local indexes share the table's hash key. */
export function localIndexes(table: ValueObject): LocalSecondaryIndex[] {
  return blocksAt(table, "local_secondary_index").map((item) => ({
    IndexName: textAt(item, "name"),
    KeySchema: keySchema({ ...item, hash_key: table.hash_key ?? null }),
    Projection: projection(item),
  }));
}

/** The first attribute of a key schema with the given role; "" where there is none. */
export function keyOf(keys: readonly KeySchemaElement[] | undefined, kind: "HASH" | "RANGE"): string {
  return keys?.find((key) => key.KeyType === kind)?.AttributeName ?? "";
}

export function flattenGlobalIndex(index: GlobalSecondaryIndexDescription): ValueObject {
  const found = flattenOnDemand(index.OnDemandThroughput);
  return {
    name: index.IndexName ?? "",
    hash_key: keyOf(index.KeySchema, "HASH"),
    range_key: keyOf(index.KeySchema, "RANGE"),
    key_schema: (index.KeySchema ?? []).map((key) => ({ attribute_name: key.AttributeName ?? "", key_type: key.KeyType ?? "" })),
    projection_type: index.Projection?.ProjectionType ?? "",
    non_key_attributes: index.Projection?.NonKeyAttributes ?? [],
    read_capacity: index.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    write_capacity: index.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    on_demand_throughput: found,
    warm_throughput: flattenWarm(index.WarmThroughput),
  };
}

export function flattenLocalIndex(index: LocalSecondaryIndexDescription): ValueObject {
  return {
    name: index.IndexName ?? "",
    range_key: keyOf(index.KeySchema, "RANGE"),
    projection_type: index.Projection?.ProjectionType ?? "",
    non_key_attributes: index.Projection?.NonKeyAttributes ?? [],
  };
}

export function flattenOnDemand(limits: OnDemandThroughput | undefined): ValueObject[] {
  return limits === undefined ? [] : [flatten(ON_DEMAND_ROWS, limits)];
}

export function flattenWarm(limits: Partial<WarmThroughput> | undefined): ValueObject[] {
  return limits === undefined ? [] : [flatten(WARM_ROWS, limits)];
}

/** True when an option block is there and enabled. */
export function isEnabled(table: ValueObject, name: string): boolean {
  return blockAt(table, name)?.enabled === true;
}

/** Encryption with a key of the account's; undefined where the block is not there. */
export function encryption(table: ValueObject): SSESpecification | undefined {
  const options = blockAt(table, "server_side_encryption");
  if (options === undefined) return undefined;
  const enabled = isTrue(options, "enabled");
  const key = textAt(options, "kms_key_arn");
  return enabled ? { Enabled: true, SSEType: "KMS", ...(key === undefined ? {} : { KMSMasterKeyId: key }) } : { Enabled: false };
}

/** Stream settings; undefined members where the stream is off. */
export function streamSpecification(planned: ValueObject): StreamSpecification {
  const enabled = isTrue(planned, "stream_enabled");
  const view = textAt(planned, "stream_view_type");
  const views = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"] as const;
  return { StreamEnabled: enabled, StreamViewType: enabled ? views.find((item) => item === view) : undefined };
}
