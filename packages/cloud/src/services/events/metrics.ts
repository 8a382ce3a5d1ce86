/** What CloudWatch is told of rules, with and without their name, and of PutEvents. EventBridge user guide, "Monitoring Amazon EventBridge" (read 2026-11-21). */
import type { Ctx, EndedOperation } from "../../core/service.ts";
import type { RuleRecord } from "./store.ts";

type Dimensions = { readonly [name: string]: string };

/** RuleName alone means the default bus. */
export function ruleDimensions(rule: Pick<RuleRecord, "bus" | "name">): Dimensions {
  return rule.bus === "default" ? { RuleName: rule.name } : { EventBusName: rule.bus, RuleName: rule.name };
}

export function tell(ctx: Ctx, name: string, dimensions: Dimensions, value: number, unit: string): void {
  ctx.metric("AWS/Events", name, dimensions, value, unit);
  ctx.metric("AWS/Events", name, {}, value, unit);
}

export function count(ctx: Ctx, name: string, dimensions: Dimensions): void {
  tell(ctx, name, dimensions, 1, "Count");
}

export function observeRequest(ctx: Ctx, { operation, error, latencyMs }: EndedOperation): void {
  if (operation === "PutEvents" && error === undefined)
    ctx.metric("AWS/Events", "PutEventsLatency", {}, latencyMs, "Milliseconds");
}
