import type {
  CreateUserPoolClientCommandInput,
  DeleteUserPoolClientCommandInput,
  DescribeUserPoolClientCommandInput,
  ListUserPoolClientsCommandInput,
  UpdateUserPoolClientCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { type ClientRecord, keys } from "../store.ts";
import { findPool } from "../user-pool.ts";
import { checkClientSettings, describeClient, findClient } from "../user-pool-client.ts";

/** App clients of a user pool. */

const LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 26;
const SECRET_LENGTH = 51;

export function createUserPoolClient(ctx: Ctx, input: CreateUserPoolClientCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const { UserPoolId: _pool, ClientName, GenerateSecret, ClientSecret, ...settings } = input;
  const secret =
    ClientSecret ?? (GenerateSecret === true ? randomString(ctx.random, SECRET_LENGTH, LOWER_ALPHANUMERIC) : undefined);
  const nowMs = ctx.now();
  const client: ClientRecord = {
    id: randomString(ctx.random, ID_LENGTH, LOWER_ALPHANUMERIC),
    poolId: pool.id,
    name: ClientName ?? "",
    ...(secret === undefined ? {} : { secret }),
    createdMs: nowMs,
    modifiedMs: nowMs,
    settings: checkClientSettings(ctx.store, pool, settings, secret !== undefined),
  };
  ctx.store.put(keys.client(client.id), client);
  ctx.store.put(keys.clientOf(pool.id, client.id), client.name);
  return { UserPoolClient: describeClient(client) };
}

export function describeUserPoolClient(ctx: Ctx, input: DescribeUserPoolClientCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  return { UserPoolClient: describeClient(findClient(ctx.store, pool, input.ClientId)) };
}

/** Sets every setting anew: what a request leaves out goes back to its default. */
export function updateUserPoolClient(ctx: Ctx, input: UpdateUserPoolClientCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = findClient(ctx.store, pool, input.ClientId);
  const { UserPoolId: _pool, ClientId: _client, ClientName, ...settings } = input;
  const changed: ClientRecord = {
    ...client,
    name: ClientName ?? client.name,
    modifiedMs: ctx.now(),
    settings: checkClientSettings(ctx.store, pool, settings, client.secret !== undefined),
  };
  ctx.store.put(keys.client(client.id), changed);
  ctx.store.put(keys.clientOf(pool.id, client.id), changed.name);
  return { UserPoolClient: describeClient(changed) };
}

export function deleteUserPoolClient(ctx: Ctx, input: DeleteUserPoolClientCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = findClient(ctx.store, pool, input.ClientId);
  ctx.store.remove(keys.client(client.id));
  ctx.store.remove(keys.clientOf(pool.id, client.id));
  return {};
}

export function listUserPoolClients(ctx: Ctx, input: ListUserPoolClientsCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const limit = input.MaxResults ?? 60;
  const clients: { ClientId: string; UserPoolId: string; ClientName: string }[] = [];
  let next: string | undefined;
  const prefix = ["client-of", pool.id];
  const start = input.NextToken === undefined ? {} : { start: [...prefix, input.NextToken] };
  for (const { key, value } of ctx.store.range<string>({ prefix, ...start })) {
    const id = String(key[2]);
    if (clients.length === limit) {
      next = id;
      break;
    }
    clients.push({ ClientId: id, UserPoolId: pool.id, ClientName: value });
  }
  return { UserPoolClients: clients, ...(next === undefined ? {} : { NextToken: next }) };
}
