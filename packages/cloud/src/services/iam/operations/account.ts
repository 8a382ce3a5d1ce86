/** Account aliases, summary and authorization details. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { listEntities, present } from "../entities.ts";
import { encoded } from "../names.ts";
import { policyCount } from "./policies.ts";

export function createAccountAlias(ctx: Ctx, input: { readonly AccountAlias: string }): void {
  ctx.store.put(["alias", ctx.account], input.AccountAlias);
}

export function deleteAccountAlias(ctx: Ctx, input: { readonly AccountAlias: string }): void {
  if (ctx.store.get(["alias", ctx.account]) !== input.AccountAlias)
    throw new ServiceError("NoSuchEntityException", 404, `The account alias ${input.AccountAlias} cannot be found.`);
  ctx.store.remove(["alias", ctx.account]);
}

export function listAccountAliases(ctx: Ctx): { AccountAliases: string[]; IsTruncated: boolean } {
  const alias = ctx.store.get<string>(["alias", ctx.account]);
  return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
}

export function getAccountSummary(ctx: Ctx) {
  const count = (kind: "role" | "user" | "group") => listEntities(ctx, kind).length;
  return {
    SummaryMap: {
      Roles: count("role"),
      RolesQuota: 1000,
      Users: count("user"),
      UsersQuota: 5000,
      Groups: count("group"),
      GroupsQuota: 300,
      Policies: policyCount(ctx),
      PoliciesQuota: 1500,
      AccountMFAEnabled: 0,
      AccountAccessKeysPresent: 0,
    },
  };
}

export function getAccountAuthorizationDetails(ctx: Ctx) {
  const inline = (policies: { readonly [name: string]: string }) =>
    Object.entries(policies).map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encoded(document) }));
  const attached = (arns: readonly string[]) =>
    arns.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1) }));
  return {
    RoleDetailList: listEntities(ctx, "role").map((role) => ({
      ...present(ctx, role),
      RolePolicyList: inline(role.inline),
      AttachedManagedPolicies: attached(role.attached),
      InstanceProfileList: [],
    })),
    UserDetailList: listEntities(ctx, "user").map((user) => ({
      ...present(ctx, user),
      UserPolicyList: inline(user.inline),
      GroupList: user.groups ?? [],
      AttachedManagedPolicies: attached(user.attached),
    })),
    GroupDetailList: listEntities(ctx, "group").map((group) => ({
      ...present(ctx, group),
      GroupPolicyList: inline(group.inline),
      AttachedManagedPolicies: attached(group.attached),
    })),
    IsTruncated: false,
  };
}
