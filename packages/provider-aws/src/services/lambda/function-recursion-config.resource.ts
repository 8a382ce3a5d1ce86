import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { each } from "../checks.ts";
import { LAMBDA_MISSING } from "./find.ts";

/** aws_lambda_function_recursion_config: deleting it ends recursive loops again. Behaviour: `internal/service/lambda/function_recursion_config.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_lambda_function_recursion_config",
  noun: "Lambda Function Recursion Config",
  forceNew: ["function_name"],
  async create(aws, planned, onCreated) {
    await put(aws, planned, textAt(planned, "recursive_loop"));
    await onCreated({ function_name: requiredText(planned, "function_name") });
  },
  validate: (config) =>
    each("function_name", (value, key) =>
      value === "" ? `Attribute ${key} must be a valid function name, got: ` : undefined,
    ).run(config),
  async read(aws, state) {
    const FunctionName = requiredText(state, "function_name");
    const found = await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getFunctionRecursionConfig({ FunctionName }));
    return found === undefined ? null : { function_name: FunctionName, recursive_loop: found.RecursiveLoop ?? "" };
  },
  update: (aws, _prior, planned) => put(aws, planned, textAt(planned, "recursive_loop")),
  async delete(aws, state) {
    await unlessMissing(LAMBDA_MISSING, () => put(aws, state, "Terminate"));
  },
  importId: (id) => ({ function_name: id }),
  async find(_aws, planned) {
    const name = textAt(planned, "function_name");
    return name === undefined ? null : { function_name: name };
  },
};

async function put(aws: AwsContext, state: ValueObject, loop: string | undefined): Promise<void> {
  const FunctionName = requiredText(state, "function_name");
  const RecursiveLoop = loop === "Allow" ? "Allow" : "Terminate";
  await aws.clients.lambda.putFunctionRecursionConfig({ FunctionName, RecursiveLoop });
}
