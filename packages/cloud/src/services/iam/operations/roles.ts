/** CreateRole, GetRole, UpdateRole, UpdateAssumeRolePolicy, DeleteRole, ListRoles, CreateServiceLinkedRole. */
import { randomUuid } from "@dovetail/model";
import { identifier } from "../../../core/credentials.ts";
import { type EntityRecord, getEntity, policyText } from "../../../core/identities.ts";
import { managedPolicy } from "../../../core/managed-policies.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { listEntities, needEntity, present, putEntity, removeEntity } from "../entities.ts";
import {
  alreadyExists,
  conflict,
  entityArn,
  limit,
  needPolicyText,
  noSuchEntity,
  type PageInput,
  paged,
  type Tag,
  tagsOf,
} from "../names.ts";
import { linkedRole } from "../service-linked-roles.ts";
import { profilesOf } from "./instance-profiles.ts";

interface CreateRoleInput {
  readonly RoleName: string;
  readonly Path?: string;
  readonly AssumeRolePolicyDocument: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly Tag[];
}

const TRUST_BYTES_MAX = 2_048;

function checkTrust(text: string): void {
  needPolicyText(text, "trust");
  if (text.replace(/\s/g, "").length > TRUST_BYTES_MAX) throw limit(`Cannot exceed quota for ACLSizePerRole: ${TRUST_BYTES_MAX}`);
}

function existsIgnoringCase(ctx: Ctx, name: string): boolean {
  return (
    getEntity(ctx.store, "role", ctx.account, name) !== undefined ||
    listEntities(ctx, "role").some((role) => role.name.toLowerCase() === name.toLowerCase())
  );
}

export function createRole(ctx: Ctx, input: CreateRoleInput) {
  const path = input.Path ?? "/";
  checkTrust(input.AssumeRolePolicyDocument);
  if (existsIgnoringCase(ctx, input.RoleName)) throw alreadyExists(`Role with name ${input.RoleName} already exists.`);
  if (input.PermissionsBoundary !== undefined && policyText(ctx.store, input.PermissionsBoundary) === undefined)
    throw noSuchEntity(`Scope ARN: ${input.PermissionsBoundary} does not exist or is not attachable.`);
  const role: EntityRecord = {
    kind: "role",
    name: input.RoleName,
    id: identifier(ctx.random, "AROA"),
    arn: entityArn(ctx, "role", path, input.RoleName),
    path,
    account: ctx.account,
    createdMs: ctx.now(),
    inline: {},
    attached: [],
    tags: tagsOf(input.Tags),
    trust: input.AssumeRolePolicyDocument,
    maxSessionSeconds: input.MaxSessionDuration ?? 3600,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
  };
  putEntity(ctx, role);
  return { Role: present(ctx, role) };
}

interface RoleInput {
  readonly RoleName: string;
}

export function getRole(ctx: Ctx, input: RoleInput) {
  return { Role: present(ctx, needEntity(ctx, "role", input.RoleName)) };
}

export function updateRole(
  ctx: Ctx,
  input: RoleInput & { readonly Description?: string; readonly MaxSessionDuration?: number },
): object {
  const role = needEntity(ctx, "role", input.RoleName);
  putEntity(ctx, {
    ...role,
    description: input.Description ?? "",
    ...(input.MaxSessionDuration === undefined ? {} : { maxSessionSeconds: input.MaxSessionDuration }),
  });
  return {};
}

export function updateRoleDescription(ctx: Ctx, input: RoleInput & { readonly Description: string }) {
  const role = { ...needEntity(ctx, "role", input.RoleName), description: input.Description };
  putEntity(ctx, role);
  return { Role: present(ctx, role) };
}

export function updateAssumeRolePolicy(ctx: Ctx, input: RoleInput & { readonly PolicyDocument: string }): void {
  const role = needEntity(ctx, "role", input.RoleName);
  checkTrust(input.PolicyDocument);
  putEntity(ctx, { ...role, trust: input.PolicyDocument });
}

export function deleteRole(ctx: Ctx, input: RoleInput): void {
  const role = needEntity(ctx, "role", input.RoleName);
  if (role.path.startsWith("/aws-service-role/"))
    throw new ServiceError(
      "UnmodifiableEntityException",
      400,
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    );
  if (role.attached.length > 0) throw conflict("Cannot delete entity, must detach all policies first.");
  if (Object.keys(role.inline).length > 0) throw conflict("Cannot delete entity, must delete policies first.");
  if (profilesOf(ctx, role.name).length > 0)
    throw conflict("Cannot delete entity, must remove roles from instance profile first.");
  removeEntity(ctx, role);
}

export function listRoles(ctx: Ctx, input: PageInput & { readonly PathPrefix?: string }) {
  const { page, rest } = paged(listEntities(ctx, "role", input.PathPrefix), input, (role) => role.name);
  // Lists leave tags, boundaries and last use out.
  const Roles = page.map((role) => {
    const { Tags: _tags, RoleLastUsed: _used, PermissionsBoundary: _boundary, ...shown } = present(ctx, role);
    return shown;
  });
  return { Roles, ...rest };
}

/** With the name and the policy that AWS gives it; a service that the table lacks lends its first label, and gets no policy. */
export function createServiceLinkedRole(
  ctx: Ctx,
  input: { readonly AWSServiceName: string; readonly Description?: string; readonly CustomSuffix?: string },
) {
  const first = input.AWSServiceName.split(".")[0] ?? "";
  const suffix = input.CustomSuffix === undefined ? "" : `_${input.CustomSuffix}`;
  const known = linkedRole(input.AWSServiceName);
  const RoleName = `AWSServiceRoleFor${known?.name ?? `${first.charAt(0).toUpperCase()}${first.slice(1)}`}${suffix}`;
  if (getEntity(ctx.store, "role", ctx.account, RoleName) !== undefined)
    throw new ServiceError(
      "InvalidInputException",
      400,
      `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
    );
  const created = createRole(ctx, {
    RoleName,
    Path: `/aws-service-role/${input.AWSServiceName}/`,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: input.AWSServiceName }, Action: "sts:AssumeRole" }],
    }),
    ...(input.Description === undefined ? {} : { Description: input.Description }),
  });
  if (known !== undefined && managedPolicy(known.policy) !== undefined)
    putEntity(ctx, { ...needEntity(ctx, "role", RoleName), attached: [known.policy] });
  return created;
}

/** At once here; AWS asks the service first. The task's name answers later questions. */
export function deleteServiceLinkedRole(ctx: Ctx, input: RoleInput) {
  const role = needEntity(ctx, "role", input.RoleName);
  const [, service] = /^\/aws-service-role\/([^/]+)\/$/.exec(role.path) ?? [];
  if (service === undefined)
    throw new ServiceError("InvalidInputException", 400, `${input.RoleName} is not a service-linked role.`);
  removeEntity(ctx, role);
  const DeletionTaskId = `task/aws-service-role/${service}/${role.name}/${randomUuid(ctx.random)}`;
  ctx.store.put(["deletion-task", ctx.account, DeletionTaskId], ctx.now());
  return { DeletionTaskId };
}

export function getServiceLinkedRoleDeletionStatus(ctx: Ctx, input: { readonly DeletionTaskId: string }) {
  if (!ctx.store.has(["deletion-task", ctx.account, input.DeletionTaskId]))
    throw noSuchEntity(`Deletion task ${input.DeletionTaskId} cannot be found.`);
  return { Status: "SUCCEEDED" };
}
