import type {
  CreateManagedLoginBrandingCommandInput,
  DeleteManagedLoginBrandingCommandInput,
  DescribeManagedLoginBrandingByClientCommandInput,
  DescribeManagedLoginBrandingCommandInput,
  ManagedLoginBrandingType,
  UpdateManagedLoginBrandingCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { brandingExists, invalidParameter, resourceNotFound } from "../errors.ts";
import type { PoolRecord } from "../store.ts";
import { findPool } from "../user-pool.ts";
import { findClient } from "../user-pool-client.ts";

/** Styles of managed login: kept and shown; the hosted pages have a look of their own. */

type Style = Pick<ManagedLoginBrandingType, "UseCognitoProvidedValues" | "Settings" | "Assets">;

interface BrandingRecord {
  readonly id: string;
  readonly clientId: string;
  readonly style: Style;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

const keyOf = (pool: PoolRecord, id: string) => ["setting", pool.id, "branding", id];
const all = (ctx: Ctx, pool: PoolRecord) =>
  [...ctx.store.range<BrandingRecord>({ prefix: ["setting", pool.id, "branding"] })].map(({ value }) => value);

function need(ctx: Ctx, pool: PoolRecord, id: string | undefined): BrandingRecord {
  const record = ctx.store.get<BrandingRecord>(keyOf(pool, id ?? ""));
  if (record === undefined) throw resourceNotFound(`Managed login branding ${id} does not exist.`);
  return record;
}

function styleOf(input: CreateManagedLoginBrandingCommandInput | UpdateManagedLoginBrandingCommandInput): Style {
  const own = input.Settings !== undefined || (input.Assets ?? []).length > 0;
  if (input.UseCognitoProvidedValues === true && own)
    throw invalidParameter("Settings and Assets cannot be provided when UseCognitoProvidedValues is true.");
  return {
    UseCognitoProvidedValues: input.UseCognitoProvidedValues ?? false,
    ...(input.Settings === undefined ? {} : { Settings: input.Settings }),
    ...(input.Assets === undefined ? {} : { Assets: input.Assets }),
  };
}

const shown = (pool: PoolRecord, record: BrandingRecord) => ({
  ManagedLoginBranding: {
    ManagedLoginBrandingId: record.id,
    UserPoolId: pool.id,
    ...record.style,
    CreationDate: new Date(record.createdMs),
    LastModifiedDate: new Date(record.modifiedMs),
  },
});

export function createManagedLoginBranding(ctx: Ctx, input: CreateManagedLoginBrandingCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = findClient(ctx.store, pool, input.ClientId);
  if (all(ctx, pool).some((each) => each.clientId === client.id))
    throw brandingExists(`Managed login branding already exists for client ${client.id}.`);
  const record: BrandingRecord = {
    id: randomUuid(ctx.random),
    clientId: client.id,
    style: styleOf(input),
    createdMs: ctx.now(),
    modifiedMs: ctx.now(),
  };
  ctx.store.put(keyOf(pool, record.id), record);
  return shown(pool, record);
}

export function describeManagedLoginBranding(ctx: Ctx, input: DescribeManagedLoginBrandingCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  return shown(pool, need(ctx, pool, input.ManagedLoginBrandingId));
}

export function describeManagedLoginBrandingByClient(ctx: Ctx, input: DescribeManagedLoginBrandingByClientCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = findClient(ctx.store, pool, input.ClientId);
  const record = all(ctx, pool).find((each) => each.clientId === client.id);
  if (record === undefined) throw resourceNotFound(`Managed login branding does not exist for client ${client.id}.`);
  return shown(pool, record);
}

export function updateManagedLoginBranding(ctx: Ctx, input: UpdateManagedLoginBrandingCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const record = { ...need(ctx, pool, input.ManagedLoginBrandingId), style: styleOf(input), modifiedMs: ctx.now() };
  ctx.store.put(keyOf(pool, record.id), record);
  return shown(pool, record);
}

export function deleteManagedLoginBranding(ctx: Ctx, input: DeleteManagedLoginBrandingCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  ctx.store.remove(keyOf(pool, need(ctx, pool, input.ManagedLoginBrandingId).id));
  return {};
}
