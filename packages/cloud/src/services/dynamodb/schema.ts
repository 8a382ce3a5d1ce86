/** What CreateTable and UpdateTable check of keys, indexes and capacity, with AWS's messages. */
import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  WarmThroughput,
} from "@aws-sdk/client-dynamodb";
import { ServiceError } from "../../core/service.ts";
import { invalid, invalidParameter } from "./errors.ts";
import type { IndexRecord, KeySchema, OnDemandLimits, ScalarType, TableRecord, WarmUnits } from "./table.ts";
import type { Throughput } from "./throughput-changes.ts";

const LOCAL_INDEXES_MAX = 5;
const GLOBAL_INDEXES_MAX = 20;
const PROJECTED_ATTRIBUTES_MAX = 100;
const NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

export function readKeySchema(schema: readonly KeySchemaElement[] | undefined): KeySchema {
  const [first, second, ...more] = schema ?? [];
  if (more.length > 0)
    throw new ServiceError("NotImplemented", 501, "dynamodb: keys of more than two attributes are not emulated");
  if (first?.AttributeName === undefined || first.KeyType !== "HASH")
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (second === undefined) return { hash: first.AttributeName };
  if (second.AttributeName === undefined || second.KeyType !== "RANGE")
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  if (second.AttributeName === first.AttributeName)
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  return { hash: first.AttributeName, range: second.AttributeName };
}

export function readAttributes(definitions: readonly AttributeDefinition[] | undefined): Record<string, ScalarType> {
  const attributes: Record<string, ScalarType> = {};
  for (const { AttributeName: name, AttributeType: type } of definitions ?? []) {
    if (name === undefined || (type !== "S" && type !== "N" && type !== "B")) continue;
    if (Object.hasOwn(attributes, name)) throw invalidParameter(`Cannot define the same attribute name more than once: ${name}`);
    attributes[name] = type;
  }
  return attributes;
}

function keyNames(keys: KeySchema): string[] {
  return keys.range === undefined ? [keys.hash] : [keys.hash, keys.range];
}

/** Every key attribute is defined, and every defined attribute is in a key. */
export function checkAttributes(table: Pick<TableRecord, "attributes" | "keys" | "indexes">): void {
  const defined = Object.keys(table.attributes);
  const print = (names: readonly string[]) => `[${names.join(", ")}]`;
  const missing = (keys: KeySchema, what: string) => {
    if (keyNames(keys).every((name) => Object.hasOwn(table.attributes, name))) return;
    throw invalidParameter(
      `Some ${what} attributes are not defined in AttributeDefinitions. ` +
        `Keys: ${print(keyNames(keys))}, AttributeDefinitions: ${print(defined)}`,
    );
  };
  missing(table.keys, "index key");
  for (const index of table.indexes) missing(index.keys, "index key");
  const used = [...new Set([table.keys, ...table.indexes.map((index) => index.keys)].flatMap(keyNames))];
  if (used.length === defined.length) return;
  if (table.indexes.length === 0)
    throw invalidParameter(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    );
  throw invalidParameter(
    `Some AttributeDefinitions are not used. AttributeDefinitions: ${print(defined)}, keys used: ${print(used)}`,
  );
}

function readProjection(projection: Projection | undefined): Pick<IndexRecord, "projection" | "include"> {
  const type = projection?.ProjectionType;
  const include = projection?.NonKeyAttributes ?? [];
  if (type !== "ALL" && type !== "KEYS_ONLY" && type !== "INCLUDE")
    throw invalidParameter(`Unknown ProjectionType: ${type ?? "null"}`);
  if (type === "INCLUDE" && include.length === 0)
    throw invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  if (type !== "INCLUDE" && projection?.NonKeyAttributes !== undefined)
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  return { projection: type, include };
}

export function readThroughput(
  throughput: ProvisionedThroughput | undefined,
  billingMode: TableRecord["billingMode"],
  index?: string,
): Throughput {
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = throughput ?? {};
  if (billingMode === "PROVISIONED") {
    if (read !== undefined && write !== undefined) return { read, write };
    if (index !== undefined) throw invalidParameter(`ProvisionedThroughput is not specified for index: ${index}`);
    throw invalidParameter("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  if (read !== undefined || write !== undefined) {
    if (index !== undefined)
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${index} when BillingMode is PAY_PER_REQUEST`,
      );
    throw invalidParameter(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  }
  return { read: 0, write: 0 };
}

export function readOnDemand(limits: OnDemandThroughput | undefined): OnDemandLimits | undefined {
  if (limits === undefined) return undefined;
  for (const [name, value] of Object.entries(limits))
    if (typeof value === "number" && value !== -1 && value < 1)
      throw invalidParameter(`${name} must be at least 1, or -1 for no limit`);
  return { MaxReadRequestUnits: limits.MaxReadRequestUnits ?? -1, MaxWriteRequestUnits: limits.MaxWriteRequestUnits ?? -1 };
}

/** Limits of on-demand capacity mean nothing to provisioned tables and indexes. */
export function refuseOnDemand(limits: OnDemandThroughput | undefined): void {
  if (limits !== undefined)
    throw invalidParameter(
      "Neither MaxReadRequestUnits nor MaxWriteRequestUnits can be specified when BillingMode is PROVISIONED",
    );
}

/** Warm throughput that a table or index asks for; `least`: it cannot fall below. */
export function readWarm(given: WarmThroughput | undefined, least?: WarmUnits): WarmUnits | undefined {
  if (given === undefined) return undefined;
  const warm = { read: given.ReadUnitsPerSecond ?? least?.read ?? 0, write: given.WriteUnitsPerSecond ?? least?.write ?? 0 };
  for (const [kind, name] of [
    ["read", "ReadUnitsPerSecond"],
    ["write", "WriteUnitsPerSecond"],
  ] as const)
    if (least !== undefined && warm[kind] < least[kind])
      throw invalidParameter(
        `Requested ${name} for WarmThroughput for table is lower than the current value. ` +
          `Current ${name}: ${least[kind]}, requested ${name}: ${warm[kind]}`,
      );
  return warm;
}

export function readGlobalIndex(given: GlobalSecondaryIndex, billingMode: TableRecord["billingMode"]): IndexRecord {
  const name = given.IndexName ?? "";
  if (billingMode === "PROVISIONED") refuseOnDemand(given.OnDemandThroughput);
  const onDemand = readOnDemand(given.OnDemandThroughput);
  const warm = readWarm(given.WarmThroughput);
  return {
    name,
    kind: "global",
    keys: readKeySchema(given.KeySchema),
    ...readProjection(given.Projection),
    throughput: readThroughput(given.ProvisionedThroughput, billingMode, name),
    ...(onDemand === undefined ? {} : { onDemand }),
    ...(warm === undefined ? {} : { warm }),
  };
}

export function readLocalIndex(given: LocalSecondaryIndex, table: KeySchema): IndexRecord {
  const name = given.IndexName ?? "";
  if (table.range === undefined)
    throw invalidParameter("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
  const keys = readKeySchema(given.KeySchema);
  if (keys.range === undefined) throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
  if (keys.hash !== table.hash)
    throw invalidParameter(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. ` +
        `index hash key: ${keys.hash}, table hash key: ${table.hash}`,
    );
  return { name, kind: "local", keys, ...readProjection(given.Projection) };
}

/** Names, numbers and projections of all indexes of a table together. */
export function checkIndexes(indexes: readonly IndexRecord[]): void {
  const seen = new Set<string>();
  for (const { name } of indexes) {
    if (!NAME.test(name))
      throw invalid(
        "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
      );
    if (seen.has(name)) throw invalidParameter(`Duplicate index name: ${name}`);
    seen.add(name);
  }
  const count = (kind: IndexRecord["kind"]) => indexes.filter((index) => index.kind === kind).length;
  if (count("local") > LOCAL_INDEXES_MAX)
    throw invalidParameter(`Number of LocalSecondaryIndexes exceeds per-table limit of ${LOCAL_INDEXES_MAX}`);
  if (count("global") > GLOBAL_INDEXES_MAX)
    throw invalidParameter(`GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_INDEXES_MAX}`);
  const projected = indexes.reduce((sum, index) => sum + index.include.length, 0);
  if (projected > PROJECTED_ATTRIBUTES_MAX)
    throw invalidParameter(
      `Total number of NonKeyAttributes in all index projections must not exceed ${PROJECTED_ATTRIBUTES_MAX}: ${projected}`,
    );
}
