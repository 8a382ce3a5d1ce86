import type {
  AccessLogSettings,
  CanarySettings,
  CreateStageCommandInput,
  PatchOperation,
  Stage,
} from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blockAt,
  expand,
  flag,
  flatten,
  requiredText,
  rowsOf,
  text,
  textMap,
  textMapAt,
  whole,
} from "../attribute-map.ts";
import { isAwsAddress } from "../aws-address.ts";
import { isArn, oneOf, runChecks } from "../checks.ts";
import {
  executionArn,
  gatewayArn,
  importGatewayParts,
  invokeUrl,
  MISSING,
  mapPatches,
  replacements,
  updateTags,
} from "./patches.ts";

const row = rowsOf<CreateStageCommandInput>();
const canary = rowsOf<CanarySettings>();
const CANARY = [
  canary("deployment_id", "deploymentId", text()),
  canary("percent_traffic", "percentTraffic", whole()),
  canary("stage_variable_overrides", "stageVariableOverrides", textMap()),
  canary("use_stage_cache", "useStageCache", flag()),
];
const STAGE = [
  row("cache_cluster_enabled", "cacheClusterEnabled", flag()),
  row("cache_cluster_size", "cacheClusterSize", text()),
  row("canary_settings", "canarySettings", block(CANARY)),
  row("deployment_id", "deploymentId", text()),
  row("description", "description", text()),
  row("documentation_version", "documentationVersion", text()),
  row("variables", "variables", textMap()),
  row("xray_tracing_enabled", "tracingEnabled", flag()),
];
const log = rowsOf<AccessLogSettings>();
const LOGS = rowsOf<Stage>()(
  "access_log_settings",
  "accessLogSettings",
  block([log("destination_arn", "destinationArn", text()), log("format", "format", text())]),
);

const CHECKS = [
  isArn("access_log_settings.destination_arn"),
  oneOf("cache_cluster_size", ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"]),
];

const PATCHED = [
  ["client_certificate_id", "/clientCertificateId"],
  ["deployment_id", "/deploymentId"],
  ["description", "/description"],
  ["documentation_version", "/documentationVersion"],
] as const;

/** An unset one is false. */
const FLAGS = [
  ["cache_cluster_enabled", "/cacheClusterEnabled"],
  ["xray_tracing_enabled", "/tracingEnabled"],
] as const;

const keyOf = (state: ValueObject) => ({
  restApiId: requiredText(state, "rest_api_id"),
  stageName: requiredText(state, "stage_name"),
});

/** aws_api_gateway_stage. Behaviour: `internal/service/apigateway/stage.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_stage",
  noun: "API Gateway Stage",
  forceNew: ["rest_api_id", "stage_name"],
  defaults: { "canary_settings.percent_traffic": 0 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    const tags = textMapAt(planned, "tags_all");
    await aws.clients.apigateway.createStage({
      ...expand(STAGE, planned),
      ...key,
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    await onCreated({ id: `ags-${key.restApiId}-${key.stageName}` });
    const later = (path: string) => path === "client_certificate_id" && typeof planned[path] === "string" && planned[path] !== "";
    const patchOperations = [...replacements(PATCHED, planned, later), ...logPatches({}, planned)];
    if (patchOperations.length > 0) await aws.clients.apigateway.updateStage({ ...key, patchOperations });
  },
  async read(aws, state) {
    const key = keyOf(state);
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getStage(key));
    if (found === undefined) return null;
    const values = flatten([...STAGE], found as Partial<CreateStageCommandInput>);
    const isCaching = found.cacheClusterEnabled === true;
    return {
      ...state,
      ...values,
      ...flatten([LOGS], found),
      cache_cluster_size: isCaching ? (found.cacheClusterSize ?? "") : (state.cache_cluster_size ?? null),
      client_certificate_id: found.clientCertificateId ?? "",
      arn: gatewayArn(aws, `/restapis/${key.restApiId}/stages/${key.stageName}`),
      execution_arn: await executionArn(aws, `${key.restApiId}/${key.stageName}`),
      invoke_url: isAwsAddress(aws, state) ? (state.invoke_url ?? null) : invokeUrl(aws, key.restApiId, key.stageName),
      web_acl_arn: found.webAclArn ?? "",
      tags_all: { ...found.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const key = keyOf(prior);
    const patchOperations = [
      ...replacements(PATCHED, planned, changed),
      ...replacements(FLAGS, planned, changed).map((each) => ({ ...each, value: each.value === "true" ? "true" : "false" })),
      ...(planned.cache_cluster_enabled === true
        ? replacements([["cache_cluster_size", "/cacheClusterSize"]], planned, changed)
        : []),
      ...mapPatches("/variables", prior.variables, planned.variables),
      ...(changed("access_log_settings") ? logPatches(prior, planned) : []),
      ...(changed("canary_settings") ? canaryPatches(prior, planned) : []),
    ];
    if (patchOperations.length > 0) await aws.clients.apigateway.updateStage({ ...key, patchOperations });
    await updateTags(aws, gatewayArn(aws, `/restapis/${key.restApiId}/stages/${key.stageName}`), prior, planned);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteStage(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", stage_name = ""] = importGatewayParts(id, "REST-API-ID/STAGE-NAME");
    return { id: `ags-${rest_api_id}-${stage_name}`, rest_api_id, stage_name };
  },
};

function canaryPatches(prior: ValueObject, planned: ValueObject): PatchOperation[] {
  const [before, after] = [blockAt(prior, "canary_settings"), blockAt(planned, "canary_settings")];
  if (after === undefined) return before === undefined ? [] : [{ op: "remove", path: "/canarySettings" }];
  const set = (name: string, path: string): PatchOperation => ({ op: "replace", path, value: String(after[name]) });
  return [
    set("deployment_id", "/canarySettings/deploymentId"),
    set("percent_traffic", "/canarySettings/percentTraffic"),
    { op: "replace", path: "/canarySettings/useStageCache", value: after.use_stage_cache === true ? "true" : "false" },
    ...mapPatches("/canarySettings/stageVariableOverrides", before?.stage_variable_overrides, after.stage_variable_overrides),
  ];
}

function logPatches(prior: ValueObject, planned: ValueObject): PatchOperation[] {
  const settings = blockAt(planned, "access_log_settings");
  if (settings === undefined)
    return blockAt(prior, "access_log_settings") === undefined ? [] : [{ op: "remove", path: "/accessLogSettings" }];
  return [
    { op: "replace", path: "/accessLogSettings/destinationArn", value: requiredText(settings, "destination_arn") },
    { op: "replace", path: "/accessLogSettings/format", value: requiredText(settings, "format") },
  ];
}
