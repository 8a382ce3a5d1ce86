import type { CreateDeploymentCommandInput, DeploymentCanarySettings } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, expand, flag, requiredText, rowsOf, textAt, textMap, textMapAt, whole } from "../attribute-map.ts";
import { isAwsAddress } from "../aws-address.ts";
import { importParts, refusedImport } from "../import-id.ts";
import { rfc3339 } from "../timestamp.ts";
import { executionArn, invokeUrl, MISSING, replacements } from "./patches.ts";

const canary = rowsOf<DeploymentCanarySettings>();
const CANARY = rowsOf<CreateDeploymentCommandInput>()(
  "canary_settings",
  "canarySettings",
  block([
    canary("percent_traffic", "percentTraffic", whole()),
    canary("stage_variable_overrides", "stageVariableOverrides", textMap()),
    canary("use_stage_cache", "useStageCache", flag()),
  ]),
);

const keyOf = (state: ValueObject) => ({
  restApiId: requiredText(state, "rest_api_id"),
  deploymentId: requiredText(state, "id"),
});

/** aws_api_gateway_deployment. Behaviour: `internal/service/apigateway/deployment.go` of 5.100.0 (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_deployment",
  noun: "API Gateway Deployment",
  defaults: { "canary_settings.percent_traffic": 0 },
  forceNew: [
    "canary_settings",
    "canary_settings.percent_traffic",
    "canary_settings.stage_variable_overrides",
    "canary_settings.use_stage_cache",
    "rest_api_id",
    "stage_description",
    "stage_name",
    "triggers",
    "variables",
  ],
  async create(aws, planned, onCreated) {
    const [description, stageName, stageDescription] = ["description", "stage_name", "stage_description"].map((name) =>
      textAt(planned, name),
    );
    const { id = "" } = await aws.clients.apigateway.createDeployment({
      ...expand([CANARY], planned),
      restApiId: requiredText(planned, "rest_api_id"),
      variables: textMapAt(planned, "variables"),
      ...(description === undefined ? {} : { description }),
      ...(stageName === undefined ? {} : { stageName }),
      ...(stageDescription === undefined ? {} : { stageDescription }),
    });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getDeployment(keyOf(state)));
    if (found === undefined) return null;
    const { restApiId } = keyOf(state);
    const common = { ...state, created_date: rfc3339(found.createdDate), description: found.description ?? "" };
    if (aws.edition !== "5.100.0") return common;
    const stage = textAt(state, "stage_name") ?? "";
    return {
      ...common,
      execution_arn: await executionArn(aws, `${restApiId}/${stage}`),
      invoke_url: isAwsAddress(aws, state) ? (state.invoke_url ?? null) : invokeUrl(aws, restApiId, stage),
    };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = replacements([["description", "/description"]], planned, changed);
    if (patchOperations.length > 0) await aws.clients.apigateway.updateDeployment({ ...keyOf(prior), patchOperations });
  },
  async delete(aws, state) {
    const { restApiId } = keyOf(state);
    const stageName = aws.edition === "5.100.0" ? textAt(state, "stage_name") : undefined;
    // The stage that the deployment made goes with it, unless it serves another one by now.
    if (stageName !== undefined) {
      const stage = await unlessMissing(MISSING, () => aws.clients.apigateway.getStage({ restApiId, stageName }));
      if (stage?.deploymentId === state.id)
        await unlessMissing(MISSING, () => aws.clients.apigateway.deleteStage({ restApiId, stageName }));
    }
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteDeployment(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", deployment = ""] = importParts(id, "REST-API-ID/DEPLOYMENT-ID", "/", (given, expected) =>
      refusedImport(`Unexpected format of ID (${given}), use: '${expected}'`),
    );
    return { id: deployment, rest_api_id };
  },
};
