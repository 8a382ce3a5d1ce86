import { DiagnosticError, type ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { configError, isArn, runChecks } from "../checks.ts";
import { CONCURRENT } from "./policy-text.ts";
import { listAttachedPolicies } from "./role-policies.ts";

const MISSING = ["NoSuchEntity", "NoSuchEntityException"];

/** `aws_iam_role_policy_attachment`. Behaviour: `internal/service/iam/role_policy_attachment.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_role_policy_attachment",
  noun: "IAM Role Policy Attachment",
  forceNew: ["role", "policy_arn"],
  validate: (config) => runChecks([isArn("policy_arn")], config),
  async create(aws, planned, onCreated) {
    const role = requiredText(planned, "role");
    const arn = requiredText(planned, "policy_arn");
    await aws.retry(CONCURRENT, () => aws.clients.iam.attachRolePolicy({ RoleName: role, PolicyArn: arn }));
    await onCreated(attachment(role, arn));
  },
  async read(aws, state) {
    const role = requiredText(state, "role");
    const arn = requiredText(state, "policy_arn");
    const attached = await unlessMissing(MISSING, () => listAttachedPolicies(aws, role));
    return attached?.includes(arn) === true ? { id: textAt(state, "id") ?? null, role, policy_arn: arn } : null;
  },
  async delete(aws, state) {
    const input = { RoleName: requiredText(state, "role"), PolicyArn: requiredText(state, "policy_arn") };
    await unlessMissing(MISSING, () => aws.retry(CONCURRENT, () => aws.clients.iam.detachRolePolicy(input)));
  },
  importId(id) {
    const at = id.indexOf("/");
    if (at > 0 && at < id.length - 1) return attachment(id.slice(0, at), id.slice(at + 1));
    throw new DiagnosticError(
      configError(`unexpected format of ID (${JSON.stringify(id)}), expected <role-name>/<policy_arn>`, "id"),
    );
  },
  async find(_aws, planned) {
    const role = textAt(planned, "role");
    const arn = textAt(planned, "policy_arn");
    return role === undefined || arn === undefined ? null : attachment(role, arn);
  },
};

/** The real provider draws an id on create and makes this one on import; ours is this one always, so that a crashed create is found. */
function attachment(role: string, arn: string): ValueObject {
  return { id: `${role}-${arn}`, role, policy_arn: arn };
}
