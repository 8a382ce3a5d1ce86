import type { AccountPolicy, PolicyType, Scope } from "@aws-sdk/client-cloudwatch-logs";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, requiredText, textAt } from "../attribute-map.ts";
import { isJson, oneOf, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { LOGS_MISSING } from "./find.ts";

const TYPES: readonly PolicyType[] = [
  "DATA_PROTECTION_POLICY",
  "SUBSCRIPTION_FILTER_POLICY",
  "FIELD_INDEX_POLICY",
  "TRANSFORMER_POLICY",
  "METRIC_EXTRACTION_POLICY",
];

const CHECKS = [isJson("policy_document"), oneOf("policy_type", TYPES), oneOf("scope", ["ALL"])];

/** `aws_cloudwatch_log_account_policy`. Its id is its name, which its type completes. Behaviour: `internal/service/logs/account_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_account_policy",
  noun: "CloudWatch Logs Account Policy",
  defaults: { scope: "ALL" },
  forceNew: ["policy_name", "policy_type", "selection_criteria"],
  equivalence: { policy_document: "json" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy_document"]) }),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: requiredText(planned, "policy_name") });
  },
  async read(aws, state) {
    const policy = await findPolicy(aws, requiredText(state, "id"), requiredText(state, "policy_type"));
    if (policy?.policyDocument === undefined) return null;
    return {
      id: policy.policyName ?? "",
      policy_document: normalizeJson(policy.policyDocument),
      policy_name: policy.policyName ?? "",
      policy_type: policy.policyType ?? "",
      scope: policy.scope ?? "",
      selection_criteria: policy.selectionCriteria ?? "",
    };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(LOGS_MISSING, () =>
      aws.clients.logs.deleteAccountPolicy({
        policyName: requiredText(state, "id"),
        policyType: enumAt<PolicyType>(state, "policy_type"),
      }),
    );
  },
  importId(id) {
    const [name = "", type = "", ...more] = id.split(":");
    if (type !== "" && more.length === 0) return { id: name, policy_type: type };
    const detail = `wrong format of import ID (${id}), use: '<policy-name>:<policy-type>'`;
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  },
  async find(aws, planned) {
    const [id, policy_type] = [requiredText(planned, "policy_name"), requiredText(planned, "policy_type")];
    return (await findPolicy(aws, id, policy_type)) === undefined ? null : { id, policy_type };
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.logs.putAccountPolicy({
    policyDocument: normalizeJson(requiredText(planned, "policy_document")),
    policyName: requiredText(planned, "policy_name"),
    policyType: enumAt<PolicyType>(planned, "policy_type"),
    scope: enumAt<Scope>(planned, "scope"),
    selectionCriteria: textAt(planned, "selection_criteria"),
  });
}

async function findPolicy(aws: AwsContext, policyName: string, policyType: string): Promise<AccountPolicy | undefined> {
  const asked = { policyName, policyType: policyType as PolicyType };
  const answer = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.describeAccountPolicies(asked));
  return answer?.accountPolicies?.[0];
}
