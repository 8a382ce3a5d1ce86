import type { ResourcePolicy } from "@aws-sdk/client-cloudwatch-logs";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { byEdition, each, exactlyOneOf, isArn, isJson, runChecks } from "../checks.ts";
import { isPolicyJson } from "../iam/policy-text.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { findResourcePolicy, LOGS_MISSING } from "./find.ts";

const CHARS_MAX = 5120;

const CHECKS = [
  byEdition(
    [
      each("policy_document", (value) =>
        typeof value === "string" && value.length > CHARS_MAX
          ? `CloudWatch log resource policy document must be between 1 and ${CHARS_MAX} characters.`
          : undefined,
      ),
      isJson("policy_document"),
    ],
    [isPolicyJson("policy_document"), isArn("resource_arn"), exactlyOneOf(["policy_name", "resource_arn"])],
  ),
];

/** aws_cloudwatch_log_resource_policy. Its id is the name of an account's policy, or (edition 6) the ARN of the resource that has it. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_resource_policy",
  noun: "CloudWatch Logs Resource Policy",
  forceNew: ["policy_name", "resource_arn"],
  equivalence: { policy_document: "policy" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy_document"]) }),
  async create(aws, planned, onCreated) {
    await put(aws, planned, undefined);
    await onCreated({ id: textAt(planned, "policy_name") ?? requiredText(planned, "resource_arn") });
  },
  read,
  async update(aws, prior, planned) {
    await put(aws, planned, textAt(prior, "revision_id"));
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    const input = id.startsWith("arn:")
      ? { resourceArn: id, expectedRevisionId: textAt(state, "revision_id") }
      : { policyName: id };
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteResourcePolicy(input));
  },
  importId: (id): ValueObject =>
    id.startsWith("arn:") ? { id, resource_arn: id, policy_scope: "RESOURCE" } : { id, policy_name: id },
  async find(aws, planned) {
    const id = textAt(planned, "policy_name") ?? requiredText(planned, "resource_arn");
    return (await findById(aws, id)) === undefined ? null : { id };
  },
};

function findById(aws: AwsContext, id: string): Promise<ResourcePolicy | undefined> {
  return findResourcePolicy(aws, id.startsWith("arn:") ? { resourceArn: id } : { policyName: id });
}

async function put(aws: AwsContext, planned: ValueObject, expectedRevisionId: string | undefined): Promise<void> {
  await aws.clients.logs.putResourcePolicy({
    policyDocument: normalizeJson(requiredText(planned, "policy_document")),
    policyName: textAt(planned, "policy_name"),
    resourceArn: textAt(planned, "resource_arn"),
    expectedRevisionId,
  });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const policy = await findById(aws, id);
  if (policy?.policyDocument === undefined) return null;
  const values: MutableValueObject = { ...state, id, policy_document: normalizeJson(policy.policyDocument) };
  if (!id.startsWith("arn:")) values.policy_name = id;
  if (aws.edition === "5.100.0") return values;
  values.policy_scope = policy.policyScope ?? "";
  values.resource_arn = policy.resourceArn ?? "";
  values.revision_id = policy.revisionId ?? "";
  return values;
}
