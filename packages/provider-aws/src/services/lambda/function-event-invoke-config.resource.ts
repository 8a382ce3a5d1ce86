import type { DestinationConfig, OnFailure, OnSuccess, PutFunctionEventInvokeConfigCommandInput } from "@aws-sdk/client-lambda";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, expand, flatten, nonZero, requiredText, rowsOf, text, textAt, whole } from "../attribute-map.ts";
import { between, isArn, runChecks } from "../checks.ts";
import { functionRetry, LAMBDA_MISSING } from "./find.ts";

const destination = rowsOf<DestinationConfig>();
const row = rowsOf<PutFunctionEventInvokeConfigCommandInput>();
const CONFIG = [
  row(
    "destination_config",
    "DestinationConfig",
    block([
      destination("on_failure", "OnFailure", block([rowsOf<OnFailure>()("destination", "Destination", text())])),
      destination("on_success", "OnSuccess", block([rowsOf<OnSuccess>()("destination", "Destination", text())])),
    ]),
  ),
  row("maximum_event_age_in_seconds", "MaximumEventAgeInSeconds", nonZero()),
  row("maximum_retry_attempts", "MaximumRetryAttempts", whole()),
];

const CHECKS = [
  isArn("destination_config.on_failure.destination"),
  isArn("destination_config.on_success.destination"),
  between("maximum_event_age_in_seconds", 60, 21_600),
  between("maximum_retry_attempts", 0, 2),
];

/** aws_lambda_function_event_invoke_config. Its id is the function's name, with `:qualifier` where it has one. */
export const resource: NativeResource = {
  type: "aws_lambda_function_event_invoke_config",
  defaults: { maximum_retry_attempts: 2 },
  forceNew: ["function_name", "qualifier"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: idOf(planned) });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const { name, qualifier } = partsOf(id);
    const input = { FunctionName: name, ...(qualifier ? { Qualifier: qualifier } : {}) };
    const config = await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getFunctionEventInvokeConfig(input));
    if (config === undefined) return null;
    const values = flatten(CONFIG, config);
    values.destination_config = destinations(config.DestinationConfig);
    return { ...state, ...values, id, function_name: name, qualifier: qualifier ?? "" };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    const { name, qualifier } = partsOf(requiredText(state, "id"));
    const input = { FunctionName: name, ...(qualifier ? { Qualifier: qualifier } : {}) };
    await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.deleteFunctionEventInvokeConfig(input));
  },
  find: async (_aws, planned) => ({ id: idOf(planned) }),
};

/** Lambda answers a destination without an address where there is none. */
function destinations(given: DestinationConfig | undefined): ValueObject[] {
  const failure = given?.OnFailure?.Destination;
  const success = given?.OnSuccess?.Destination;
  if (!failure && !success) return [];
  return [{ on_failure: failure ? [{ destination: failure }] : [], on_success: success ? [{ destination: success }] : [] }];
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const Qualifier = textAt(planned, "qualifier");
  await aws.retry(functionRetry(), () =>
    aws.clients.lambda.putFunctionEventInvokeConfig({
      ...expand(CONFIG, planned),
      FunctionName: requiredText(planned, "function_name"),
      ...(Qualifier ? { Qualifier } : {}),
    }),
  );
}

function idOf(state: ValueObject): string {
  const name = requiredText(state, "function_name");
  const qualifier = textAt(state, "qualifier");
  return qualifier === undefined ? name : `${name}:${qualifier}`;
}

/** A name or ARN, maybe with a qualifier: an ARN has six colons before it. */
function partsOf(id: string): { name: string; qualifier?: string } {
  const sections = id.split(":");
  const nameSections = id.startsWith("arn:") ? 7 : 1;
  const qualifier = sections[nameSections];
  return { name: sections.slice(0, nameSections).join(":"), ...(qualifier ? { qualifier } : {}) };
}
