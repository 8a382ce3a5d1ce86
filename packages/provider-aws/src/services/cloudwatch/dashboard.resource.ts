import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { isJson, namePattern, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { CLOUDWATCH_MISSING } from "./find.ts";

const CHECKS = [isJson("dashboard_body"), namePattern("dashboard_name", "^[0-9A-Za-z_-]+$", 255, { code: "DVT3007" })];

/** aws_cloudwatch_dashboard. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_dashboard",
  noun: "CloudWatch Dashboard",
  forceNew: ["dashboard_name"],
  equivalence: { dashboard_body: "json" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["dashboard_body"]) }),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: requiredText(planned, "dashboard_name") });
  },
  read,
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(CLOUDWATCH_MISSING, () =>
      aws.clients.cloudwatch.deleteDashboards({ DashboardNames: [requiredText(state, "id")] }),
    );
  },
  find: async (_aws, planned) => ({ id: requiredText(planned, "dashboard_name") }),
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.cloudwatch.putDashboard({
    DashboardName: requiredText(planned, "dashboard_name"),
    DashboardBody: requiredText(planned, "dashboard_body"),
  });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "id");
  const dashboard = await unlessMissing(CLOUDWATCH_MISSING, () => aws.clients.cloudwatch.getDashboard({ DashboardName: name }));
  if (dashboard === undefined) return null;
  return {
    ...state,
    id: name,
    dashboard_arn: dashboard.DashboardArn ?? "",
    dashboard_name: dashboard.DashboardName ?? name,
    dashboard_body: normalizeJson(dashboard.DashboardBody ?? ""),
  };
}
