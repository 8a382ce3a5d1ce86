import type { GetAliasCommandOutput } from "@aws-sdk/client-lambda";
import { isObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, requiredText, textAt } from "../attribute-map.ts";
import { matches, runChecks } from "../checks.ts";
import { importParts, refusedImport } from "../import-id.ts";
import { timed } from "../timeouts.ts";
import { functionNameOf, functionRetry, invokeArn, LAMBDA_MISSING } from "./find.ts";

const CHECKS = [
  matches("name", /^[0-9A-Za-z_-]+$/, "must contain alphanumeric, underscores or dashes only", { code: "DVT3007" }),
  matches("name", /^(?![0-9]+$).+$/, "must not consist of digits only", { code: "DVT3007" }),
];

/** aws_lambda_alias. Its id is its ARN. */
export const resource: NativeResource = {
  type: "aws_lambda_alias",
  forceNew: ["function_name", "name"],
  // The name and the ARN of a function mean the same.
  suppressDiff: (path, prior, config) =>
    path === "function_name" &&
    typeof prior === "string" &&
    typeof config === "string" &&
    functionNameOf(prior) === functionNameOf(config),
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const answer = await aws.retry(functionRetry(), () =>
      aws.clients.lambda.createAlias({
        ...keyOf(planned),
        ...settings(planned),
        FunctionVersion: requiredText(planned, "function_version"),
      }),
    );
    await onCreated({ id: answer.AliasArn ?? "" });
  },
  async read(aws, state) {
    const alias = await findAlias(aws, state);
    if (alias === undefined) return null;
    const arn = alias.AliasArn ?? "";
    const weights = alias.RoutingConfig?.AdditionalVersionWeights;
    return {
      ...state,
      id: arn,
      arn,
      description: alias.Description ?? "",
      function_name: textAt(state, "function_name") ?? functionNameOf(arn),
      function_version: alias.FunctionVersion ?? "",
      invoke_arn: invokeArn(aws, arn),
      name: alias.Name ?? "",
      routing_config:
        weights === undefined || Object.keys(weights).length === 0 ? [] : [{ additional_version_weights: { ...weights } }],
    };
  },
  async update(aws, _prior, planned) {
    await aws.retry(timed(functionRetry(), planned, "update"), () =>
      aws.clients.lambda.updateAlias({
        ...keyOf(planned),
        ...settings(planned),
        FunctionVersion: requiredText(planned, "function_version"),
      }),
    );
  },
  async delete(aws, state) {
    await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.deleteAlias(keyOf(state)));
  },
  importId(id) {
    const [function_name = "", name = ""] = importParts(id, "FUNCTION_NAME/ALIAS", "/", (text, form) =>
      refusedImport(`Unexpected format of ID (${JSON.stringify(text)}), expected ${form}`),
    );
    return { id, function_name, name };
  },
  async find(aws, planned) {
    const alias = await findAlias(aws, planned);
    return alias?.AliasArn === undefined ? null : { id: alias.AliasArn };
  },
};

function keyOf(state: ValueObject): { FunctionName: string; Name: string } {
  return { FunctionName: requiredText(state, "function_name"), Name: requiredText(state, "name") };
}

function findAlias(aws: AwsContext, state: ValueObject): Promise<GetAliasCommandOutput | undefined> {
  return unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getAlias(keyOf(state)));
}

function settings(planned: ValueObject) {
  const weights = blockAt(planned, "routing_config")?.additional_version_weights ?? null;
  const AdditionalVersionWeights: Record<string, number> = {};
  if (isObject(weights)) {
    for (const [version, weight] of Object.entries(weights))
      if (typeof weight === "number") AdditionalVersionWeights[version] = weight;
  }
  return { Description: textAt(planned, "description") ?? "", RoutingConfig: { AdditionalVersionWeights } };
}
