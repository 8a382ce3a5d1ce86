import { parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { alarmArn } from "./alarm-describe.ts";
import { lambdaEvent, snsMessage, stateChangeEvent } from "./alarm-notification.ts";
import type { AlarmState } from "./alarm-state.ts";
import { type AlarmRecord, type CompositeAlarmRecord, getAlarm, putAlarm, putHistory } from "./alarm-store.ts";
import { parseRule, ruleHolds } from "./composite-rule.ts";

/** An alarm changes its state: history, composite alarms above it, actions, the event on the default bus. */

const DEPTH_MAX = 20;

export function transition(
  ctx: Ctx,
  store: StoreWrite,
  alarm: AlarmRecord,
  state: AlarmState,
  reason: string,
  reasonData: string | undefined,
  depth = 0,
): void {
  const nowMs = ctx.now();
  const changed: AlarmRecord = {
    ...alarm,
    state,
    reason,
    ...(reasonData === undefined ? {} : { reasonData }),
    stateMs: nowMs,
    transitionedMs: state === alarm.state ? alarm.transitionedMs : nowMs,
  };
  putAlarm(store, ctx.account, ctx.region, changed);
  if (state === alarm.state) return;
  const side = (at: AlarmRecord) => ({
    stateValue: at.state,
    stateReason: at.reason,
    ...(at.reasonData === undefined ? {} : { stateReasonData: parsed(at.reasonData) }),
  });
  putHistory(store, ctx.account, ctx.region, {
    atMs: nowMs,
    alarm: alarm.name,
    alarmType: alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm",
    type: "StateUpdate",
    summary: `Alarm updated from ${alarm.state} to ${state}`,
    data: JSON.stringify({ version: "1.0", oldState: side(alarm), newState: side(changed) }),
  });
  const suppressed = changed.kind === "composite" && isSuppressed(ctx, store, changed);
  ctx.after((later) => announce(later, alarm, changed, suppressed));
  if (depth < DEPTH_MAX)
    for (const parent of parentsOf(ctx, store, alarm.name)) reconsider(ctx, store, parent, changed, depth + 1);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parentsOf(ctx: Ctx, store: StoreWrite, name: string): CompositeAlarmRecord[] {
  const names = [...store.keys({ prefix: ["parent", ctx.account, ctx.region, name] })].map((key) => String(key[4]));
  return names.map((parent) => getAlarm(store, ctx.account, ctx.region, parent)).filter((alarm) => alarm?.kind === "composite");
}

function isSuppressed(ctx: Ctx, store: StoreWrite, alarm: CompositeAlarmRecord): boolean {
  return alarm.suppressor !== undefined && getAlarm(store, ctx.account, ctx.region, alarm.suppressor.alarm)?.state === "ALARM";
}

/** Evaluates a composite alarm again. `cause`: the alarm whose change made it. */
export function reconsider(
  ctx: Ctx,
  store: StoreWrite,
  alarm: CompositeAlarmRecord,
  cause: AlarmRecord | undefined,
  depth = 0,
): void {
  const rule = parseRule(alarm.rule);
  if (rule === undefined) return;
  const state: AlarmState = ruleHolds(rule, (name) => getAlarm(store, ctx.account, ctx.region, name)?.state) ? "ALARM" : "OK";
  if (state === alarm.state) return;
  const trigger =
    cause ?? alarm.children.map((name) => getAlarm(store, ctx.account, ctx.region, name)).find((child) => child?.state === state);
  const reason =
    trigger === undefined
      ? `The rule evaluated to ${state === "ALARM"}`
      : `${alarmArn(ctx, trigger.name)} transitioned to ${trigger.state} at ${longTime(ctx.now())}`;
  const data =
    trigger === undefined
      ? undefined
      : JSON.stringify({
          triggeringAlarms: [
            {
              arn: alarmArn(ctx, trigger.name),
              state: { value: trigger.state, timestamp: new Date(trigger.stateMs).toISOString().replace("Z", "+0000") },
            },
          ],
        });
  transition(ctx, store, alarm, state, reason, data, depth);
}

/** `Saturday 21 November, 2026 12:00:00 UTC`. */
function longTime(ms: number): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(ms);
  const day = String(new Date(ms).getUTCDate()).padStart(2, "0");
  return `${part({ weekday: "long" })} ${day} ${part({ month: "long" })}, ${part({ year: "numeric" })} ${new Date(ms).toISOString().slice(11, 19)} UTC`;
}

export function actionsOf(alarm: AlarmRecord, state: AlarmState): readonly string[] {
  return state === "OK" ? alarm.okActions : state === "ALARM" ? alarm.alarmActions : alarm.insufficientDataActions;
}

async function announce(ctx: Ctx, before: AlarmRecord, alarm: AlarmRecord, suppressed: boolean): Promise<void> {
  await emitEvent(ctx, before, alarm);
  if (!alarm.actionsEnabled || suppressed) return;
  for (const action of actionsOf(alarm, alarm.state)) {
    const error = await act(ctx, action, before, alarm);
    const outcome = error === undefined ? "Successfully executed action" : "Failed to execute action";
    if (error !== undefined) ctx.hint(`alarm ${alarm.name}: action ${action} failed: ${error}`);
    ctx.transact((store) =>
      putHistory(store, ctx.account, ctx.region, {
        atMs: ctx.now(),
        alarm: alarm.name,
        alarmType: alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm",
        type: "Action",
        summary: `${outcome} ${action}`,
        data: JSON.stringify({
          actionState: error === undefined ? "Succeeded" : "Failed",
          notificationResource: action,
          ...(error === undefined ? {} : { error }),
        }),
      }),
    );
  }
}

/** Carries one action out; answers what went wrong. */
async function act(ctx: Ctx, action: string, before: AlarmRecord, alarm: AlarmRecord): Promise<string | undefined> {
  const target = parseArn(action);
  const as = (service: string) =>
    ({
      kind: "service",
      accountId: ctx.account,
      service,
      sourceArn: alarmArn(ctx, alarm.name),
      sourceAccount: ctx.account,
    }) as const;
  try {
    if (target?.service === "sns") {
      const { subject, message } = snsMessage(ctx, before, alarm);
      await ctx.call(
        "sns",
        "Publish",
        { TopicArn: action, Subject: subject, Message: message },
        { region: target.region, as: as("cloudwatch.amazonaws.com") },
      );
      return undefined;
    }
    if (target?.service === "lambda") {
      const payload = Buffer.from(JSON.stringify(lambdaEvent(ctx, before, alarm)));
      const input = { FunctionName: action, InvocationType: "Event", Payload: payload };
      await ctx.call("lambda", "Invoke", input, { region: target.region, as: as("lambda.alarms.cloudwatch.amazonaws.com") });
      return undefined;
    }
    return `NotImplemented: actions on ${target?.service ?? action} are not emulated`;
  } catch (cause) {
    if (cause instanceof ServiceError) return `${cause.code}: ${cause.message}`;
    throw cause;
  }
}

/** `CloudWatch Alarm State Change` on the default bus. */
async function emitEvent(ctx: Ctx, before: AlarmRecord, alarm: AlarmRecord): Promise<void> {
  try {
    await ctx.internal("events", "emit", stateChangeEvent(ctx, before, alarm));
  } catch (cause) {
    ctx.hint(`alarm ${alarm.name}: state change event not delivered: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
