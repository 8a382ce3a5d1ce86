import { DiagnosticError, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { configError, conflicts, each, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { nameChecks, UNIQUE_SUFFIX_LENGTH } from "./names.ts";
import { CONCURRENT, decodePolicy, isPolicyJson, versionFirst } from "./policy-text.ts";

const MISSING = ["NoSuchEntity", "NoSuchEntityException"];

const CHECKS = [
  ...nameChecks(128, UNIQUE_SUFFIX_LENGTH),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  isPolicyJson("policy"),
  each("role", (value, key) =>
    value === "" || String(value).startsWith("arn:") ? `"${key}" must be the role's name not its ARN` : undefined,
  ),
];

/** `aws_iam_role_policy`: an inline policy of a role; id `role:name`. Behaviour: `internal/service/iam/role_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_role_policy",
  forceNew: ["name", "name_prefix", "role"],
  equivalence: { policy: "policy" },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 128 },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan(prior, planned) {
    const out: MutableValueObject = { ...planned };
    if (typeof planned.policy === "string" && planned.policy !== prior?.policy) out.policy = versionFirst(planned.policy);
    return { planned: out };
  },
  async create(aws, planned, onCreated) {
    const role = requiredText(planned, "role");
    const name = requiredText(planned, "name");
    await put(aws, role, name, planned);
    await onCreated({ id: `${role}:${name}`, role, name });
  },
  async read(aws, state) {
    const { role, name } = parseId(requiredText(state, "id"));
    const found = await unlessMissing(MISSING, () => aws.clients.iam.getRolePolicy({ RoleName: role, PolicyName: name }));
    if (found === undefined) return null;
    return {
      id: `${role}:${name}`,
      name,
      name_prefix: prefixOfName(name),
      policy: decodePolicy(found.PolicyDocument),
      role,
    };
  },
  update: async (aws, prior, planned) => put(aws, requiredText(prior, "role"), requiredText(prior, "name"), planned),
  async delete(aws, state) {
    const { role, name } = parseId(requiredText(state, "id"));
    await unlessMissing(MISSING, () => aws.clients.iam.deleteRolePolicy({ RoleName: role, PolicyName: name }));
  },
  importId(id) {
    const { role, name } = parseId(id);
    return { id, role, name };
  },
  async find(_aws, planned) {
    const role = textAt(planned, "role");
    const name = textAt(planned, "name");
    return role === undefined || name === undefined ? null : { id: `${role}:${name}`, role, name };
  },
};

async function put(aws: AwsContext, role: string, name: string, planned: ValueObject): Promise<void> {
  const PolicyDocument = versionFirst(requiredText(planned, "policy"));
  await aws.retry(CONCURRENT, () => aws.clients.iam.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument }));
}

function parseId(id: string): { readonly role: string; readonly name: string } {
  const at = id.indexOf(":");
  if (at > 0 && at < id.length - 1) return { role: id.slice(0, at), name: id.slice(at + 1) };
  throw new DiagnosticError(configError("role_policy id must be of the form <role name>:<policy name>", "id"));
}
