import type { Ctx } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { type Aggregate, statistic } from "./aggregate.ts";
import {
  type AlarmRule,
  beyondBand,
  COMPARISONS,
  EXTRA_PERIODS,
  javaDouble,
  judge,
  type MissingData,
  stateReason,
  type Thresholds,
} from "./alarm-state.ts";
import { getAlarm, type MetricAlarmRecord, type MetricAlarmSettings } from "./alarm-store.ts";
import { transition } from "./alarm-transition.ts";
import { scheduleEvaluation } from "./alarm-wake.ts";
import type { MathValue, Series } from "./math.ts";
import { metricHash, readSteps } from "./metric-store.ts";
import { isInsights, QueryRun, seriesOf } from "./query.ts";

/** One look at a metric alarm. */

/** The alarm's timer. */
export function onEvaluate(ctx: Ctx, payload: unknown): void {
  const name = typeof payload === "object" && payload !== null && "alarm" in payload ? String(payload.alarm) : "";
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, name);
  if (alarm?.kind === "metric") evaluate(ctx, ctx.store, alarm);
}

/** Statistic, extended or not, of a single-metric alarm. */
export const statisticName = (settings: MetricAlarmSettings) => settings.Statistic ?? settings.ExtendedStatistic ?? "Average";

export function periodSeconds(settings: MetricAlarmSettings): number {
  if (settings.Period !== undefined) return settings.Period;
  const periods = (settings.Metrics ?? [])
    .map((query) => query.MetricStat?.Period ?? query.Period)
    .filter((period) => period !== undefined);
  return periods.length === 0 ? 300 : Math.max(...periods);
}

interface Points {
  /** Start of each period, oldest first. */
  readonly times: readonly number[];
  readonly values: readonly (number | undefined)[];
  readonly counts: readonly (number | undefined)[];
  /** Did any metric have data in the range? */
  readonly hasData: boolean;
  /** What an alarm over an anomaly band compares with; a datapoint without is missing. */
  readonly band?: Thresholds;
}

function evaluate(ctx: Ctx, store: StoreWrite, alarm: MetricAlarmRecord): void {
  const { settings } = alarm;
  const periodMs = periodSeconds(settings) * 1000;
  const contributors = readPoints(ctx, store, alarm, periodMs);
  if (contributors.some(({ hasData }) => hasData)) scheduleEvaluation(ctx, alarm.name, periodMs / 1000);
  const band = contributors[0]?.band;
  const operator = settings.ComparisonOperator ?? "";
  const rule: AlarmRule = {
    evaluationPeriods: settings.EvaluationPeriods ?? 1,
    datapointsToAlarm: settings.DatapointsToAlarm ?? settings.EvaluationPeriods ?? 1,
    missingData: (settings.TreatMissingData ?? "missing") as MissingData,
    breaches:
      band === undefined
        ? (value) => COMPARISONS[operator]?.breaches(value, settings.Threshold ?? 0) === true
        : beyondBand(operator, band),
  };
  const { points, judgement } = worst(contributors, rule);
  if (judgement.state === undefined || judgement.state === alarm.state) return;
  const facts = {
    state: judgement.state,
    judgement,
    datapoints: points.values,
    times: points.times,
    rule,
    operator,
    threshold: settings.Threshold ?? 0,
    band,
  };
  transition(ctx, store, alarm, judgement.state, stateReason(facts), reasonData(ctx, settings, points, judgement.used, periodMs));
}

/** Of the groups of a query the first that is in ALARM, else the first: an alarm is as bad as its worst contributor. */
function worst(contributors: readonly Points[], rule: AlarmRule) {
  const judged = contributors.map((points) => ({ points, judgement: judge(points.values, rule) }));
  const found = judged.find(({ judgement }) => judgement.state === "ALARM") ?? judged[0];
  if (found === undefined) throw new RangeError("an alarm has at least one contributor");
  return found;
}

/** Periods that end now: the alarm's window slides by the minute. One row of them, or one a group of a query. */
function readPoints(ctx: Ctx, store: StoreWrite, alarm: MetricAlarmRecord, periodMs: number): readonly Points[] {
  const { settings } = alarm;
  const stepMs = Math.min(periodMs, 60_000);
  const toMs = Math.floor(ctx.now() / stepMs) * stepMs;
  const count = (settings.EvaluationPeriods ?? 1) + EXTRA_PERIODS;
  const fromMs = toMs - count * periodMs;
  const times = Array.from({ length: count }, (_, index) => fromMs + index * periodMs);
  if (settings.Metrics === undefined)
    return [singleMetric(ctx, store, settings, { fromMs, toMs, periodMs, originMs: fromMs, unit: settings.Unit }, times)];
  const run = new QueryRun(store, settings.Metrics, { account: ctx.account, region: ctx.region, fromMs, toMs, originMs: fromMs });
  const shown = settings.Metrics.find((query) => query.ReturnData !== false && query.Id !== settings.ThresholdMetricId);
  const pointsOf = (series: Series, isThere: boolean): Points => ({
    times,
    values: times.map((time) => series.get(time)),
    counts: times.map(() => undefined),
    hasData: isThere,
  });
  if (isInsights(shown?.Expression ?? "")) {
    const value = run.value(shown?.Id ?? "");
    const lines = value?.kind === "lines" ? value.lines : [];
    return lines.length === 0 ? [pointsOf(new Map(), false)] : lines.map(({ series }) => pointsOf(series, series.size > 0));
  }
  const hasData = settings.Metrics.some(
    (query) => query.MetricStat !== undefined && seriesOf(run.value(query.Id ?? ""), []).size > 0,
  );
  const series = hasData ? seriesOf(run.value(shown?.Id ?? ""), times) : new Map<number, number>();
  const points = pointsOf(series, hasData);
  return [settings.ThresholdMetricId === undefined ? points : withBand(points, run.value(settings.ThresholdMetricId))];
}

function withBand(points: Points, value: MathValue | undefined): Points {
  const [high, low] = value?.kind === "lines" ? value.lines : [];
  const line = (series: Series | undefined) => points.times.map((time) => series?.get(time));
  const band = { upper: line(high?.series), lower: line(low?.series) };
  return { ...points, values: points.values.map((each, index) => (band.upper[index] === undefined ? undefined : each)), band };
}

function singleMetric(
  ctx: Ctx,
  store: StoreWrite,
  settings: MetricAlarmSettings,
  range: Parameters<typeof readSteps>[2],
  times: readonly number[],
): Points {
  const metric = {
    account: ctx.account,
    region: ctx.region,
    namespace: settings.Namespace ?? "",
    name: settings.MetricName ?? "",
    dimensions: settings.Dimensions ?? [],
  };
  const steps: ReadonlyMap<number, Aggregate> = readSteps(store, metricHash(metric), range);
  const read = statistic(statisticName(settings));
  const at = (time: number) => steps.get(time);
  return {
    times,
    values: times.map((time) => {
      const aggregate = at(time);
      return aggregate === undefined ? undefined : read?.(aggregate);
    }),
    counts: times.map((time) => at(time)?.count),
    hasData: steps.size > 0,
  };
}

/** `2026-11-21T12:00:00.000+0000`. */
export const alarmTime = (ms: number) => new Date(ms).toISOString().replace("Z", "+0000");

function reasonData(ctx: Ctx, settings: MetricAlarmSettings, points: Points, used: readonly number[], periodMs: number): string {
  const number = (value: number | undefined) => (value === undefined ? "null" : javaDouble(value));
  const oldest = points.times[used.at(-1) ?? points.times.length - 1] ?? ctx.now();
  const evaluated = points.times
    .map((time, index) => ({ time, index }))
    .slice(-(settings.EvaluationPeriods ?? 1))
    .reverse()
    .map(({ time, index }) => {
      const count = points.counts[index] === undefined ? "" : `,"sampleCount":${number(points.counts[index])}`;
      const value = points.values[index] === undefined ? "" : `,"value":${number(points.values[index])}`;
      return `{"timestamp":"${alarmTime(time)}"${count}${value}}`;
    });
  const head = `"version":"1.0","queryDate":"${alarmTime(ctx.now())}"${used.length === 0 ? "" : `,"startDate":"${alarmTime(oldest)}"`}`;
  const stat = settings.Metrics === undefined ? `,"statistic":${JSON.stringify(statisticName(settings))}` : "";
  const unit = settings.Unit === undefined ? "" : `,"unit":"${settings.Unit}"`;
  const recent = `"recentDatapoints":[${[...used]
    .reverse()
    .map((index) => number(points.values[index]))
    .join(",")}]`;
  return `{${head}${stat}${unit},"period":${periodMs / 1000},${recent},"threshold":${number(settings.Threshold)},"evaluatedDatapoints":[${evaluated.join(",")}]}`;
}
