import type { Ctx } from "../../core/service.ts";
import { nextFiring, parseExpression } from "../scheduler/expression.ts";
import { makeEvent, trigger } from "./bus.ts";
import { keys, type RuleRecord, ruleArn } from "./store.ts";

/** Rules that fire by rate or cron, in UTC. */

interface FirePayload {
  readonly name: string;
  readonly generation: number;
  readonly plannedMs: number;
}

/** Arms the rule's next firing after `afterMs`, or disarms it. A rate begins one interval after the rule was made. */
export function armRule(ctx: Ctx, rule: RuleRecord, afterMs: number): void {
  const expression =
    rule.schedule === undefined || !rule.enabled ? undefined : parseExpression(rule.schedule, { strictUnits: true });
  const plannedMs =
    expression === undefined ? undefined : nextFiring(expression, Math.max(afterMs, rule.createdMs), rule.createdMs, "UTC");
  if (plannedMs === undefined) {
    ctx.unschedule("rule", rule.name);
    return;
  }
  ctx.schedule("rule", rule.name, plannedMs, { name: rule.name, generation: rule.generation, plannedMs } satisfies FirePayload);
}

export function disarmRule(ctx: Ctx, rule: RuleRecord): void {
  if (rule.schedule !== undefined) ctx.unschedule("rule", rule.name);
}

function isFirePayload(value: unknown): value is FirePayload {
  return typeof value === "object" && value !== null && "generation" in value && "plannedMs" in value;
}

/** The rule's timer. Firings missed while the cloud was stopped are one. */
export function onRule(ctx: Ctx, payload: unknown): void {
  if (!isFirePayload(payload)) return;
  const rule = ctx.store.get<RuleRecord>(keys.rule(ctx, "default", payload.name));
  if (rule === undefined || rule.generation !== payload.generation || !rule.enabled) return;
  armRule(ctx, rule, Math.max(payload.plannedMs, ctx.now()));
  const event = makeEvent(ctx, {
    source: "aws.events",
    detailType: "Scheduled Event",
    resources: [ruleArn(ctx, rule)],
    detail: {},
    timeMs: payload.plannedMs,
  });
  trigger(ctx, rule, event, 0);
}
