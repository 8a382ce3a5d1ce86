import type { DeleteTableCommandInput, DescribeTableCommandInput, ListTablesCommandInput } from "@aws-sdk/client-dynamodb";
import type { Ctx } from "../../../core/service.ts";
import { invalid, notFound } from "../errors.ts";
import { readTableName } from "../input.ts";
import { contentsOf, findTable, removeTable, tablesOf } from "../store.ts";
import { describeTable, type TableRecord, tableArn } from "../table.ts";

const LIST_LIMIT = 100;

/** The table of a control plane request. Throws ResourceNotFoundException with the name in its text. */
export function namedTable(ctx: Ctx, value: unknown): TableRecord {
  const name = readTableName(ctx, value);
  const table = findTable(ctx, name);
  if (table === undefined) throw notFound(`Requested resource not found: Table: ${name} not found`);
  return table;
}

export function describeTableOperation(ctx: Ctx, input: DescribeTableCommandInput): object {
  const table = namedTable(ctx, input.TableName);
  return { Table: describeTable(table, contentsOf(ctx, table), { nowMs: ctx.now() }) };
}

export function deleteTable(ctx: Ctx, input: DeleteTableCommandInput): object {
  const table = namedTable(ctx, input.TableName);
  if (table.deletionProtection)
    throw invalid(`Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`);
  ctx.unschedule("ttl", table.id);
  ctx.unschedule("recovery", table.id);
  removeTable(ctx, table);
  return {
    TableDescription: {
      TableName: table.name,
      TableStatus: "DELETING",
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: table.throughput.read,
        WriteCapacityUnits: table.throughput.write,
      },
      TableSizeBytes: 0,
      ItemCount: 0,
      TableArn: tableArn(table),
      TableId: table.id,
      DeletionProtectionEnabled: false,
    },
  };
}

export function listTables(ctx: Ctx, input: ListTablesCommandInput): object {
  const limit = input.Limit ?? LIST_LIMIT;
  const after = input.ExclusiveStartTableName;
  const names: string[] = [];
  for (const { name } of tablesOf(ctx.store, ctx.account, ctx.region)) {
    if (after !== undefined && name <= after) continue;
    if (names.length === limit) return { TableNames: names, LastEvaluatedTableName: names[limit - 1] };
    names.push(name);
  }
  return { TableNames: names };
}
