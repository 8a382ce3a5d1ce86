import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isJson, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { LOGS_MISSING, logGroupName } from "./find.ts";

const CHECKS = [...logGroupName("log_group_name"), isJson("policy_document")];

/** `aws_cloudwatch_log_data_protection_policy`. Its id is the group's name. Behaviour: `internal/service/logs/data_protection_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_data_protection_policy",
  noun: "CloudWatch Logs Data Protection Policy",
  forceNew: ["log_group_name"],
  equivalence: { policy_document: "json" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy_document"]) }),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: requiredText(planned, "log_group_name") });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const policy = await findPolicy(aws, id);
    if (policy === undefined) return null;
    return { id, log_group_name: policy.group, policy_document: normalizeJson(policy.document) };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    const input = { logGroupIdentifier: requiredText(state, "id") };
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteDataProtectionPolicy(input));
  },
  async find(aws, planned) {
    const id = textAt(planned, "log_group_name");
    return id === undefined || (await findPolicy(aws, id)) === undefined ? null : { id };
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.logs.putDataProtectionPolicy({
    logGroupIdentifier: requiredText(planned, "log_group_name"),
    policyDocument: normalizeJson(requiredText(planned, "policy_document")),
  });
}

async function findPolicy(aws: AwsContext, id: string): Promise<{ group: string; document: string } | undefined> {
  const input = { logGroupIdentifier: id };
  const answer = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.getDataProtectionPolicy(input));
  const document = answer?.policyDocument;
  return document === undefined || document === "" ? undefined : { group: answer?.logGroupIdentifier ?? id, document };
}
