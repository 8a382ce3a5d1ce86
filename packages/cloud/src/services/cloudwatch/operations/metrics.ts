import type {
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
  ListMetricsCommandInput,
  MetricDatum,
  PutMetricDataCommandInput,
  StandardUnit,
} from "@aws-sdk/client-cloudwatch";
import type { Ctx } from "../../../core/service.ts";
import { type Aggregate, aggregateOf, statistic } from "../aggregate.ts";
import { queriedName, wakeWatchers } from "../alarm-wake.ts";
import { invalidCombination, invalidNextToken, invalidValue, missingParameter, validationError } from "../errors.ts";
import type { MathValue, Series } from "../math.ts";
import { forgetMetrics, type KnownMetric, knownMetric } from "../memory.ts";
import {
  lastDataMs,
  type MetricName,
  type MetricRecord,
  metricHash,
  putSample,
  putSampleOf,
  readSteps,
  unitOf,
} from "../metric-store.ts";
import { checkQueries, periodAllowed, periodOf, QueryRun } from "../query.ts";

/** Metric data: in and out. */

const DAY_MS = 86_400_000;
const PAST_MAX_MS = 14 * DAY_MS;
const FUTURE_MAX_MS = 2 * 3_600_000;
const VALUE_MAX = 2 ** 360;
const STATISTICS_MAX = 1440;
const DATAPOINTS_MAX = 100_800;
const LIST_PAGE = 500;
const RECENT_MS = 3 * 3_600_000;

export function putMetricData(ctx: Ctx, input: PutMetricDataCommandInput): object {
  const namespace = input.Namespace ?? "";
  if (namespace.startsWith("AWS/")) throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  const data = [
    ...(input.MetricData ?? []).map((datum, index) => ({ datum, where: `MetricData.member.${index + 1}` })),
    ...(input.EntityMetricData ?? []).flatMap((entity, outer) =>
      (entity.MetricData ?? []).map((datum, index) => ({
        datum,
        where: `EntityMetricData.member.${outer + 1}.MetricData.member.${index + 1}`,
      })),
    ),
  ];
  if (data.length === 0) throw missingParameter("The parameter MetricData is required.");
  for (const { datum, where } of data) putDatum(ctx, namespace, datum, where);
  return {};
}

function putDatum(ctx: Ctx, namespace: string, datum: MetricDatum, where: string): void {
  const atMs = datum.Timestamp?.getTime() ?? ctx.now();
  const nowMs = ctx.now();
  if (atMs < nowMs - PAST_MAX_MS || atMs > nowMs + FUTURE_MAX_MS)
    throw invalidValue(
      `The parameter ${where}.Timestamp must specify a time no more than two hours in the future and no more than two weeks in the past.`,
    );
  const names = (datum.Dimensions ?? []).map((dimension) => dimension.Name);
  if (new Set(names).size < names.length)
    throw invalidValue(`The parameter ${where}.Dimensions must not contain duplicate names.`);
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60) throw invalidValue(`The parameter ${where}.StorageResolution must be 1 or 60.`);
  const metric: MetricName = {
    account: ctx.account,
    region: ctx.region,
    namespace,
    name: datum.MetricName ?? "",
    dimensions: datum.Dimensions ?? [],
  };
  const aggregate = aggregateOfDatum(datum, where);
  const hash = putSample(ctx.store, metric, { atMs, unit: datum.Unit ?? "None", highResolution: resolution === 1, aggregate });
  wakeWatchers(ctx, ctx.store, { hash, queried: queriedName(metric) });
}

function aggregateOfDatum(datum: MetricDatum, where: string): Aggregate {
  const given = [datum.Value, datum.Values, datum.StatisticValues].filter((value) => value !== undefined).length;
  if (given === 0)
    throw missingParameter(
      `At least one of the parameters must be specified: ${where}.Value, ${where}.Values, ${where}.StatisticValues.`,
    );
  if (given > 1)
    throw invalidCombination(
      `The parameters ${where}.Value, ${where}.Values and ${where}.StatisticValues are mutually exclusive and you have specified more than one.`,
    );
  if (datum.StatisticValues !== undefined) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = datum.StatisticValues;
    for (const [name, value] of Object.entries({ SampleCount, Sum, Minimum, Maximum }))
      checkNumber(value, `${where}.StatisticValues.${name}`);
    if (Minimum > Maximum)
      throw invalidCombination(
        `The parameter ${where}.StatisticValues.Maximum must be greater than ${where}.StatisticValues.Minimum.`,
      );
    const values = Minimum === Maximum ? { values: [[Minimum, SampleCount] as const] } : {};
    return { count: SampleCount, sum: Sum, min: Minimum, max: Maximum, ...values };
  }
  const values = datum.Values ?? [datum.Value ?? 0];
  const counts = datum.Counts;
  if (counts !== undefined && counts.length !== values.length)
    throw invalidValue(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
  for (const value of [...values, ...(counts ?? [])]) checkNumber(value, `${where}.Value`);
  return aggregateOf(values.map((value, index) => [value, counts?.[index] ?? 1] as const));
}

function checkNumber(value: number, where: string): void {
  if (!Number.isFinite(value) || Math.abs(value) > VALUE_MAX)
    throw invalidValue(`The value ${value} for parameter ${where} is invalid.`);
}

interface IngestInput {
  readonly samples: readonly {
    readonly account: string;
    readonly region: string;
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: { readonly [name: string]: string };
    readonly unit?: string;
    readonly minuteMs: number;
    readonly count: number;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
    readonly values?: readonly (readonly [value: number, count: number])[];
  }[];
}

/** Metrics that services emit themselves, by minute. */
export function ingest(ctx: Ctx, input: IngestInput): void {
  try {
    ctx.transact((store) => {
      for (const { account, region, namespace, name, dimensions, unit, minuteMs, ...aggregate } of input.samples) {
        const list = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
        const sample = { atMs: minuteMs, unit: unit ?? "None", highResolution: false, aggregate };
        const metric: MetricName = { account, region, namespace, name, dimensions: list };
        const known = emittedMetric(ctx, metric);
        putSampleOf(store, metric, known, sample);
        wakeWatchers(account === ctx.account && region === ctx.region ? ctx : ctx.with({ account, region }), store, known);
      }
    });
  } catch (error) {
    forgetMetrics(ctx);
    throw error;
  }
}

/** Only the cloud itself writes to AWS's namespaces, so what was found once holds; a filter's or function's metrics are users' to write, too. */
function emittedMetric(ctx: Ctx, metric: MetricName): KnownMetric {
  const find = () => {
    const hash = metricHash(metric);
    return { hash, queried: queriedName(metric), lastMs: lastDataMs(ctx.store, metric, hash) };
  };
  if (!metric.namespace.startsWith("AWS/")) return find();
  let key = `${metric.account}\0${metric.region}\0${metric.namespace}\0${metric.name}`;
  for (const { Name, Value } of metric.dimensions) key += `\0${Name}\0${Value}`;
  return knownMetric(ctx, key, find);
}

export function getMetricStatistics(ctx: Ctx, input: GetMetricStatisticsCommandInput) {
  const period = input.Period ?? 60;
  const fromMs = Math.floor((input.StartTime?.getTime() ?? 0) / 60_000) * 60_000;
  const toMs = input.EndTime?.getTime() ?? 0;
  if (fromMs >= toMs) throw invalidCombination("The parameter StartTime must be less than the parameter EndTime.");
  if (!periodAllowed(period)) throw invalidValue("The parameter Period must be a multiple of 60, or 1, 5, 10, 30.");
  if ((input.Statistics ?? []).length + (input.ExtendedStatistics ?? []).length === 0)
    throw missingParameter("Must specify either Statistics or ExtendedStatistics");
  const wanted = Math.ceil((toMs - fromMs) / (period * 1000));
  if (wanted > STATISTICS_MAX)
    throw invalidCombination(
      `You have requested up to ${wanted.toLocaleString("en-US")} datapoints, which exceeds the limit of ${STATISTICS_MAX.toLocaleString("en-US")}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  for (const name of input.ExtendedStatistics ?? [])
    if (statistic(name) === undefined)
      throw invalidValue(`The value ${name} for parameter ExtendedStatistics.member.1 is not supported.`);
  const hash = metricHash({
    account: ctx.account,
    region: ctx.region,
    namespace: input.Namespace ?? "",
    name: input.MetricName ?? "",
    dimensions: input.Dimensions ?? [],
  });
  const steps = readSteps(ctx.store, hash, { fromMs, toMs, periodMs: period * 1000, originMs: fromMs, unit: input.Unit });
  const unit = (input.Unit ?? unitOf(ctx.store, hash, fromMs, toMs)) as StandardUnit;
  return { Label: input.MetricName, Datapoints: [...steps].map(([time, aggregate]) => datapoint(input, time, aggregate, unit)) };
}

function datapoint(input: GetMetricStatisticsCommandInput, time: number, aggregate: Aggregate, unit: StandardUnit) {
  const simple = Object.fromEntries((input.Statistics ?? []).map((name) => [name, statistic(name)?.(aggregate)]));
  const extended = (input.ExtendedStatistics ?? [])
    .map((name) => [name, statistic(name)?.(aggregate)] as const)
    .filter(([, value]) => value !== undefined);
  return {
    Timestamp: new Date(time),
    ...simple,
    ...(extended.length === 0 ? {} : { ExtendedStatistics: Object.fromEntries(extended) }),
    Unit: unit,
  };
}

export function getMetricData(ctx: Ctx, input: GetMetricDataCommandInput) {
  const queries = input.MetricDataQueries ?? [];
  checkQueries(queries);
  const fromMs = input.StartTime?.getTime() ?? 0;
  const toMs = input.EndTime?.getTime() ?? 0;
  if (fromMs >= toMs) throw validationError("The parameter EndTime must be greater than StartTime.");
  const run = new QueryRun(ctx.store, queries, { account: ctx.account, region: ctx.region, fromMs, toMs });
  const results = queries.filter((query) => query.ReturnData !== false).flatMap((query) => resultsOf(run, queries, query, input));
  return { MetricDataResults: results, Messages: [] };
}

function resultsOf(
  run: QueryRun,
  queries: GetMetricDataCommandInput["MetricDataQueries"],
  query: NonNullable<GetMetricDataCommandInput["MetricDataQueries"]>[number],
  input: GetMetricDataCommandInput,
) {
  const value: MathValue | undefined = run.value(query.Id ?? "");
  if (value?.kind === "scalar")
    throw validationError(
      `Error in expression '${query.Id}': A single scalar value is not a valid result; a time series is needed.`,
    );
  const lines =
    value === undefined ? [] : value.kind === "lines" ? value.lines : [{ label: labelOf(query), series: value.series }];
  const ascending = input.ScanBy === "TimestampAscending";
  const limit = Math.min(input.MaxDatapoints ?? DATAPOINTS_MAX, DATAPOINTS_MAX);
  const periodMs = periodOf(queries ?? [], query) * 1000;
  const firstMs = Math.floor((input.StartTime?.getTime() ?? 0) / periodMs) * periodMs;
  return lines.map((line) => {
    const points = ordered(line.series, ascending)
      .filter(([time]) => time >= firstMs)
      .slice(0, limit);
    return {
      Id: query.Id,
      Label: query.Label ?? line.label,
      Timestamps: points.map(([time]) => new Date(time)),
      Values: points.map(([, at]) => at),
      StatusCode: "Complete" as const,
    };
  });
}

function labelOf(query: {
  Id?: string | undefined;
  MetricStat?: { Metric?: { MetricName?: string | undefined } | undefined } | undefined;
}): string {
  return query.MetricStat?.Metric?.MetricName ?? query.Id ?? "";
}

function ordered(series: Series, ascending: boolean): (readonly [number, number])[] {
  return [...series].sort(([a], [b]) => (ascending ? a - b : b - a));
}

export function listMetrics(ctx: Ctx, input: ListMetricsCommandInput) {
  const prefix = ["metric", ctx.account, ctx.region, ...(input.Namespace === undefined ? [] : [input.Namespace])];
  const start =
    input.NextToken === undefined ? {} : { start: ["metric", ctx.account, ctx.region, ...listToken(input.NextToken)] };
  const metrics: MetricRecord[] = [];
  let next: string | undefined;
  for (const { key, value } of ctx.store.range<MetricRecord>({ prefix, ...start })) {
    if (input.MetricName !== undefined && value.name !== input.MetricName) continue;
    if (input.RecentlyActive === "PT3H" && value.lastMs < ctx.now() - RECENT_MS) continue;
    const matches = (input.Dimensions ?? []).every((filter) =>
      value.dimensions.some(
        (dimension) => dimension.Name === filter.Name && (filter.Value === undefined || dimension.Value === filter.Value),
      ),
    );
    if (!matches || value.lastMs < ctx.now() - PAST_MAX_MS) continue;
    if (metrics.length === LIST_PAGE) {
      next = Buffer.from(JSON.stringify(key.slice(3))).toString("base64url");
      break;
    }
    metrics.push(value);
  }
  const shown = metrics.map((metric) => ({
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: [...metric.dimensions],
  }));
  return { Metrics: shown, ...(next === undefined ? {} : { NextToken: next }) };
}

function listToken(token: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(parts) && parts.every((part) => typeof part === "string")) return parts;
  } catch {
    // Falls through to the refusal.
  }
  throw invalidNextToken("The specified next token is invalid.");
}
