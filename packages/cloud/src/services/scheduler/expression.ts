import { type Cron, nextCron, parseCron } from "./cron.ts";
import { instantOf } from "./zone.ts";

/** Schedule expressions of EventBridge rules and EventBridge Scheduler: `at(…)`, `rate(…)`, `cron(…)`. Pure. */
export type ScheduleExpression =
  /** `wallMs`: the wall time written, as if it were UTC. */
  | { readonly kind: "at"; readonly wallMs: number }
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly cron: Cron };

const UNIT_MS: { readonly [unit: string]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const EXPRESSION_MAX = 256;

/**
 * undefined when the text is no expression that AWS takes.
 * `strictUnits`: rules want `1 minute` and `2 minutes`, never `1 minutes`; Scheduler takes both.
 */
export function parseExpression(text: string, options: { readonly strictUnits?: boolean } = {}): ScheduleExpression | undefined {
  const match = text.length > EXPRESSION_MAX ? null : /^(at|rate|cron)\((.*)\)$/.exec(text);
  const body = match?.[2] ?? "";
  switch (match?.[1]) {
    case "at":
      return parseAt(body);
    case "rate":
      return parseRate(body, options.strictUnits === true);
    case "cron": {
      const cron = parseCron(body);
      return cron === undefined ? undefined : { kind: "cron", cron };
    }
    default:
      return undefined;
  }
}

function parseAt(text: string): ScheduleExpression | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const wallMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  // Date.UTC rolls the 31st of February over; what was written must come back.
  return new Date(wallMs).toISOString() === `${text}.000Z` ? { kind: "at", wallMs } : undefined;
}

function parseRate(text: string, strictUnits: boolean): ScheduleExpression | undefined {
  const match = /^(\d{1,9}) +(minute|hour|day)(s?)$/.exec(text);
  const value = Number(match?.[1]);
  const unit = UNIT_MS[match?.[2] ?? ""];
  if (match === null || unit === undefined || value < 1) return undefined;
  if (strictUnits && (value === 1) === (match[3] === "s")) return undefined;
  return { kind: "rate", everyMs: value * unit };
}

/**
 * The first firing after `afterMs`. A rate counts from `originMs` (when the schedule was made, or its start date), in steps of
 * equal length whatever the clocks do; `at` and `cron` are wall times of `zone`.
 */
export function nextFiring(expression: ScheduleExpression, afterMs: number, originMs: number, zone: string): number | undefined {
  switch (expression.kind) {
    case "at": {
      const instant = instantOf(expression.wallMs, zone);
      return instant !== undefined && instant > afterMs ? instant : undefined;
    }
    case "rate": {
      if (afterMs < originMs) return originMs;
      return originMs + (Math.floor((afterMs - originMs) / expression.everyMs) + 1) * expression.everyMs;
    }
    case "cron":
      return nextCron(expression.cron, afterMs, zone);
  }
}
