/** Users, groups, access keys. */
import { identifier, secretKey } from "../../../core/credentials.ts";
import { type AccessKeyRecord, type EntityKind, type EntityRecord, getEntity, policyText } from "../../../core/identities.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { listEntities, needEntity, present, putEntity, removeEntity } from "../entities.ts";
import { alreadyExists, conflict, entityArn, limit, noSuchEntity, type PageInput, paged, type Tag, tagsOf } from "../names.ts";
import { hasLoginProfile } from "./login-profiles.ts";
import { mfaDevicesOf } from "./mfa-devices.ts";

const KEYS_MAX = 2;
const GROUPS_MAX = 10;

interface UserInput {
  readonly UserName?: string;
}

/** Operations on oneself leave the name out. */
function userName(ctx: Ctx, input: UserInput): string {
  if (input.UserName !== undefined) return input.UserName;
  if (ctx.principal.kind === "user") return ctx.principal.userArn.slice(ctx.principal.userArn.lastIndexOf("/") + 1);
  throw new ServiceError("ValidationError", 400, "Must specify userName when calling with non-User credentials");
}

function make(ctx: Ctx, kind: EntityKind, name: string, path: string, tags: readonly Tag[] | undefined): EntityRecord {
  if (getEntity(ctx.store, kind, ctx.account, name) !== undefined)
    throw alreadyExists(`${kind === "user" ? "User" : "Group"} with name ${name} already exists.`);
  const entity: EntityRecord = {
    kind,
    name,
    id: identifier(ctx.random, kind === "user" ? "AIDA" : "AGPA"),
    arn: entityArn(ctx, kind, path, name),
    path,
    account: ctx.account,
    createdMs: ctx.now(),
    inline: {},
    attached: [],
    tags: tagsOf(tags),
  };
  putEntity(ctx, entity);
  return entity;
}

export function createUser(
  ctx: Ctx,
  input: {
    readonly UserName: string;
    readonly Path?: string;
    readonly Tags?: readonly Tag[];
    readonly PermissionsBoundary?: string;
  },
) {
  if (input.PermissionsBoundary !== undefined && policyText(ctx.store, input.PermissionsBoundary) === undefined)
    throw noSuchEntity(`Scope ARN: ${input.PermissionsBoundary} does not exist or is not attachable.`);
  const made = make(ctx, "user", input.UserName, input.Path ?? "/", input.Tags);
  const user = input.PermissionsBoundary === undefined ? made : { ...made, boundary: input.PermissionsBoundary };
  putEntity(ctx, user);
  return { User: present(ctx, user) };
}

export function getUser(ctx: Ctx, input: UserInput) {
  if (input.UserName === undefined && ctx.principal.kind === "root")
    return {
      User: {
        Path: "/",
        UserName: "root",
        UserId: ctx.account,
        Arn: `arn:aws:iam::${ctx.account}:root`,
        CreateDate: new Date(0),
      },
    };
  return { User: present(ctx, needEntity(ctx, "user", userName(ctx, input))) };
}

function rename(ctx: Ctx, entity: EntityRecord, name: string, path: string): void {
  if (name !== entity.name && getEntity(ctx.store, entity.kind, ctx.account, name) !== undefined)
    throw alreadyExists(`${entity.kind} with name ${name} already exists.`);
  removeEntity(ctx, entity);
  putEntity(ctx, { ...entity, name, path, arn: entityArn(ctx, entity.kind, path, name) });
}

export function updateUser(
  ctx: Ctx,
  input: { readonly UserName: string; readonly NewUserName?: string; readonly NewPath?: string },
): void {
  const user = needEntity(ctx, "user", input.UserName);
  const name = input.NewUserName ?? user.name;
  rename(ctx, user, name, input.NewPath ?? user.path);
  for (const key of keysOf(ctx, input.UserName)) ctx.store.put(["access-key", key.id], { ...key, userName: name });
}

export function deleteUser(ctx: Ctx, input: { readonly UserName: string }): void {
  const user = needEntity(ctx, "user", input.UserName);
  if (user.attached.length > 0) throw conflict("Cannot delete entity, must detach all policies first.");
  if (Object.keys(user.inline).length > 0) throw conflict("Cannot delete entity, must delete policies first.");
  if (hasLoginProfile(ctx, user.name)) throw conflict("Cannot delete entity, must delete login profile first.");
  if (mfaDevicesOf(ctx, user.name).length > 0) throw conflict("Cannot delete entity, must delete MFA device first.");
  if (keysOf(ctx, user.name).length > 0) throw conflict("Cannot delete entity, must delete access keys first.");
  if ((user.groups ?? []).length > 0) throw conflict("Cannot delete entity, must remove users from group first.");
  removeEntity(ctx, user);
}

export function listUsers(ctx: Ctx, input: PageInput & { readonly PathPrefix?: string }) {
  const { page, rest } = paged(listEntities(ctx, "user", input.PathPrefix), input, (user) => user.name);
  return { Users: page.map((user) => present(ctx, user)), ...rest };
}

export function createGroup(ctx: Ctx, input: { readonly GroupName: string; readonly Path?: string }) {
  return { Group: present(ctx, make(ctx, "group", input.GroupName, input.Path ?? "/", undefined)) };
}

function members(ctx: Ctx, group: string): EntityRecord[] {
  return listEntities(ctx, "user").filter((user) => user.groups?.includes(group) === true);
}

export function getGroup(ctx: Ctx, input: PageInput & { readonly GroupName: string }) {
  const group = needEntity(ctx, "group", input.GroupName);
  const { page, rest } = paged(members(ctx, group.name), input, (user) => user.name);
  return { Group: present(ctx, group), Users: page.map((user) => present(ctx, user)), ...rest };
}

export function updateGroup(
  ctx: Ctx,
  input: { readonly GroupName: string; readonly NewGroupName?: string; readonly NewPath?: string },
): void {
  const group = needEntity(ctx, "group", input.GroupName);
  const name = input.NewGroupName ?? group.name;
  for (const user of members(ctx, group.name))
    putEntity(ctx, { ...user, groups: (user.groups ?? []).map((each) => (each === group.name ? name : each)) });
  rename(ctx, group, name, input.NewPath ?? group.path);
}

export function deleteGroup(ctx: Ctx, input: { readonly GroupName: string }): void {
  const group = needEntity(ctx, "group", input.GroupName);
  if (members(ctx, group.name).length > 0) throw conflict("Cannot delete entity, must remove users from group first.");
  if (group.attached.length > 0) throw conflict("Cannot delete entity, must detach all policies first.");
  if (Object.keys(group.inline).length > 0) throw conflict("Cannot delete entity, must delete policies first.");
  removeEntity(ctx, group);
}

export function listGroups(ctx: Ctx, input: PageInput & { readonly PathPrefix?: string }) {
  const { page, rest } = paged(listEntities(ctx, "group", input.PathPrefix), input, (group) => group.name);
  return { Groups: page.map((group) => present(ctx, group)), ...rest };
}

interface MemberInput {
  readonly GroupName: string;
  readonly UserName: string;
}

export function addUserToGroup(ctx: Ctx, input: MemberInput): void {
  const { name } = needEntity(ctx, "group", input.GroupName);
  const user = needEntity(ctx, "user", input.UserName);
  if (user.groups?.includes(name) !== true && (user.groups ?? []).length >= GROUPS_MAX)
    throw limit(`Cannot exceed quota for GroupsPerUser: ${GROUPS_MAX}`);
  if (user.groups?.includes(name) !== true) putEntity(ctx, { ...user, groups: [...(user.groups ?? []), name] });
}

export function removeUserFromGroup(ctx: Ctx, input: MemberInput): void {
  needEntity(ctx, "group", input.GroupName);
  const user = needEntity(ctx, "user", input.UserName);
  putEntity(ctx, { ...user, groups: (user.groups ?? []).filter((name) => name !== input.GroupName) });
}

export function listGroupsForUser(ctx: Ctx, input: PageInput & { readonly UserName: string }) {
  const user = needEntity(ctx, "user", input.UserName);
  const groups = (user.groups ?? []).flatMap((name) => getEntity(ctx.store, "group", ctx.account, name) ?? []);
  const { page, rest } = paged(groups, input, (group) => group.name);
  return { Groups: page.map((group) => present(ctx, group)), ...rest };
}

function keysOf(ctx: Ctx, user: string): AccessKeyRecord[] {
  const all = [...ctx.store.range<AccessKeyRecord>({ prefix: ["access-key"] })].map(({ value }) => value);
  return all.filter((key) => key.account === ctx.account && key.userName === user);
}

export function createAccessKey(ctx: Ctx, input: UserInput) {
  const user = needEntity(ctx, "user", userName(ctx, input));
  if (keysOf(ctx, user.name).length >= KEYS_MAX) throw limit(`Cannot exceed quota for AccessKeysPerUser: ${KEYS_MAX}`);
  const key: AccessKeyRecord = {
    id: identifier(ctx.random, "AKIA"),
    secret: secretKey(ctx.random),
    account: ctx.account,
    userName: user.name,
    status: "Active",
    createdMs: ctx.now(),
  };
  ctx.store.put(["access-key", key.id], key);
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: key.id,
      Status: key.status,
      SecretAccessKey: key.secret,
      CreateDate: new Date(key.createdMs),
    },
  };
}

function needKey(ctx: Ctx, input: UserInput & { readonly AccessKeyId: string }): AccessKeyRecord {
  const key = keysOf(ctx, userName(ctx, input)).find((each) => each.id === input.AccessKeyId);
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`);
  return key;
}

export function updateAccessKey(
  ctx: Ctx,
  input: UserInput & { readonly AccessKeyId: string; readonly Status: "Active" | "Inactive" },
): void {
  const key = needKey(ctx, input);
  ctx.store.put(["access-key", key.id], { ...key, status: input.Status });
}

export function deleteAccessKey(ctx: Ctx, input: UserInput & { readonly AccessKeyId: string }): void {
  ctx.store.remove(["access-key", needKey(ctx, input).id]);
}

export function listAccessKeys(ctx: Ctx, input: UserInput & PageInput) {
  const user = needEntity(ctx, "user", userName(ctx, input));
  const { page, rest } = paged(keysOf(ctx, user.name), input, (key) => key.id);
  const AccessKeyMetadata = page.map((key) => ({
    UserName: key.userName,
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: new Date(key.createdMs),
  }));
  return { AccessKeyMetadata, ...rest };
}

export function getAccessKeyLastUsed(ctx: Ctx, input: { readonly AccessKeyId: string }) {
  const key = ctx.store.get<AccessKeyRecord>(["access-key", input.AccessKeyId]);
  if (key === undefined) throw new ServiceError("AccessDenied", 403, `No access key ${input.AccessKeyId}`);
  return { UserName: key.userName, AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" } };
}
