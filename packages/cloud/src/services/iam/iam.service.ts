import type { Ctx, ServiceDefinition } from "../../core/service.ts";
import { entityIam, listEntities } from "./entities.ts";
import { entityArn } from "./names.ts";
import * as account from "./operations/account.ts";
import { family } from "./operations/entity-families.ts";
import * as profiles from "./operations/instance-profiles.ts";
import { loginProfileOperations } from "./operations/login-profiles.ts";
import { checkMfaCode, mfaDeviceOperations } from "./operations/mfa-devices.ts";
import { openIdProvider, openIdProviderOperations } from "./operations/openid-providers.ts";
import * as policies from "./operations/policies.ts";
import { reportOperations } from "./operations/reports.ts";
import * as roles from "./operations/roles.ts";
import { samlProviderOperations } from "./operations/saml-providers.ts";
import { serverCertificateOperations } from "./operations/server-certificates.ts";
import * as simulation from "./operations/simulate.ts";
import * as users from "./operations/users.ts";

const role = { iam: entityIam("role") };
const user = { iam: entityIam("user") };
const group = { iam: entityIam("group") };
const policy = { iam: policies.policyIam };
const profile = {
  iam: (ctx: Ctx, input: { readonly InstanceProfileName?: string }) => ({
    resources: [entityArn(ctx, "instance-profile", "/", input.InstanceProfileName ?? "*")],
  }),
};
const reads = { readonly: true };

export const service: ServiceDefinition = {
  name: "iam",
  operations: {
    ...family("role"),
    ...family("user"),
    ...family("group"),
    ...openIdProviderOperations,
    ...samlProviderOperations,
    ...loginProfileOperations,
    ...mfaDeviceOperations,
    ...serverCertificateOperations,
    ...reportOperations,
    CreateRole: { ...role, handler: roles.createRole },
    GetRole: { ...role, ...reads, handler: roles.getRole, missing: "RoleLastUsed" },
    UpdateRole: { ...role, handler: roles.updateRole },
    UpdateRoleDescription: { ...role, handler: roles.updateRoleDescription },
    UpdateAssumeRolePolicy: { ...role, handler: roles.updateAssumeRolePolicy },
    DeleteRole: { ...role, handler: roles.deleteRole },
    ListRoles: { ...reads, handler: roles.listRoles },
    CreateServiceLinkedRole: {
      handler: roles.createServiceLinkedRole,
      missing: "names and policies of services without a row in service-linked-roles.ts",
    },
    DeleteServiceLinkedRole: { ...role, handler: roles.deleteServiceLinkedRole },
    GetServiceLinkedRoleDeletionStatus: { ...reads, handler: roles.getServiceLinkedRoleDeletionStatus },
    CreateInstanceProfile: { ...profile, handler: profiles.createInstanceProfile },
    GetInstanceProfile: { ...profile, ...reads, handler: profiles.getInstanceProfile },
    DeleteInstanceProfile: { ...profile, handler: profiles.deleteInstanceProfile },
    AddRoleToInstanceProfile: { ...profile, handler: profiles.addRoleToInstanceProfile },
    RemoveRoleFromInstanceProfile: { ...profile, handler: profiles.removeRoleFromInstanceProfile },
    ListInstanceProfiles: { ...reads, handler: profiles.listInstanceProfiles },
    ListInstanceProfilesForRole: { ...role, ...reads, handler: profiles.listInstanceProfilesForRole },
    TagInstanceProfile: { ...profile, handler: profiles.tagInstanceProfile },
    UntagInstanceProfile: { ...profile, handler: profiles.untagInstanceProfile },
    ListInstanceProfileTags: { ...profile, ...reads, handler: profiles.listInstanceProfileTags },
    CreatePolicy: { ...policy, handler: policies.createPolicy },
    GetPolicy: {
      ...policy,
      ...reads,
      handler: policies.getPolicy,
    },
    DeletePolicy: { ...policy, handler: policies.deletePolicy },
    ListPolicies: {
      ...reads,
      handler: policies.listPolicies,
    },
    CreatePolicyVersion: { ...policy, handler: policies.createPolicyVersion },
    GetPolicyVersion: { ...policy, ...reads, handler: policies.getPolicyVersion },
    ListPolicyVersions: { ...policy, ...reads, handler: policies.listPolicyVersions },
    DeletePolicyVersion: { ...policy, handler: policies.deletePolicyVersion },
    SetDefaultPolicyVersion: { ...policy, handler: policies.setDefaultPolicyVersion },
    TagPolicy: { ...policy, handler: policies.tagPolicy },
    UntagPolicy: { ...policy, handler: policies.untagPolicy },
    ListPolicyTags: { ...policy, ...reads, handler: policies.listPolicyTags },
    ListEntitiesForPolicy: {
      ...policy,
      ...reads,
      handler: policies.listEntitiesForPolicy,
    },
    CreateUser: { ...user, handler: users.createUser },
    GetUser: { ...user, ...reads, handler: users.getUser },
    UpdateUser: { ...user, handler: users.updateUser },
    DeleteUser: { ...user, handler: users.deleteUser },
    ListUsers: { ...reads, handler: users.listUsers },
    CreateGroup: { ...group, handler: users.createGroup },
    GetGroup: { ...group, ...reads, handler: users.getGroup },
    UpdateGroup: { ...group, handler: users.updateGroup },
    DeleteGroup: { ...group, handler: users.deleteGroup },
    ListGroups: { ...reads, handler: users.listGroups },
    AddUserToGroup: { ...group, handler: users.addUserToGroup },
    RemoveUserFromGroup: { ...group, handler: users.removeUserFromGroup },
    ListGroupsForUser: { ...user, ...reads, handler: users.listGroupsForUser },
    CreateAccessKey: { ...user, handler: users.createAccessKey },
    UpdateAccessKey: { ...user, handler: users.updateAccessKey },
    DeleteAccessKey: { ...user, handler: users.deleteAccessKey },
    ListAccessKeys: { ...user, ...reads, handler: users.listAccessKeys },
    GetAccessKeyLastUsed: { ...reads, handler: users.getAccessKeyLastUsed, missing: "the last use itself" },
    SimulatePrincipalPolicy: {
      ...reads,
      handler: simulation.simulatePrincipalPolicy,
      missing: "service control policies, ResourceHandlingOption",
    },
    SimulateCustomPolicy: {
      ...reads,
      handler: simulation.simulateCustomPolicy,
      missing: "service control policies, ResourceHandlingOption",
    },
    CreateAccountAlias: { handler: account.createAccountAlias },
    DeleteAccountAlias: { handler: account.deleteAccountAlias },
    ListAccountAliases: { ...reads, handler: account.listAccountAliases },
    GetAccountSummary: { ...reads, handler: account.getAccountSummary },
    GetAccountAuthorizationDetails: {
      ...reads,
      handler: account.getAccountAuthorizationDetails,
    },
  },
  internal: { checkMfaCode, openIdProvider },
  inventory: (ctx) => ({
    roles: listEntities(ctx, "role").length,
    users: listEntities(ctx, "user").length,
    groups: listEntities(ctx, "group").length,
    policies: policies.policyCount(ctx),
  }),
};
