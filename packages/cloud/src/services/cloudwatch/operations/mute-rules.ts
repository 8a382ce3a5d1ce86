/** PutAlarmMuteRule, GetAlarmMuteRule, ListAlarmMuteRules, DeleteAlarmMuteRule. */
import type {
  GetAlarmMuteRuleCommandInput,
  ListAlarmMuteRulesCommandInput,
  PutAlarmMuteRuleCommandInput,
} from "@aws-sdk/client-cloudwatch";
import type { Ctx } from "../../../core/service.ts";
import { getAlarm } from "../alarm-store.ts";
import { reconsiderMuted } from "../alarm-transition.ts";
import { invalidNextToken, resourceNotFoundException, validationError } from "../errors.ts";
import {
  durationMs,
  type MuteRuleRecord,
  muteExpressions,
  muteRuleArn,
  muteRuleKey,
  muteRules,
  statusOf,
} from "../mute-rules.ts";

const PAGE = 50;

function checkZone(timezone: string | undefined): void {
  if (timezone === undefined) return;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: timezone });
  } catch {
    throw validationError(`Invalid timezone: ${timezone}`);
  }
}

function checkRule(ctx: Ctx, input: PutAlarmMuteRuleCommandInput): void {
  const { Expression = "", Duration = "", Timezone } = input.Rule?.Schedule ?? {};
  if (muteExpressions(Expression) === undefined) throw validationError(`Invalid schedule expression: ${Expression}`);
  if (durationMs(Duration) === undefined)
    throw validationError(`Invalid duration: ${Duration}. It must be an ISO 8601 duration between PT1M and P15D.`);
  checkZone(Timezone);
  const { StartDate, ExpireDate } = input;
  if (StartDate !== undefined && ExpireDate !== undefined && StartDate >= ExpireDate)
    throw validationError("StartDate must be before ExpireDate.");
  const missing = (input.MuteTargets?.AlarmNames ?? []).filter(
    (name) => getAlarm(ctx.store, ctx.account, ctx.region, name) === undefined,
  );
  if (missing.length > 0) throw validationError(`The alarms [${missing.join(", ")}] do not exist.`);
}

export function putAlarmMuteRule(ctx: Ctx, input: PutAlarmMuteRuleCommandInput): object {
  checkRule(ctx, input);
  const name = input.Name ?? "";
  const before = ctx.store.get<MuteRuleRecord>(muteRuleKey(ctx, name));
  const { Expression = "", Duration = "", Timezone } = input.Rule?.Schedule ?? {};
  const rule: MuteRuleRecord = {
    name,
    expression: Expression,
    duration: Duration,
    ...(Timezone === undefined ? {} : { timezone: Timezone }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.MuteTargets?.AlarmNames === undefined ? {} : { alarmNames: input.MuteTargets.AlarmNames }),
    ...(input.StartDate === undefined ? {} : { startMs: input.StartDate.getTime() }),
    ...(input.ExpireDate === undefined ? {} : { expireMs: input.ExpireDate.getTime() }),
    updatedMs: ctx.now(),
    tags: before?.tags ?? Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
  };
  ctx.store.put(muteRuleKey(ctx, name), rule);
  for (const alarm of [...(before?.alarmNames ?? []), ...(rule.alarmNames ?? [])]) reconsiderMuted(ctx, alarm);
  return {};
}

function summary(ctx: Ctx, rule: MuteRuleRecord): object {
  return {
    AlarmMuteRuleArn: muteRuleArn(ctx, rule.name),
    Status: statusOf(rule, ctx.now()),
    MuteType: rule.expression.startsWith("at(") ? "ONE_TIME" : "RECURRING",
    LastUpdatedTimestamp: new Date(rule.updatedMs),
    ...(rule.expireMs === undefined ? {} : { ExpireDate: new Date(rule.expireMs) }),
  };
}

export function getAlarmMuteRule(ctx: Ctx, input: GetAlarmMuteRuleCommandInput): object {
  const rule = ctx.store.get<MuteRuleRecord>(muteRuleKey(ctx, input.AlarmMuteRuleName ?? ""));
  if (rule === undefined) throw resourceNotFoundException(`Alarm mute rule ${input.AlarmMuteRuleName} does not exist.`);
  const { name: Name, description, expression: Expression, duration: Duration, timezone, alarmNames, startMs } = rule;
  return {
    Name,
    ...(description === undefined ? {} : { Description: description }),
    Rule: { Schedule: { Expression, Duration, ...(timezone === undefined ? {} : { Timezone: timezone }) } },
    ...(alarmNames === undefined ? {} : { MuteTargets: { AlarmNames: alarmNames } }),
    ...(startMs === undefined ? {} : { StartDate: new Date(startMs) }),
    ...summary(ctx, rule),
  };
}

export function listAlarmMuteRules(ctx: Ctx, input: ListAlarmMuteRulesCommandInput): object {
  const from = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, "base64").toString());
  if (!Number.isSafeInteger(from) || from < 0) throw invalidNextToken("The NextToken is not valid.");
  const found = [...muteRules(ctx.store, ctx)].filter(
    (rule) =>
      (input.AlarmName === undefined || rule.alarmNames?.includes(input.AlarmName) === true) &&
      (input.Statuses === undefined || input.Statuses.includes(statusOf(rule, ctx.now()))),
  );
  const end = from + (input.MaxRecords ?? PAGE);
  return {
    AlarmMuteRuleSummaries: found.slice(from, end).map((rule) => summary(ctx, rule)),
    ...(end < found.length ? { NextToken: Buffer.from(String(end)).toString("base64") } : {}),
  };
}

/** What the rule muted is done now, where the alarm is still as it was. One that isn't there is no error. */
export function deleteAlarmMuteRule(ctx: Ctx, input: { readonly AlarmMuteRuleName?: string }): object {
  const key = muteRuleKey(ctx, input.AlarmMuteRuleName ?? "");
  const rule = ctx.store.get<MuteRuleRecord>(key);
  ctx.store.remove(key);
  for (const alarm of rule?.alarmNames ?? []) reconsiderMuted(ctx, alarm);
  return {};
}
