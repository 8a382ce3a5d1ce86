import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isArn, isJson, runChecks } from "../checks.ts";
import { normalizeJson, sameJson, withNormalizedJson } from "../json-text.ts";
import { findTopicAttributes, putTopicAttribute, SNS_MISSING } from "./find.ts";

/** aws_sns_topic_policy. Its id is the topic's ARN; deleting it puts AWS's default policy back. */
export const resource: NativeResource = {
  type: "aws_sns_topic_policy",
  forceNew: ["arn"],
  equivalence: { policy: "policy" },
  validate: (config) => runChecks([isArn("arn"), isJson("policy")], config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    await onCreated({ id: requiredText(planned, "arn") });
    await put(aws, planned);
  },
  async read(aws, state) {
    const arn = requiredText(state, "id");
    const attributes = await findTopicAttributes(aws, arn);
    const policy = attributes?.Policy;
    if (attributes === undefined || policy === undefined || policy === "") return null;
    return {
      ...state,
      id: arn,
      arn: attributes.TopicArn ?? arn,
      owner: attributes.Owner ?? "",
      policy: normalizeJson(policy),
    };
  },
  async update(aws, _prior, planned) {
    await put(aws, planned);
  },
  async delete(aws, state) {
    const arn = requiredText(state, "id");
    const owner = textAt(state, "owner") ?? (await aws.accountId());
    await unlessMissing(SNS_MISSING, () => putTopicAttribute(aws, arn, "Policy", defaultPolicy(arn, owner)));
  },
  async find(aws, planned) {
    const arn = requiredText(planned, "arn");
    const policy = (await findTopicAttributes(aws, arn))?.Policy;
    return policy !== undefined && sameJson(policy, requiredText(planned, "policy")) ? { id: arn } : null;
  },
};

function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  return putTopicAttribute(aws, requiredText(planned, "arn"), "Policy", normalizeJson(requiredText(planned, "policy")));
}

/** The policy of a new topic. Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html, as GetTopicAttributes shows it. */
function defaultPolicy(topicArn: string, owner: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  });
}
