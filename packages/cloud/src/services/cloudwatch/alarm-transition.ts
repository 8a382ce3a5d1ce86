import { parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { alarmArn } from "./alarm-describe.ts";
import { lambdaEvent, snsMessage, stateChangeEvent } from "./alarm-notification.ts";
import type { AlarmState } from "./alarm-state.ts";
import { type AlarmRecord, type CompositeAlarmRecord, getAlarm, putAlarm, putHistory } from "./alarm-store.ts";
import { parseRule, ruleHolds } from "./composite-rule.ts";
import { alarmMutedUntil } from "./mute-rules.ts";

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
  const suppressed = changed.kind === "composite" ? suppression(ctx, store, changed) : undefined;
  if (suppressed !== undefined) hold(ctx, store, alarm, changed, suppressed);
  const isMuted = suppressed === undefined && mute(ctx, store, alarm, changed);
  ctx.after((later) => announce(later, alarm, changed, suppressed !== undefined || isMuted));
  if (alarm.state === "ALARM") release(ctx, store, alarm.name);
  if (depth < DEPTH_MAX)
    for (const parent of parentsOf(ctx, store, alarm.name)) reconsider(ctx, store, parent, changed, depth + 1);
}

const mutedKey = (ctx: Ctx, name: string) => ["muted", ctx.account, ctx.region, name];

/** Keeps a change's actions back while a mute rule holds; they are done at its end, unless the alarm is then as it was before. */
function mute(ctx: Ctx, store: StoreWrite, before: AlarmRecord, alarm: AlarmRecord): boolean {
  const untilMs = alarmMutedUntil(ctx, store, alarm.name);
  if (untilMs === undefined) {
    store.remove(mutedKey(ctx, alarm.name));
    return false;
  }
  if (!store.has(mutedKey(ctx, alarm.name))) store.put(mutedKey(ctx, alarm.name), before);
  ctx.schedule("unmute", alarm.name, untilMs, { name: alarm.name });
  return true;
}

/** A rule was made, changed or deleted: looks again at what it may have kept back. */
export function reconsiderMuted(ctx: Ctx, name: string): void {
  if (ctx.store.has(mutedKey(ctx, name))) ctx.schedule("unmute", name, ctx.now(), { name });
}

/** Timer `unmute`. */
export function onUnmute(ctx: Ctx, payload: unknown): void {
  const { name } = payload as { readonly name: string };
  const before = ctx.store.get<AlarmRecord>(mutedKey(ctx, name));
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, name);
  if (before === undefined || alarm === undefined) return;
  const untilMs = alarmMutedUntil(ctx, ctx.store, name);
  if (untilMs !== undefined) {
    ctx.schedule("unmute", name, untilMs, { name });
    return;
  }
  ctx.store.remove(mutedKey(ctx, name));
  // Who came and went while nobody was told is nothing to tell of.
  if (alarm.state !== before.state) ctx.after((later) => actAll(later, before, alarm));
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

type Suppression = "Alarm" | "WaitPeriod" | "ExtensionPeriod";

/** Actions that were not carried out, waiting for the suppressor. User guide, "Composite alarm action suppression". */
interface Held {
  readonly before: AlarmRecord;
  readonly alarm: CompositeAlarmRecord;
}

const heldKey = (ctx: Ctx, name: string) => ["held", ctx.account, ctx.region, name];

function suppressorState(ctx: Ctx, store: StoreWrite, alarm: CompositeAlarmRecord): AlarmState | undefined {
  return alarm.suppressor === undefined ? undefined : getAlarm(store, ctx.account, ctx.region, alarm.suppressor.alarm)?.state;
}

/** Why the actions of a change just made are not carried out now. */
function suppression(ctx: Ctx, store: StoreWrite, alarm: CompositeAlarmRecord): Suppression | undefined {
  if (alarm.suppressor === undefined) return undefined;
  if (suppressorState(ctx, store, alarm) === "ALARM") return "Alarm";
  const endsMs = store.get<number>(["extension", ctx.account, ctx.region, alarm.name]) ?? 0;
  if (endsMs > ctx.now()) return "ExtensionPeriod";
  return alarm.suppressor.waitSeconds > 0 ? "WaitPeriod" : undefined;
}

function hold(ctx: Ctx, store: StoreWrite, before: AlarmRecord, alarm: AlarmRecord, why: Suppression): void {
  if (alarm.kind !== "composite") return;
  putAlarm(store, ctx.account, ctx.region, { ...alarm, suppressedBy: why });
  store.put(heldKey(ctx, alarm.name), { before, alarm } satisfies Held);
  if (why === "WaitPeriod")
    ctx.schedule("suppress", alarm.name, ctx.now() + 1000 * (alarm.suppressor?.waitSeconds ?? 0), { name: alarm.name });
}

/** A suppressor that leaves ALARM goes on suppressing for the extension period, after which held actions are carried out. */
function release(ctx: Ctx, store: StoreWrite, suppressor: string): void {
  for (const alarm of parentsOf(ctx, store, suppressor)) {
    if (alarm.suppressor?.alarm !== suppressor) continue;
    const endsMs = ctx.now() + 1000 * alarm.suppressor.extensionSeconds;
    store.put(["extension", ctx.account, ctx.region, alarm.name], endsMs);
    if (store.has(heldKey(ctx, alarm.name))) {
      putAlarm(store, ctx.account, ctx.region, { ...alarm, suppressedBy: "ExtensionPeriod" });
      ctx.schedule("suppress", alarm.name, endsMs, { name: alarm.name });
    }
  }
}

/** The end of a wait or an extension: unless the suppressor is in ALARM, or the alarm has changed again, what was held is done. */
export function onSuppressionEnd(ctx: Ctx, payload: unknown): void {
  const { name } = payload as { readonly name: string };
  const held = ctx.store.get<Held>(heldKey(ctx, name));
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, name);
  if (held === undefined || alarm?.kind !== "composite") return;
  if (suppressorState(ctx, ctx.store, alarm) === "ALARM") {
    putAlarm(ctx.store, ctx.account, ctx.region, { ...alarm, suppressedBy: "Alarm" });
    return;
  }
  ctx.store.remove(heldKey(ctx, name));
  const { suppressedBy: _over, ...free } = alarm;
  putAlarm(ctx.store, ctx.account, ctx.region, free);
  if (free.state === held.alarm.state) ctx.after((later) => actAll(later, held.before, free));
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
  if (!suppressed) await actAll(ctx, before, alarm);
}

async function actAll(ctx: Ctx, before: AlarmRecord, alarm: AlarmRecord): Promise<void> {
  if (!alarm.actionsEnabled) return;
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
    if (target?.service === "autoscaling")
      return await ctx.internal<string | undefined>("application-autoscaling", "alarmed", {
        policyArn: action,
        alarm: alarm.name,
      });
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
