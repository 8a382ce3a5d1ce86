import { isList, isObject, type MutableValueObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { equivalent } from "../../plan/equivalence.ts";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, numberAt, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { between, conflicts, each, isArn, lengthBetween, matches, runChecks } from "../checks.ts";
import { normalizeJson } from "../json-text.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { nameChecks, UNIQUE_SUFFIX_LENGTH } from "./names.ts";
import { decodePolicy, isPolicyJson, NEW_PRINCIPAL, versionFirst } from "./policy-text.ts";
import { emptyRole, type InlinePolicy, listAttachedPolicies, readInlinePolicies } from "./role-policies.ts";

const MISSING = ["NoSuchEntity", "NoSuchEntityException"];

const CHECKS = [
  ...nameChecks(64, UNIQUE_SUFFIX_LENGTH),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  isPolicyJson("assume_role_policy"),
  lengthBetween("description", 0, 1000),
  each("description", (value, key) =>
    /[\u201c\u2018]/.test(String(value))
      ? `invalid value for ${key} (cannot contain specially formatted single or double quotes: [“‘])`
      : undefined,
  ),
  each("inline_policy.name", (value, key) => (value === "" ? `expected "${key}" to not be an empty string, got ` : undefined)),
  lengthBetween("inline_policy.name", 1, 128),
  matches("inline_policy.name", /^[\w+=,.@-]*$/, "must match [\\w+=,.@-]"),
  isPolicyJson("inline_policy.policy"),
  isArn("managed_policy_arns"),
  between("max_session_duration", 3600, 43200),
  lengthBetween("path", 0, 512),
  isArn("permissions_boundary"),
];

/** `aws_iam_role`. Behaviour as terraform-provider-aws 5.100/6: `internal/service/iam/role.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_role",
  forceNew: ["name", "name_prefix", "path"],
  defaults: { force_detach_policies: false, max_session_duration: 3600, path: "/" },
  equivalence: { assume_role_policy: "policy", "inline_policy.policy": "policy" },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 64 },
  computedBlocks: { inline_policy: true },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (prior, planned) => ({ planned: normalised(prior, planned) }),
  async create(aws, planned, onCreated) {
    const name = requiredText(planned, "name");
    const tags = tagList(textMapAt(planned, "tags_all"));
    await aws.retry(NEW_PRINCIPAL, () =>
      aws.clients.iam.createRole({
        RoleName: name,
        AssumeRolePolicyDocument: normalizeJson(requiredText(planned, "assume_role_policy")),
        Path: textAt(planned, "path"),
        Description: textAt(planned, "description"),
        MaxSessionDuration: numberAt(planned, "max_session_duration"),
        PermissionsBoundary: textAt(planned, "permissions_boundary"),
        ...(tags.length === 0 ? {} : { Tags: tags }),
      }),
    );
    await onCreated({ id: name, name });
    await putInline(aws, name, inlineOf(planned));
    for (const arn of textsAt(planned, "managed_policy_arns"))
      await aws.clients.iam.attachRolePolicy({ RoleName: name, PolicyArn: arn });
  },
  read,
  update,
  async delete(aws, state) {
    const name = requiredText(state, "id");
    await unlessMissing(MISSING, async () => {
      // The real provider keeps what other resources attach in the role's state, and so detaches all of it.
      await emptyRole(aws, name, { attached: true, inline: true });
      await aws.retry(DETACHING, () => aws.clients.iam.deleteRole({ RoleName: name }));
    });
  },
  importId: (id) => ({ id, force_detach_policies: false }),
};

const DETACHING = {
  codes: ["DeleteConflict", "DeleteConflictException"],
  timeoutMs: 120_000,
  why: "a policy that was just detached may still count",
  source: "terraform-provider-aws, internal/service/iam/role.go (read 2026-11)",
};

/** JSON as the real provider plans it: normalised, unless the prior text means the same. */
function normalised(prior: ValueObject | null, planned: ValueObject): ValueObject {
  const out: MutableValueObject = { ...planned };
  const policy = planned.assume_role_policy ?? null;
  if (typeof policy === "string" && policy !== prior?.assume_role_policy) out.assume_role_policy = normalizeJson(policy);
  const inline = planned.inline_policy ?? null;
  if (isList(inline)) out.inline_policy = keepInline(prior?.inline_policy ?? null, inline.map(normaliseInline));
  return out;
}

function normaliseInline(item: Value): Value {
  return isObject(item) && typeof item.policy === "string" ? { ...item, policy: versionFirst(item.policy) } : item;
}

/** Inline policies are compared by meaning: those of before stay where nothing really differs. */
function keepInline(before: Value, after: readonly Value[]): Value {
  if (!isList(before) || after.includes(UNKNOWN)) return after;
  return sameInline(policiesOf(before), policiesOf(after)) ? before : after;
}

function policiesOf(items: readonly Value[]): InlinePolicy[] {
  return items.filter(isObject).map((item) => ({ name: textAt(item, "name") ?? "", policy: textAt(item, "policy") ?? "" }));
}

function inlineOf(object: ValueObject): InlinePolicy[] {
  return policiesOf(blocksAt(object, "inline_policy")).filter(({ name, policy }) => name !== "" || policy !== "");
}

function sameInline(a: readonly InlinePolicy[], b: readonly InlinePolicy[]): boolean {
  const real = (list: readonly InlinePolicy[]) => list.filter(({ name, policy }) => name !== "" || policy !== "");
  const [left, right] = [real(a), real(b)];
  return (
    left.length === right.length &&
    left.every(({ name, policy }) => right.some((other) => other.name === name && equivalent("policy", other.policy, policy)))
  );
}

async function putInline(aws: AwsContext, role: string, policies: readonly InlinePolicy[]): Promise<void> {
  for (const { name, policy } of policies) {
    await aws.clients.iam.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: versionFirst(policy) });
  }
}

/**
 * A role whose state has no policies of its own leaves those of others to them: aws_iam_role_policy and its like come and go without the role
 * seeming to drift. (The real provider lists them in the role's computed attributes as well.) An imported role gets what it has.
 */
function isKnownEmpty(value: Value | undefined): boolean {
  return value !== undefined && isList(value) && value.length === 0;
}

function inlineState(state: ValueObject, found: readonly InlinePolicy[]): Value {
  const before = state.inline_policy ?? null;
  if (isKnownEmpty(before) || (isList(before) && sameInline(found, inlineOf(state)))) return before;
  return found.map(({ name, policy }) => ({ name, policy }));
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const answer = await unlessMissing(MISSING, () => aws.clients.iam.getRole({ RoleName: id }));
  const role = answer?.Role;
  if (role === undefined) return null;
  const [inline, attached] = await Promise.all([readInlinePolicies(aws, id), listAttachedPolicies(aws, id)]);
  return {
    id,
    arn: role.Arn ?? "",
    assume_role_policy: decodePolicy(role.AssumeRolePolicyDocument),
    create_date: role.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z") ?? "",
    description: role.Description ?? "",
    inline_policy: inlineState(state, inline),
    managed_policy_arns: isKnownEmpty(state.managed_policy_arns) ? [] : attached,
    max_session_duration: role.MaxSessionDuration ?? 3600,
    name: role.RoleName ?? id,
    name_prefix: prefixOfName(role.RoleName ?? id),
    path: role.Path ?? "/",
    permissions_boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    unique_id: role.RoleId ?? "",
    tags_all: tagMap(role.Tags),
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const name = requiredText(prior, "id");
  const { iam } = aws.clients;
  if (changed("assume_role_policy")) {
    const PolicyDocument = normalizeJson(requiredText(planned, "assume_role_policy"));
    await aws.retry(NEW_PRINCIPAL, () => iam.updateAssumeRolePolicy({ RoleName: name, PolicyDocument }));
  }
  if (changed("description"))
    await iam.updateRoleDescription({ RoleName: name, Description: textAt(planned, "description") ?? "" });
  if (changed("max_session_duration")) {
    await iam.updateRole({ RoleName: name, MaxSessionDuration: numberAt(planned, "max_session_duration") });
  }
  if (changed("permissions_boundary")) {
    const boundary = textAt(planned, "permissions_boundary");
    if (boundary === undefined) await iam.deleteRolePermissionsBoundary({ RoleName: name });
    else await iam.putRolePermissionsBoundary({ RoleName: name, PermissionsBoundary: boundary });
  }
  if (changed("inline_policy")) await updateInline(aws, name, inlineOf(prior), inlineOf(planned));
  if (changed("managed_policy_arns"))
    await updateAttached(aws, name, textsAt(prior, "managed_policy_arns"), textsAt(planned, "managed_policy_arns"));
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await iam.untagRole({ RoleName: name, TagKeys: removed });
  if (Object.keys(added).length > 0) await iam.tagRole({ RoleName: name, Tags: tagList(added) });
}

async function updateInline(
  aws: AwsContext,
  role: string,
  before: readonly InlinePolicy[],
  after: readonly InlinePolicy[],
): Promise<void> {
  for (const { name } of before.filter((old) => !after.some((item) => item.name === old.name))) {
    await unlessMissing(MISSING, () => aws.clients.iam.deleteRolePolicy({ RoleName: role, PolicyName: name }));
  }
  await putInline(
    aws,
    role,
    after.filter((item) => !before.some((old) => old.name === item.name && old.policy === item.policy)),
  );
}

async function updateAttached(aws: AwsContext, role: string, before: readonly string[], after: readonly string[]): Promise<void> {
  for (const arn of before.filter((old) => !after.includes(old))) {
    await unlessMissing(MISSING, () => aws.clients.iam.detachRolePolicy({ RoleName: role, PolicyArn: arn }));
  }
  for (const arn of after.filter((item) => !before.includes(item)))
    await aws.clients.iam.attachRolePolicy({ RoleName: role, PolicyArn: arn });
}
