/** Roles, users and groups: one record each, read and written here; what their families of operations share. */
import { type EntityKind, type EntityRecord, getEntity, policyText } from "../../core/identities.ts";
import { type Ctx, type IamRequest, ServiceError } from "../../core/service.ts";
import { entityArn, noSuchEntity, shownTags } from "./names.ts";

const TITLES = { role: "role", user: "user", group: "group" } as const;

/** The input member that names an entity of this kind: `RoleName`. */
export function nameMember(kind: EntityKind): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Name`;
}

export type Named = { readonly [member: string]: unknown };

export function nameIn(kind: EntityKind, input: Named): string {
  return String(input[nameMember(kind)] ?? "");
}

export function putEntity(ctx: Ctx, entity: EntityRecord): void {
  ctx.store.put([entity.kind, entity.account, entity.name], entity);
}

export function removeEntity(ctx: Ctx, entity: EntityRecord): void {
  ctx.store.remove([entity.kind, entity.account, entity.name]);
}

/** Throws NoSuchEntity with AWS's sentence for the kind. */
export function needEntity(ctx: Ctx, kind: EntityKind, name: string): EntityRecord {
  const entity = getEntity(ctx.store, kind, ctx.account, name);
  if (entity === undefined) {
    const title = TITLES[kind];
    throw noSuchEntity(`The ${title} with name ${name} cannot be found.`);
  }
  return entity;
}

export function listEntities(ctx: Ctx, kind: EntityKind, pathPrefix = "/"): EntityRecord[] {
  const all = [...ctx.store.range<EntityRecord>({ prefix: [kind, ctx.account] })].map(({ value }) => value);
  return all.filter((entity) => entity.path.startsWith(pathPrefix));
}

export function entityIam(kind: EntityKind): (ctx: Ctx, input: Named) => IamRequest {
  return (ctx, input) => {
    const name = nameIn(kind, input);
    const entity = getEntity(ctx.store, kind, ctx.account, name);
    return { resources: [entity?.arn ?? entityArn(ctx, kind, "/", name)] };
  };
}

/** As GetRole, GetUser and the lists show it. */
export function present(ctx: Ctx, entity: EntityRecord): Record<string, unknown> {
  const common = { Path: entity.path, Arn: entity.arn, CreateDate: new Date(entity.createdMs) };
  if (entity.kind === "group") return { ...common, GroupName: entity.name, GroupId: entity.id };
  const boundary =
    entity.boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: entity.boundary } };
  if (entity.kind === "user")
    return { ...common, UserName: entity.name, UserId: entity.id, ...boundary, ...shownTags(entity.tags) };
  void ctx;
  return {
    ...common,
    RoleName: entity.name,
    RoleId: entity.id,
    AssumeRolePolicyDocument: encodeURIComponent(entity.trust ?? ""),
    ...(entity.description === undefined ? {} : { Description: entity.description }),
    MaxSessionDuration: entity.maxSessionSeconds ?? 3600,
    ...boundary,
    ...shownTags(entity.tags),
    RoleLastUsed: {},
  };
}

/**
 * Throws NoSuchEntity for an ARN that is neither the account's nor one of AWS's, PolicyNotAttachable for one that only a service-linked
 * role may have.
 */
export function needPolicyArn(ctx: Ctx, arn: string): void {
  if (arn.startsWith("arn:aws:iam::aws:policy/aws-service-role/"))
    throw new ServiceError("PolicyNotAttachable", 400, "Cannot attach a Service Role Policy to a Customer Role.");
  if (policyText(ctx.store, arn) === undefined)
    throw noSuchEntity(
      arn.startsWith("arn:aws:iam::aws:") ? `Policy ${arn} does not exist or is not attachable.` : `Policy ${arn} was not found.`,
    );
}
