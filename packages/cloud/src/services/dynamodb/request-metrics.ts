/** What CloudWatch is told of DynamoDB's requests. Developer guide, "DynamoDB metrics and dimensions" (read 2026-11-21). */
import { type Ctx, type EndedOperation, ServiceError } from "../../core/service.ts";
import { isObject } from "./input.ts";

const NAMESPACE = "AWS/DynamoDB";
/** Operations that have a latency of their own in CloudWatch; those on several tables count for each of them. */
const MEASURED: ReadonlySet<string> = new Set([
  "BatchGetItem",
  "BatchWriteItem",
  "DeleteItem",
  "GetItem",
  "PutItem",
  "Query",
  "Scan",
  "TransactGetItems",
  "TransactWriteItems",
  "UpdateItem",
]);
const WRITES = /Put|Update|Delete|Write/;
const THROTTLED = /^(ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded)/;
/** Statuses 400 that AWS counts by names of their own, or not at all, beside UserErrors. */
const NO_USER_ERROR = /^(ConditionalCheckFailedException|TransactionCanceledException|TransactionConflictException)$/;

export function observeRequest(ctx: Ctx, { operation, input, error, latencyMs }: EndedOperation): void {
  if (error !== undefined) observeError(ctx, operation, input, error);
  else if (MEASURED.has(operation))
    for (const TableName of tablesIn(input))
      ctx.metric(NAMESPACE, "SuccessfulRequestLatency", { TableName, Operation: operation }, latencyMs, "Milliseconds");
}

function observeError(ctx: Ctx, Operation: string, input: object, error: unknown): void {
  const { code, status } = error instanceof ServiceError ? error : { code: "InternalServerError", status: 500 };
  if (code === "NotImplemented") return;
  const count = (name: string, dimensions: { readonly [name: string]: string }) =>
    ctx.metric(NAMESPACE, name, dimensions, 1, "Count");
  const isThrottled = THROTTLED.test(code);
  for (const TableName of tablesIn(input)) {
    if (status >= 500) count("SystemErrors", { TableName, Operation });
    if (isThrottled) {
      count("ThrottledRequests", { TableName, Operation });
      count(WRITES.test(Operation) ? "WriteThrottleEvents" : "ReadThrottleEvents", { TableName });
    }
    if (code === "TransactionConflictException") count("TransactionConflict", { TableName });
  }
  if (status < 500 && !isThrottled && !NO_USER_ERROR.test(code)) count("UserErrors", {});
}

/** The tables that a request names, by name. */
function tablesIn(input: object): readonly string[] {
  if ("TableName" in input) return typeof input.TableName === "string" ? [nameOf(input.TableName)] : [];
  if ("RequestItems" in input) return isObject(input.RequestItems) ? Object.keys(input.RequestItems).map(nameOf) : [];
  if (!("TransactItems" in input) || !Array.isArray(input.TransactItems)) return [];
  const names = input.TransactItems.flatMap((item: unknown) => (isObject(item) ? Object.values(item) : [])).map((part) =>
    isObject(part) && typeof part.TableName === "string" ? nameOf(part.TableName) : "",
  );
  return [...new Set(names)].filter((name) => name !== "");
}

const nameOf = (table: string) => (table.startsWith("arn:") ? table.slice(table.lastIndexOf("/") + 1) : table);
