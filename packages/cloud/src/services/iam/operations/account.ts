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

/** IAM user guide, "IAM and AWS STS quotas". */
const QUOTAS = {
  UsersQuota: 5000,
  GroupsQuota: 300,
  RolesQuota: 1000,
  PoliciesQuota: 1500,
  InstanceProfilesQuota: 1000,
  ServerCertificatesQuota: 20,
  UserPolicySizeQuota: 2048,
  GroupPolicySizeQuota: 5120,
  RolePolicySizeQuota: 10_240,
  PolicySizeQuota: 6144,
  AssumeRolePolicySizeQuota: 2048,
  GroupsPerUserQuota: 10,
  AccessKeysPerUserQuota: 2,
  SigningCertificatesPerUserQuota: 2,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  VersionsPerPolicyQuota: 5,
  PolicyVersionsInUseQuota: 10_000,
};

export function getAccountSummary(ctx: Ctx) {
  const kept = (collection: string) => [...ctx.store.range<{ user?: string }>({ prefix: [collection, ctx.account] })];
  const devices = kept("mfa-device");
  return {
    SummaryMap: {
      ...QUOTAS,
      Roles: listEntities(ctx, "role").length,
      Users: listEntities(ctx, "user").length,
      Groups: listEntities(ctx, "group").length,
      Policies: policyCount(ctx),
      PolicyVersionsInUse: policiesInUse(ctx).own.reduce((sum, policy) => sum + policy.versions.length, 0),
      InstanceProfiles: kept("instance-profile").length,
      ServerCertificates: kept("server-certificate").length,
      Providers: kept("oidc-provider").length + kept("saml-provider").length,
      MFADevices: devices.length,
      MFADevicesInUse: devices.filter(({ value }) => value.user !== undefined).length,
      AccountMFAEnabled: 0,
      AccountAccessKeysPresent: 0,
      AccountPasswordPresent: 1,
      AccountSigningCertificatesPresent: 0,
      GlobalEndpointTokenVersion: 1,
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
