import type { CreateStageRequest, MethodSetting, PatchOperation, Stage } from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { badRequest, conflict, given, keyOf, type Timed, timed } from "../../apigatewayv2/store.ts";
import { CANARY_RULES, checkCanary, promoted } from "../canary.ts";
import { entries, flag, made, number, type PatchRule, patched, put, text } from "../patch.ts";
import { forgetRest } from "../plane/compiled.ts";
import { find, list, need, save } from "../store.ts";

/** Stages and the settings of their methods. */
type Ids = { readonly restApiId?: string | undefined; readonly stageName?: string | undefined };

const answer = (record: Timed<Stage>): Stage => ({
  ...record.value,
  createdDate: new Date(record.createdMs),
  lastUpdatedDate: new Date(record.updatedMs),
});

function checkVariables(variables: { readonly [name: string]: string } | undefined): void {
  for (const [name, value] of Object.entries(variables ?? {})) {
    if (!/^[A-Za-z0-9_]+$/.test(name))
      throw badRequest(`Stage variable name can only contain alphanumeric and underscore characters: ${name}`);
    if (!/^[A-Za-z0-9\-._~:/?#&=,]*$/.test(value))
      throw badRequest(
        `Stage variable values can only contain alphanumeric characters and these special characters: [A-Za-z0-9-._~:/?#&=,]+ (${name})`,
      );
  }
}

export const createStage = (ctx: Ctx, input: CreateStageRequest): Stage => answer(newStage(ctx, input));

export function newStage(ctx: Ctx, input: CreateStageRequest): Timed<Stage> {
  const { restApiId = "", ...members } = given(input);
  const { stageName = "", deploymentId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  if (!/^[A-Za-z0-9_-]+$/.test(stageName)) throw badRequest("Stage name only allows a-zA-Z0-9_-");
  if (find(ctx.store, ctx, "rest-stage", restApiId, stageName) !== undefined) throw conflict("Stage already exists");
  if (find(ctx.store, ctx, "rest-deployment", restApiId, deploymentId) === undefined)
    throw badRequest("Deployment id does not exist");
  checkVariables(input.variables);
  const hasCache = input.cacheClusterEnabled === true;
  const record = timed<Stage>(ctx, {
    cacheClusterStatus: hasCache ? "AVAILABLE" : "NOT_AVAILABLE",
    methodSettings: {},
    tracingEnabled: false,
    ...members,
    ...(input.canarySettings === undefined ? {} : { canarySettings: checkCanary({ deploymentId, ...input.canarySettings }) }),
    cacheClusterEnabled: hasCache,
    ...(hasCache ? { cacheClusterSize: input.cacheClusterSize ?? "0.5" } : {}),
  } as Stage);
  ctx.store.put(keyOf(ctx, "rest-stage", restApiId, stageName), record);
  forgetRest(ctx, restApiId);
  return record;
}

export function getStage(ctx: Ctx, input: Ids): Stage {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return answer(need(ctx.store, ctx, "rest-stage", input.restApiId ?? "", input.stageName ?? ""));
}

export function getStages(ctx: Ctx, input: Ids & { readonly deploymentId?: string | undefined }): { item: Stage[] } {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  const all = list(ctx.store, ctx, "rest-stage", input.restApiId ?? "").map(answer);
  return { item: all.filter((stage) => input.deploymentId === undefined || stage.deploymentId === input.deploymentId) };
}

type Draft = { -readonly [K in keyof Stage]: Stage[K] };
type Setting = { -readonly [K in keyof MethodSetting]: MethodSetting[K] };

/** What a method's settings are until they are set. */
const UNSET: MethodSetting = {
  loggingLevel: "OFF",
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const LEVELS = ["OFF", "ERROR", "INFO"];

function level(value: string): string {
  if (LEVELS.includes(value)) return value;
  throw badRequest(`Invalid logging level ${value}. Must be one of: [OFF, ERROR, INFO]`);
}

function strategy(value: string): string {
  if (["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"].includes(value)) return value;
  throw badRequest(`Invalid unauthorizedCacheControlHeaderStrategy ${value}`);
}

const SETTINGS: { readonly [name: string]: readonly [key: keyof MethodSetting, read: (value: string) => unknown] } = {
  "metrics/enabled": ["metricsEnabled", flag],
  "logging/loglevel": ["loggingLevel", level],
  "logging/dataTrace": ["dataTraceEnabled", flag],
  "throttling/burstLimit": ["throttlingBurstLimit", number],
  "throttling/rateLimit": ["throttlingRateLimit", number],
  "caching/enabled": ["cachingEnabled", flag],
  "caching/ttlInSeconds": ["cacheTtlInSeconds", number],
  "caching/dataEncrypted": ["cacheDataEncrypted", flag],
  "caching/requireAuthorizationForCacheControl": ["requireAuthorizationForCacheControl", flag],
  "caching/unauthorizedCacheControlHeaderStrategy": ["unauthorizedCacheControlHeaderStrategy", strategy],
};

const RULES: readonly PatchRule<Draft>[] = [
  text("/deploymentId", "deploymentId"),
  text("/description", "description"),
  text("/clientCertificateId", "clientCertificateId"),
  text("/documentationVersion", "documentationVersion"),
  text("/cacheClusterSize", "cacheClusterSize"),
  {
    path: "/cacheClusterEnabled",
    ops: ["replace"],
    apply(target, value) {
      target.cacheClusterEnabled = flag(value ?? "");
      target.cacheClusterStatus = target.cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE";
      if (target.cacheClusterEnabled) target.cacheClusterSize ??= "0.5";
    },
  },
  made("/tracingEnabled", "tracingEnabled", flag),
  entries("/variables", "variables"),
  ...(["destinationArn", "format"] as const).map(
    (member): PatchRule<Draft> => ({
      path: `/accessLogSettings/${member}`,
      ops: ["add", "replace", "remove"],
      apply(target, value) {
        const { [member]: _before, ...rest } = target.accessLogSettings ?? {};
        const text = member === "destinationArn" ? value?.replace(/:\*$/, "") : value;
        put(target, "accessLogSettings", value === undefined ? rest : { ...rest, [member]: text });
      },
    }),
  ),
  ...CANARY_RULES,
  { path: "/accessLogSettings", ops: ["remove"], apply: (target) => put(target, "accessLogSettings", undefined) },
];

// The path of a method's setting: the setting is named by the last two segments, the method by what comes before. undefined for another path.
function settingPath(path: string): { readonly key: string; readonly setting: string } | undefined {
  const parts = path.split("/").slice(1);
  const setting = parts.slice(-2).join("/");
  return parts.length >= 4 && SETTINGS[setting] !== undefined ? { key: parts.slice(0, -2).join("/"), setting } : undefined;
}

const isMethodPath = (path: string): boolean => /\/(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY|\*)$/.test(path);

function patchSetting(target: Draft, operation: PatchOperation, { key, setting }: { key: string; setting: string }): void {
  const [member, read] = SETTINGS[setting] ?? [];
  if (member === undefined || read === undefined) return;
  const settings: Setting = { ...UNSET, ...target.methodSettings?.[key] };
  put(settings, member, operation.op === "remove" ? UNSET[member] : read(operation.value ?? ""));
  target.methodSettings = { ...target.methodSettings, [key]: settings };
}

/** Settings of methods first, whose paths are free in length; the table does the rest. */
function patchStage(stage: Stage, operations: readonly PatchOperation[]): Draft {
  const rest: PatchOperation[] = [];
  let draft: Draft = structuredClone(stage);
  for (const operation of operations) {
    const path = operation.path ?? "";
    const next = promoted(draft, operation);
    if (next !== undefined) {
      draft = next;
      continue;
    }
    const found = settingPath(path);
    if (found !== undefined) patchSetting(draft, operation, found);
    else if (operation.op === "remove" && draft.methodSettings?.[path.slice(1)] !== undefined) {
      const { [path.slice(1)]: _gone, ...others } = draft.methodSettings;
      draft.methodSettings = others;
    } else if (operation.op === "remove" && isMethodPath(path))
      throw badRequest(`Cannot remove method setting ${path.slice(1)} because there is no method setting for this method `);
    else rest.push(operation);
  }
  return patched(draft, rest, RULES) as Draft;
}

/** Whether the stage writes logs of any kind, which an account's role must allow. */
const writesLogs = (stage: Stage): boolean =>
  stage.accessLogSettings?.destinationArn !== undefined ||
  Object.values(stage.methodSettings ?? {}).some(({ loggingLevel = "OFF" }) => loggingLevel !== "OFF");

export function updateStage(ctx: Ctx, input: Ids & { readonly patchOperations?: PatchOperation[] | undefined }): Stage {
  const { restApiId = "", stageName = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const before = need(ctx.store, ctx, "rest-stage", restApiId, stageName);
  const value = patchStage(before.value, input.patchOperations ?? []);
  checkVariables(value.variables);
  if (value.clientCertificateId === "") delete value.clientCertificateId;
  if (find(ctx.store, ctx, "rest-deployment", restApiId, value.deploymentId ?? "") === undefined)
    throw badRequest("Deployment id does not exist");
  const { destinationArn, format } = value.accessLogSettings ?? {};
  if (destinationArn !== undefined && !/^arn:[^:]*:(logs|firehose):/.test(destinationArn))
    throw badRequest(
      "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': '#', '.' or a valid CloudWatch Logs or Firehose ARN",
    );
  if (format !== undefined && !/\$context\.(requestId|extendedRequestId)/.test(format))
    throw badRequest("Access Log format must contain $context.requestId or $context.extendedRequestId");
  if (writesLogs(value) && find(ctx.store, ctx, "rest-account")?.value.cloudwatchRoleArn === undefined)
    throw badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging");
  const record = save(ctx, "rest-stage", [restApiId, stageName], before, value);
  forgetRest(ctx, restApiId);
  return answer(record);
}

export function deleteStage(ctx: Ctx, input: Ids): object {
  const { restApiId = "", stageName = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  need(ctx.store, ctx, "rest-stage", restApiId, stageName);
  const mappings = ctx.store.range<Timed<{ readonly ApiId?: string; readonly Stage?: string }>>({
    prefix: keyOf(ctx, "mapping"),
  });
  for (const { value } of mappings) {
    if (value.value.ApiId === restApiId && value.value.Stage === stageName)
      throw badRequest(
        "Deleting stage failed. Please remove all base path mappings related to the stage in your domains and try again.",
      );
  }
  ctx.store.remove(keyOf(ctx, "rest-stage", restApiId, stageName));
  forgetRest(ctx, restApiId);
  return {};
}

/** Authorizers' answers that are kept in memory are dropped. */
export function flushStageAuthorizersCache(ctx: Ctx, input: Ids): object {
  getStage(ctx, input);
  forgetRest(ctx, input.restApiId ?? "");
  return {};
}

/** Nothing is ever kept in a cache here. */
export function flushStageCache(ctx: Ctx, input: Ids): object {
  getStage(ctx, input);
  return {};
}
