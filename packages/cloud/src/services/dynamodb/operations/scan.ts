import type { Ctx, WireJson } from "../../../core/service.ts";
import type { Key, RangeOptions } from "../../../core/store.ts";
import type { Item } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import { type ExpressionInput, Expressions, refuseMixed } from "../expressions/request.ts";
import { type Body, readBoolean, readInteger, readObject, readString, readTable } from "../input.ts";
import { readFilter } from "../legacy.ts";
import { readPage, readStartKey } from "../page.ts";
import { pageAnswer, readIndex, readSelection } from "./query.ts";

const SEGMENTS_MAX = 1_000_000;

interface Segment {
  readonly number: number;
  readonly total: number;
}

function readSegment(body: Body): Segment | undefined {
  const total = readInteger(body, "TotalSegments", 1, SEGMENTS_MAX);
  const number = readInteger(body, "Segment", 0, SEGMENTS_MAX - 1);
  if (number === undefined && total === undefined) return undefined;
  if (total === undefined)
    throw invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  if (number === undefined)
    throw invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  if (number >= total)
    throw invalid(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        `Segment: ${number} is not less than TotalSegments: ${total}`,
    );
  return { number, total };
}

/** The first hash digest of a segment: digests are spread evenly. */
function boundary(number: number, total: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Math.floor((number * 2 ** 32) / total));
  return bytes;
}

function segmentRange(prefix: Key, segment: Segment | undefined): RangeOptions {
  if (segment === undefined) return { prefix };
  const { number, total } = segment;
  return {
    prefix,
    start: [...prefix, boundary(number, total)],
    ...(number + 1 === total ? {} : { end: [...prefix, boundary(number + 1, total)] }),
  };
}

function inRange(startItem: Item | undefined, startKey: Key | undefined, segment: Segment | undefined, place: number): void {
  const digest = startKey?.[place];
  if (startItem === undefined || segment === undefined || !(digest instanceof Uint8Array)) return;
  const at = Buffer.from(digest).readUInt32BE(0);
  const { number, total } = segment;
  if (at >= Math.floor((number * 2 ** 32) / total) && (number + 1 === total || at < Math.floor(((number + 1) * 2 ** 32) / total)))
    return;
  throw invalid(
    "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: " +
      `${total} Segment: ${number}`,
  );
}

export function scanOperation(ctx: Ctx, body: Body): WireJson {
  const table = readTable(ctx, body.TableName);
  refuseMixed(body, ["ScanFilter", "AttributesToGet", "ConditionalOperator"], ["FilterExpression", "ProjectionExpression"]);
  const limit = readInteger(body, "Limit", 1);
  const segment = readSegment(body);
  const index = readIndex(table, body);
  const consistent = readBoolean(body, "ConsistentRead");
  if (consistent && index?.kind === "global") throw invalid("Consistent reads are not supported on global secondary indexes");
  const { FilterExpression, ProjectionExpression } = body;
  const expressions = new Expressions(body as ExpressionInput, { ProjectionExpression, FilterExpression });
  const filter =
    expressions.condition(readString(body, "FilterExpression"), "FilterExpression") ?? readFilter(body, "ScanFilter");
  const selection = readSelection(body, table, index, expressions, filter);
  expressions.finish();
  const startItem = readObject(body, "ExclusiveStartKey") as Item | undefined;
  const startKey = startItem === undefined ? undefined : readStartKey(table, index, startItem);
  const prefix: Key = index === undefined ? ["item", table.id] : ["index", table.id, index.name];
  inRange(startItem, startKey, segment, prefix.length);
  const page = readPage(ctx, {
    table,
    index,
    range: segmentRange(prefix, segment),
    reverse: false,
    limit,
    startKey,
    filter,
    consistent,
    ...selection,
  });
  return pageAnswer(ctx, body, table, page, { countOnly: selection.countOnly, operation: "Scan" });
}
