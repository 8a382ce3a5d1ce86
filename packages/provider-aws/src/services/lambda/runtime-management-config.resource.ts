import type { UpdateRuntimeOn } from "@aws-sdk/client-lambda";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { refusedImport } from "../import-id.ts";
import { LAMBDA_MISSING } from "./find.ts";

/** aws_lambda_runtime_management_config: deleting it updates automatically again. Behaviour: `internal/service/lambda/runtime_management_config.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_lambda_runtime_management_config",
  noun: "Lambda Runtime Management Config",
  forceNew: ["function_name", "qualifier"],
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ function_name: requiredText(planned, "function_name"), qualifier: planned.qualifier ?? null });
  },
  async read(aws, state) {
    const found = await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getRuntimeManagementConfig(keyOf(state)));
    if (found === undefined) return null;
    return {
      function_arn: found.FunctionArn ?? "",
      function_name: requiredText(state, "function_name"),
      qualifier: state.qualifier ?? null,
      runtime_version_arn: found.RuntimeVersionArn ?? null,
      update_runtime_on: found.UpdateRuntimeOn ?? null,
    };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(LAMBDA_MISSING, () =>
      aws.clients.lambda.putRuntimeManagementConfig({ ...keyOf(state), UpdateRuntimeOn: "Auto" }),
    );
  },
  importId(id) {
    const [function_name = "", qualifier, ...more] = id.split(",");
    if (function_name === "" || qualifier === undefined || more.length > 0)
      throw refusedImport(`Expected import identifier with format: function_name,qualifier. Got: ${JSON.stringify(id)}`);
    return { function_name, ...(qualifier === "" ? {} : { qualifier }) };
  },
  async find(_aws, planned) {
    const name = textAt(planned, "function_name");
    return name === undefined ? null : { function_name: name, qualifier: planned.qualifier ?? null };
  },
};

function keyOf(state: ValueObject): { FunctionName: string; Qualifier?: string } {
  const qualifier = textAt(state, "qualifier");
  return { FunctionName: requiredText(state, "function_name"), ...(qualifier === undefined ? {} : { Qualifier: qualifier }) };
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const arn = textAt(planned, "runtime_version_arn");
  await aws.clients.lambda.putRuntimeManagementConfig({
    ...keyOf(planned),
    UpdateRuntimeOn: (textAt(planned, "update_runtime_on") ?? "Auto") as UpdateRuntimeOn,
    ...(arn === undefined ? {} : { RuntimeVersionArn: arn }),
  });
}
