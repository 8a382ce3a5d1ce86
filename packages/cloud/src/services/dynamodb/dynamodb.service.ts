import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, type IamRequest, type Operation, type ServiceDefinition, ServiceError } from "../../core/service.ts";
import { expireItems } from "./expire.ts";
import type { Body } from "./input.ts";
import { isObject } from "./input.ts";
import { sendWaiting } from "./kinesis-records.ts";
import * as backups from "./operations/backups.ts";
import { batchGetItemOperation, batchWriteItemOperation } from "./operations/batch.ts";
import { createTable } from "./operations/create-table.ts";
import { batchExecuteStatementOperation, executeStatementOperation } from "./operations/execute-statement.ts";
import { executeTransactionOperation } from "./operations/execute-transaction.ts";
import * as tableExports from "./operations/exports.ts";
import { getItemOperation } from "./operations/get-item.ts";
import * as tableImports from "./operations/imports.ts";
import * as kinesis from "./operations/kinesis-destinations.ts";
import { deleteItemOperation, putItemOperation } from "./operations/put-item.ts";
import { queryOperation } from "./operations/query.ts";
import * as policies from "./operations/resource-policies.ts";
import { restoreTableFromBackup, restoreTableToPointInTime } from "./operations/restore.ts";
import { scanOperation } from "./operations/scan.ts";
import { readRecords, subscribe } from "./operations/streams.ts";
import * as settings from "./operations/table-settings.ts";
import { deleteTable, describeTableOperation, listTables } from "./operations/tables.ts";
import { forgetToken, transactGetItemsOperation, transactWriteItemsOperation } from "./operations/transact.ts";
import { updateItemOperation } from "./operations/update-item.ts";
import { updateTable } from "./operations/update-table.ts";
import { askOtherAccounts } from "./other-accounts.ts";
import { type Given, planOrNothing, readStatement, sourceOf } from "./partiql/statement.ts";
import { trimRecovery } from "./recovery.ts";
import { observeRequest } from "./request-metrics.ts";
import { findTable, tablesOf } from "./store.ts";
import { type TableRecord, tableArn } from "./table.ts";

function arnOf(ctx: Ctx, name: unknown): string {
  const text = typeof name === "string" ? name : "";
  return text.startsWith("arn:") ? text : tableArn({ account: ctx.account, region: ctx.region, name: text });
}

/** The table (or its index), its own policy, and the keys for fine-grained access. */
function onTable(ctx: Ctx, input: Body) {
  const resource = arnOf(ctx, input.TableName);
  const index = typeof input.IndexName === "string" ? `/index/${input.IndexName}` : "";
  const table = typeof input.TableName === "string" ? tableAt(ctx, resource) : undefined;
  const item = isObject(input.Key) ? input.Key : isObject(input.Item) ? input.Item : undefined;
  const hash = table === undefined || item === undefined ? undefined : item[table.keys.hash];
  const leading = isObject(hash) ? Object.values(hash).find((value) => typeof value === "string") : undefined;
  return {
    resources: [resource + index],
    ...(table?.policy === undefined ? {} : { resourcePolicy: table.policy.document }),
    ...(typeof leading === "string" ? { conditions: { "dynamodb:LeadingKeys": [leading] } } : {}),
  };
}

/** The table that an ARN names, of this account or another. */
function tableAt(ctx: Ctx, arn: string): TableRecord | undefined {
  const parts = parseArn(arn);
  if (parts === undefined) return undefined;
  const name = parts.resource.split("/")[1] ?? "";
  return findTable(parts.account === ctx.account ? ctx : ctx.with({ account: parts.account }), name);
}

function onTables(ctx: Ctx, input: Body) {
  return (isObject(input.RequestItems) ? Object.keys(input.RequestItems) : []).map((TableName) => onTable(ctx, { TableName }));
}

const PART_ACTIONS: Readonly<Record<string, string>> = {
  ConditionCheck: "dynamodb:ConditionCheckItem",
  Put: "dynamodb:PutItem",
  Update: "dynamodb:UpdateItem",
  Delete: "dynamodb:DeleteItem",
  Get: "dynamodb:GetItem",
};

/** Each part of a transaction needs the permission of its own operation. */
function onTransaction(ctx: Ctx, input: Body) {
  const items: unknown[] = Array.isArray(input.TransactItems) ? input.TransactItems.slice(0, 100) : [];
  return items.flatMap((entry) =>
    Object.entries(isObject(entry) ? entry : {}).flatMap(([kind, part]) => {
      const action = PART_ACTIONS[kind];
      return action === undefined || !isObject(part) ? [] : [{ action, ...onTable(ctx, part) }];
    }),
  );
}

const STATEMENT_ACTIONS = {
  select: "dynamodb:PartiQLSelect",
  exists: "dynamodb:PartiQLSelect",
  insert: "dynamodb:PartiQLInsert",
  update: "dynamodb:PartiQLUpdate",
  delete: "dynamodb:PartiQLDelete",
} as const;

function readOrNothing(entry: unknown): Given | undefined {
  try {
    return isObject(entry) ? readStatement(entry) : undefined;
  } catch (error) {
    // What is wrong with the statement the operation says, after IAM had no question to ask.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function keyText(value: object | undefined): string[] {
  const text: unknown = Object.values(value ?? {})[0];
  return typeof text === "string" ? [text] : [];
}

/** PartiQL: each statement's own permission, with the keys for fine-grained access and for scans. */
function onStatement(ctx: Ctx, entry: unknown) {
  const given = readOrNothing(entry);
  if (given === undefined) return [];
  const { table, index } = sourceOf(given.statement);
  const plan = planOrNothing(ctx, given);
  const leading =
    plan?.kind === "select"
      ? (plan.hashes ?? []).flatMap(keyText)
      : plan?.kind === "modify"
        ? keyText(plan.mutation.keyItem[plan.mutation.table.keys.hash])
        : [];
  const policy = findTable(ctx, table)?.policy;
  return [
    {
      action: STATEMENT_ACTIONS[given.statement.kind],
      resources: [arnOf(ctx, table) + (index === undefined ? "" : `/index/${index}`)],
      conditions: {
        ...(plan?.kind === "select" ? { "dynamodb:FullTableScan": String(plan.hashes === undefined) } : {}),
        ...(leading.length === 0 ? {} : { "dynamodb:LeadingKeys": leading }),
      },
      ...(policy === undefined ? {} : { resourcePolicy: policy.document }),
    },
  ];
}

function onStatements(ctx: Ctx, input: Body) {
  const entries: unknown = input.Statements ?? input.TransactStatements ?? [input];
  return Array.isArray(entries) ? entries.slice(0, 100).flatMap((entry) => onStatement(ctx, entry)) : [];
}

/** A table or its stream, with its own policy. */
function onResource(ctx: Ctx, input: { readonly ResourceArn?: string }) {
  const resource = input.ResourceArn ?? "*";
  const table = tableAt(ctx, resource);
  const policy = resource.includes("/stream/") ? table?.stream?.policy : table?.policy;
  return { resources: [resource], ...(policy === undefined ? {} : { resourcePolicy: policy.document }) };
}

function onBackup(_ctx: Ctx, input: { readonly BackupArn?: string }) {
  return { resources: [input.BackupArn ?? "*"] };
}

function onExport(_ctx: Ctx, input: { readonly ExportArn?: string }) {
  return { resources: [input.ExportArn ?? "*"] };
}

function onImport(_ctx: Ctx, input: { readonly ImportArn?: string }) {
  return { resources: [input.ImportArn ?? "*"] };
}

function onImportedTable(ctx: Ctx, input: { readonly TableCreationParameters?: { readonly TableName?: string } }) {
  return { resources: [arn("dynamodb", ctx.region, ctx.account, `table/${input.TableCreationParameters?.TableName ?? "*"}`)] };
}

function onTableArn(_ctx: Ctx, input: { readonly TableArn?: string }) {
  return { resources: [input.TableArn ?? "*"] };
}

/** A restore reads one thing and makes another. */
function onRestore(
  ctx: Ctx,
  input: {
    readonly BackupArn?: string;
    readonly SourceTableName?: string;
    readonly SourceTableArn?: string;
    readonly TargetTableName?: string;
  },
) {
  const source = input.BackupArn ?? arnOf(ctx, input.SourceTableArn ?? input.SourceTableName);
  return [{ resources: [source] }, { resources: [arnOf(ctx, input.TargetTableName)] }];
}

/** Timer `recovery`: what lies before a table's recovery period is forgotten. */
function forgetOld(ctx: Ctx, payload: unknown): void {
  const { name, id } = payload as { readonly name: string; readonly id: string };
  const table = findTable(ctx, name);
  if (table?.id === id) trimRecovery(ctx, table);
}

type Asks = (ctx: Ctx, input: Body) => IamRequest | readonly IamRequest[];

function isArn(name: unknown): boolean {
  return typeof name === "string" && name.startsWith("arn:");
}

/** Does a batch or a transaction name a table by its ARN? Where the request itself does, the gateway has asked. */
function namesArn({ RequestItems, TransactItems }: Body): boolean {
  if (isObject(RequestItems)) return Object.keys(RequestItems).some(isArn);
  if (!Array.isArray(TransactItems)) return false;
  return TransactItems.some(
    (entry) => isObject(entry) && Object.values(entry).some((part) => isObject(part) && isArn(part.TableName)),
  );
}

/** Item operations read and answer wire JSON; the others are typed. */
function item(operation: string, handler: (ctx: Ctx, input: Body) => unknown, iam: Asks = onTable): Operation {
  return {
    handler: (ctx: Ctx, input: Body) => {
      if (ctx.principal.kind === "root" && namesArn(input)) askOtherAccounts(ctx, operation, iam(ctx, input));
      return handler(ctx, input);
    },
    wire: true,
    iam,
  };
}

function table(handler: Operation["handler"], options: Partial<Operation> = {}): Operation {
  return { handler, iam: onTable, ...options };
}

const reads = { readonly: true } as const;

export const service: ServiceDefinition = {
  name: "dynamodb",
  operations: {
    BatchExecuteStatement: { ...item("BatchExecuteStatement", batchExecuteStatementOperation, onStatements), validate: true },
    BatchGetItem: { ...item("BatchGetItem", batchGetItemOperation, onTables), ...reads },
    BatchWriteItem: item("BatchWriteItem", batchWriteItemOperation, onTables),
    CreateBackup: table(backups.createBackup),
    CreateTable: table(createTable),
    DeleteBackup: { handler: backups.deleteBackup, iam: onBackup },
    DeleteItem: item("DeleteItem", deleteItemOperation),
    DeleteResourcePolicy: table(policies.deleteResourcePolicy, { iam: onResource }),
    DeleteTable: table(deleteTable),
    DescribeBackup: { handler: backups.describeBackupOperation, iam: onBackup, ...reads },
    DescribeContinuousBackups: table(settings.describeContinuousBackups, reads),
    DescribeContributorInsights: table(settings.describeContributorInsights, reads),
    DescribeEndpoints: { handler: settings.describeEndpoints, readonly: true },
    DescribeExport: { handler: tableExports.describeExport, iam: onExport, ...reads },
    DescribeImport: { handler: tableImports.describeImport, iam: onImport, ...reads },
    DescribeKinesisStreamingDestination: table(kinesis.describeKinesis, reads),
    DescribeLimits: { handler: settings.describeLimits, readonly: true },
    DescribeTable: table(describeTableOperation, reads),
    DescribeTableReplicaAutoScaling: table(settings.describeTableReplicaAutoScaling, reads),
    DescribeTimeToLive: table(settings.describeTimeToLive, reads),
    DisableKinesisStreamingDestination: table(kinesis.disableKinesis),
    EnableKinesisStreamingDestination: table(kinesis.enableKinesis, { waits: true }),
    ExecuteStatement: { ...item("ExecuteStatement", executeStatementOperation, onStatements), validate: true },
    ExecuteTransaction: { ...item("ExecuteTransaction", executeTransactionOperation, onStatements), validate: true },
    ExportTableToPointInTime: {
      handler: tableExports.exportTable,
      iam: onTableArn,
      missing: "ION",
    },
    GetItem: { ...item("GetItem", getItemOperation), ...reads },
    GetResourcePolicy: table(policies.getResourcePolicy, { iam: onResource, ...reads }),
    ImportTable: { handler: tableImports.importTable, iam: onImportedTable, missing: "ION" },
    ListBackups: { handler: backups.listBackups, ...reads },
    ListContributorInsights: { handler: settings.listContributorInsights, ...reads },
    ListImports: { handler: tableImports.listImports, ...reads },
    ListExports: { handler: tableExports.listExports, ...reads },
    ListTables: { handler: listTables, readonly: true },
    ListTagsOfResource: table(settings.listTagsOfResource, { iam: onResource, ...reads }),
    PutItem: item("PutItem", putItemOperation),
    PutResourcePolicy: table(policies.putResourcePolicy, { iam: onResource }),
    Query: { ...item("Query", queryOperation), ...reads },
    RestoreTableFromBackup: { handler: restoreTableFromBackup, iam: onRestore },
    RestoreTableToPointInTime: { handler: restoreTableToPointInTime, iam: onRestore },
    Scan: { ...item("Scan", scanOperation), ...reads },
    TagResource: table(settings.tagResource, { iam: onResource }),
    TransactGetItems: { ...item("TransactGetItems", transactGetItemsOperation, onTransaction), ...reads },
    TransactWriteItems: item("TransactWriteItems", transactWriteItemsOperation, onTransaction),
    UntagResource: table(settings.untagResource, { iam: onResource }),
    UpdateContinuousBackups: table(settings.updateContinuousBackups),
    UpdateContributorInsights: table(settings.updateContributorInsights, { missing: "CloudWatch has no rules of it" }),
    UpdateItem: item("UpdateItem", updateItemOperation),
    UpdateKinesisStreamingDestination: table(kinesis.updateKinesis),
    UpdateTable: table(updateTable, { missing: "replicas" }),
    UpdateTimeToLive: table(settings.updateTimeToLive),
  },
  timers: { kinesis: sendWaiting, ttl: expireItems, token: forgetToken, recovery: forgetOld },
  observe: observeRequest,
  internal: { readRecords, subscribe },
  inventory: (ctx: Ctx) => ({ tables: [...tablesOf(ctx.store, ctx.account)].length }),
};
