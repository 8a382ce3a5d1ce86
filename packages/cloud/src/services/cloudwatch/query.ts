import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { StoreRead } from "../../core/store.ts";
import { type Aggregate, statistic } from "./aggregate.ts";
import { bandOf, TRAINING_MS } from "./anomaly-band.ts";
import { findDetector, leftOut } from "./anomaly-store.ts";
import { notImplemented, validationError } from "./errors.ts";
import { evaluateMath, type Line, MathError, type MathValue, mathFunctionKnown, mathNames, type Series } from "./math.ts";
import { type MetricRecord, metricHash, readSteps, sortedDimensions } from "./metric-store.ts";
import { parseInsights, runInsights, wants } from "./metrics-insights.ts";
import { labelOf, parseSearch } from "./search.ts";

/** Metric data queries, as GetMetricData and alarms have them: checked, then answered from the store. */

export interface QueryRange {
  readonly account: string;
  readonly region: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where periods are counted from: 0 for whole ones since 1970. */
  readonly originMs?: number;
}

const QUERIES_MAX = 500;

/** Throws ValidationError as AWS words it. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length > QUERIES_MAX)
    throw validationError(`The collection MetricDataQueries must not have a size greater than ${QUERIES_MAX}.`);
  const ids = new Set<string>();
  queries.forEach((query, index) => {
    const where = `MetricDataQueries.member.${index + 1}`;
    const id = query.Id ?? "";
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(id))
      throw validationError(
        `The value ${id} for parameter ${where}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    if (ids.has(id)) throw validationError(`The values for parameter Id in MetricDataQueries are not unique.`);
    ids.add(id);
    if ((query.MetricStat === undefined) === (query.Expression === undefined))
      throw validationError(
        `The parameters ${where}.Expression and ${where}.MetricStat are mutually exclusive and one of them must be given.`,
      );
    if (query.MetricStat !== undefined) checkStat(query, where);
  });
  for (const query of queries) if (query.Expression !== undefined) checkExpression(query.Expression, ids);
}

/** What an alarm may be over: no SEARCH, and a Metrics Insights query only alone. */
export function checkAlarmQueries(queries: readonly MetricDataQuery[]): void {
  for (const { Expression: expression } of queries) {
    if (expression === undefined) continue;
    if (isInsights(expression) && queries.length > 1)
      throw validationError("A Metrics Insights query must be the only element of an alarm's Metrics.");
    if (mathNames(expression)?.functions.includes("SEARCH") === true)
      throw validationError("SEARCH is not supported on Metric Alarms.");
  }
  checkQueries(queries);
}

function checkStat(query: MetricDataQuery, where: string): void {
  const stat = query.MetricStat;
  if (stat?.Stat === undefined || statistic(stat.Stat) === undefined)
    throw validationError(`The value ${stat?.Stat} for parameter ${where}.MetricStat.Stat is not supported.`);
  const period = stat.Period ?? 0;
  if (!periodAllowed(period))
    throw validationError(
      `The value ${period} for parameter ${where}.MetricStat.Period must be a multiple of 60, or 1, 5, 10, 20, 30.`,
    );
}

export const periodAllowed = (seconds: number) => [1, 5, 10, 20, 30].includes(seconds) || (seconds >= 60 && seconds % 60 === 0);

function checkExpression(expression: string, ids: ReadonlySet<string>): void {
  if (isInsights(expression)) {
    const query = parseInsights(expression);
    if (typeof query === "string") throw validationError(`Error in expression '${expression}': ${query}`);
    return;
  }
  const names = mathNames(expression);
  if (names === undefined) throw validationError(`Error in expression '${expression}': Syntax error`);
  for (const name of names.functions) {
    const known = mathFunctionKnown(name);
    if (known === "refused") throw notImplemented(`metric math function ${name}`);
    if (known === "unknown") throw validationError(`Error in expression '${expression}': Unknown function ${name}`);
  }
  const missing = names.ids.find((id) => !ids.has(id) && !SORT_WORDS.has(id));
  if (missing !== undefined) throw validationError(`Error in expression '${expression}': Undefined variable ${missing}`);
}

export const isInsights = (expression: string) => /^\s*SELECT\s/i.test(expression);

const SORT_WORDS = new Set(["AVG", "SUM", "MIN", "MAX", "ASC", "DESC"]);

/** Period in seconds of a query: its own, or the largest of what its expression uses. */
export function periodOf(queries: readonly MetricDataQuery[], query: MetricDataQuery): number {
  if (query.MetricStat?.Period !== undefined) return query.MetricStat.Period;
  if (query.Period !== undefined) return query.Period;
  const stats = queries.map((row) => row.MetricStat?.Period).filter((period) => period !== undefined);
  return stats.length === 0 ? 300 : Math.max(...stats);
}

const DEPTH_MAX = 50;
const SEARCH_MAX = 500;

/** Evaluates queries on demand, each once. Throws ValidationError. */
export class QueryRun {
  private readonly store: StoreRead;
  private readonly queries: readonly MetricDataQuery[];
  private readonly range: QueryRange;
  private readonly known = new Map<string, MathValue>();
  private depth = 0;

  constructor(store: StoreRead, queries: readonly MetricDataQuery[], range: QueryRange) {
    this.store = store;
    this.queries = queries;
    this.range = range;
  }

  value(id: string): MathValue | undefined {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const query = this.queries.find((row) => row.Id === id);
    if (query === undefined) return undefined;
    if (++this.depth > DEPTH_MAX) throw validationError("Error in expression: circular reference");
    const value =
      query.MetricStat === undefined ? this.expression(query) : { kind: "series" as const, series: this.metric(query) };
    this.depth--;
    this.known.set(id, value);
    return value;
  }

  private metric(query: MetricDataQuery): Series {
    const stat = query.MetricStat;
    const metric = stat?.Metric;
    const read = statistic(stat?.Stat ?? "");
    const { account, region, fromMs, toMs, originMs = 0 } = this.range;
    if (metric === undefined || read === undefined) return new Map();
    const hash = metricHash({
      account,
      region,
      namespace: metric.Namespace ?? "",
      name: metric.MetricName ?? "",
      dimensions: metric.Dimensions ?? [],
    });
    const periodMs = periodOf(this.queries, query) * 1000;
    const alignedMs = originMs + Math.floor((fromMs - originMs) / periodMs) * periodMs;
    const steps = readSteps(this.store, hash, { fromMs: alignedMs, toMs, periodMs, originMs, unit: stat?.Unit });
    const out = new Map<number, number>();
    for (const [time, aggregate] of steps) {
      const value = read(aggregate);
      if (value !== undefined) out.set(time, value);
    }
    return out;
  }

  private *knownMetrics(namespace?: string): Generator<MetricRecord> {
    const { account, region } = this.range;
    const prefix = ["metric", account, region, ...(namespace === undefined ? [] : [namespace])];
    for (const { value } of this.store.range<MetricRecord>({ prefix })) yield value;
  }

  private steps(hash: string, periodSeconds: number): Map<number, Aggregate> {
    const { fromMs, toMs, originMs = 0 } = this.range;
    const periodMs = periodSeconds * 1000;
    const alignedMs = originMs + Math.floor((fromMs - originMs) / periodMs) * periodMs;
    return readSteps(this.store, hash, { fromMs: alignedMs, toMs, periodMs, originMs });
  }

  private search(expression: string, stat: string, periodSeconds: number) {
    const test = parseSearch(expression);
    const read = statistic(stat);
    if (test === undefined) throw new MathError(`Error in expression: invalid search expression '${expression}'`);
    if (read === undefined) throw new MathError(`Error in expression: unknown statistic ${stat}`);
    const found = [...this.knownMetrics()].filter(test).slice(0, SEARCH_MAX);
    return found.map((metric) => {
      const values = [...this.steps(metric.hash, periodSeconds)].map(([time, each]) => [time, read(each)] as const);
      const series = new Map(values.filter((pair): pair is [number, number] => pair[1] !== undefined));
      return { label: labelOf(metric, found), series };
    });
  }

  private insights(text: string, periodSeconds: number): MathValue {
    const query = parseInsights(text);
    if (typeof query === "string") throw validationError(`Error in expression '${text}': ${query}`);
    const found = [...this.knownMetrics(query.namespace)].filter((metric) => wants(query, metric));
    const steps = found.map((metric) => ({ metric, steps: this.steps(metric.hash, periodSeconds) }));
    return { kind: "lines", lines: runInsights(query, steps) };
  }

  private expression(query: MetricDataQuery): MathValue {
    const periodSeconds = periodOf(this.queries, query);
    if (isInsights(query.Expression ?? "")) return this.insights(query.Expression ?? "", periodSeconds);
    const metrics = this.queries.filter((row) => row.MetricStat !== undefined);
    try {
      return evaluateMath(query.Expression ?? "", {
        value: (id) => this.value(id),
        metrics: metrics.map((row) => ({ label: row.Label ?? row.Id ?? "", series: this.metric(row) })),
        times: this.times(periodSeconds),
        periodSeconds,
        search: (expression, stat, seconds) => this.search(expression, stat, seconds),
        band: (id, deviations) => this.band(id, deviations, periodSeconds),
      });
    } catch (cause) {
      if (cause instanceof MathError) throw validationError(cause.message);
      throw cause;
    }
  }

  /** What the two weeks before each period lead to expect; a detector of the metric says what to leave out of them. */
  private band(id: string, deviations: number, periodSeconds: number): readonly [Line, Line] {
    const { fromMs } = this.range;
    const before = new QueryRun(this.store, this.queries, { ...this.range, fromMs: fromMs - TRAINING_MS });
    const times = this.times(periodSeconds);
    const query = this.queries.find((row) => row.Id === id);
    const band = bandOf(seriesOf(before.value(id), times), times, deviations, leftOut(this.detector(query)));
    const label = `${query?.Label ?? query?.MetricStat?.Metric?.MetricName ?? id} (expected)`;
    return [
      { label: `${label} High`, series: band.upper },
      { label: `${label} Low`, series: band.lower },
    ];
  }

  private detector(query: MetricDataQuery | undefined) {
    const { Metric: metric, Stat: stat } = query?.MetricStat ?? {};
    if (metric === undefined) return undefined;
    const { Namespace: namespace = "", MetricName: name = "", Dimensions = [] } = metric;
    return findDetector(this.store, this.range, {
      kind: "single",
      namespace,
      name,
      stat: stat ?? "",
      dimensions: sortedDimensions(Dimensions),
    });
  }

  private times(periodSeconds: number): number[] {
    const { fromMs, toMs, originMs = 0 } = this.range;
    const periodMs = periodSeconds * 1000;
    const times: number[] = [];
    for (
      let at = originMs + Math.floor((fromMs - originMs) / periodMs) * periodMs;
      at < toMs && times.length < 100_800;
      at += periodMs
    )
      times.push(at);
    return times;
  }
}

/** One series of an alarm's query. Arrays of series have none. */
export function seriesOf(value: MathValue | undefined, times: readonly number[]): Series {
  if (value === undefined) return new Map();
  if (value.kind === "series") return value.series;
  if (value.kind === "lines") return value.lines[0]?.series ?? new Map();
  return new Map(times.map((time) => [time, value.value]));
}
