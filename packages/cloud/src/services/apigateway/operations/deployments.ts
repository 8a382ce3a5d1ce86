import type { CreateDeploymentRequest, Deployment, PatchOperation } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { badRequest, keyOf, newId, type Owner, type Timed, timed } from "../../apigatewayv2/store.ts";
import { checkCanary } from "../canary.ts";
import { type PatchRule, patched, text } from "../patch.ts";
import { forgetRest } from "../plane/compiled.ts";
import { type Frozen, find, frozenKey, list, need, type Paging, paged, save } from "../store.ts";
import { resourcesOf } from "./resources.ts";
import { newStage } from "./stages.ts";

/** Deployments freeze what stands at that moment; stages serve one. */
type Ids = { readonly restApiId?: string | undefined; readonly deploymentId?: string | undefined };

const answer = (record: Timed<Deployment>, frozen?: Frozen): Deployment => ({
  ...record.value,
  createdDate: new Date(record.createdMs),
  ...(frozen === undefined ? {} : { apiSummary: summaryOf(frozen) }),
});

function summaryOf(frozen: Frozen): NonNullable<Deployment["apiSummary"]> {
  return Object.fromEntries(
    frozen.resources
      .filter((resource) => Object.keys(resource.resourceMethods ?? {}).length > 0)
      .map((resource) => {
        const methods = Object.entries(resource.resourceMethods ?? {}).map(([name, method]) => [
          name,
          { authorizationType: method.authorizationType ?? "NONE", apiKeyRequired: method.apiKeyRequired ?? false },
        ]);
        return [resource.path ?? "/", Object.fromEntries(methods)];
      }),
  );
}

/** Everything of an API that requests go by. */
export function freeze(store: StoreRead, o: Owner, apiId: string): Frozen {
  return {
    api: need(store, o, "rest-api", apiId).value,
    resources: resourcesOf(store, o, apiId),
    authorizers: list(store, o, "rest-authorizer", apiId).map(({ value }) => value),
    models: list(store, o, "rest-model", apiId).map(({ value }) => value),
    validators: list(store, o, "rest-validator", apiId).map(({ value }) => value),
    responses: list(store, o, "rest-response", apiId).map(({ value }) => value),
  };
}

export function createDeployment(ctx: Ctx, input: CreateDeploymentRequest): Deployment {
  const { restApiId = "" } = input;
  const frozen = freeze(ctx.store, ctx, restApiId);
  const methods = frozen.resources.flatMap((resource) => Object.values(resource.resourceMethods ?? {}));
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some((method) => method.methodIntegration === undefined)) throw badRequest("No integration defined for method");
  const id = newId(ctx, 6);
  const record = timed<Deployment>(ctx, { id, ...(input.description === undefined ? {} : { description: input.description }) });
  ctx.store.put(keyOf(ctx, "rest-deployment", restApiId, id), record);
  ctx.store.put(frozenKey(ctx, restApiId, id), frozen);
  if (input.stageName !== undefined && input.stageName !== "") pointStage(ctx, input, id);
  return answer(record);
}

/** The stage that the deployment names is made, or moved to it. */
function pointStage(ctx: Ctx, input: CreateDeploymentRequest, deploymentId: string): void {
  const {
    restApiId = "",
    stageName = "",
    stageDescription,
    cacheClusterEnabled,
    cacheClusterSize,
    variables,
    tracingEnabled,
  } = input;
  const stage = find(ctx.store, ctx, "rest-stage", restApiId, stageName);
  if (stage === undefined) {
    newStage(ctx, {
      restApiId,
      stageName,
      deploymentId,
      description: stageDescription,
      cacheClusterEnabled,
      cacheClusterSize,
      variables,
      tracingEnabled,
    });
    return;
  }
  const { canarySettings: canary } = input;
  const value = {
    ...stage.value,
    ...(canary === undefined ? { deploymentId } : { canarySettings: checkCanary({ ...canary, deploymentId }) }),
    ...(stageDescription === undefined ? {} : { description: stageDescription }),
    ...(variables === undefined ? {} : { variables }),
    ...(tracingEnabled === undefined ? {} : { tracingEnabled }),
  };
  save(ctx, "rest-stage", [restApiId, stageName], stage, value);
  forgetRest(ctx, restApiId);
}

export function getDeployment(ctx: Ctx, input: Ids & { readonly embed?: string[] | undefined }): Deployment {
  const { restApiId = "", deploymentId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const record = need(ctx.store, ctx, "rest-deployment", restApiId, deploymentId);
  const isWhole = input.embed?.includes("apisummary") === true;
  return answer(record, isWhole ? ctx.store.get<Frozen>(frozenKey(ctx, restApiId, deploymentId)) : undefined);
}

export function getDeployments(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return paged(
    list(ctx.store, ctx, "rest-deployment", input.restApiId ?? "").map((record) => answer(record)),
    input,
  );
}

type Draft = { -readonly [K in keyof Deployment]: Deployment[K] };
const RULES: readonly PatchRule<Draft>[] = [text("/description", "description")];

export function updateDeployment(ctx: Ctx, input: Ids & { readonly patchOperations?: PatchOperation[] | undefined }): Deployment {
  const { restApiId = "", deploymentId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const before = need(ctx.store, ctx, "rest-deployment", restApiId, deploymentId);
  const value = patched(before.value, input.patchOperations, RULES);
  return answer(save(ctx, "rest-deployment", [restApiId, deploymentId], before, value));
}

export function deleteDeployment(ctx: Ctx, input: Ids): object {
  const { restApiId = "", deploymentId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  need(ctx.store, ctx, "rest-deployment", restApiId, deploymentId);
  const stages = list(ctx.store, ctx, "rest-stage", restApiId);
  if (stages.some(({ value }) => value.deploymentId === deploymentId || value.canarySettings?.deploymentId === deploymentId))
    throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  ctx.store.remove(keyOf(ctx, "rest-deployment", restApiId, deploymentId));
  ctx.store.remove(frozenKey(ctx, restApiId, deploymentId));
  return {};
}
