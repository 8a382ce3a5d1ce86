import type { ApiKey, UsagePlan } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../../apigatewayv2/live.ts";
import { take } from "../../apigatewayv2/plane/throttle.ts";
import { keyOf } from "../../apigatewayv2/store.ts";
import { find, list } from "../store.ts";
import { type Exchange, Refused } from "./exchange.ts";

/** API keys and usage plans: who comes with which key, how fast and how often. Developer guide, "Usage plans and API keys for REST APIs" (read 2026-11-21). */
const DAY_MS = 86_400_000;

const forbidden = () => new Refused("INVALID_API_KEY", "Forbidden");
const tooMany = () => new Refused("THROTTLED", "Too Many Requests");

/** `2026-11-21` of the cloud's clock, in UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const usageKey = (o: { account: string; region: string }, planId: string, keyId: string, day: string) =>
  keyOf(o, "usage", planId, keyId, day);

export async function admitKey(ctx: Ctx, exchange: Exchange): Promise<void> {
  if (exchange.method?.apiKeyRequired !== true) return;
  const value =
    exchange.api.apiKeySource === "AUTHORIZER" ? exchange.authorization?.usageIdentifierKey : exchange.input.headers["x-api-key"];
  const key =
    value === undefined ? undefined : list(ctx.store, exchange, "api-key").find((each) => each.value.value === value)?.value;
  if (value === undefined || key?.enabled !== true) throw forbidden();
  exchange.apiKey = { id: key.id ?? "", value };
  const plan = planOf(ctx, exchange, key);
  if (plan === undefined) throw forbidden();
  throttleByPlan(ctx, exchange, plan, key);
  ctx.transact(() => count(ctx, exchange, plan, key));
}

/** The plan that has both the key and the stage. */
function planOf(ctx: Ctx, exchange: Exchange, key: ApiKey): UsagePlan | undefined {
  const { api, stage } = exchange;
  return list(ctx.store, exchange, "usage-plan")
    .map(({ value }) => value)
    .find(
      (plan) =>
        (plan.apiStages ?? []).some((each) => each.apiId === api.id && each.stage === stage.stageName) &&
        find(ctx.store, exchange, "usage-plan-key", plan.id ?? "", key.id ?? "") !== undefined,
    );
}

/** The method's own limit of the plan before the plan's. */
function throttleByPlan(ctx: Ctx, exchange: Exchange, plan: UsagePlan, key: ApiKey): void {
  const { api, stage, resource, method } = exchange;
  const own = (plan.apiStages ?? []).find((each) => each.apiId === api.id && each.stage === stage.stageName)?.throttle;
  const path = `${resource?.path}/${method?.httpMethod}`;
  const limits = own?.[path] ?? plan.throttle;
  if (limits === undefined) return;
  const { rateLimit = 0, burstLimit = 0 } = limits;
  const bucket = `${api.id}/plan/${plan.id}/${key.id}/${own?.[path] === undefined ? "" : path}`;
  if (!take(liveState(ctx).buckets, bucket, { rate: rateLimit, burst: Math.max(burstLimit, 1) }, ctx.now())) throw tooMany();
}

/** First day of the plan's period that `nowMs` is in; weeks and months may begin later by the quota's offset. */
export function periodStart(plan: UsagePlan, nowMs: number): string {
  const { period = "DAY", offset = 0 } = plan.quota ?? {};
  const now = new Date(nowMs);
  if (period === "DAY") return dayOf(nowMs);
  if (period === "WEEK") return dayOf(nowMs - ((now.getUTCDay() - offset + 7) % 7) * DAY_MS);
  const back = now.getUTCDate() > offset ? 0 : 1;
  return dayOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, offset + 1));
}

/** Requests from the period's start up to a day, by day. */
export function usedSince(
  ctx: Ctx,
  o: { account: string; region: string },
  planId: string,
  keyId: string,
  from: string,
  to: string,
): number {
  const range = { start: usageKey(o, planId, keyId, from), end: usageKey(o, planId, keyId, `${to}~`) };
  return [...ctx.store.range<number>(range)].reduce((sum, { value }) => sum + value, 0);
}

function count(ctx: Ctx, exchange: Exchange, plan: UsagePlan, key: ApiKey): void {
  const day = dayOf(ctx.now());
  const ids = [plan.id ?? "", key.id ?? ""] as const;
  const { limit } = plan.quota ?? {};
  if (limit !== undefined && usedSince(ctx, exchange, ...ids, periodStart(plan, ctx.now()), day) >= limit)
    throw new Refused("QUOTA_EXCEEDED", "Limit Exceeded");
  const at = usageKey(exchange, ...ids, day);
  ctx.store.put(at, (ctx.store.get<number>(at) ?? 0) + 1);
}
