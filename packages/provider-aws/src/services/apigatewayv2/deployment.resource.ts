import type { CreateDeploymentCommandInput, GetDeploymentCommandOutput } from "@aws-sdk/client-apigatewayv2";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { lengthBetween, runChecks } from "../checks.ts";
import { API_MISSING, partsOfImportId } from "./find.ts";

const SOURCE = "terraform-provider-aws, internal/service/apigatewayv2/deployment.go (read 2026-11)";
const DEPLOYED: WaitRow = { what: "the deployment", timeoutMs: 300_000, source: SOURCE };

/** aws_apigatewayv2_deployment. Behaviour: `internal/service/apigatewayv2/deployment.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_deployment",
  noun: "API Gateway v2 Deployment",
  forceNew: ["api_id", "triggers"],
  validate: (config) => runChecks([lengthBetween("description", 0, 1024)], config),
  async create(aws, planned, onCreated) {
    const Description = textAt(planned, "description");
    const input: CreateDeploymentCommandInput = {
      ApiId: requiredText(planned, "api_id"),
      ...(Description === undefined ? {} : { Description }),
    };
    const { DeploymentId = "" } = await aws.clients.apigatewayv2.createDeployment(input);
    await onCreated({ id: DeploymentId });
    await untilDeployed(aws, { ...planned, id: DeploymentId });
  },
  async read(aws, state) {
    const found = await findDeployment(aws, state);
    if (found === undefined) return null;
    return {
      id: requiredText(state, "id"),
      api_id: requiredText(state, "api_id"),
      auto_deployed: found.AutoDeployed ?? false,
      description: found.Description ?? "",
      triggers: state.triggers ?? null,
    };
  },
  async update(aws, prior, planned) {
    await aws.clients.apigatewayv2.updateDeployment({ ...keyOf(prior), Description: textAt(planned, "description") ?? "" });
    await untilDeployed(aws, prior);
  },
  async delete(aws, state) {
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteDeployment(keyOf(state)));
  },
  importId(id) {
    const [api_id, deployment] = partsOfImportId(id, "api-id/deployment-id");
    return { id: deployment, api_id };
  },
  find: async () => null,
};

function keyOf(state: ValueObject): { ApiId: string; DeploymentId: string } {
  return { ApiId: requiredText(state, "api_id"), DeploymentId: requiredText(state, "id") };
}

function findDeployment(aws: AwsContext, state: ValueObject): Promise<GetDeploymentCommandOutput | undefined> {
  return unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getDeployment(keyOf(state)));
}

async function untilDeployed(aws: AwsContext, state: ValueObject): Promise<void> {
  await aws.wait(DEPLOYED, async () => {
    const found = await findDeployment(aws, state);
    if (found?.DeploymentStatus !== "FAILED") return found?.DeploymentStatus === "DEPLOYED" ? true : undefined;
    const detail = `The deployment failed: ${found.DeploymentStatusMessage ?? "no reason given"}`;
    throw new DiagnosticError(errorDiagnostic("DVT4001", "Deployment failed", { detail }));
  });
}
