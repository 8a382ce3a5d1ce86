import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { atLeastOneOf, each, isArn, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";
import { allOf, IAM_MISSING } from "./paging.ts";

const KINDS = ["groups", "roles", "users"] as const;
type Kind = (typeof KINDS)[number];

const CHECKS = [
  each("name", (value, key) => (value === "" ? `${key} must not be empty, got ` : undefined)),
  isArn("policy_arn"),
  atLeastOneOf(KINDS),
];

/** `aws_iam_policy_attachment`: all to whom a policy is attached; id is its name. Behaviour: `internal/service/iam/policy_attachment.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_policy_attachment",
  importId: noImport("aws_iam_policy_attachment"),
  forceNew: ["name", "policy_arn"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await onCreated({ id: requiredText(planned, "name") });
    const arn = requiredText(planned, "policy_arn");
    for (const kind of KINDS) await attach(aws, kind, arn, textsAt(planned, kind));
  },
  async read(aws, state) {
    const PolicyArn = requiredText(state, "policy_arn");
    const pages = await unlessMissing(IAM_MISSING, () =>
      allOf(
        (marker) => aws.clients.iam.listEntitiesForPolicy({ PolicyArn, ...marker }),
        (page) => [page],
      ),
    );
    if (pages === undefined) return null;
    const users = pages.flatMap((page) => page.PolicyUsers ?? []).map(({ UserName = "" }) => UserName);
    const roles = pages.flatMap((page) => page.PolicyRoles ?? []).map(({ RoleName = "" }) => RoleName);
    const groups = pages.flatMap((page) => page.PolicyGroups ?? []).map(({ GroupName = "" }) => GroupName);
    if (users.length + roles.length + groups.length === 0) return null;
    return {
      id: requiredText(state, "id"),
      name: textAt(state, "name") ?? null,
      policy_arn: PolicyArn,
      users,
      roles,
      groups,
    };
  },
  async update(aws, prior, planned) {
    const arn = requiredText(prior, "policy_arn");
    for (const kind of KINDS) {
      const [before, after] = [textsAt(prior, kind), textsAt(planned, kind)];
      await detach(
        aws,
        kind,
        arn,
        before.filter((name) => !after.includes(name)),
      );
      await attach(
        aws,
        kind,
        arn,
        after.filter((name) => !before.includes(name)),
      );
    }
  },
  async delete(aws, state) {
    for (const kind of KINDS) await detach(aws, kind, requiredText(state, "policy_arn"), textsAt(state, kind));
  },
  async find(_aws, planned): Promise<ValueObject | null> {
    const [name, arn] = [textAt(planned, "name"), textAt(planned, "policy_arn")];
    return name === undefined || arn === undefined ? null : { id: name, name, policy_arn: arn };
  },
};

async function attach(aws: AwsContext, kind: Kind, PolicyArn: string, names: readonly string[]): Promise<void> {
  const { iam } = aws.clients;
  for (const name of names) {
    if (kind === "users") await iam.attachUserPolicy({ UserName: name, PolicyArn });
    else if (kind === "roles") await iam.attachRolePolicy({ RoleName: name, PolicyArn });
    else await iam.attachGroupPolicy({ GroupName: name, PolicyArn });
  }
}

async function detach(aws: AwsContext, kind: Kind, PolicyArn: string, names: readonly string[]): Promise<void> {
  const { iam } = aws.clients;
  for (const name of names)
    await unlessMissing(IAM_MISSING, async () => {
      if (kind === "users") await iam.detachUserPolicy({ UserName: name, PolicyArn });
      else if (kind === "roles") await iam.detachRolePolicy({ RoleName: name, PolicyArn });
      else await iam.detachGroupPolicy({ GroupName: name, PolicyArn });
    });
}
