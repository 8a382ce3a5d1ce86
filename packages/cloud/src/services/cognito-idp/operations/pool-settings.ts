import type {
  AddUserPoolClientSecretCommandInput,
  DeleteUserPoolClientSecretCommandInput,
  DescribeRiskConfigurationCommandInput,
  GetCSVHeaderCommandInput,
  GetLogDeliveryConfigurationCommandInput,
  GetUICustomizationCommandInput,
  ListUserPoolClientSecretsCommandInput,
  SetLogDeliveryConfigurationCommandInput,
  SetRiskConfigurationCommandInput,
  SetUICustomizationCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { invalidParameter, limitExceeded, resourceNotFound } from "../errors.ts";
import { type ClientRecord, keys, type PoolRecord } from "../store.ts";
import { findPool } from "../user-pool.ts";
import { findClient } from "../user-pool-client.ts";

/** Settings of a pool or a client that stand beside it: risk, log delivery, look, further secrets; the CSV header of user imports. */

const ALL_CLIENTS = "ALL";
const settingKey = (kind: string, poolId: string, client: string) => ["setting", poolId, kind, client];

/** The client's own part, checked, or the pool's. */
function clientPart(ctx: Ctx, pool: PoolRecord, clientId: string | undefined): string {
  return clientId === undefined || clientId === ALL_CLIENTS ? ALL_CLIENTS : findClient(ctx.store, pool, clientId).id;
}

const withoutNames = <T extends object>(input: T) =>
  Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !/^(UserPoolId|ClientId)$/.test(name) && value !== undefined),
  );

export function setRiskConfiguration(ctx: Ctx, input: SetRiskConfigurationCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = clientPart(ctx, pool, input.ClientId);
  const record = { ...withoutNames(input), modifiedMs: ctx.now() };
  ctx.store.put(settingKey("risk", pool.id, client), record);
  return { RiskConfiguration: riskOf(pool, client, record) };
}

function riskOf(pool: PoolRecord, client: string, { modifiedMs, ...rest }: { modifiedMs: number }) {
  return {
    UserPoolId: pool.id,
    ...(client === ALL_CLIENTS ? {} : { ClientId: client }),
    ...rest,
    LastModifiedDate: new Date(modifiedMs),
  };
}

export function describeRiskConfiguration(ctx: Ctx, input: DescribeRiskConfigurationCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = clientPart(ctx, pool, input.ClientId);
  const record = ctx.store.get<{ modifiedMs: number }>(settingKey("risk", pool.id, client));
  return {
    RiskConfiguration:
      record === undefined
        ? { UserPoolId: pool.id, ...(client === ALL_CLIENTS ? {} : { ClientId: client }) }
        : riskOf(pool, client, record),
  };
}

export function setLogDeliveryConfiguration(ctx: Ctx, input: SetLogDeliveryConfigurationCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const LogConfigurations = input.LogConfigurations ?? [];
  ctx.store.put(settingKey("log-delivery", pool.id, ALL_CLIENTS), LogConfigurations);
  return { LogDeliveryConfiguration: { UserPoolId: pool.id, LogConfigurations } };
}

export function getLogDeliveryConfiguration(ctx: Ctx, input: GetLogDeliveryConfigurationCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const LogConfigurations = ctx.store.get(settingKey("log-delivery", pool.id, ALL_CLIENTS));
  return LogConfigurations === undefined ? {} : { LogDeliveryConfiguration: { UserPoolId: pool.id, LogConfigurations } };
}

interface Look {
  readonly css?: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export function setUiCustomization(ctx: Ctx, input: SetUICustomizationCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  if (pool.domain === undefined && pool.customDomain === undefined)
    throw invalidParameter("There has to be an existing domain associated with this user pool");
  const client = clientPart(ctx, pool, input.ClientId);
  const before = ctx.store.get<Look>(settingKey("look", pool.id, client));
  const look: Look = {
    ...(input.CSS === undefined ? {} : { css: input.CSS }),
    createdMs: before?.createdMs ?? ctx.now(),
    modifiedMs: ctx.now(),
  };
  ctx.store.put(settingKey("look", pool.id, client), look);
  return { UICustomization: lookOf(pool, client, look) };
}

function lookOf(pool: PoolRecord, client: string, look: Look) {
  return {
    UserPoolId: pool.id,
    ClientId: client,
    ...(look.css === undefined ? {} : { CSS: look.css, CSSVersion: String(look.modifiedMs) }),
    LastModifiedDate: new Date(look.modifiedMs),
    CreationDate: new Date(look.createdMs),
  };
}

export function getUiCustomization(ctx: Ctx, input: GetUICustomizationCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = clientPart(ctx, pool, input.ClientId);
  const look =
    ctx.store.get<Look>(settingKey("look", pool.id, client)) ?? ctx.store.get<Look>(settingKey("look", pool.id, ALL_CLIENTS));
  return { UICustomization: look === undefined ? { UserPoolId: pool.id, ClientId: client } : lookOf(pool, client, look) };
}

const SECRETS_MAX = 2;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

export function addUserPoolClientSecret(ctx: Ctx, input: AddUserPoolClientSecretCommandInput) {
  const client = findClient(ctx.store, findPool(ctx, ctx.store, input.UserPoolId), input.ClientId);
  if (client.secret === undefined) throw invalidParameter("A public client has no secret; make one with GenerateSecret.");
  const more = client.moreSecrets ?? [];
  if (more.length + 1 >= SECRETS_MAX) throw limitExceeded(`A client can have at most ${SECRETS_MAX} secrets.`);
  const row = {
    id: `${client.id}--${ctx.now()}`,
    secret: input.ClientSecret ?? randomString(ctx.random, 51, ALPHABET),
    createdMs: ctx.now(),
  };
  ctx.store.put(keys.client(client.id), { ...client, moreSecrets: [...more, row] } satisfies ClientRecord);
  return {
    ClientSecretDescriptor: {
      ClientSecretId: row.id,
      ClientSecretValue: row.secret,
      ClientSecretCreateDate: new Date(row.createdMs),
    },
  };
}

const firstId = (client: ClientRecord) => `${client.id}--${client.createdMs}`;

export function listUserPoolClientSecrets(ctx: Ctx, input: ListUserPoolClientSecretsCommandInput) {
  const client = findClient(ctx.store, findPool(ctx, ctx.store, input.UserPoolId), input.ClientId);
  const first = client.secret === undefined ? [] : [{ id: firstId(client), createdMs: client.createdMs }];
  const all = [...first, ...(client.moreSecrets ?? [])];
  return { ClientSecrets: all.map((row) => ({ ClientSecretId: row.id, ClientSecretCreateDate: new Date(row.createdMs) })) };
}

export function deleteUserPoolClientSecret(ctx: Ctx, input: DeleteUserPoolClientSecretCommandInput): object {
  const client = findClient(ctx.store, findPool(ctx, ctx.store, input.UserPoolId), input.ClientId);
  const [next, ...rest] = client.moreSecrets ?? [];
  if (input.ClientSecretId === firstId(client) && client.secret !== undefined) {
    if (next === undefined) throw invalidParameter("A client's only secret cannot be deleted.");
    ctx.store.put(keys.client(client.id), { ...client, secret: next.secret, createdMs: next.createdMs, moreSecrets: rest });
    return {};
  }
  const kept = (client.moreSecrets ?? []).filter((row) => row.id !== input.ClientSecretId);
  if (kept.length === (client.moreSecrets ?? []).length) throw resourceNotFound("Client secret does not exist.");
  ctx.store.put(keys.client(client.id), { ...client, moreSecrets: kept });
  return {};
}

/** Every attribute of the schema but `sub` and `identities`, then what imports ask beside. */
export function getCsvHeader(ctx: Ctx, input: GetCSVHeaderCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const names = pool.schema.map((row) => row.Name ?? "").filter((name) => name !== "sub" && name !== "identities");
  return { UserPoolId: pool.id, CSVHeader: [...names, "cognito:mfa_enabled", "cognito:username"] };
}
