/**
 * What an alarm's state follows from: datapoints of its evaluation range, newest last, undefined where one is missing.
 * Source: CloudWatch user guide, "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data". Pure.
 */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export interface Judgement {
  /** undefined: the state stays. */
  readonly state: AlarmState | undefined;
  /** Indices of real datapoints that were looked at, newest first. */
  readonly used: readonly number[];
  /** How many missing datapoints had to be filled in. */
  readonly filled: number;
}

export interface AlarmRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
  /** `index`: which datapoint it is, as bands have a threshold for each. */
  readonly breaches: (value: number, index: number) => boolean;
}

/** More datapoints than the evaluation periods are retrieved, so that late and sparse data count. */
export const EXTRA_PERIODS = 2;

export function judge(datapoints: readonly (number | undefined)[], rule: AlarmRule): Judgement {
  const real = datapoints.map((value, index) => ({ value, index })).filter((point) => point.value !== undefined);
  const newest = real.reverse().slice(0, rule.evaluationPeriods);
  const used = newest.map((point) => point.index);
  const filled = rule.evaluationPeriods - newest.length;
  const breaching = newest.filter((point) => point.value !== undefined && rule.breaches(point.value, point.index)).length;
  const decide = (state: AlarmState | undefined): Judgement => ({ state, used, filled });
  const needed = rule.datapointsToAlarm;
  if (newest.length === 0) return decide(allMissing(rule.missingData));
  if (filled === 0 || breaching >= needed) return decide(breaching >= needed ? "ALARM" : "OK");
  switch (rule.missingData) {
    case "breaching":
      return decide(breaching + filled >= needed ? "ALARM" : "OK");
    case "notBreaching":
      return decide("OK");
    case "ignore":
      return decide(breaching < newest.length ? "OK" : undefined);
    case "missing": {
      if (breaching < newest.length) return decide("OK");
      // Only breaching datapoints: alarm once the oldest is as old as the datapoints to alarm.
      const age = datapoints.length - (used.at(-1) ?? 0);
      return decide(age >= needed ? "ALARM" : "OK");
    }
  }
}

function allMissing(missingData: MissingData): AlarmState | undefined {
  switch (missingData) {
    case "breaching":
      return "ALARM";
    case "notBreaching":
      return "OK";
    case "ignore":
      return undefined;
    case "missing":
      return "INSUFFICIENT_DATA";
  }
}

/** Comparisons with an anomaly band: beyond which of its lines. */
export const BAND_COMPARISONS: { readonly [operator: string]: { readonly above: boolean; readonly below: boolean } } = {
  LessThanLowerOrGreaterThanUpperThreshold: { above: true, below: true },
  LessThanLowerThreshold: { above: false, below: true },
  GreaterThanUpperThreshold: { above: true, below: false },
};

/** The band of each datapoint. */
export interface Thresholds {
  readonly upper: readonly (number | undefined)[];
  readonly lower: readonly (number | undefined)[];
}

export function beyondBand(operator: string, { upper, lower }: Thresholds): AlarmRule["breaches"] {
  const { above = false, below = false } = BAND_COMPARISONS[operator] ?? {};
  return (value, index) =>
    (above && value > (upper[index] ?? Number.POSITIVE_INFINITY)) ||
    (below && value < (lower[index] ?? Number.NEGATIVE_INFINITY));
}

interface Comparison {
  readonly words: string;
  readonly breaches: (value: number, threshold: number) => boolean;
}

export const COMPARISONS: { readonly [operator: string]: Comparison } = {
  GreaterThanOrEqualToThreshold: { words: "greater than or equal to", breaches: (a, b) => a >= b },
  GreaterThanThreshold: { words: "greater than", breaches: (a, b) => a > b },
  LessThanThreshold: { words: "less than", breaches: (a, b) => a < b },
  LessThanOrEqualToThreshold: { words: "less than or equal to", breaches: (a, b) => a <= b },
};

/** A double as Java prints it, since AWS's texts do: `1.0`, `0.25`, `1.0E7`. */
export function javaDouble(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** `21/11/26 12:00:00`. */
function reasonTime(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

export interface ReasonFacts {
  readonly state: AlarmState;
  readonly judgement: Judgement;
  readonly datapoints: readonly (number | undefined)[];
  readonly times: readonly number[];
  readonly rule: AlarmRule;
  readonly operator: string;
  readonly threshold: number;
  /** In place of the threshold, where the alarm is over an anomaly band. */
  readonly band?: Thresholds | undefined;
}

const FILLED_AS: { readonly [how: string]: string } = {
  breaching: "Breaching",
  notBreaching: "NonBreaching",
  ignore: "Ignored",
  missing: "Missing",
};

function bandWords(operator: string, { upper, lower }: Thresholds, shown: readonly number[]): string {
  const { above = false, below = false } = BAND_COMPARISONS[operator] ?? {};
  const list = (values: readonly (number | undefined)[]) => shown.map((index) => javaDouble(values[index] ?? 0)).join(", ");
  const words = [
    ...(below ? [`less than the lower thresholds [${list(lower)}]`] : []),
    ...(above ? [`greater than the upper thresholds [${list(upper)}]`] : []),
  ];
  return words.join(" or ");
}

/** StateReason in AWS's words. */
export function stateReason(facts: ReasonFacts): string {
  const { judgement, rule, state } = facts;
  const many = (count: number, one: string, more: string) => (count === 1 ? one : more);
  if (judgement.used.length === 0) {
    const count = rule.evaluationPeriods;
    if (state === "INSUFFICIENT_DATA")
      return `Insufficient Data: ${count} ${many(count, "datapoint was", "datapoints were")} unknown.`;
    return `Threshold Crossed: no datapoints were received for ${count} ${many(count, "period", "periods")} and ${count} missing ${many(count, "datapoint was", "datapoints were")} treated as [${FILLED_AS[rule.missingData]}].`;
  }
  const comparison = COMPARISONS[facts.operator]?.words ?? facts.operator;
  const matching = judgement.used.filter((index) => rule.breaches(facts.datapoints[index] ?? 0, index) === (state === "ALARM"));
  const shown = matching.length > 0 ? matching : judgement.used;
  const list = shown
    .map((index) => `${javaDouble(facts.datapoints[index] ?? 0)} (${reasonTime(facts.times[index] ?? 0)})`)
    .join(", ");
  const verb = many(shown.length, "was", "were");
  const not = state === "ALARM" ? "" : "not ";
  const least = state === "ALARM" ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  const turn = state === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  const minimum = `(minimum ${least} ${many(least, "datapoint", "datapoints")} for ${turn} transition)`;
  const filled =
    judgement.filled > 0 && (rule.missingData === "breaching" || rule.missingData === "notBreaching")
      ? ` and ${judgement.filled} missing ${many(judgement.filled, "datapoint was", "datapoints were")} treated as [${FILLED_AS[rule.missingData]}]`
      : "";
  if (facts.band !== undefined)
    return `Thresholds Crossed: ${shown.length} out of the last ${rule.evaluationPeriods} datapoints [${list}] ${verb} ${not}${bandWords(facts.operator, facts.band, shown)}${filled} ${minimum}.`;
  return `Threshold Crossed: ${shown.length} out of the last ${rule.evaluationPeriods} datapoints [${list}] ${verb} ${not}${comparison} the threshold (${javaDouble(facts.threshold)})${filled} ${minimum}.`;
}
