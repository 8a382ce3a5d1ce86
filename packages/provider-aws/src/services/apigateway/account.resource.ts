import type { PatchOperation } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { arnProblem, type Check, configError, runChecks } from "../checks.ts";

const ROLE: RetryRow = {
  codes: ["BadRequestException", "TooManyRequestsException"],
  message:
    /The role ARN does not have required permissions|API Gateway could not successfully write to CloudWatch Logs|Too Many Requests/,
  timeoutMs: 120_000,
  why: "a new role is not known everywhere at once",
  source: "internal/service/apigateway/account.go (read 2026-11)",
};

async function setRole(aws: AwsContext, role: string): Promise<void> {
  const patchOperations: PatchOperation[] = [{ op: "replace", path: "/cloudwatchRoleArn", value: role }];
  await aws.retry(ROLE, () => aws.clients.apigateway.updateAccount({ patchOperations }));
}

/** Two alternatives, of which both are told. */
function arnOrEmpty(attribute: string): Check {
  const problems = (value: string) => [
    "value must be a valid ARN",
    `Attribute ${attribute} value must be one of: [""], got: ${JSON.stringify(value)}`,
  ];
  return {
    run: (config) => {
      const value = config[attribute];
      const isWrong = typeof value === "string" && value !== "" && arnProblem(value, attribute) !== undefined;
      return isWrong ? problems(value).map((detail) => configError(detail, attribute)) : [];
    },
  };
}

/** aws_api_gateway_account: the region's one setting, which stays where it is when the resource goes, unless `reset_on_delete` (edition 5) says otherwise. */
export const resource: NativeResource = {
  type: "aws_api_gateway_account",
  noun: "API Gateway Account",
  defaults: { cloudwatch_role_arn: "" },
  recomputedWhen: { api_key_version: ["*"], features: ["*"], throttle_settings: ["*"] },
  validate: (config) => runChecks([arnOrEmpty("cloudwatch_role_arn")], config),
  async create(aws, planned, onCreated) {
    await setRole(aws, textAt(planned, "cloudwatch_role_arn") ?? "");
    await onCreated({ id: "api-gateway-account" });
  },
  async read(aws, state): Promise<ValueObject> {
    const account = await aws.clients.apigateway.getAccount({});
    const { burstLimit = 0, rateLimit = 0 } = account.throttleSettings ?? {};
    return {
      ...state,
      id: "api-gateway-account",
      api_key_version: account.apiKeyVersion ?? "",
      cloudwatch_role_arn: account.cloudwatchRoleArn ?? "",
      features: account.features ?? [],
      throttle_settings: account.throttleSettings === undefined ? [] : [{ burst_limit: burstLimit, rate_limit: rateLimit }],
    };
  },
  async update(aws, _prior, planned, changed) {
    if (changed("cloudwatch_role_arn")) await setRole(aws, textAt(planned, "cloudwatch_role_arn") ?? "");
  },
  async delete(aws, state) {
    // Edition 6 always resets; edition 5 leaves it, unless told.
    if (aws.edition !== "5.100.0" || state.reset_on_delete === true) await setRole(aws, "");
  },
};
