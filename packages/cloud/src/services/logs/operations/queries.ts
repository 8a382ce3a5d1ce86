import type {
  DescribeQueriesResponse,
  GetQueryResultsResponse,
  StartQueryRequest,
  StartQueryResponse,
} from "@aws-sdk/client-cloudwatch-logs";
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { compileQuery } from "../insights/query.ts";
import { rowOf } from "../insights/rows.ts";
import { QueryError } from "../insights/tokens.ts";
import { groupName, invalid, keys, needGroup, notFound, retainedFrom, type StreamRecord } from "../store.ts";
import { eventId, mergedEvents } from "./events.ts";

/** Logs Insights queries. They are finished when StartQuery answers; the results are kept for an hour by the cloud's clock. */
const KEPT_MS = 3_600_000;

interface QueryRecord {
  readonly id: string;
  readonly text: string;
  readonly groups: readonly string[];
  readonly createdMs: number;
  readonly results: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly matched: number;
  readonly scanned: number;
  readonly bytes: number;
}

function malformed(error: QueryError): ServiceError {
  return new ServiceError(
    "MalformedQueryException",
    400,
    `unexpected symbol found: ${error.message} at line 1 and position ${error.at}`,
    {
      queryCompileError: { location: { startCharOffset: error.at, endCharOffset: error.at }, message: error.message },
    },
  );
}

function compile(text: string) {
  try {
    return compileQuery(text);
  } catch (error) {
    if (error instanceof QueryError) throw malformed(error);
    throw error;
  }
}

export function startQuery(ctx: Ctx, input: StartQueryRequest): StartQueryResponse {
  const named =
    input.logGroupName === undefined ? (input.logGroupNames ?? input.logGroupIdentifiers ?? []) : [input.logGroupName];
  const groups = [...new Set(named.map(groupName))];
  if (groups.length === 0) throw invalid("At least one log group has to be named.");
  if (groups.length > 50) throw invalid("A query can name no more than 50 log groups.");
  if (input.queryLanguage !== undefined && input.queryLanguage !== "CWLI") {
    throw new ServiceError("NotImplemented", 501, `NotImplemented: logs.StartQuery in ${input.queryLanguage}`);
  }
  const run = compile(input.queryString ?? "");
  const { startTime = 0, endTime = 0 } = input;
  if (startTime > endTime) throw invalid("The start time of a query has to be before its end time.");
  // Seconds, or milliseconds where the number is that large.
  const scale = endTime > 100_000_000_000 ? 1 : 1000;
  let bytes = 0;
  const rows = groups.flatMap((name) => {
    const group = needGroup(ctx.store, ctx, name);
    const streams = [...ctx.store.range<StreamRecord>({ prefix: keys.streams(ctx, name) })].map(({ value }) => value);
    const from = Math.max(startTime * scale, retainedFrom(group, ctx.now()));
    return mergedEvents(ctx.store, ctx, name, streams, from, endTime * scale + scale).map((event) => {
      bytes += Buffer.byteLength(event.message);
      return rowOf(event, `${ctx.account}:${name}`, Buffer.from(`${name}\0${eventId(event)}`).toString("base64"));
    });
  });
  rows.sort((a, b) => Number(b.get("@timestamp")) - Number(a.get("@timestamp")));
  const result = run(rows, input.limit);
  const id = randomUuid(ctx.random);
  const record: QueryRecord = {
    id,
    text: input.queryString ?? "",
    groups,
    createdMs: ctx.now(),
    results: result.rows,
    matched: result.matched,
    scanned: rows.length,
    bytes,
  };
  ctx.store.put(keys.query(ctx, id), record);
  ctx.schedule("query", id, ctx.now() + KEPT_MS, { id });
  return { queryId: id };
}

export function forgetQuery(ctx: Ctx, payload: unknown): void {
  ctx.store.remove(keys.query(ctx, (payload as { id: string }).id));
}

function need(ctx: Ctx, id: string | undefined): QueryRecord {
  const record = ctx.store.get<QueryRecord>(keys.query(ctx, id ?? ""));
  if (record === undefined) throw notFound("Query does not exist or has expired.");
  return record;
}

export function getQueryResults(ctx: Ctx, input: { queryId?: string }): GetQueryResultsResponse {
  const record = need(ctx, input.queryId);
  return {
    queryLanguage: "CWLI",
    results: record.results.map((row) => [...row]),
    statistics: { recordsMatched: record.matched, recordsScanned: record.scanned, bytesScanned: record.bytes },
    status: "Complete",
  };
}

export function describeQueries(ctx: Ctx, input: { logGroupName?: string; status?: string }): DescribeQueriesResponse {
  const queries = [...ctx.store.range<QueryRecord>({ prefix: keys.queries(ctx) })]
    .map(({ value }) => value)
    .filter((query) => input.logGroupName === undefined || query.groups.includes(input.logGroupName))
    .filter(() => input.status === undefined || input.status === "Complete")
    .map((query) => ({
      queryLanguage: "CWLI" as const,
      queryId: query.id,
      queryString: query.text,
      status: "Complete" as const,
      createTime: query.createdMs,
      ...(query.groups[0] === undefined ? {} : { logGroupName: query.groups[0] }),
    }));
  return { queries };
}

export function stopQuery(ctx: Ctx, input: { queryId?: string }): object {
  need(ctx, input.queryId);
  throw invalid("Query has already ended.");
}
