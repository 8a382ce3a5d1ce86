import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isArn, isJson, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { SNS_MISSING } from "./find.ts";

/** `aws_sns_topic_data_protection_policy`. Its id is the topic's ARN. Behaviour: `internal/service/sns/topic_data_protection_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_sns_topic_data_protection_policy",
  noun: "SNS Data Protection Policy",
  forceNew: ["arn"],
  equivalence: { policy: "json" },
  validate: (config) => runChecks([isArn("arn"), isJson("policy")], config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    await put(aws, requiredText(planned, "arn"), normalizeJson(requiredText(planned, "policy")));
    await onCreated({ id: requiredText(planned, "arn") });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const policy = await findPolicy(aws, id);
    return policy === undefined ? null : { id, arn: id, policy: normalizeJson(policy) };
  },
  async update(aws, prior, planned) {
    await put(aws, requiredText(prior, "id"), normalizeJson(requiredText(planned, "policy")));
  },
  async delete(aws, state: ValueObject) {
    await unlessMissing(SNS_MISSING, () => put(aws, requiredText(state, "arn"), ""));
  },
  importId: (id) => ({ id, arn: id }),
  async find(aws, planned) {
    const id = textAt(planned, "arn");
    return id === undefined || (await findPolicy(aws, id)) === undefined ? null : { id, arn: id };
  },
};

async function put(aws: AwsContext, ResourceArn: string, DataProtectionPolicy: string): Promise<void> {
  await aws.clients.sns.putDataProtectionPolicy({ ResourceArn, DataProtectionPolicy });
}

async function findPolicy(aws: AwsContext, ResourceArn: string): Promise<string | undefined> {
  const answer = await unlessMissing(SNS_MISSING, () => aws.clients.sns.getDataProtectionPolicy({ ResourceArn }));
  return answer?.DataProtectionPolicy || undefined;
}
