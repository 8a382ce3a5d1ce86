import { type MathNode, parseMath } from "./math-syntax.ts";

/** Metric math: what expressions evaluate to. Source: CloudWatch user guide, "Metric math syntax and functions". Pure. */

/** Start of a period -> value. */
export type Series = ReadonlyMap<number, number>;

export interface Line {
  readonly label: string;
  readonly series: Series;
}

export type MathValue =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "series"; readonly series: Series }
  | { readonly kind: "lines"; readonly lines: readonly Line[] };

export interface MathScope {
  /** Values of the other queries by ID; undefined for an unknown one. */
  value(id: string): MathValue | undefined;
  /** The queries that are metrics, for METRICS(). */
  readonly metrics: readonly Line[];
  /** Every period of the request. */
  readonly times: readonly number[];
  readonly periodSeconds: number;
  /** Lines of the metrics that a SEARCH finds. Without it SEARCH is refused, as in alarms. */
  search?(expression: string, stat: string, periodSeconds: number): readonly Line[];
  /** The band of what is expected of a query: its upper and its lower line. */
  band?(id: string, deviations: number): readonly [upper: Line, lower: Line];
}

/** Functions that need what the cloud hasn't: refused by name. */
const REFUSED = new Set(["INSIGHT_RULE_METRIC", "SERVICE_QUOTA", "DB_PERF_INSIGHTS", "LAMBDA"]);

/** Standard deviations of an anomaly band that says no number. */
const BAND_DEVIATIONS = 2;

export class MathError extends Error {}

/** Throws MathError with AWS's reason. */
export function evaluateMath(text: string, scope: MathScope): MathValue {
  const node = parseMath(text);
  if (node === undefined) throw new MathError(`Error in expression: syntax error in "${text}"`);
  return evaluate(node, scope);
}

/** IDs that an expression names, and the functions that it calls. */
export function mathNames(text: string): { readonly ids: string[]; readonly functions: string[] } | undefined {
  const node = parseMath(text);
  if (node === undefined) return undefined;
  const ids: string[] = [];
  const functions: string[] = [];
  const visit = (at: MathNode): void => {
    if (at.kind === "id") ids.push(at.name);
    if (at.kind === "call") functions.push(at.name);
    if (at.kind === "list" || at.kind === "call") at.items.forEach(visit);
    if (at.kind === "negative") visit(at.of);
    if (at.kind === "binary") {
      visit(at.left);
      visit(at.right);
    }
  };
  visit(node);
  return { ids: ids.filter((name) => !WEEKDAYS.has(name)), functions };
}

const WEEKDAYS = new Set<string>(["REPEAT", "LINEAR", "ASC", "DESC"]);

function evaluate(node: MathNode, scope: MathScope): MathValue {
  switch (node.kind) {
    case "number":
      return { kind: "scalar", value: node.value };
    case "text":
      throw new MathError("Error in expression: unexpected text");
    case "id": {
      const value = scope.value(node.name);
      if (value === undefined) throw new MathError(`Error in expression: unknown id ${node.name}`);
      return value;
    }
    case "list":
      return { kind: "lines", lines: node.items.flatMap((item, index) => linesOf(evaluate(item, scope), `e${index}`, scope)) };
    case "negative":
      return mapped(evaluate(node.of, scope), (value) => -value);
    case "binary":
      return binary(node.operator, evaluate(node.left, scope), evaluate(node.right, scope));
    case "call":
      return call(node.name, node.items, scope);
  }
}

function linesOf(value: MathValue, label: string, scope: MathScope): readonly Line[] {
  if (value.kind === "lines") return value.lines;
  if (value.kind === "series") return [{ label, series: value.series }];
  return [{ label, series: new Map(scope.times.map((time) => [time, value.value])) }];
}

const mapSeries = (series: Series, work: (value: number, time: number) => number): Series =>
  new Map([...series].map(([time, value]) => [time, work(value, time)]));

function mapped(value: MathValue, work: (value: number) => number): MathValue {
  if (value.kind === "scalar") return { kind: "scalar", value: work(value.value) };
  if (value.kind === "series") return { kind: "series", series: mapSeries(value.series, work) };
  return { kind: "lines", lines: value.lines.map((line) => ({ ...line, series: mapSeries(line.series, work) })) };
}

const truth = (value: boolean) => (value ? 1 : 0);

const OPERATORS: { readonly [operator: string]: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "<": (a, b) => truth(a < b),
  ">": (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "&&": (a, b) => truth(a !== 0 && b !== 0),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  "||": (a, b) => truth(a !== 0 || b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

/** Two series meet where both have a value; a division by zero has none. */
function binary(operator: string, left: MathValue, right: MathValue): MathValue {
  const work = OPERATORS[operator];
  if (work === undefined) throw new MathError(`Error in expression: unknown operator ${operator}`);
  if (left.kind === "scalar" && right.kind === "scalar") return { kind: "scalar", value: work(left.value, right.value) };
  if (left.kind === "lines" || right.kind === "lines") return { kind: "lines", lines: pairLines(left, right, work) };
  return { kind: "series", series: finite(joined(left, right, work)) };
}

function joined(left: MathValue, right: MathValue, work: (a: number, b: number) => number): Series {
  if (left.kind === "scalar" && right.kind === "series") return mapSeries(right.series, (value) => work(left.value, value));
  if (left.kind === "series" && right.kind === "scalar") return mapSeries(left.series, (value) => work(value, right.value));
  const out = new Map<number, number>();
  if (left.kind !== "series" || right.kind !== "series") return out;
  for (const [time, value] of left.series) {
    const other = right.series.get(time);
    if (other !== undefined) out.set(time, work(value, other));
  }
  return out;
}

const finite = (series: Series): Series => new Map([...series].filter(([, value]) => Number.isFinite(value)));

function pairLines(left: MathValue, right: MathValue, work: (a: number, b: number) => number): Line[] {
  if (left.kind === "lines" && right.kind === "lines")
    throw new MathError("Error in expression: operation on two arrays of time series is not supported");
  const lines = left.kind === "lines" ? left.lines : right.kind === "lines" ? right.lines : [];
  return lines.map((line) => {
    const series: MathValue = { kind: "series", series: line.series };
    return { ...line, series: finite(left.kind === "lines" ? joined(series, right, work) : joined(left, series, work)) };
  });
}

type MathFunction = (items: readonly MathNode[], scope: MathScope) => MathValue;

/** Work on the values of one series (a scalar), or of many at each time (a series). */
function reducing(work: (values: readonly number[]) => number): MathFunction {
  return (items, scope) => {
    const value = argument(items, 0, scope);
    if (value.kind === "scalar") return value;
    if (value.kind === "series") {
      const values = [...value.series.values()];
      return { kind: "scalar", value: values.length === 0 ? Number.NaN : work(values) };
    }
    const out = new Map<number, number>();
    for (const time of new Set(value.lines.flatMap((line) => [...line.series.keys()]))) {
      const values = value.lines.map((line) => line.series.get(time)).filter((at) => at !== undefined);
      out.set(time, work(values));
    }
    return { kind: "series", series: new Map([...out].sort(([a], [b]) => a - b)) };
  };
}

const each =
  (work: (value: number) => number): MathFunction =>
  (items, scope) =>
    mapped(argument(items, 0, scope), work);

/** Work on one series as a whole. */
function whole(work: (series: Series, scope: MathScope) => Series): MathFunction {
  return (items, scope) => {
    const value = argument(items, 0, scope);
    if (value.kind === "lines")
      return { kind: "lines", lines: value.lines.map((line) => ({ ...line, series: work(line.series, scope) })) };
    if (value.kind === "series") return { kind: "series", series: work(value.series, scope) };
    throw new MathError("Error in expression: a time series is needed");
  };
}

const dated =
  (part: (date: Date) => number): MathFunction =>
  (items, scope) => {
    const value = argument(items, 0, scope);
    if (value.kind !== "series") throw new MathError("Error in expression: a time series is needed");
    return { kind: "series", series: mapSeries(value.series, (_value, time) => part(new Date(time))) };
  };

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / values.length;

const FUNCTIONS: { readonly [name: string]: MathFunction } = {
  SUM: reducing(total),
  AVG: reducing(mean),
  MIN: reducing((values) => values.reduce((a, b) => Math.min(a, b))),
  MAX: reducing((values) => values.reduce((a, b) => Math.max(a, b))),
  STDDEV: reducing((values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))),
  DATAPOINT_COUNT: reducing((values) => values.length),
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  LOG: each(Math.log),
  LOG10: each(Math.log10),
  DIFF: whole((series) => stepwise(series, (value, before) => value - before)),
  DIFF_TIME: whole((series) => stepwise(series, (_value, _before, seconds) => seconds)),
  RATE: whole((series) => stepwise(series, (value, before, seconds) => (value - before) / seconds)),
  RUNNING_SUM: whole((series) => {
    let sum = 0;
    return mapSeries(series, (value) => {
      sum += value;
      return sum;
    });
  }),
  FILL: (items, scope) => fill(items, scope),
  IF: (items, scope) => choose(items, scope),
  METRICS: (items, scope) => {
    const part = items[0]?.kind === "text" ? items[0].value : "";
    return { kind: "lines", lines: scope.metrics.filter((line) => line.label.includes(part)) };
  },
  SEARCH: (items, scope) => {
    const [expression, stat, period] = items;
    if (expression?.kind !== "text" || stat?.kind !== "text") throw new MathError("Error in expression: SEARCH needs two texts");
    if (scope.search === undefined) throw new MathError("Error in expression: SEARCH is not supported here");
    const seconds = period === undefined ? scope.periodSeconds : scalar(items, 2, scope);
    return { kind: "lines", lines: scope.search(expression.value, stat.value, seconds) };
  },
  ANOMALY_DETECTION_BAND: (items, scope) => {
    const [query] = items;
    if (query?.kind !== "id" || scope.value(query.name) === undefined)
      throw new MathError("Error in expression: ANOMALY_DETECTION_BAND needs the id of a time series");
    if (scope.band === undefined) throw new MathError("Error in expression: ANOMALY_DETECTION_BAND is not supported here");
    const deviations = items.length > 1 ? scalar(items, 1, scope) : BAND_DEVIATIONS;
    if (!(deviations > 0))
      throw new MathError("Error in expression: ANOMALY_DETECTION_BAND needs a positive number of deviations");
    return { kind: "lines", lines: scope.band(query.name, deviations) };
  },
  METRIC_COUNT: (items, scope) => {
    const value = argument(items, 0, scope);
    return { kind: "scalar", value: value.kind === "lines" ? value.lines.length : 1 };
  },
  REMOVE_EMPTY: (items, scope) => {
    const value = argument(items, 0, scope);
    return value.kind === "lines" ? { kind: "lines", lines: value.lines.filter((line) => line.series.size > 0) } : value;
  },
  FIRST: (items, scope) => oneLine(argument(items, 0, scope), 0),
  LAST: (items, scope) => oneLine(argument(items, 0, scope), -1),
  SLICE: (items, scope) => {
    const value = argument(items, 0, scope);
    if (value.kind !== "lines") throw new MathError("Error in expression: SLICE needs an array of time series");
    const from = scalar(items, 1, scope);
    const lines = items.length > 2 ? value.lines.slice(from, scalar(items, 2, scope)) : value.lines.slice(from, from + 1);
    return { kind: "lines", lines };
  },
  SORT: (items, scope) => sortLines(items, scope),
  PERIOD: (_items, scope) => ({ kind: "scalar", value: scope.periodSeconds }),
  TIME_SERIES: (items, scope) => {
    const value = scalar(items, 0, scope);
    return { kind: "series", series: new Map(scope.times.map((time) => [time, value])) };
  },
  EPOCH: dated((date) => date.getTime() / 1000),
  MINUTE: dated((date) => date.getUTCMinutes()),
  HOUR: dated((date) => date.getUTCHours()),
  DAY: dated((date) => date.getUTCDay() || 7),
  DATE: dated((date) => date.getUTCDate()),
  MONTH: dated((date) => date.getUTCMonth() + 1),
  YEAR: dated((date) => date.getUTCFullYear()),
};

/** Is this the name of a function that can be evaluated? */
export function mathFunctionKnown(name: string): "known" | "refused" | "unknown" {
  return FUNCTIONS[name] !== undefined ? "known" : REFUSED.has(name) ? "refused" : "unknown";
}

function call(name: string, items: readonly MathNode[], scope: MathScope): MathValue {
  const work = FUNCTIONS[name];
  if (work !== undefined) return work(items, scope);
  throw new MathError(
    REFUSED.has(name)
      ? `NotImplemented: metric math function ${name} is not emulated`
      : `Error in expression: unknown function ${name}`,
  );
}

function argument(items: readonly MathNode[], index: number, scope: MathScope): MathValue {
  const node = items[index];
  if (node === undefined) throw new MathError("Error in expression: missing argument");
  return evaluate(node, scope);
}

function scalar(items: readonly MathNode[], index: number, scope: MathScope): number {
  const value = argument(items, index, scope);
  if (value.kind !== "scalar") throw new MathError("Error in expression: a number is needed");
  return value.value;
}

function stepwise(series: Series, work: (value: number, before: number, seconds: number) => number): Series {
  const out = new Map<number, number>();
  let previous: readonly [number, number] | undefined;
  for (const [time, value] of series) {
    if (previous !== undefined) out.set(time, work(value, previous[1], (time - previous[0]) / 1000));
    previous = [time, value];
  }
  return out;
}

function fill(items: readonly MathNode[], scope: MathScope): MathValue {
  const value = argument(items, 0, scope);
  const how = items[1];
  if (value.kind === "scalar" || how === undefined)
    throw new MathError("Error in expression: FILL needs a time series and a filler");
  const filler = fillerOf(how, scope);
  const work = (series: Series) => filled(series, filler, scope.times);
  if (value.kind === "series") return { kind: "series", series: work(value.series) };
  return { kind: "lines", lines: value.lines.map((line) => ({ ...line, series: work(line.series) })) };
}

type Filler = "REPEAT" | "LINEAR" | ((time: number) => number | undefined);

function fillerOf(node: MathNode, scope: MathScope): Filler {
  if (node.kind === "id" && (node.name === "REPEAT" || node.name === "LINEAR")) return node.name;
  const value = evaluate(node, scope);
  if (value.kind === "scalar") return () => value.value;
  if (value.kind === "series") return (time) => value.series.get(time);
  throw new MathError("Error in expression: FILL needs a number, a time series, REPEAT or LINEAR");
}

function filled(series: Series, filler: Filler, times: readonly number[]): Series {
  const out = new Map<number, number>();
  const known = [...series.keys()];
  let last: number | undefined;
  for (const time of times) {
    const value = series.get(time) ?? gap(series, known, filler, time, last);
    if (value === undefined) continue;
    out.set(time, value);
    last = value;
  }
  return out;
}

function gap(
  series: Series,
  known: readonly number[],
  filler: Filler,
  time: number,
  last: number | undefined,
): number | undefined {
  if (typeof filler === "function") return filler(time);
  if (filler === "REPEAT") return last;
  const before = known.findLast((at) => at < time);
  const after = known.find((at) => at > time);
  if (before === undefined || after === undefined) return undefined;
  const from = series.get(before) ?? 0;
  return from + (((series.get(after) ?? 0) - from) * (time - before)) / (after - before);
}

/** IF(condition, then, else): by time where the condition is a series; without `else` the other times have no value. */
function choose(items: readonly MathNode[], scope: MathScope): MathValue {
  const condition = argument(items, 0, scope);
  const yes = argument(items, 1, scope);
  const no = items.length > 2 ? argument(items, 2, scope) : undefined;
  if (condition.kind === "lines" || yes.kind === "lines" || no?.kind === "lines")
    throw new MathError("Error in expression: IF doesn't take arrays of time series");
  if (condition.kind === "scalar") {
    if (condition.value !== 0) return yes;
    return no ?? { kind: "series", series: new Map() };
  }
  const out = new Map<number, number>();
  for (const [time, holds] of condition.series) {
    const taken = holds !== 0 ? yes : no;
    const value = taken === undefined ? undefined : taken.kind === "scalar" ? taken.value : taken.series.get(time);
    if (value !== undefined) out.set(time, value);
  }
  return { kind: "series", series: out };
}

function oneLine(value: MathValue, index: number): MathValue {
  if (value.kind !== "lines") throw new MathError("Error in expression: an array of time series is needed");
  return { kind: "series", series: value.lines.at(index)?.series ?? new Map() };
}

function sortLines(items: readonly MathNode[], scope: MathScope): MathValue {
  const value = argument(items, 0, scope);
  const by = items[1]?.kind === "id" ? items[1].name : "AVG";
  const direction = items[2]?.kind === "id" && items[2].name === "ASC" ? 1 : -1;
  if (value.kind !== "lines") throw new MathError("Error in expression: SORT needs an array of time series");
  const rank = (line: Line) => {
    const values = [...line.series.values()];
    if (values.length === 0) return 0;
    if (by === "SUM") return total(values);
    if (by === "MAX") return values.reduce((a, b) => Math.max(a, b));
    if (by === "MIN") return values.reduce((a, b) => Math.min(a, b));
    return mean(values);
  };
  const lines = [...value.lines].sort((a, b) => direction * (rank(a) - rank(b)));
  return { kind: "lines", lines: items.length > 3 ? lines.slice(0, scalar(items, 3, scope)) : lines };
}
