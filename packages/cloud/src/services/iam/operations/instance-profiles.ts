import { identifier } from "../../../core/credentials.ts";
import { getEntity } from "../../../core/identities.ts";
import type { Ctx } from "../../../core/service.ts";
import { needEntity, present } from "../entities.ts";
import {
  alreadyExists,
  conflict,
  entityArn,
  limit,
  noSuchEntity,
  type PageInput,
  paged,
  shownTags,
  type Tag,
  tagList,
  tagsOf,
  withoutTags,
  withTags,
} from "../names.ts";

interface ProfileRecord {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdMs: number;
  readonly role?: string;
  readonly tags: { readonly [key: string]: string };
}

interface ProfileInput {
  readonly InstanceProfileName: string;
}

function key(ctx: Ctx, name: string): readonly string[] {
  return ["instance-profile", ctx.account, name];
}

function need(ctx: Ctx, name: string): ProfileRecord {
  const profile = ctx.store.get<ProfileRecord>(key(ctx, name));
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

function shown(ctx: Ctx, profile: ProfileRecord) {
  const role = profile.role === undefined ? undefined : getEntity(ctx.store, "role", ctx.account, profile.role);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdMs),
    Roles: role === undefined ? [] : [present(ctx, role)],
    ...shownTags(profile.tags),
  };
}

function all(ctx: Ctx): ProfileRecord[] {
  return [...ctx.store.range<ProfileRecord>({ prefix: ["instance-profile", ctx.account] })].map(({ value }) => value);
}

export function profilesOf(ctx: Ctx, role: string): ProfileRecord[] {
  return all(ctx).filter((profile) => profile.role === role);
}

/** As lists of a role show them. */
export const shownProfilesOf = (ctx: Ctx, role: string) => profilesOf(ctx, role).map((profile) => shown(ctx, profile));

export function createInstanceProfile(
  ctx: Ctx,
  input: ProfileInput & { readonly Path?: string; readonly Tags?: readonly Tag[] },
) {
  if (ctx.store.has(key(ctx, input.InstanceProfileName)))
    throw alreadyExists(`Instance Profile ${input.InstanceProfileName} already exists.`);
  const path = input.Path ?? "/";
  const profile: ProfileRecord = {
    name: input.InstanceProfileName,
    id: identifier(ctx.random, "AIPA"),
    arn: entityArn(ctx, "instance-profile", path, input.InstanceProfileName),
    path,
    createdMs: ctx.now(),
    tags: tagsOf(input.Tags),
  };
  ctx.store.put(key(ctx, profile.name), profile);
  return { InstanceProfile: shown(ctx, profile) };
}

export function getInstanceProfile(ctx: Ctx, input: ProfileInput) {
  return { InstanceProfile: shown(ctx, need(ctx, input.InstanceProfileName)) };
}

export function deleteInstanceProfile(ctx: Ctx, input: ProfileInput): void {
  if (need(ctx, input.InstanceProfileName).role !== undefined)
    throw conflict("Cannot delete entity, must remove roles from instance profile first.");
  ctx.store.remove(key(ctx, input.InstanceProfileName));
}

export function addRoleToInstanceProfile(ctx: Ctx, input: ProfileInput & { readonly RoleName: string }): void {
  const profile = need(ctx, input.InstanceProfileName);
  const { name } = needEntity(ctx, "role", input.RoleName);
  if (profile.role !== undefined) throw limit("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  ctx.store.put(key(ctx, profile.name), { ...profile, role: name });
}

export function removeRoleFromInstanceProfile(ctx: Ctx, input: ProfileInput & { readonly RoleName: string }): void {
  const { role, ...profile } = need(ctx, input.InstanceProfileName);
  if (role !== input.RoleName) throw noSuchEntity(`Role ${input.RoleName} in instance profile ${profile.name} cannot be found.`);
  ctx.store.put(key(ctx, profile.name), profile);
}

export function listInstanceProfiles(ctx: Ctx, input: PageInput & { readonly PathPrefix?: string }) {
  const { page, rest } = paged(
    all(ctx).filter((profile) => profile.path.startsWith(input.PathPrefix ?? "/")),
    input,
    (profile) => profile.name,
  );
  return { InstanceProfiles: page.map((profile) => shown(ctx, profile)), ...rest };
}

export function listInstanceProfilesForRole(ctx: Ctx, input: PageInput & { readonly RoleName: string }) {
  needEntity(ctx, "role", input.RoleName);
  const { page, rest } = paged(profilesOf(ctx, input.RoleName), input, (profile) => profile.name);
  return { InstanceProfiles: page.map((profile) => shown(ctx, profile)), ...rest };
}

export function tagInstanceProfile(ctx: Ctx, input: ProfileInput & { readonly Tags: readonly Tag[] }): void {
  const profile = need(ctx, input.InstanceProfileName);
  ctx.store.put(key(ctx, profile.name), { ...profile, tags: withTags(profile.tags, input.Tags) });
}

export function untagInstanceProfile(ctx: Ctx, input: ProfileInput & { readonly TagKeys: readonly string[] }): void {
  const profile = need(ctx, input.InstanceProfileName);
  ctx.store.put(key(ctx, profile.name), { ...profile, tags: withoutTags(profile.tags, input.TagKeys) });
}

export function listInstanceProfileTags(ctx: Ctx, input: ProfileInput & PageInput) {
  const { page, rest } = paged(tagList(need(ctx, input.InstanceProfileName).tags), input, (tag) => tag.Key);
  return { Tags: page, ...rest };
}
