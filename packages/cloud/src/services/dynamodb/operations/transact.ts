import { hash } from "node:crypto";
import { type Ctx, ServiceError, WireJson } from "../../../core/service.ts";
import { Consumption, describeConsumption, readUnits } from "../capacity.ts";
import { invalid } from "../errors.ts";
import { type Body, isObject, missing, readList, readObject, readString, readTable } from "../input.ts";
import { carryOut, checkCondition, type Mutation, readDelete, readKey, readPut, readUpdate } from "../mutation.ts";
import { itemKey, unpackItem } from "../store.ts";
import type { TableRecord } from "../table.ts";
import { admit, meter } from "../throughput.ts";
import { readItem } from "../write.ts";
import { add, identity } from "./batch.ts";
import { projectJson, readProjection } from "./get-item.ts";
import { collectionMetrics, readDetail, wantsCollections } from "./put-item.ts";

const ITEMS_MAX = 100;
const BYTES_MAX = 4 * 1024 * 1024;
/** How long a client token makes a repeat harmless (API Reference, TransactWriteItems). */
const TOKEN_MS = 10 * 60 * 1000;
const SAME_ITEM = "Transaction request cannot include multiple operations on one item";

export interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: object;
}

function readItems(body: Body): readonly unknown[] {
  const items = readList(body, "TransactItems");
  if (items === undefined) throw missing("transactItems");
  const refuse = (rule: string) =>
    invalid(
      `1 validation error detected: Value '[...]' at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
    );
  if (items.length === 0) throw refuse("greater than or equal to 1");
  if (items.length > ITEMS_MAX) throw refuse(`less than or equal to ${ITEMS_MAX}`);
  return items;
}

function cancelled(reasons: readonly Reason[]): ServiceError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new ServiceError(
    "TransactionCanceledException",
    400,
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

/** What happened to one item, for the list of reasons; other errors are the request's own. */
export function reasonOf(error: unknown): Reason {
  if (!(error instanceof ServiceError)) throw error;
  if (error.code === "ConditionalCheckFailedException") {
    const { Item } = error.fields;
    return { Code: "ConditionalCheckFailed", Message: error.message, ...(isObject(Item) ? { Item } : {}) };
  }
  if (error.code === "DuplicateItemException") return { Code: "DuplicateItem", Message: error.message };
  if (error.code === "ProvisionedThroughputExceededException")
    return { Code: "ProvisionedThroughputExceeded", Message: error.message };
  if (error.code === "ThrottlingException") return { Code: "ThrottlingError", Message: error.message };
  if (error.code === "ValidationException") return { Code: "ValidationError", Message: error.message };
  throw error;
}

const READERS = {
  ConditionCheck: (ctx: Ctx, given: Body) => {
    if (given.ConditionExpression == null) throw missing("transactItems.1.member.conditionCheck.conditionExpression");
    return readDelete(ctx, given, "check");
  },
  Put: readPut,
  Delete: (ctx: Ctx, given: Body) => readDelete(ctx, given),
  Update: (ctx: Ctx, given: Body) => {
    if (given.UpdateExpression == null) throw missing("transactItems.1.member.update.updateExpression");
    return readUpdate(ctx, given);
  },
} as const;
const KINDS = ["ConditionCheck", "Put", "Delete", "Update"] as const;

function readWrite(ctx: Ctx, entry: unknown): Mutation {
  const given = isObject(entry) ? KINDS.filter((kind) => entry[kind] != null) : [];
  const [kind, ...more] = given;
  if (kind === undefined || !isObject(entry))
    throw invalid("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  if (more.length > 0) throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
  return READERS[kind](ctx, readObject(entry, kind) ?? {});
}

/**
 * What a key or an item has wrong by the table's schema cancels the transaction; any other mistake, keys that are missing or empty among
 * them, is the request's.
 */
const OF_THE_ITEM =
  /^One or more parameter values were invalid: (?!Missing the key)|^The provided key element does not match the schema$/;

function readPart(ctx: Ctx, entry: unknown): Mutation | Reason {
  try {
    return readWrite(ctx, entry);
  } catch (error) {
    if (error instanceof ServiceError && OF_THE_ITEM.test(error.message)) return reasonOf(error);
    throw error;
  }
}

interface Token {
  readonly untilMs: number;
  readonly digest: string;
  readonly units: { readonly table: string; readonly read: number }[];
}

function tokenKey(ctx: Ctx, token: string) {
  return ["token", ctx.account, ctx.region, token];
}

/** Parameters that make two requests with one token the same. */
function digestOf(body: Body): string {
  return hash("sha256", JSON.stringify(body.TransactItems ?? body.TransactStatements));
}

/** A repeat of a transaction that was carried out reads, and changes nothing. */
function repeated(ctx: Ctx, body: Body, token: string): WireJson | undefined {
  const known = ctx.store.get<Token>(tokenKey(ctx, token));
  if (known === undefined || known.untilMs <= ctx.now()) return undefined;
  if (known.digest !== digestOf(body))
    throw new ServiceError(
      "IdempotentParameterMismatchException",
      400,
      "The request uses the same client token as a previous, but non-identical request.",
    );
  const rows = known.units.map(({ table: name, read }) => {
    const used = new Consumption();
    used.table = read;
    return describeConsumption(readTable(ctx, name), used, readDetail(body), "Read");
  });
  return new WireJson(JSON.stringify(rows.some((row) => row !== undefined) ? { ConsumedCapacity: rows } : {}));
}

function check(ctx: Ctx, mutation: Mutation | Reason): Reason {
  if ("Code" in mutation) return mutation;
  try {
    checkCondition(mutation, readItem(ctx, mutation.table, mutation.key));
    return { Code: "None" };
  } catch (error) {
    return reasonOf(error);
  }
}

function write(ctx: Ctx, mutation: Mutation, used: Map<TableRecord, Consumption>): Reason {
  const sum = used.get(mutation.table) ?? new Consumption();
  used.set(mutation.table, sum);
  if (mutation.write.kind === "check") {
    sum.table += 2;
    return admission(ctx, mutation.table, "Write");
  }
  try {
    // The conditions held a moment ago, and no two parts touch one item.
    add(sum, carryOut(ctx, { ...mutation, condition: undefined }, { wantsBefore: true }).used, 2);
    return { Code: "None" };
  } catch (error) {
    return reasonOf(error);
  }
}

/** Does throughput let one request of the table through? */
export function admission(ctx: Ctx, table: TableRecord, kind: "Read" | "Write"): Reason {
  try {
    admit(ctx, table, kind);
    return { Code: "None" };
  } catch (error) {
    return reasonOf(error);
  }
}

/** Throws TransactionCanceledException when any part failed. */
export function refuseFailed(reasons: readonly Reason[]): void {
  if (reasons.some(({ Code }) => Code !== "None")) throw cancelled(reasons);
}

function readToken(body: Body): string | undefined {
  const token = readString(body, "ClientRequestToken");
  if (token !== undefined && (token.length < 1 || token.length > 36))
    throw invalid(
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`,
    );
  return token;
}

/** What a committed transaction used; undefined and the answer when its token says that it was carried out before. */
export type Committed =
  | { readonly repeat: WireJson }
  | { readonly repeat?: undefined; readonly used: ReadonlyMap<TableRecord, Consumption> };

/** All of the mutations or none; a part that is a reason has failed already. Throws TransactionCanceledException, and ValidationException for what no transaction may hold. */
export function commit(ctx: Ctx, body: Body, parts: readonly (Mutation | Reason)[]): Committed {
  const token = readToken(body);
  const mutations = parts.filter((part) => "table" in part);
  if (new Set(mutations.map(({ table, key }) => identity(table, key))).size < mutations.length) throw invalid(SAME_ITEM);
  const bytes = mutations.reduce((sum, each) => sum + (each.write.kind === "put" ? each.write.bytes : 0), 0);
  if (bytes > BYTES_MAX) throw invalid("Transaction item size exceeds 4 MB");
  const repeat = token === undefined ? undefined : repeated(ctx, body, token);
  if (repeat !== undefined) return { repeat };
  refuseFailed(parts.map((part) => check(ctx, part)));
  const used = new Map<TableRecord, Consumption>();
  refuseFailed(mutations.map((mutation) => write(ctx, mutation, used)));
  if (token !== undefined) keepToken(ctx, body, token, used);
  return { used };
}

export function transactWriteItemsOperation(ctx: Ctx, body: Body): WireJson {
  const items = readItems(body);
  readToken(body);
  const parts = items.map((entry) => readPart(ctx, entry));
  const committed = commit(ctx, body, parts);
  const mutations = parts.filter((part) => "table" in part);
  return committed.repeat ?? answerWrite(ctx, body, mutations, committed.used);
}

function keepToken(ctx: Ctx, body: Body, token: string, used: ReadonlyMap<TableRecord, Consumption>): void {
  const units = [...used].map(([table, sum]) => ({ table: table.name, read: Math.max(2, Math.ceil(sum.table / 4) * 2) }));
  const untilMs = ctx.now() + TOKEN_MS;
  ctx.store.put(tokenKey(ctx, token), { untilMs, digest: digestOf(body), units } satisfies Token);
  ctx.schedule("token", token, untilMs, { token });
}

/** Timer `token`: a token's ten minutes are over. */
export function forgetToken(ctx: Ctx, payload: unknown): void {
  ctx.store.remove(tokenKey(ctx, (payload as { token: string }).token));
}

function answerWrite(
  ctx: Ctx,
  body: Body,
  mutations: readonly Mutation[],
  used: ReadonlyMap<TableRecord, Consumption>,
): WireJson {
  const rows = [...used].map(([table, sum]) => {
    meter(ctx, table, "Write", sum);
    return describeConsumption(table, sum, readDetail(body), "Write");
  });
  const metrics: Record<string, object[]> = {};
  if (wantsCollections(body))
    for (const mutation of mutations) {
      const row = collectionMetrics(mutation);
      if (row === undefined) continue;
      metrics[mutation.table.name] = [...(metrics[mutation.table.name] ?? []), row];
    }
  return new WireJson(
    JSON.stringify({
      ...(rows.some((row) => row !== undefined) ? { ConsumedCapacity: rows } : {}),
      ...(Object.keys(metrics).length === 0 ? {} : { ItemCollectionMetrics: metrics }),
    }),
  );
}

export function transactGetItemsOperation(ctx: Ctx, body: Body): WireJson {
  const gets = readItems(body).map((entry) => {
    const given = isObject(entry) ? readObject(entry, "Get") : undefined;
    if (given === undefined) throw missing("transactItems.1.member.get");
    const table = readTable(ctx, given.TableName);
    return { table, projection: readProjection(given), ...readKey(table, given) };
  });
  if (new Set(gets.map(({ table, key }) => identity(table, key))).size < gets.length) throw invalid(SAME_ITEM);
  const used = new Map<TableRecord, Consumption>();
  refuseFailed(gets.map(({ table }) => admission(ctx, table, "Read")));
  const responses = gets.map(({ table, projection, key }) => {
    const text = ctx.store.get<string>(itemKey(table, key));
    const found = text === undefined ? undefined : unpackItem(text);
    const sum = used.get(table) ?? new Consumption();
    used.set(table, sum);
    sum.table += readUnits(found?.bytes ?? 0, true) * 2;
    return found === undefined ? "{}" : `{"Item":${projectJson(found.json, projection)}}`;
  });
  const rows = [...used].map(([table, sum]) => {
    meter(ctx, table, "Read", sum);
    return describeConsumption(table, sum, readDetail(body), "Read");
  });
  const capacity = rows.some((row) => row !== undefined) ? `"ConsumedCapacity":${JSON.stringify(rows)},` : "";
  return new WireJson(`{${capacity}"Responses":[${responses.join(",")}]}`);
}
