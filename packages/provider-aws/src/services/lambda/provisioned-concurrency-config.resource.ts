import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { atLeast, each, runChecks } from "../checks.ts";
import { importParts, onePartOnly } from "../import-id.ts";

const MISSING = ["ResourceNotFoundException", "ProvisionedConcurrencyConfigNotFoundException"];
const CHECKS = [atLeast("provisioned_concurrent_executions", 1), each("function_name", notEmpty), each("qualifier", notEmpty)];

function notEmpty(value: unknown, key: string): string | undefined {
  return value === "" ? `${key} must not be empty, got ` : undefined;
}
const SOURCE = "terraform-provider-aws, internal/service/lambda/provisioned_concurrency_config.go (read 2026-11)";
const READY: WaitRow = { what: "the provisioned concurrency", timeoutMs: 900_000, source: SOURCE };

/** aws_lambda_provisioned_concurrency_config; id is `function,qualifier`. Behaviour: `internal/service/lambda/provisioned_concurrency_config.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_lambda_provisioned_concurrency_config",
  noun: "Lambda Provisioned Concurrency Config",
  defaults: { skip_destroy: false },
  forceNew: ["function_name", "qualifier"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const { FunctionName, Qualifier } = keyOf(planned);
    await put(aws, planned);
    await onCreated({ id: `${FunctionName},${Qualifier}` });
    await untilReady(aws, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const parts = partsOf(id);
    const found = await unlessMissing(MISSING, () => aws.clients.lambda.getProvisionedConcurrencyConfig(keyOf(parts)));
    if (found === undefined) return null;
    return {
      ...parts,
      id,
      provisioned_concurrent_executions: found.RequestedProvisionedConcurrentExecutions ?? 0,
      skip_destroy: state.skip_destroy ?? null,
    };
  },
  async update(aws, prior, planned, changed) {
    if (!changed("provisioned_concurrent_executions")) return;
    await put(aws, { ...planned, ...partsOf(requiredText(prior, "id")) });
    await untilReady(aws, prior);
  },
  async delete(aws, state) {
    if (isTrue(state, "skip_destroy")) return;
    await unlessMissing(MISSING, () => aws.clients.lambda.deleteProvisionedConcurrencyConfig(keyOf(state)));
  },
  importId: (id) => ({ id, ...partsOf(id) }),
  async find(_aws, planned) {
    const [name, qualifier] = [textAt(planned, "function_name"), textAt(planned, "qualifier")];
    return name === undefined || qualifier === undefined ? null : { ...planned, id: `${name},${qualifier}` };
  },
  upgrades: {
    // Ids were written with a colon, which a function's ARN has too.
    0: (state) => ({ ...state, id: `${String(state.function_name)},${String(state.qualifier)}` }),
  },
};

function keyOf(state: ValueObject): { FunctionName: string; Qualifier: string } {
  return { FunctionName: requiredText(state, "function_name"), Qualifier: requiredText(state, "qualifier") };
}

function partsOf(id: string): ValueObject {
  const [function_name = "", qualifier = ""] = importParts(id, "function_name,qualifier", ",", onePartOnly);
  return { function_name, qualifier };
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.lambda.putProvisionedConcurrencyConfig({
    ...keyOf(planned),
    ProvisionedConcurrentExecutions: numberAt(planned, "provisioned_concurrent_executions"),
  });
}

async function untilReady(aws: AwsContext, state: ValueObject): Promise<void> {
  await aws.wait(READY, async () => {
    const found = await unlessMissing(MISSING, () => aws.clients.lambda.getProvisionedConcurrencyConfig(keyOf(state)));
    if (found?.Status !== "FAILED") return found?.Status === "READY" ? true : undefined;
    const detail = `The provisioned concurrency did not become ready: ${found.StatusReason ?? "no reason given"}`;
    throw new DiagnosticError(errorDiagnostic("DVT4001", "Provisioned concurrency failed", { detail }));
  });
}
