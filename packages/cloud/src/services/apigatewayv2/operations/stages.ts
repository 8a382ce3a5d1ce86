import type {
  CreateDeploymentRequest,
  CreateStageRequest,
  Deployment,
  RouteSettings,
  Stage,
  UpdateStageRequest,
} from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import { forget } from "../live.ts";
import {
  badRequest,
  conflict,
  type DeploymentRecord,
  given,
  keyOf,
  list,
  need,
  newId,
  paged,
  type Timed,
  timed,
} from "../store.ts";

/** Stages and deployments. */
type Paging = { readonly MaxResults?: string | undefined; readonly NextToken?: string | undefined };
type Ids = {
  readonly ApiId?: string | undefined;
  readonly StageName?: string | undefined;
  readonly DeploymentId?: string | undefined;
  readonly ModelId?: string | undefined;
};

const stageAnswer = (record: Timed<Stage>): Stage => ({
  ...record.value,
  CreatedDate: new Date(record.createdMs),
  LastUpdatedDate: new Date(record.updatedMs),
});

function checkStage(ctx: Ctx, apiId: string, stage: Partial<Stage>): void {
  const logs = stage.AccessLogSettings;
  if (logs?.DestinationArn !== undefined && !/^arn:[^:]*:(logs|firehose):/.test(logs.DestinationArn)) {
    throw badRequest(
      "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': '#', '.' or a valid CloudWatch Logs or Firehose ARN",
    );
  }
  if (logs?.DestinationArn !== undefined && logs.Format === undefined) throw badRequest("Access log format is required");
  if (stage.DeploymentId !== undefined && stage.AutoDeploy !== true)
    need(ctx.store, ctx, "deployment", apiId, stage.DeploymentId);
  for (const settings of [stage.DefaultRouteSettings, ...Object.values(stage.RouteSettings ?? {})]) {
    if ((settings?.ThrottlingRateLimit ?? 0) < 0 || (settings?.ThrottlingBurstLimit ?? 0) < 0)
      throw badRequest("Throttling limits can't be negative");
  }
  const known = new Set(list(ctx.store, ctx, "route", apiId).map(({ value }) => value.RouteKey));
  for (const key of Object.keys(stage.RouteSettings ?? {})) {
    if (!known.has(key)) throw badRequest(`Unable to find Route by key ${key} within the provided RouteSettings`);
  }
}

const settingsOf = (settings: RouteSettings | undefined): RouteSettings => ({ DetailedMetricsEnabled: false, ...settings });

export function createStage(ctx: Ctx, input: CreateStageRequest): Stage {
  const { ApiId = "", ...members } = given(input);
  need(ctx.store, ctx, "api", ApiId);
  const name = input.StageName ?? "";
  if (name !== "$default" && !/^[A-Za-z0-9_-]{1,128}$/.test(name))
    throw badRequest("Stage name only allows a-zA-Z0-9_- and $default");
  const key = keyOf(ctx, "stage", ApiId, name);
  if (ctx.store.has(key)) throw conflict("Stage already exists");
  checkStage(ctx, ApiId, members);
  const value = {
    AutoDeploy: false,
    StageVariables: {},
    Tags: {},
    ...members,
    ...(input.AutoDeploy === true
      ? { DeploymentId: deploy(ctx, ApiId, true), LastDeploymentStatusMessage: "Successfully deployed stage with deployment ID" }
      : {}),
    DefaultRouteSettings: settingsOf(input.DefaultRouteSettings),
    RouteSettings: input.RouteSettings ?? {},
  } as Stage;
  if (input.AutoDeploy === true)
    value.LastDeploymentStatusMessage = `Successfully deployed stage with deployment ID '${value.DeploymentId}'`;
  const record = timed(ctx, value);
  ctx.store.put(key, record);
  forget(ctx, ApiId);
  return stageAnswer(record);
}

export const getStage = (ctx: Ctx, input: Ids): Stage => {
  need(ctx.store, ctx, "api", input.ApiId ?? "");
  return stageAnswer(need(ctx.store, ctx, "stage", input.ApiId ?? "", input.StageName ?? ""));
};

export function getStages(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "api", input.ApiId ?? "");
  return paged(list(ctx.store, ctx, "stage", input.ApiId ?? "").map(stageAnswer), input);
}

function saveStage(ctx: Ctx, apiId: string, before: Timed<Stage>, value: Stage): Stage {
  const record = { ...before, value, updatedMs: ctx.now() };
  ctx.store.put(keyOf(ctx, "stage", apiId, value.StageName ?? ""), record);
  forget(ctx, apiId);
  return stageAnswer(record);
}

export function updateStage(ctx: Ctx, input: UpdateStageRequest): Stage {
  const { ApiId = "", StageName = "", ...changes } = given(input);
  need(ctx.store, ctx, "api", ApiId);
  const before = need(ctx.store, ctx, "stage", ApiId, StageName);
  checkStage(ctx, ApiId, { ...changes, AutoDeploy: changes.AutoDeploy ?? before.value.AutoDeploy });
  const value = { ...before.value, ...changes } as Stage;
  if (changes.DefaultRouteSettings !== undefined)
    value.DefaultRouteSettings = { ...before.value.DefaultRouteSettings, ...changes.DefaultRouteSettings };
  if (changes.RouteSettings !== undefined) value.RouteSettings = { ...before.value.RouteSettings, ...changes.RouteSettings };
  if (changes.AccessLogSettings !== undefined && Object.keys(changes.AccessLogSettings).length === 0)
    delete value.AccessLogSettings;
  if (changes.AutoDeploy === true && before.value.AutoDeploy !== true) value.DeploymentId = deploy(ctx, ApiId, true);
  return saveStage(ctx, ApiId, before, value);
}

export function deleteStage(ctx: Ctx, input: Ids): object {
  const { ApiId = "", StageName = "" } = input;
  need(ctx.store, ctx, "api", ApiId);
  need(ctx.store, ctx, "stage", ApiId, StageName);
  const mapped = list(ctx.store, ctx, "mapping").find(({ value }) => value.ApiId === ApiId && value.Stage === StageName);
  if (mapped !== undefined)
    throw badRequest(
      "Deleting stage failed. Please remove all base path mappings related to the stage in your domains and try again.",
    );
  ctx.store.remove(keyOf(ctx, "stage", ApiId, StageName));
  forget(ctx, ApiId);
  return {};
}

export function deleteAccessLogSettings(ctx: Ctx, input: Ids): object {
  const before = need(ctx.store, ctx, "stage", input.ApiId ?? "", input.StageName ?? "");
  const { AccessLogSettings: _gone, ...value } = before.value;
  saveStage(ctx, input.ApiId ?? "", before, value as Stage);
  return {};
}

export function deleteRouteSettings(ctx: Ctx, input: Ids & { readonly RouteKey?: string | undefined }): object {
  const before = need(ctx.store, ctx, "stage", input.ApiId ?? "", input.StageName ?? "");
  const RouteSettings = Object.fromEntries(
    Object.entries(before.value.RouteSettings ?? {}).filter(([key]) => key !== input.RouteKey),
  );
  saveStage(ctx, input.ApiId ?? "", before, { ...before.value, RouteSettings });
  return {};
}

// Deployments freeze what stands at that moment.

function deploy(ctx: Ctx, ApiId: string, isAutomatic: boolean, Description?: string): string {
  const DeploymentId = newId(ctx, 6);
  const values = <C extends "route" | "integration" | "authorizer">(collection: C) =>
    list(ctx.store, ctx, collection, ApiId).map((record) => record.value);
  const value: Deployment = {
    DeploymentId,
    AutoDeployed: isAutomatic,
    DeploymentStatus: "DEPLOYED",
    ...(Description === undefined ? {} : { Description }),
    ...(isAutomatic ? { Description: "Automatic deployment triggered by changes to the Api configuration" } : {}),
  };
  const frozen = {
    routes: values("route"),
    integrations: values("integration"),
    authorizers: values("authorizer"),
  } as DeploymentRecord["frozen"];
  ctx.store.put(keyOf(ctx, "deployment", ApiId, DeploymentId), { ...timed(ctx, value), frozen } satisfies DeploymentRecord);
  return DeploymentId;
}

const deploymentAnswer = (record: DeploymentRecord): Deployment => ({ ...record.value, CreatedDate: new Date(record.createdMs) });

export function createDeployment(ctx: Ctx, input: CreateDeploymentRequest): Deployment {
  const { ApiId = "" } = input;
  need(ctx.store, ctx, "api", ApiId);
  if (list(ctx.store, ctx, "route", ApiId).length === 0)
    throw badRequest("At least one route is required before deploying the Api.");
  const stage = input.StageName === undefined ? undefined : need(ctx.store, ctx, "stage", ApiId, input.StageName);
  if (stage?.value.AutoDeploy === true) throw badRequest("Deployment ID cannot be set on stage with AutoDeploy enabled");
  const DeploymentId = deploy(ctx, ApiId, false, input.Description);
  if (stage !== undefined) saveStage(ctx, ApiId, stage, { ...stage.value, DeploymentId });
  return deploymentAnswer(need(ctx.store, ctx, "deployment", ApiId, DeploymentId));
}

export const getDeployment = (ctx: Ctx, input: Ids): Deployment =>
  deploymentAnswer(need(ctx.store, ctx, "deployment", input.ApiId ?? "", input.DeploymentId ?? ""));

export function getDeployments(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "api", input.ApiId ?? "");
  return paged(list(ctx.store, ctx, "deployment", input.ApiId ?? "").map(deploymentAnswer), input);
}

export function updateDeployment(ctx: Ctx, input: Ids & { readonly Description?: string | undefined }): Deployment {
  const before = need(ctx.store, ctx, "deployment", input.ApiId ?? "", input.DeploymentId ?? "");
  const record = {
    ...before,
    value: { ...before.value, ...(input.Description === undefined ? {} : { Description: input.Description }) },
  };
  ctx.store.put(keyOf(ctx, "deployment", input.ApiId ?? "", input.DeploymentId ?? ""), record);
  return deploymentAnswer(record);
}

export function deleteDeployment(ctx: Ctx, input: Ids): object {
  const { ApiId = "", DeploymentId = "" } = input;
  need(ctx.store, ctx, "deployment", ApiId, DeploymentId);
  const user = list(ctx.store, ctx, "stage", ApiId).find(({ value }) => value.DeploymentId === DeploymentId);
  if (user !== undefined) throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  ctx.store.remove(keyOf(ctx, "deployment", ApiId, DeploymentId));
  return {};
}
