import { type Ctx, WireJson } from "../../../core/service.ts";
import { type CapacityDetail, type Consumption, describeConsumption } from "../capacity.ts";
import { invalid } from "../errors.ts";
import { type Body, readEnum } from "../input.ts";
import { keyAttributes } from "../key.ts";
import { carryOut, type Mutation, type Outcome, readDelete, readPut } from "../mutation.ts";
import { meter } from "../throughput.ts";

const RETURN_VALUES = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"] as const;

export function readDetail(body: Body): CapacityDetail {
  return readEnum(body, "ReturnConsumedCapacity", ["INDEXES", "TOTAL", "NONE"]);
}

export function wantsCollections(body: Body): boolean {
  return readEnum(body, "ReturnItemCollectionMetrics", ["SIZE", "NONE"]) === "SIZE";
}

export function readReturnValues(body: Body): (typeof RETURN_VALUES)[number] {
  return readEnum(body, "ReturnValues", RETURN_VALUES) ?? "NONE";
}

function readOldOrNone(body: Body): "ALL_OLD" | "NONE" {
  const wanted = readReturnValues(body);
  if (wanted !== "ALL_OLD" && wanted !== "NONE") throw invalid("Return values set to invalid value");
  return wanted;
}

/** ItemCollectionMetrics: tables with a local index only. Sizes are in gigabytes, as a range. */
export function collectionMetrics(mutation: Mutation): object | undefined {
  const { table, keyItem } = mutation;
  if (!table.indexes.some((index) => index.kind === "local")) return undefined;
  return { ItemCollectionKey: keyAttributes(keyItem, { hash: table.keys.hash }), SizeEstimateRangeGB: [0, 1] };
}

/** `attributes` is the JSON text of the Attributes member. */
export function writeAnswer(
  ctx: Ctx,
  body: Body,
  mutation: Mutation,
  used: Consumption,
  attributes: string | undefined,
): WireJson {
  meter(ctx, mutation.table, "Write", used);
  const parts: string[] = [];
  if (attributes !== undefined) parts.push(`"Attributes":${attributes}`);
  const capacity = describeConsumption(mutation.table, used, readDetail(body));
  if (capacity !== undefined) parts.push(`"ConsumedCapacity":${JSON.stringify(capacity)}`);
  const metrics = wantsCollections(body) ? collectionMetrics(mutation) : undefined;
  if (metrics !== undefined) parts.push(`"ItemCollectionMetrics":${JSON.stringify(metrics)}`);
  return new WireJson(`{${parts.join(",")}}`);
}

function putOrDelete(ctx: Ctx, body: Body, mutation: Mutation): WireJson {
  const wanted = readOldOrNone(body);
  // The units of a write depend on the item that was there.
  const wantsBefore = wanted === "ALL_OLD" || readDetail(body) !== undefined;
  const { before, used }: Outcome = carryOut(ctx, mutation, { wantsBefore });
  return writeAnswer(ctx, body, mutation, used, wanted === "ALL_OLD" ? before?.json : undefined);
}

export function putItemOperation(ctx: Ctx, body: Body): WireJson {
  return putOrDelete(ctx, body, readPut(ctx, body));
}

export function deleteItemOperation(ctx: Ctx, body: Body): WireJson {
  return putOrDelete(ctx, body, readDelete(ctx, body));
}
