import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { isArnValue, isPolicyValue } from "../framework-checks.ts";
import { sameJson } from "../json-text.ts";
import { KINESIS_MISSING } from "./find.ts";

/** aws_kinesis_resource_policy: who else may use a stream or consumer. Its id is that one's ARN. */
export const resource: NativeResource = {
  type: "aws_kinesis_resource_policy",
  forceNew: ["resource_arn"],
  equivalence: { policy: "policy" },
  validate: (config) => runChecks([isArnValue("resource_arn"), isPolicyValue("policy")], config),
  async create(aws, planned, onCreated) {
    const ResourceARN = requiredText(planned, "resource_arn");
    await onCreated({ id: ResourceARN });
    await aws.clients.kinesis.putResourcePolicy({ ResourceARN, Policy: requiredText(planned, "policy") });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const policy = await findPolicy(aws, id);
    return policy === undefined ? null : { ...state, id, resource_arn: id, policy };
  },
  async update(aws, prior, planned) {
    await aws.clients.kinesis.putResourcePolicy({
      ResourceARN: requiredText(prior, "id"),
      Policy: requiredText(planned, "policy"),
    });
  },
  async delete(aws, state) {
    const ResourceARN = requiredText(state, "id");
    await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.deleteResourcePolicy({ ResourceARN }));
  },
  async find(aws, planned) {
    const id = requiredText(planned, "resource_arn");
    const policy = await findPolicy(aws, id);
    return policy !== undefined && sameJson(policy, requiredText(planned, "policy")) ? { id } : null;
  },
};

async function findPolicy(aws: AwsContext, ResourceARN: string): Promise<string | undefined> {
  const answer = await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.getResourcePolicy({ ResourceARN }));
  return answer?.Policy === undefined || answer.Policy === "" || answer.Policy === "{}" ? undefined : answer.Policy;
}
