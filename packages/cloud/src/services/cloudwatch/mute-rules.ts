/** Alarm mute rules: when they mute, and which alarms. API Reference, "PutAlarmMuteRule" (read 2026-11-21). */
import { arn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import type { Key, StoreRead } from "../../core/store.ts";
import { nextFiring, parseExpression, type ScheduleExpression } from "../scheduler/expression.ts";

export interface MuteRuleRecord {
  readonly name: string;
  readonly description?: string;
  readonly expression: string;
  readonly duration: string;
  readonly timezone?: string;
  readonly alarmNames?: readonly string[];
  readonly startMs?: number;
  readonly expireMs?: number;
  readonly updatedMs: number;
  readonly tags: { readonly [key: string]: string };
}

type Place = Pick<Ctx, "account" | "region">;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DURATION_MAX_MS = 15 * DAY_MS;
const DURATION = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/;
const CRON = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+)\)$/;
const CRON_FIELD = /^[A-Za-z0-9*,-]+$/;

export function muteRuleKey({ account, region }: Place, name: string): Key {
  return ["muteRule", account, region, name];
}

export function muteRuleArn({ account, region }: Place, name: string): string {
  return arn("cloudwatch", region, account, `alarm-mute-rule:${name}`);
}

/** From a minute to 15 days; undefined for any other text. */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const ms = days * DAY_MS + hours * 60 * MINUTE_MS + minutes * MINUTE_MS;
  return ms >= MINUTE_MS && ms <= DURATION_MAX_MS ? ms : undefined;
}

/** Sunday is 0 or 7 here, 1 in Scheduler's expressions. */
function dayOfWeek(field: string): string {
  return field.replaceAll(/\d+/g, (day) => String((Number(day) % 7) + 1));
}

/**
 * The expressions of Scheduler that a rule's own means: a day of the month and one of the week given together mean either, as cron has it.
 * undefined when it is none.
 */
export function muteExpressions(text: string): readonly ScheduleExpression[] | undefined {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)$/.exec(text);
  const cron = CRON.exec(text);
  const wanted = at === null ? (cron === null ? [] : cronsOf(cron.slice(1))) : [`at(${at[1]}:00)`];
  const parsed = wanted.map((each) => parseExpression(each));
  return parsed.length > 0 && parsed.every((each) => each !== undefined) ? parsed : undefined;
}

function cronsOf(fields: readonly string[]): string[] {
  const [minute, hour, dayOfMonth, month, week = ""] = fields;
  if (!fields.every((field) => CRON_FIELD.test(field))) return [];
  const byMonth = `cron(${minute} ${hour} ${dayOfMonth} ${month} ? *)`;
  const byWeek = `cron(${minute} ${hour} ? ${month} ${dayOfWeek(week)} *)`;
  if (week === "*") return [byMonth];
  return dayOfMonth === "*" ? [byWeek] : [byMonth, byWeek];
}

/** Until when the rule mutes; undefined where it doesn't. A window that began before the rule's start date doesn't count. */
export function mutesUntil(rule: MuteRuleRecord, nowMs: number): number | undefined {
  const { startMs = Number.NEGATIVE_INFINITY, expireMs = Number.POSITIVE_INFINITY, timezone = "UTC" } = rule;
  const lengthMs = durationMs(rule.duration) ?? 0;
  if (nowMs >= expireMs) return undefined;
  const ends = (muteExpressions(rule.expression) ?? [])
    .map((expression) => nextFiring(expression, nowMs - lengthMs, 0, timezone))
    .filter((beganMs) => beganMs !== undefined && beganMs <= nowMs && beganMs >= startMs)
    .map((beganMs) => Math.min((beganMs ?? 0) + lengthMs, expireMs));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

export function statusOf(rule: MuteRuleRecord, nowMs: number): "SCHEDULED" | "ACTIVE" | "EXPIRED" {
  if (mutesUntil(rule, nowMs) !== undefined) return "ACTIVE";
  const { expireMs = Number.POSITIVE_INFINITY, timezone = "UTC" } = rule;
  const next = (muteExpressions(rule.expression) ?? []).map((each) => nextFiring(each, nowMs, 0, timezone));
  return nowMs >= expireMs || next.every((ms) => ms === undefined || ms >= expireMs) ? "EXPIRED" : "SCHEDULED";
}

export function* muteRules(store: StoreRead, { account, region }: Place): Iterable<MuteRuleRecord> {
  for (const { value } of store.range<MuteRuleRecord>({ prefix: ["muteRule", account, region] })) yield value;
}

/** Until when an alarm's actions are muted, by whichever rule; undefined where they are not. */
export function alarmMutedUntil(ctx: Ctx, store: StoreRead, alarm: string): number | undefined {
  let until: number | undefined;
  for (const rule of muteRules(store, ctx)) {
    const ends = rule.alarmNames?.includes(alarm) === true ? mutesUntil(rule, ctx.now()) : undefined;
    if (ends !== undefined && ends > (until ?? 0)) until = ends;
  }
  return until;
}
