/** Account aliases, summary and authorization details. */
import type { EntityRecord } from "../../../core/identities.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { listEntities, present } from "../entities.ts";
import { encoded, type PageInput, paged } from "../names.ts";
import { shownProfilesOf } from "./instance-profiles.ts";
import { policiesInUse, policyCount, policyDetail } from "./policies.ts";

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

interface DetailsInput extends PageInput {
  readonly Filter?: readonly string[];
}

type Detail = readonly [list: string, name: string, detail: () => object];

/** Users, groups, roles and policies in one order, paged together as AWS pages them. */
export function getAccountAuthorizationDetails(ctx: Ctx, input: DetailsInput) {
  const wants = (kind: string) => input.Filter === undefined || input.Filter.length === 0 || input.Filter.includes(kind);
  const { own, aws } = policiesInUse(ctx);
  const entities = (["user", "group", "role"] as const).flatMap((kind) =>
    wants(TITLES[kind])
      ? listEntities(ctx, kind).map(
          (entity): Detail => [`${TITLES[kind]}DetailList`, entity.arn, () => entityDetail(ctx, entity)],
        )
      : [],
  );
  const policies = [...(wants("LocalManagedPolicy") ? own : []), ...(wants("AWSManagedPolicy") ? aws : [])];
  const all = [...entities, ...policies.map((policy): Detail => ["Policies", policy.arn, () => policyDetail(ctx, policy)])];
  const { page, rest } = paged(all, input, ([, name]) => name);
  const out: Record<string, object[]> = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
  for (const [list, , detail] of page) out[list]?.push(detail());
  return { ...out, ...rest };
}

const TITLES = { user: "User", group: "Group", role: "Role" } as const;

function entityDetail(ctx: Ctx, entity: EntityRecord): object {
  const title = TITLES[entity.kind];
  const inline = Object.entries(entity.inline).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encoded(document),
  }));
  const AttachedManagedPolicies = entity.attached.map((PolicyArn) => ({
    PolicyArn,
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1),
  }));
  return {
    ...present(ctx, entity),
    [`${title}PolicyList`]: inline,
    AttachedManagedPolicies,
    ...(entity.kind === "user" ? { GroupList: entity.groups ?? [] } : {}),
    ...(entity.kind === "role" ? { InstanceProfileList: shownProfilesOf(ctx, entity.name) } : {}),
  };
}
