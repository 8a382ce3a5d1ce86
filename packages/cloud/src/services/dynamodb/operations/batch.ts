import { type Ctx, type ServiceError, WireJson } from "../../../core/service.ts";
import { Consumption, describeConsumption, readUnits } from "../capacity.ts";
import { invalid } from "../errors.ts";
import { type Body, isObject, missing, readBoolean, readList, readObject, readTable } from "../input.ts";
import { carryOut, type Mutation, readDelete, readKey, readPut } from "../mutation.ts";
import { itemKey, unpackItem } from "../store.ts";
import type { TableRecord } from "../table.ts";
import { admit, isThrottled, take, tell } from "../throughput.ts";
import { projectJson, readProjection } from "./get-item.ts";
import { collectionMetrics, readDetail, wantsCollections } from "./put-item.ts";

const GET_KEYS_MAX = 100;
const WRITE_REQUESTS_MAX = 25;
const GET_BYTES_MAX = 16 * 1024 * 1024;
const DUPLICATES = "Provided list of item keys contains duplicates";

function readRequests(body: Body): [string, unknown][] {
  const requests = readObject(body, "RequestItems");
  if (requests === undefined) throw missing("requestItems");
  const entries = Object.entries(requests);
  if (entries.length === 0)
    throw invalid(
      "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  return entries;
}

/** Identity of an item among all tables, to find the same one named twice. */
export function identity(table: TableRecord, key: { readonly hash: Uint8Array; readonly range: Uint8Array | null }): string {
  const text = (bytes: Uint8Array | null) => (bytes === null ? "" : Buffer.from(bytes).toString("base64"));
  return `${table.id} ${text(key.hash)} ${text(key.range)}`;
}

function refuseDuplicates(identities: readonly string[]): void {
  if (new Set(identities).size < identities.length) throw invalid(DUPLICATES);
}

interface GetRequest {
  readonly name: string;
  readonly table: TableRecord;
  readonly given: Body;
  readonly keys: readonly ReturnType<typeof readKey>[];
}

function readGet(ctx: Ctx, name: string, given: unknown): GetRequest {
  const list = isObject(given) ? readList(given, "Keys") : undefined;
  if (!isObject(given) || list === undefined) throw missing(`requestItems.${name}.member.keys`);
  if (list.length === 0)
    throw invalid(
      `1 validation error detected: Value '[]' at 'requestItems.${name}.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  const table = readTable(ctx, name);
  const keys = list.map((Key) => readKey(table, { Key }));
  refuseDuplicates(keys.map(({ key }) => identity(table, key)));
  return { name, table, given, keys };
}

/** Carries out one part of a batch; false, and the error in `held`, when throughput holds it back. */
function admitted(work: () => void, held: ServiceError[]): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!isThrottled(error)) throw error;
    held.push(error);
    return false;
  }
}

/** A batch of which nothing went through fails (API Reference, BatchGetItem). */
function refuseAll(held: readonly ServiceError[], count: number): void {
  const [first] = held;
  if (first !== undefined && held.length === count) throw first;
}

export function batchGetItemOperation(ctx: Ctx, body: Body): WireJson {
  const entries = readRequests(body);
  const count = entries.reduce((sum, [, given]) => sum + ((isObject(given) && readList(given, "Keys")?.length) || 0), 0);
  if (count > GET_KEYS_MAX) throw invalid("Too many items requested for the BatchGetItem call");
  const requests = entries.map(([name, given]) => readGet(ctx, name, given));
  const detail = readDetail(body);
  const responses: string[] = [];
  const unprocessed: Record<string, object> = {};
  const consumed: (object | undefined)[] = [];
  const held: ServiceError[] = [];
  let total = 0;
  for (const { name, table, given, keys } of requests) {
    const projection = readProjection(given);
    const consistent = readBoolean(given, "ConsistentRead");
    const used = new Consumption();
    const items: string[] = [];
    const left: object[] = [];
    for (const { key, keyItem } of keys) {
      if (!admitted(() => admit(ctx, table, "Read"), held)) {
        left.push(keyItem);
        continue;
      }
      const text = ctx.store.get<string>(itemKey(table, key));
      const found = text === undefined ? undefined : unpackItem(text);
      if (total + (found?.bytes ?? 0) > GET_BYTES_MAX) {
        left.push(keyItem);
        continue;
      }
      total += found?.bytes ?? 0;
      const units = readUnits(found?.bytes ?? 0, consistent);
      take(ctx, table, "Read", units);
      used.table += units;
      if (found !== undefined) items.push(projectJson(found.json, projection));
    }
    tell(ctx, table, "Read", used);
    responses.push(`${JSON.stringify(name)}:[${items.join(",")}]`);
    if (left.length > 0) unprocessed[name] = { ...given, Keys: left };
    consumed.push(describeConsumption(table, used, detail));
  }
  refuseAll(held, count);
  const capacity = consumed.some((each) => each !== undefined) ? `,"ConsumedCapacity":${JSON.stringify(consumed)}` : "";
  return new WireJson(`{"Responses":{${responses.join(",")}},"UnprocessedKeys":${JSON.stringify(unprocessed)}${capacity}}`);
}

function readWrite(ctx: Ctx, name: string, request: unknown): Mutation {
  const put = isObject(request) ? readObject(request, "PutRequest") : undefined;
  const remove = isObject(request) ? readObject(request, "DeleteRequest") : undefined;
  if ((put === undefined) === (remove === undefined))
    throw invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  if (put !== undefined) return readPut(ctx, { TableName: name, Item: put.Item });
  return readDelete(ctx, { TableName: name, Key: remove?.Key });
}

export function batchWriteItemOperation(ctx: Ctx, body: Body): WireJson {
  const entries = readRequests(body).map(([name, list]) => {
    if (!Array.isArray(list) || list.length === 0)
      throw invalid(`The batch write request list for a table cannot be null or empty: ${name}`);
    return { name, list };
  });
  const count = entries.reduce((sum, { list }) => sum + list.length, 0);
  if (count > WRITE_REQUESTS_MAX) throw invalid("Too many items requested for the BatchWriteItem call");
  const writes = entries.map(({ name, list }) => ({
    name,
    list,
    mutations: list.map((request) => readWrite(ctx, name, request)),
  }));
  refuseDuplicates(writes.flatMap(({ mutations }) => mutations.map(({ table, key }) => identity(table, key))));
  const detail = readDetail(body);
  const consumed: (object | undefined)[] = [];
  const metrics: Record<string, object[]> = {};
  const unprocessed: Record<string, unknown[]> = {};
  const held: ServiceError[] = [];
  for (const { name, list, mutations } of writes) {
    const used = new Consumption();
    const left = list.filter((_, i) => {
      const mutation = mutations[i];
      if (mutation === undefined) return false;
      const carry = () => {
        const spent = carryOut(ctx, mutation, { wantsBefore: detail !== undefined }).used;
        take(ctx, mutation.table, "Write", spent);
        add(used, spent);
      };
      return !admitted(carry, held);
    });
    if (left.length > 0) unprocessed[name] = left;
    const table = mutations[0]?.table;
    if (table === undefined) continue;
    tell(ctx, table, "Write", used);
    consumed.push(describeConsumption(table, used, detail));
    const rows = mutations.map(collectionMetrics).filter((row) => row !== undefined);
    if (rows.length > 0) metrics[name] = rows;
  }
  refuseAll(held, count);
  return new WireJson(
    JSON.stringify({
      UnprocessedItems: unprocessed,
      ...(wantsCollections(body) && Object.keys(metrics).length > 0 ? { ItemCollectionMetrics: metrics } : {}),
      ...(consumed.some((each) => each !== undefined) ? { ConsumedCapacity: consumed } : {}),
    }),
  );
}

/** Adds one write's units to a sum; `factor` 2 for transactions. */
export function add(sum: Consumption, used: Consumption, factor = 1): void {
  sum.table += used.table * factor;
  for (const [name, units] of used.indexes) sum.addIndex(name, units * factor);
}
