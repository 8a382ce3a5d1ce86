import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText } from "../attribute-map.ts";
import { isArn, isJson, runChecks } from "../checks.ts";
import { normalizeJson, sameJson, withNormalizedJson } from "../json-text.ts";
import { findSecretPolicy, putSecretPolicy, SECRET_MISSING } from "./find.ts";

/** aws_secretsmanager_secret_policy. Its id is the secret's ARN. */
export const resource: NativeResource = {
  type: "aws_secretsmanager_secret_policy",
  forceNew: ["secret_arn"],
  equivalence: { policy: "policy" },
  validate: (config) => runChecks([isArn("secret_arn"), isJson("policy")], config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    const id = requiredText(planned, "secret_arn");
    await onCreated({ id });
    const blocks = isTrue(planned, "block_public_policy") ? true : undefined;
    await putSecretPolicy(aws, id, requiredText(planned, "policy"), blocks);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const policy = await findSecretPolicy(aws, id);
    if (policy === undefined || policy === "") return null;
    return { ...state, id, secret_arn: id, policy: normalizeJson(policy) };
  },
  async update(aws, prior, planned) {
    await putSecretPolicy(
      aws,
      requiredText(prior, "id"),
      requiredText(planned, "policy"),
      isTrue(planned, "block_public_policy"),
    );
  },
  async delete(aws, state) {
    const SecretId = requiredText(state, "id");
    await unlessMissing(SECRET_MISSING, () => aws.clients.secretsmanager.deleteResourcePolicy({ SecretId }));
  },
  async find(aws, planned) {
    const id = requiredText(planned, "secret_arn");
    const policy = await findSecretPolicy(aws, id);
    return policy !== undefined && sameJson(policy, requiredText(planned, "policy")) ? { id } : null;
  },
};
