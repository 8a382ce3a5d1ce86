import type {
  ApiStage,
  CreateUsagePlanCommandInput,
  PatchOperation,
  QuotaSettings,
  ThrottleSettings,
} from "@aws-sdk/client-api-gateway";
import { isList, isObject, type ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blockAt,
  blocksAt,
  type Codec,
  expand,
  flatten,
  numberAt,
  requiredText,
  rowsOf,
  text,
  textMapAt,
  whole,
} from "../attribute-map.ts";
import { atLeastOneOf, oneOf, runChecks, within } from "../checks.ts";
import { gatewayArn, MISSING, replacements, updateTags } from "./patches.ts";

const throttle = rowsOf<ThrottleSettings>();
const LIMITS = [throttle("burst_limit", "burstLimit", whole()), throttle("rate_limit", "rateLimit", whole())];

/** The limits of methods are a map by path in the API, a set of blocks in Terraform. */
const methodLimits: Codec<Record<string, ThrottleSettings>> = {
  expand: (value) => {
    const items = isList(value) ? value.filter(isObject) : [];
    return items.length === 0 ? undefined : Object.fromEntries(items.map((item) => [String(item.path), expand(LIMITS, item)]));
  },
  flatten: (member) => Object.entries(member ?? {}).map(([path, limits]) => ({ ...flatten(LIMITS, limits), path })),
};

const stage = rowsOf<ApiStage>();
const STAGE = [stage("api_id", "apiId", text()), stage("stage", "stage", text()), stage("throttle", "throttle", methodLimits)];
const quota = rowsOf<QuotaSettings>();
const row = rowsOf<CreateUsagePlanCommandInput>();
const PLAN = [
  row("api_stages", "apiStages", {
    expand: (value) => {
      const items = isList(value) ? value.filter(isObject) : [];
      return items.length === 0 ? undefined : items.map((item) => expand(STAGE, item));
    },
    flatten: (member) => (member ?? []).map((each) => flatten(STAGE, each)),
  }),
  row("description", "description", text()),
  row("name", "name", text()),
  row(
    "quota_settings",
    "quota",
    block([quota("limit", "limit", whole()), quota("offset", "offset", whole()), quota("period", "period", text())]),
  ),
  row("throttle_settings", "throttle", block(LIMITS)),
];

const CHECKS = [
  oneOf("quota_settings.period", ["DAY", "WEEK", "MONTH"]),
  within("throttle_settings.0", atLeastOneOf(["throttle_settings.0.burst_limit", "throttle_settings.0.rate_limit"])),
];

const PATCHED = [
  ["name", "/name"],
  ["description", "/description"],
  ["product_code", "/productCode"],
] as const;

const keyOf = (state: ValueObject) => ({ usagePlanId: requiredText(state, "id") });
const stageName = (item: ValueObject): string => `${requiredText(item, "api_id")}:${requiredText(item, "stage")}`;

/** aws_api_gateway_usage_plan. Behaviour: `internal/service/apigateway/usage_plan.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_usage_plan",
  noun: "API Gateway Usage Plan",
  defaults: {
    "api_stages.throttle.burst_limit": 0,
    "api_stages.throttle.rate_limit": 0,
    "quota_settings.offset": 0,
    "throttle_settings.burst_limit": 0,
    "throttle_settings.rate_limit": 0,
  },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const { id = "" } = await aws.clients.apigateway.createUsagePlan({
      ...expand(PLAN, planned),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    await onCreated({ id });
    // The product code can only be set afterwards.
    const patchOperations = replacements(
      [["product_code", "/productCode"]],
      planned,
      (path) => typeof planned[path] === "string",
    );
    if (patchOperations.length > 0) await aws.clients.apigateway.updateUsagePlan({ usagePlanId: id, patchOperations });
  },
  async read(aws, state) {
    const key = keyOf(state);
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getUsagePlan(key));
    if (found === undefined) return null;
    return {
      ...state,
      ...flatten(PLAN, found as Partial<CreateUsagePlanCommandInput>),
      product_code: found.productCode ?? "",
      arn: gatewayArn(aws, `/usageplans/${key.usagePlanId}`),
      tags_all: { ...found.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = [
      ...replacements(PATCHED, planned, changed),
      ...(changed("api_stages") ? stagePatches(prior, planned) : []),
      ...(changed("throttle_settings") ? limitPatches("/throttle", blockAt(planned, "throttle_settings")) : []),
      ...(changed("quota_settings") ? quotaPatches(blockAt(planned, "quota_settings")) : []),
    ];
    if (patchOperations.length > 0) await aws.clients.apigateway.updateUsagePlan({ ...keyOf(prior), patchOperations });
    await updateTags(aws, gatewayArn(aws, `/usageplans/${requiredText(prior, "id")}`), prior, planned);
  },
  async delete(aws, state) {
    const patchOperations = blocksAt(state, "api_stages").map(
      (item): PatchOperation => ({ op: "remove", path: "/apiStages", value: stageName(item) }),
    );
    // A plan that still has stages can't be deleted.
    if (patchOperations.length > 0)
      await unlessMissing(MISSING, () => aws.clients.apigateway.updateUsagePlan({ ...keyOf(state), patchOperations }));
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteUsagePlan(keyOf(state)));
  },
};

function limitPatches(path: string, limits: ValueObject | undefined): PatchOperation[] {
  if (limits === undefined) return [{ op: "remove", path }];
  return [
    { op: "replace", path: `${path}/rateLimit`, value: String(numberAt(limits, "rate_limit") ?? 0) },
    { op: "replace", path: `${path}/burstLimit`, value: String(numberAt(limits, "burst_limit") ?? 0) },
  ];
}

function quotaPatches(settings: ValueObject | undefined): PatchOperation[] {
  if (settings === undefined) return [{ op: "remove", path: "/quota" }];
  return ["limit", "offset", "period"].map((name) => ({
    op: "replace",
    path: `/quota/${name}`,
    value: String(settings[name] ?? ""),
  }));
}

/** Stages have no change of their own: what differs goes and comes anew. */
function stagePatches(prior: ValueObject, planned: ValueObject): PatchOperation[] {
  const [before, after] = [blocksAt(prior, "api_stages"), blocksAt(planned, "api_stages")];
  const isIn = (all: readonly ValueObject[], item: ValueObject) =>
    all.some((each) => JSON.stringify(each) === JSON.stringify(item));
  const gone = before.filter((item) => !isIn(after, item));
  const added = after.filter((item) => !isIn(before, item));
  return [
    ...gone.map((item): PatchOperation => ({ op: "remove", path: "/apiStages", value: stageName(item) })),
    ...added.flatMap((item): PatchOperation[] => [
      { op: "add", path: "/apiStages", value: stageName(item) },
      ...blocksAt(item, "throttle").flatMap((limits) =>
        limitPatches(`/apiStages/${stageName(item)}/throttle/${requiredText(limits, "path")}`, limits),
      ),
    ]),
  ];
}
