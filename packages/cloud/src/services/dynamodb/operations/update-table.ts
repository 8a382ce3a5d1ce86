import type { UpdateGlobalSecondaryIndexAction, UpdateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { invalid, invalidParameter, notFound } from "../errors.ts";
import { readTableName } from "../input.ts";
import { keyOfItem } from "../key.ts";
import {
  checkAttributes,
  checkIndexes,
  readAttributes,
  readGlobalIndex,
  readOnDemand,
  readThroughput,
  readWarm,
  refuseOnDemand,
} from "../schema.ts";
import { contentsOf, findTable, putTable } from "../store.ts";
import { describeTable, type IndexRecord, indexNamed, type TableRecord, warmUnits } from "../table.ts";
import { changeClass, changeThroughput, switchToOnDemand } from "../throughput-changes.ts";
import { fillIndex } from "../write.ts";
import { readEncryption, readStream } from "./create-table.ts";

type Changes = { -readonly [K in keyof TableRecord]?: TableRecord[K] | undefined };

const NO_UNITS = { read: 0, write: 0 };

/** To on-demand capacity: whoever was there already only changes its limits. */
function onDemand(ctx: Ctx, table: TableRecord, input: UpdateTableCommandInput): Changes {
  if (input.ProvisionedThroughput !== undefined) readThroughput(input.ProvisionedThroughput, "PAY_PER_REQUEST");
  const limits = input.OnDemandThroughput === undefined ? {} : { onDemand: readOnDemand(input.OnDemandThroughput) };
  if (table.billingMode === "PAY_PER_REQUEST") return limits;
  return {
    ...limits,
    billingMode: "PAY_PER_REQUEST",
    payPerRequestSinceMs: ctx.now(),
    onDemandSwitchesMs: switchToOnDemand(table.onDemandSwitchesMs ?? [], ctx.now()),
    throughput: NO_UNITS,
    indexes: table.indexes.map((index) => (index.kind === "local" ? index : { ...index, throughput: NO_UNITS })),
  };
}

function billing(ctx: Ctx, table: TableRecord, input: UpdateTableCommandInput): Changes {
  const mode = input.BillingMode ?? table.billingMode;
  if (mode === "PAY_PER_REQUEST") return onDemand(ctx, table, input);
  refuseOnDemand(input.OnDemandThroughput);
  if (table.billingMode === mode && input.ProvisionedThroughput === undefined) return {};
  const throughput = readThroughput(input.ProvisionedThroughput, "PROVISIONED");
  if (table.billingMode !== mode)
    return {
      billingMode: "PROVISIONED",
      throughput,
    };
  return { throughput, ...changeThroughput("table", { ...table, ...table.throughput }, throughput, ctx.now()) };
}

function stream(ctx: Ctx, table: TableRecord, input: UpdateTableCommandInput): Changes {
  const given = input.StreamSpecification;
  if (given === undefined) return {};
  const on = table.stream !== undefined && table.stream.endedMs === undefined;
  if (given.StreamEnabled === true) {
    if (on)
      throw new ServiceError("ResourceInUseException", 400, `Table already has an enabled stream: TableName: ${table.name}`);
    return { stream: readStream(given, ctx.now()) };
  }
  if (!on || table.stream === undefined) throw invalid(`Table is not enabled for streams: TableName: ${table.name}`);
  return { stream: { ...table.stream, endedMs: ctx.now() } };
}

interface IndexChanges {
  readonly indexes: readonly IndexRecord[];
  readonly created: readonly IndexRecord[];
  readonly removed: readonly IndexRecord[];
  readonly status: { readonly [name: string]: string };
}

function updatedIndex(ctx: Ctx, table: TableRecord, old: IndexRecord, input: UpdateGlobalSecondaryIndexAction): IndexRecord {
  if (table.billingMode === "PROVISIONED") refuseOnDemand(input.OnDemandThroughput);
  const limits = readOnDemand(input.OnDemandThroughput);
  const { throughput: before = NO_UNITS } = old;
  const warm = readWarm(input.WarmThroughput, warmUnits(table, before, old.warm));
  const given = input.ProvisionedThroughput;
  const throughput = given === undefined ? before : readThroughput(given, table.billingMode, old.name);
  const isFirst = before.read === 0;
  return {
    ...old,
    throughput,
    ...(given === undefined || isFirst
      ? {}
      : changeThroughput(`index ${old.name}`, { ...old, ...before }, throughput, ctx.now())),
    ...(warm === undefined ? {} : { warm }),
    ...(limits === undefined ? {} : { onDemand: limits }),
  };
}

function indexChanges(ctx: Ctx, table: TableRecord, input: UpdateTableCommandInput): IndexChanges {
  let indexes = [...table.indexes];
  const created: IndexRecord[] = [];
  const removed: IndexRecord[] = [];
  const status: Record<string, string> = {};
  const known = (name: string | undefined) => {
    const index = indexes.find((each) => each.name === name && each.kind === "global");
    if (index === undefined) throw notFound(`Requested resource not found: Index: ${name} not found`);
    return index;
  };
  for (const { Create, Delete, Update } of input.GlobalSecondaryIndexUpdates ?? []) {
    const given = [Create, Delete, Update].filter((each) => each !== undefined);
    if (given.length !== 1)
      throw invalidParameter(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
      );
    if (Create !== undefined) {
      const index = readGlobalIndex(Create, table.billingMode);
      if (indexNamed(table, index.name) !== undefined)
        throw invalid(`Attempting to create an index which already exists: ${index.name}`);
      indexes.push(index);
      created.push(index);
      status[index.name] = "CREATING";
    } else if (Delete !== undefined) {
      removed.push(known(Delete.IndexName));
      indexes = indexes.filter((index) => index.name !== Delete.IndexName);
    } else if (Update !== undefined) {
      const old = known(Update.IndexName);
      const changed = updatedIndex(ctx, table, old, Update);
      indexes = indexes.map((index) => (index === old ? changed : index));
      status[old.name] = "UPDATING";
    }
  }
  if (created.length + removed.length > 1)
    throw new ServiceError(
      "LimitExceededException",
      400,
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  return { indexes, created, removed, status };
}

/** Attributes for the indexes that there will be: those of the request, and the old ones that a key still uses. */
function attributesFor(
  table: TableRecord,
  input: UpdateTableCommandInput,
  indexes: readonly IndexRecord[],
): TableRecord["attributes"] {
  const all = { ...table.attributes, ...readAttributes(input.AttributeDefinitions) };
  for (const [name, type] of Object.entries(table.attributes))
    if (all[name] !== type) throw invalidParameter(`Attribute ${name} is already defined with type ${type}`);
  const used = new Set([table.keys, ...indexes.map((index) => index.keys)].flatMap(({ hash, range }) => [hash, range]));
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}

/** What belongs to global tables. */
const GLOBAL = [
  "ReplicaUpdates",
  "GlobalTableWitnessUpdates",
  "MultiRegionConsistency",
  "GlobalTableSettingsReplicationMode",
] as const;

const NOTHING =
  "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required";

export function updateTable(ctx: Ctx, input: UpdateTableCommandInput): object {
  const name = readTableName(ctx, input.TableName);
  const table = findTable(ctx, name);
  if (table === undefined) throw notFound(`Requested resource not found: Table: ${name} not found`);
  refuseMembers("dynamodb.UpdateTable", input, GLOBAL);
  const { TableName: _, AttributeDefinitions: __, ...rest } = input;
  if (Object.values(rest).every((value) => value === undefined)) throw invalidParameter(NOTHING);
  const { indexes: billed, ...money } = billing(ctx, table, input);
  const paid: TableRecord = { ...table, ...defined(money), ...(billed === undefined ? {} : { indexes: billed }) };
  const changes = indexChanges(ctx, paid, input);
  checkIndexes(changes.indexes);
  const updated: TableRecord = {
    ...paid,
    ...defined(stream(ctx, table, input)),
    ...defined({ warm: readWarm(input.WarmThroughput, warmUnits(paid, paid.throughput, paid.warm)) }),
    ...(input.DeletionProtectionEnabled === undefined ? {} : { deletionProtection: input.DeletionProtectionEnabled }),
    ...tableClass(ctx, table, input),
    indexes: changes.indexes,
    attributes: attributesFor(paid, input, changes.indexes),
  };
  const encrypted = input.SSESpecification === undefined ? updated : withEncryption(ctx, updated, input);
  checkAttributes(encrypted);
  for (const index of changes.removed) ctx.store.removeRange({ prefix: ["index", table.id, index.name] });
  for (const index of changes.created) fillIndex(ctx, encrypted, index, (item) => keyOfItem(encrypted, item));
  const answer = describeTable(encrypted, contentsOf(ctx, encrypted), {
    nowMs: ctx.now(),
    status: "UPDATING",
    indexStatus: changes.status,
  });
  putTable(ctx, encrypted);
  return { TableDescription: answer };
}

function tableClass(ctx: Ctx, table: TableRecord, { TableClass: wanted }: UpdateTableCommandInput): Partial<TableRecord> {
  if (wanted === undefined || wanted === (table.tableClass ?? "STANDARD")) return {};
  return { tableClass: wanted, classChangesMs: changeClass(table.classChangesMs ?? [], ctx.now()) };
}

function withEncryption(ctx: Ctx, table: TableRecord, input: UpdateTableCommandInput): TableRecord {
  const { sse: _, ...rest } = table;
  const sse = readEncryption(ctx, input.SSESpecification);
  return sse === undefined ? rest : { ...rest, sse };
}

function defined(changes: Changes): Partial<TableRecord> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
