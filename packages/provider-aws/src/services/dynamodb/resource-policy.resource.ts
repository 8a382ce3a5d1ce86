import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt } from "../attribute-map.ts";
import { isPolicyValue } from "../framework-checks.ts";

const MISSING = ["ResourceNotFoundException", "PolicyNotFoundException"];

/** aws_dynamodb_resource_policy; id is the resource's ARN. Behaviour: `internal/service/dynamodb/resource_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_dynamodb_resource_policy",
  noun: "DynamoDB Resource Policy",
  forceNew: ["resource_arn"],
  defaults: { confirm_remove_self_resource_access: false },
  equivalence: { policy: "policy" },
  recomputedWhen: { revision_id: ["*"] },
  validate: (config) => isPolicyValue("policy").run(config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    const arn = requiredText(planned, "resource_arn");
    await onCreated({ id: arn, resource_arn: arn });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(MISSING, () => aws.clients.dynamodb.getResourcePolicy({ ResourceArn: id }));
    if (found?.Policy === undefined) return null;
    const out: MutableValueObject = {
      id,
      resource_arn: id,
      policy: found.Policy,
      revision_id: found.RevisionId ?? "",
      confirm_remove_self_resource_access: state.confirm_remove_self_resource_access ?? null,
    };
    return out;
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.dynamodb.deleteResourcePolicy({ ResourceArn: requiredText(state, "id") }));
  },
  importId: (id) => ({ id, resource_arn: id }),
  async find(_aws, planned) {
    const arn = textAt(planned, "resource_arn");
    return arn === undefined ? null : { id: arn, resource_arn: arn };
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.dynamodb.putResourcePolicy({
    ResourceArn: requiredText(planned, "resource_arn"),
    Policy: requiredText(planned, "policy"),
    ...(isTrue(planned, "confirm_remove_self_resource_access") ? { ConfirmRemoveSelfResourceAccess: true } : {}),
  });
}
