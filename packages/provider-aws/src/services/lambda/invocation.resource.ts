import { DiagnosticError, errorDiagnostic, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { configError, isJson, oneOf, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";
import { invokeFunction, md5 } from "./invoke.ts";

const CHECKS = [isJson("input"), oneOf("lifecycle_scope", ["CREATE_ONLY", "CRUD"])];

/**
 * `aws_lambda_invocation`: the function is called when the resource is made, and with the scope CRUD also when it changes and goes. What it
 * answered is all that there is to it. Behaviour: `internal/service/lambda/invocation.go` (read 2026-11).
 */
export const resource: NativeResource = {
  type: "aws_lambda_invocation",
  defaults: { lifecycle_scope: "CREATE_ONLY", qualifier: "$LATEST", terraform_key: "tf" },
  forceNew: ["function_name", "qualifier", "triggers"],
  updatable: ["input"],
  validate: (config) => runChecks(CHECKS, config),
  customizePlan,
  async create(aws, planned, onCreated) {
    await onCreated(await call(aws, planned, payloadOf(planned, "create", null)));
  },
  // The answer was given once; nothing keeps it but the state.
  read: async (_aws, state) => state,
  update: (aws, prior, planned) => call(aws, planned, payloadOf(planned, "update", prior)),
  async delete(aws, state) {
    if (isCrud(state)) await call(aws, state, payloadOf(state, "delete", state));
  },
  importId: noImport("aws_lambda_invocation"),
  // A call leaves nothing that could be found again.
  find: async () => null,
};

function isCrud(object: ValueObject): boolean {
  return object.lifecycle_scope === "CRUD";
}

function customizePlan(prior: ValueObject | null, planned: ValueObject): CustomPlan {
  const { input = null } = planned;
  if (isCrud(planned) && typeof input === "string" && !/^\s*\{[\s\S]*\}\s*$/.test(input))
    return { diagnostics: [configError('lifecycle_scope other than "CREATE_ONLY" requires input to be a JSON object', "input")] };
  if (prior === null || prior.input === input) return {};
  return isCrud(planned) ? { planned: { ...planned, result: UNKNOWN } } : { requiresReplace: ["input"] };
}

/** With the scope CRUD the function is told what happens, and what it was given before. */
function payloadOf(object: ValueObject, action: "create" | "update" | "delete", before: ValueObject | null): string {
  const input = requiredText(object, "input");
  if (!isCrud(object)) return input;
  const told = { action, prev_input: before === null ? null : parsed(textAt(before, "input")) };
  return JSON.stringify({ ...members(input), [textAt(object, "terraform_key") ?? "tf"]: told });
}

function parsed(text: string | undefined): Value {
  return text === undefined ? null : (JSON.parse(text) as Value);
}

function members(input: string): ValueObject {
  const value = parsed(input);
  return isObject(value) ? value : {};
}

async function call(aws: AwsContext, object: ValueObject, payload: string): Promise<ValueObject> {
  const functionName = requiredText(object, "function_name");
  const qualifier = textAt(object, "qualifier") ?? "$LATEST";
  const result = await invokeFunction(aws, { functionName, qualifier, payload, tenant: textAt(object, "tenant_id") });
  // Edition 6 names it by what was asked, so that an import can be told apart.
  const id =
    aws.edition === "5.100.0" ? `${functionName}_${qualifier}_${md5(result)}` : [functionName, qualifier, md5(payload)].join(",");
  return { id, result };
}
