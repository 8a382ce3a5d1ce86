import type { MethodSetting, PatchOperation } from "@aws-sdk/client-api-gateway";
import type { Value, ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { hasCodeAndMessage, unlessMissing } from "../api-error.ts";
import { block, blockAt, flag, flatten, requiredText, rowsOf, text, whole } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { unexpectedImportId } from "../import-id.ts";
import { MISSING } from "./patches.ts";

const setting = rowsOf<MethodSetting>();
const SETTINGS = rowsOf<{ settings: MethodSetting }>()(
  "settings",
  "settings",
  block([
    setting("cache_data_encrypted", "cacheDataEncrypted", flag()),
    setting("cache_ttl_in_seconds", "cacheTtlInSeconds", whole()),
    setting("caching_enabled", "cachingEnabled", flag()),
    setting("data_trace_enabled", "dataTraceEnabled", flag()),
    setting("logging_level", "loggingLevel", text()),
    setting("metrics_enabled", "metricsEnabled", flag()),
    setting("require_authorization_for_cache_control", "requireAuthorizationForCacheControl", flag()),
    setting("throttling_burst_limit", "throttlingBurstLimit", whole()),
    setting("throttling_rate_limit", "throttlingRateLimit", whole()),
    setting("unauthorized_cache_control_header_strategy", "unauthorizedCacheControlHeaderStrategy", text()),
  ]),
);

const PATHS = [
  ["metrics_enabled", "metrics/enabled"],
  ["logging_level", "logging/loglevel"],
  ["data_trace_enabled", "logging/dataTrace"],
  ["throttling_burst_limit", "throttling/burstLimit"],
  ["throttling_rate_limit", "throttling/rateLimit"],
  ["caching_enabled", "caching/enabled"],
  ["cache_ttl_in_seconds", "caching/ttlInSeconds"],
  ["cache_data_encrypted", "caching/dataEncrypted"],
  ["require_authorization_for_cache_control", "caching/requireAuthorizationForCacheControl"],
  ["unauthorized_cache_control_header_strategy", "caching/unauthorizedCacheControlHeaderStrategy"],
] as const;

const CHECKS = [
  oneOf("settings.logging_level", ["OFF", "ERROR", "INFO"]),
  oneOf("settings.unauthorized_cache_control_header_strategy", [
    "FAIL_WITH_403",
    "SUCCEED_WITH_RESPONSE_HEADER",
    "SUCCEED_WITHOUT_RESPONSE_HEADER",
  ]),
];

const keyOf = (state: ValueObject) => ({
  restApiId: requiredText(state, "rest_api_id"),
  stageName: requiredText(state, "stage_name"),
});

const isSet = (value: Value | undefined): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** What differs from before, where config or the stage said anything. */
function patches(prior: ValueObject, planned: ValueObject): PatchOperation[] {
  const [before, after] = [blockAt(prior, "settings") ?? {}, blockAt(planned, "settings") ?? {}];
  return PATHS.flatMap(([attribute, path]) => {
    const value = after[attribute];
    if (!isSet(value) || value === before[attribute]) return [];
    return [{ op: "replace" as const, path: `/${requiredText(planned, "method_path")}/${path}`, value: String(value) }];
  });
}

/** aws_api_gateway_method_settings. Behaviour: `internal/service/apigateway/method_settings.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_method_settings",
  noun: "API Gateway Method Settings",
  defaults: { "settings.throttling_burst_limit": -1, "settings.throttling_rate_limit": -1 },
  forceNew: ["method_path", "rest_api_id", "stage_name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    await aws.clients.apigateway.updateStage({ ...key, patchOperations: patches({}, planned) });
    await onCreated({ id: `${key.restApiId}-${key.stageName}-${requiredText(planned, "method_path")}` });
  },
  async read(aws, state) {
    const stage = await unlessMissing(MISSING, () => aws.clients.apigateway.getStage(keyOf(state)));
    const settings = stage?.methodSettings?.[requiredText(state, "method_path")];
    return settings === undefined ? null : { ...state, ...flatten([SETTINGS], { settings }) };
  },
  async update(aws, prior, planned) {
    await aws.clients.apigateway.updateStage({ ...keyOf(prior), patchOperations: patches(prior, planned) });
  },
  async delete(aws, state) {
    const patchOperations: PatchOperation[] = [{ op: "remove", path: `/${requiredText(state, "method_path")}` }];
    try {
      await unlessMissing(MISSING, () => aws.clients.apigateway.updateStage({ ...keyOf(state), patchOperations }));
    } catch (error) {
      if (!hasCodeAndMessage(error, "BadRequestException", "no method setting for this method")) throw error;
    }
  },
  importId(id) {
    const [, rest_api_id, stage_name, method_path] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(id) ?? [];
    if (rest_api_id === undefined || stage_name === undefined || method_path === undefined)
      throw unexpectedImportId(id, "REST-API-ID/STAGE-NAME/METHOD-PATH");
    return { id: `${rest_api_id}-${stage_name}-${method_path}`, rest_api_id, stage_name, method_path };
  },
};
