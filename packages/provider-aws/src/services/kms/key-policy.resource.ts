import type { NativeResource } from "../../resource.ts";
import { isTrue, requiredText } from "../attribute-map.ts";
import { byEdition, isJson, lengthBetween, runChecks } from "../checks.ts";
import { isPolicyJson } from "../iam/policy-text.ts";
import { sameJson, withNormalizedJson } from "../json-text.ts";
import { findKey, findKeyPolicy } from "./find.ts";
import { putKeyPolicy } from "./key.resource.ts";

const CHECKS = [lengthBetween("key_id", 1, 2048), byEdition([isJson("policy")], [isPolicyJson("policy")])];

/** aws_kms_key_policy. Its id is the key's; deleting it puts AWS's default policy back. */
export const resource: NativeResource = {
  type: "aws_kms_key_policy",
  defaults: { bypass_policy_lockout_safety_check: false },
  equivalence: { policy: "policy" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    const id = requiredText(planned, "key_id");
    await onCreated({ id });
    await putKeyPolicy(aws, id, requiredText(planned, "policy"), isTrue(planned, "bypass_policy_lockout_safety_check"));
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const key = await findKey(aws, id);
    const policy = key === undefined ? undefined : await findKeyPolicy(aws, id);
    return key === undefined || policy === undefined ? null : { ...state, id, key_id: key.KeyId ?? "", policy };
  },
  async update(aws, prior, planned, changed) {
    if (!changed("policy")) return;
    const bypass = isTrue(planned, "bypass_policy_lockout_safety_check");
    await putKeyPolicy(aws, requiredText(prior, "id"), requiredText(planned, "policy"), bypass);
  },
  async delete(aws, state) {
    if (isTrue(state, "bypass_policy_lockout_safety_check")) return;
    const id = requiredText(state, "key_id");
    if ((await findKey(aws, id)) === undefined) return;
    await putKeyPolicy(aws, id, defaultKeyPolicy(aws.partition, await aws.accountId()), false);
  },
  async find(aws, planned) {
    const id = requiredText(planned, "key_id");
    const policy = await findKeyPolicy(aws, id);
    return policy !== undefined && sameJson(policy, requiredText(planned, "policy")) ? { id } : null;
  },
};

/** The policy of a key made without one. Source: KMS Developer Guide, "Default key policy". */
function defaultKeyPolicy(partition: string, account: string): string {
  return JSON.stringify({
    Id: "default",
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}
