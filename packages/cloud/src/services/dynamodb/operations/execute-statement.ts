/** ExecuteStatement and BatchExecuteStatement: PartiQL, one statement or up to 25. */
import { hash } from "node:crypto";
import { type Ctx, ServiceError, WireJson } from "../../../core/service.ts";
import { Consumption, describeConsumption, readUnits } from "../capacity.ts";
import { invalid } from "../errors.ts";
import { type Body, isObject, readBoolean, readInteger, readList, readString } from "../input.ts";
import { carryOut, type Outcome } from "../mutation.ts";
import type { ModifyPlan } from "../partiql/modify.ts";
import { type Position, runSelect, type SelectPlan, showColumns } from "../partiql/select.ts";
import { type Given, type Plan, planStatement, readStatement, sourceOf } from "../partiql/statement.ts";
import { itemKey, parseItem, unpackItem } from "../store.ts";
import type { TableRecord } from "../table.ts";
import { admit, meter } from "../throughput.ts";
import { add, identity } from "./batch.ts";
import { readDetail } from "./put-item.ts";
import { touched } from "./update-item.ts";

const EXISTS_ELSEWHERE = "EXISTS can only be used in ExecuteTransaction write requests.";

/** What a NextToken belongs to: the statement and its parameters. */
function fingerprint({ text, parameters }: Given): string {
  return hash("sha256", JSON.stringify([text, parameters])).slice(0, 16);
}

function writeToken(given: Given, position: Position): string {
  return Buffer.from(JSON.stringify([fingerprint(given), position.part, position.key ?? null])).toString("base64");
}

function readToken(given: Given, token: string | undefined): Position | undefined {
  if (token === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    const [mark, part, key]: unknown[] = Array.isArray(parsed) ? parsed : [];
    if (mark === fingerprint(given) && typeof part === "number" && Number.isSafeInteger(part) && part >= 0)
      return isObject(key) ? { part, key: parseItem(JSON.stringify(key)) } : { part };
  } catch {
    // Answered below, as any other text that is no token.
  }
  throw invalid("Invalid NextToken");
}

function returned({ mutation, returning }: ModifyPlan, { before, after }: Outcome): string[] {
  if (returning === undefined) return [];
  const image = returning.image === "NEW" ? after : before?.item;
  const shown =
    returning.scope === "MODIFIED" ? touched(mutation, image) : image === undefined ? undefined : JSON.stringify(image);
  return shown === undefined ? [] : [shown];
}

function modify(ctx: Ctx, plan: ModifyPlan): { items: string[]; used: Consumption } {
  const outcome = carryOut(ctx, plan.mutation, { wantsBefore: true });
  meter(ctx, plan.mutation.table, "Write", outcome.used);
  return { items: returned(plan, outcome), used: outcome.used };
}

function select(ctx: Ctx, body: Body, given: Given, plan: SelectPlan) {
  const consistent = readBoolean(body, "ConsistentRead");
  if (consistent && plan.index?.kind === "global")
    throw invalid("Consistent reads are not supported on global secondary indexes");
  const from = readToken(given, readString(body, "NextToken"));
  const { items, next, used } = runSelect(ctx, plan, { limit: readInteger(body, "Limit", 1), from, consistent });
  meter(ctx, plan.table, "Read", used);
  return { items, used, next };
}

export function executeStatementOperation(ctx: Ctx, body: Body): WireJson {
  const given = readStatement(body);
  if (given.statement.kind === "exists") throw invalid(EXISTS_ELSEWHERE);
  const plan = planStatement(ctx, given);
  if (plan === undefined) throw invalid(EXISTS_ELSEWHERE);
  const done = plan.kind === "select" ? { ...select(ctx, body, given, plan) } : { ...modify(ctx, plan), next: undefined };
  const parts = [`"Items":[${done.items.join(",")}]`];
  if (done.next !== undefined) {
    parts.push(`"NextToken":${JSON.stringify(writeToken(given, done.next))}`);
    if (done.next.key !== undefined) parts.push(`"LastEvaluatedKey":${JSON.stringify(done.next.key)}`);
  }
  const table = plan.kind === "select" ? plan.table : plan.mutation.table;
  const capacity = describeConsumption(table, done.used, readDetail(body));
  if (capacity !== undefined) parts.push(`"ConsumedCapacity":${JSON.stringify(capacity)}`);
  return new WireJson(`{${parts.join(",")}}`);
}

const ERROR_CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  ItemCollectionSizeLimitExceededException: "ItemCollectionSizeLimitExceeded",
  ProvisionedThroughputExceededException: "ProvisionedThroughputExceeded",
  ResourceNotFoundException: "ResourceNotFound",
  ThrottlingException: "ThrottlingError",
  ValidationException: "ValidationError",
};

interface Part {
  readonly given: Given | undefined;
  readonly plan: Plan | undefined;
  readonly consistent: boolean;
  /** JSON of the response, when the statement failed before it was run. */
  readonly failed: string | undefined;
}

function failure(error: unknown, table: string | undefined): string {
  const code = error instanceof ServiceError ? ERROR_CODES[error.code] : undefined;
  if (!(error instanceof ServiceError) || code === undefined) throw error;
  const { Item } = error.fields;
  return JSON.stringify({
    Error: { Code: code, Message: error.message, ...(isObject(Item) ? { Item } : {}) },
    ...(table === undefined ? {} : { TableName: table }),
  });
}

function readPart(ctx: Ctx, entry: unknown): Part {
  const body = isObject(entry) ? entry : {};
  let given: Given | undefined;
  try {
    given = readStatement(body);
    if (given.statement.kind === "exists") throw invalid(EXISTS_ELSEWHERE);
    const plan = planStatement(ctx, given);
    if (plan?.kind === "select" && plan.single?.alone !== true) throw invalid("Only single item select is supported");
    return { given, plan, consistent: readBoolean(body, "ConsistentRead"), failed: undefined };
  } catch (error) {
    return { given, plan: undefined, consistent: false, failed: failure(error, undefined) };
  }
}

function refuseMixed(parts: readonly Part[]): void {
  const kinds = parts.flatMap(({ given }) => (given === undefined ? [] : [given.statement.kind === "select"]));
  if (kinds.includes(true) && kinds.includes(false))
    throw invalid("Read and write requests together in the same batch is not supported.");
}

function refuseTwice(parts: readonly Part[]): void {
  const seen = parts.flatMap(({ plan }) => {
    if (plan === undefined) return [];
    if (plan.kind === "modify") return [identity(plan.mutation.table, plan.mutation.key)];
    return plan.single === undefined ? [] : [identity(plan.table, plan.single.key)];
  });
  if (new Set(seen).size < seen.length) throw invalid("Provided list of item keys contains duplicates");
}

/** The item that a SELECT names by its key, as its columns show it, and the units. Shared with ExecuteTransaction. */
export function getSelected(ctx: Ctx, plan: SelectPlan, consistent: boolean): { item: string | undefined; units: number } {
  if (plan.single === undefined) throw new Error("assertion: a single item was asked for");
  admit(ctx, plan.table, "Read");
  const text = ctx.store.get<string>(itemKey(plan.table, plan.single.key));
  const found = text === undefined ? undefined : unpackItem(text);
  const units = readUnits(found?.bytes ?? 0, consistent);
  if (found === undefined) return { item: undefined, units };
  const { columns } = plan;
  return { item: columns === undefined ? found.json : JSON.stringify(showColumns(parseItem(found.json), columns)), units };
}

function runPart(ctx: Ctx, { plan, failed, consistent, given }: Part, used: Map<TableRecord, Consumption>): string {
  if (failed !== undefined || plan === undefined || given === undefined) return failed ?? "{}";
  const table = plan.kind === "select" ? plan.table : plan.mutation.table;
  const sum = used.get(table) ?? new Consumption();
  used.set(table, sum);
  try {
    let item: string | undefined;
    if (plan.kind === "select") {
      const got = getSelected(ctx, plan, consistent);
      meter(ctx, table, "Read", got.units);
      sum.table += got.units;
      item = got.item;
    } else {
      const done = modify(ctx, plan);
      add(sum, done.used);
      [item] = done.items;
    }
    const name = `"TableName":${JSON.stringify(sourceOf(given.statement).table)}`;
    return item === undefined ? `{${name}}` : `{${name},"Item":${item}}`;
  } catch (error) {
    return failure(error, table.name);
  }
}

export function batchExecuteStatementOperation(ctx: Ctx, body: Body): WireJson {
  const parts = (readList(body, "Statements") ?? []).map((entry) => readPart(ctx, entry));
  refuseMixed(parts);
  refuseTwice(parts);
  const used = new Map<TableRecord, Consumption>();
  const responses = parts.map((part) => runPart(ctx, part, used));
  const detail = readDetail(body);
  const capacity =
    detail === undefined || detail === "NONE"
      ? ""
      : `,"ConsumedCapacity":${JSON.stringify([...used].map(([table, sum]) => describeConsumption(table, sum, detail)))}`;
  return new WireJson(`{"Responses":[${responses.join(",")}]${capacity}}`);
}
