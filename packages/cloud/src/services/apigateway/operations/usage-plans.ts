import type {
  ApiStage,
  CreateUsagePlanKeyRequest,
  CreateUsagePlanRequest,
  PatchOperation,
  QuotaSettings,
  ThrottleSettings,
  UsagePlan,
  UsagePlanKey,
} from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, conflict, given, keyOf, newId, timed } from "../../apigatewayv2/store.ts";
import { number, type PatchRule, patched, put, text } from "../patch.ts";
import { dayOf, periodStart, usageKey, usedSince } from "../plane/usage.ts";
import { find, list, missing, need, type Paging, paged, save } from "../store.ts";

/** Usage plans, their keys, and what was used. */
type Ids = { readonly usagePlanId?: string | undefined; readonly keyId?: string | undefined };
type Draft = { -readonly [K in keyof UsagePlan]: UsagePlan[K] };
const DAY_MS = 86_400_000;
const DAYS_MAX = 90;

function checkPlan(ctx: Ctx, plan: UsagePlan): void {
  for (const { apiId = "", stage = "" } of plan.apiStages ?? []) {
    if (find(ctx.store, ctx, "rest-stage", apiId, stage) === undefined) throw missing(`API Stage not found: ${apiId}:${stage}`);
  }
  const { quota, throttle } = plan;
  if ((quota?.limit ?? 0) < 0 || (throttle?.rateLimit ?? 0) < 0 || (throttle?.burstLimit ?? 0) < 0)
    throw badRequest("Usage Plan limits cannot be negative");
  const most = { DAY: 0, WEEK: 6, MONTH: 27 }[quota?.period ?? "MONTH"];
  if ((quota?.offset ?? 0) > most || (quota?.offset ?? 0) < 0)
    throw badRequest(`Usage Plan quota offset must be between 0 and ${most} in the ${quota?.period} period`);
  if (quota !== undefined && quota.limit !== undefined && quota.period === undefined)
    throw badRequest("Usage Plan quota period is required");
}

export function createUsagePlan(ctx: Ctx, input: CreateUsagePlanRequest): UsagePlan {
  if ((input.name ?? "") === "") throw badRequest("Usage Plan name cannot be blank");
  const { quota, ...rest } = given(input);
  const value: UsagePlan = {
    apiStages: [],
    ...rest,
    ...(quota === undefined ? {} : { quota: { offset: 0, ...quota } }),
    id: newId(ctx, 6),
  };
  checkPlan(ctx, value);
  ctx.store.put(keyOf(ctx, "usage-plan", value.id ?? ""), timed(ctx, value));
  return value;
}

export const getUsagePlan = (ctx: Ctx, input: Ids): UsagePlan =>
  need(ctx.store, ctx, "usage-plan", input.usagePlanId ?? "").value;

export function getUsagePlans(ctx: Ctx, input: Paging & { readonly keyId?: string | undefined }) {
  const { keyId } = input;
  const has = (plan: UsagePlan) =>
    keyId === undefined || find(ctx.store, ctx, "usage-plan-key", plan.id ?? "", keyId) !== undefined;
  return paged(
    list(ctx.store, ctx, "usage-plan")
      .map(({ value }) => value)
      .filter(has),
    input,
  );
}

/** `API:STAGE` of a value or a path. */
function stageOf(name: string): { apiId: string; stage: string } {
  const [apiId = "", stage = ""] = name.split(":");
  if (apiId === "" || stage === "") throw badRequest("Usage Plan stages should be in the format <API ID>:<Stage Name>");
  return { apiId, stage };
}

const isStage = (each: ApiStage, name: string): boolean => `${each.apiId}:${each.stage}` === name;

const limit = (member: keyof ThrottleSettings): PatchRule<Draft> => ({
  path: `/throttle/${member}`,
  ops: ["replace", "add", "remove"],
  apply: (plan, value) => put(plan, "throttle", { ...plan.throttle, [member]: value === undefined ? undefined : number(value) }),
});

const ofQuota = (member: keyof QuotaSettings, read: (value: string) => unknown): PatchRule<Draft> => ({
  path: `/quota/${member}`,
  ops: ["replace", "add", "remove"],
  apply: (plan, value) =>
    put(plan, "quota", { offset: 0, ...plan.quota, [member]: value === undefined ? undefined : read(value) }),
});

/** The limit of one method of a stage: `/apiStages/API:STAGE/throttle/PATH/METHOD/rateLimit`, the path's slashes as `~1`. */
const methodLimit = (member: keyof ThrottleSettings): PatchRule<Draft> => ({
  path: `/apiStages/{}/throttle/{*}/${member}`,
  ops: ["replace", "add"],
  apply(plan, value, [name = "", key = ""]) {
    plan.apiStages = (plan.apiStages ?? []).map((each) =>
      isStage(each, name)
        ? { ...each, throttle: { ...each.throttle, [key]: { ...each.throttle?.[key], [member]: number(value ?? "") } } }
        : each,
    );
  },
});

const RULES: readonly PatchRule<Draft>[] = [
  text("/name", "name"),
  text("/description", "description"),
  text("/productCode", "productCode"),
  limit("rateLimit"),
  limit("burstLimit"),
  ofQuota("limit", number),
  ofQuota("offset", number),
  ofQuota("period", (value) => {
    if (value === "DAY" || value === "WEEK" || value === "MONTH") return value;
    throw badRequest("Usage Plan quota period must be one of: DAY, WEEK, MONTH");
  }),
  { path: "/throttle", ops: ["remove"], apply: (plan) => put(plan, "throttle", undefined) },
  { path: "/quota", ops: ["remove"], apply: (plan) => put(plan, "quota", undefined) },
  {
    path: "/apiStages",
    ops: ["add", "remove"],
    apply(plan, _value, _names, op, name = "") {
      const { apiId, stage } = stageOf(name);
      const rest = (plan.apiStages ?? []).filter((each) => !isStage(each, name));
      plan.apiStages = op === "remove" ? rest : [...rest, { apiId, stage }];
    },
  },
  methodLimit("rateLimit"),
  methodLimit("burstLimit"),
  {
    path: "/apiStages/{}/throttle",
    ops: ["replace", "remove"],
    apply(plan, value, [name = ""]) {
      const throttle: unknown = value === undefined ? {} : JSON.parse(value);
      plan.apiStages = (plan.apiStages ?? []).map((each) =>
        isStage(each, name) ? { ...each, throttle: throttle as Record<string, ThrottleSettings> } : each,
      );
    },
  },
];

export function updateUsagePlan(ctx: Ctx, input: Ids & { readonly patchOperations?: PatchOperation[] | undefined }): UsagePlan {
  const { usagePlanId = "" } = input;
  const before = need(ctx.store, ctx, "usage-plan", usagePlanId);
  const value = patched(before.value, input.patchOperations, RULES);
  checkPlan(ctx, value);
  return save(ctx, "usage-plan", [usagePlanId], before, value).value;
}

export function deleteUsagePlan(ctx: Ctx, input: Ids): object {
  const { usagePlanId = "" } = input;
  const { value } = need(ctx.store, ctx, "usage-plan", usagePlanId);
  if ((value.apiStages ?? []).length > 0)
    throw badRequest(
      `Cannot delete Usage Plan: ${usagePlanId} because it is associated with API stages. Please remove the API stages from the usage plan first.`,
    );
  ctx.store.removeRange({ prefix: keyOf(ctx, "usage-plan-key", usagePlanId) });
  ctx.store.removeRange({ prefix: keyOf(ctx, "usage", usagePlanId) });
  ctx.store.remove(keyOf(ctx, "usage-plan", usagePlanId));
  return {};
}

function planKey(ctx: Ctx, keyId: string): UsagePlanKey {
  const { value: key } = need(ctx.store, ctx, "api-key", keyId);
  return {
    id: keyId,
    type: "API_KEY",
    ...(key.name === undefined ? {} : { name: key.name }),
    ...(key.value === undefined ? {} : { value: key.value }),
  };
}

export function createUsagePlanKey(ctx: Ctx, input: CreateUsagePlanKeyRequest): UsagePlanKey {
  const { usagePlanId = "", keyId = "", keyType } = input;
  const { value: plan } = need(ctx.store, ctx, "usage-plan", usagePlanId);
  if (keyType !== "API_KEY") throw badRequest("Usage Plan Key type must be API_KEY");
  const answer = planKey(ctx, keyId);
  if (find(ctx.store, ctx, "usage-plan-key", usagePlanId, keyId) !== undefined)
    throw conflict(`Usage Plan ${usagePlanId} already has API Key ${keyId}`);
  const stages = (plan.apiStages ?? []).map((each) => `${each.apiId}:${each.stage}`);
  for (const { value } of list(ctx.store, ctx, "usage-plan-key").filter((each) => each.value.keyId === keyId)) {
    const other = need(ctx.store, ctx, "usage-plan", value.planId).value;
    if ((other.apiStages ?? []).some((each) => stages.includes(`${each.apiId}:${each.stage}`)))
      throw badRequest(`API Key ${keyId} cannot be added to two usage plans that have a stage in common`);
  }
  ctx.store.put(keyOf(ctx, "usage-plan-key", usagePlanId, keyId), timed(ctx, { keyId, planId: usagePlanId }));
  return answer;
}

export function getUsagePlanKey(ctx: Ctx, input: Ids): UsagePlanKey {
  need(ctx.store, ctx, "usage-plan", input.usagePlanId ?? "");
  need(ctx.store, ctx, "usage-plan-key", input.usagePlanId ?? "", input.keyId ?? "");
  return planKey(ctx, input.keyId ?? "");
}

export function getUsagePlanKeys(ctx: Ctx, input: Ids & Paging & { readonly nameQuery?: string | undefined }) {
  need(ctx.store, ctx, "usage-plan", input.usagePlanId ?? "");
  const all = list(ctx.store, ctx, "usage-plan-key", input.usagePlanId ?? "").map(({ value }) => planKey(ctx, value.keyId));
  return paged(
    all.filter(({ name }) => (name ?? "").startsWith(input.nameQuery ?? "")),
    input,
  );
}

export function deleteUsagePlanKey(ctx: Ctx, input: Ids): object {
  const { usagePlanId = "", keyId = "" } = input;
  getUsagePlanKey(ctx, input);
  ctx.store.remove(keyOf(ctx, "usage-plan-key", usagePlanId, keyId));
  return {};
}

/** By key and day: what was used, and what the period left over. */
export function getUsage(
  ctx: Ctx,
  input: Ids & { readonly startDate?: string | undefined; readonly endDate?: string | undefined } & Paging,
) {
  const { usagePlanId = "", keyId, startDate = "", endDate = "" } = input;
  const plan = getUsagePlan(ctx, input);
  const [from, to] = [Date.parse(startDate), Date.parse(endDate)];
  if (!/^\d{4}-\d\d-\d\d$/.test(startDate) || !/^\d{4}-\d\d-\d\d$/.test(endDate) || !(from <= to))
    throw badRequest("Invalid date range specified");
  if ((to - from) / DAY_MS > DAYS_MAX) throw badRequest(`Date range cannot exceed ${DAYS_MAX} days`);
  const keys = list(ctx.store, ctx, "usage-plan-key", usagePlanId).filter(
    ({ value }) => keyId === undefined || value.keyId === keyId,
  );
  const items: Record<string, number[][]> = {};
  for (const { value } of keys) {
    items[value.keyId] = [];
    for (let at = from; at <= to; at += DAY_MS) {
      const used = ctx.store.get<number>(usageKey(ctx, usagePlanId, value.keyId, dayOf(at))) ?? 0;
      const sofar = usedSince(ctx, ctx, usagePlanId, value.keyId, periodStart(plan, at), dayOf(at));
      items[value.keyId]?.push([used, Math.max(0, (plan.quota?.limit ?? 0) - sofar)]);
    }
  }
  return { usagePlanId, startDate, endDate, items };
}
