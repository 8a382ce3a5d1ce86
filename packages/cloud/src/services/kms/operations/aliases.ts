/** CreateAlias, UpdateAlias, DeleteAlias, ListAliases. */
import { arn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { notFound, validation } from "../errors.ts";
import { requireCustomer, requireKeyById, requireLive } from "../find-key.ts";
import { cut, markerOf, type Page } from "../page.ts";
import { aliasesOf, getAlias, getKey, type KeyRecord, putAlias, removeAlias } from "../store.ts";

interface Aliased {
  readonly AliasName: string;
}

interface Targeted extends Aliased {
  readonly TargetKeyId: string;
}

export function aliasArn(ctx: Ctx, name: string): string {
  return arn("kms", ctx.region, ctx.account, name);
}

function checkName(name: string): void {
  if (!name.startsWith("alias/"))
    throw validation(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  if (name.startsWith("alias/aws/")) throw new ServiceError("NotAuthorizedException", 400, "");
}

function target(ctx: Ctx, input: Targeted): KeyRecord {
  if (input.TargetKeyId.includes("alias/")) throw validation("Aliases must refer to keys. Not aliases");
  return requireCustomer(requireLive(requireKeyById(ctx, input.TargetKeyId)));
}

export function createAlias(ctx: Ctx, input: Targeted): void {
  checkName(input.AliasName);
  const key = target(ctx, input);
  if (getAlias(ctx, ctx, input.AliasName) !== undefined)
    throw new ServiceError(
      "AlreadyExistsException",
      400,
      `An alias with the name ${aliasArn(ctx, input.AliasName)} already exists`,
    );
  const nowMs = ctx.now();
  putAlias(ctx, { name: input.AliasName, keyId: key.id, createdMs: nowMs, updatedMs: nowMs });
}

export function updateAlias(ctx: Ctx, input: Targeted): void {
  checkName(input.AliasName);
  const key = target(ctx, input);
  const alias = getAlias(ctx, ctx, input.AliasName);
  if (alias === undefined) throw notFound(`Alias ${aliasArn(ctx, input.AliasName)} is not found.`);
  const before = getKey(ctx, ctx, alias.keyId);
  if (
    before !== undefined &&
    (before.usage !== key.usage || (before.spec === "SYMMETRIC_DEFAULT") !== (key.spec === "SYMMETRIC_DEFAULT"))
  )
    throw validation(`Alias ${input.AliasName} cannot be changed from key usage ${before.usage} to ${key.usage}.`);
  putAlias(ctx, { ...alias, keyId: key.id, updatedMs: ctx.now() });
}

export function deleteAlias(ctx: Ctx, input: Aliased): void {
  checkName(input.AliasName);
  if (getAlias(ctx, ctx, input.AliasName) === undefined) throw notFound(`Alias ${aliasArn(ctx, input.AliasName)} is not found.`);
  removeAlias(ctx, input.AliasName);
}

export function listAliases(ctx: Ctx, input: Page & { readonly KeyId?: string }) {
  const key = input.KeyId === undefined ? undefined : requireKeyById(ctx, input.KeyId);
  const all = [...aliasesOf(ctx, ctx, markerOf(input))].filter((alias) => key === undefined || alias.keyId === key.id);
  const { shown, more } = cut(input, all, (alias) => alias.name, 50);
  return {
    Aliases: shown.map((alias) => ({
      AliasName: alias.name,
      AliasArn: aliasArn(ctx, alias.name),
      TargetKeyId: alias.keyId,
      CreationDate: new Date(alias.createdMs),
      LastUpdatedDate: new Date(alias.updatedMs),
    })),
    ...more,
  };
}
