import type {
  AdminAddUserToGroupCommandInput,
  AdminListGroupsForUserCommandInput,
  ListUsersInGroupCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { type GroupRecord, keys, page, type UserRecord } from "../store.ts";
import { findPool } from "../user-pool.ts";
import { describeUser, findUser } from "../users.ts";
import { describeGroup, findGroup } from "./pool-parts.ts";

/** Who is in which group. */

export function adminAddUserToGroup(ctx: Ctx, input: AdminAddUserToGroupCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  const group = findGroup(ctx.store, pool, input.GroupName);
  ctx.store.put(keys.member(pool.id, group.name, user.username), user.username);
  ctx.store.put(keys.memberOf(pool.id, user.username, group.name), group.name);
  return {};
}

export function adminRemoveUserFromGroup(ctx: Ctx, input: AdminAddUserToGroupCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  const group = findGroup(ctx.store, pool, input.GroupName);
  ctx.store.remove(keys.member(pool.id, group.name, user.username));
  ctx.store.remove(keys.memberOf(pool.id, user.username, group.name));
  return {};
}

export function adminListGroupsForUser(ctx: Ctx, input: AdminListGroupsForUserCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  const { values, next } = page<string>(ctx.store, ["member-of", pool.id, user.username], input.Limit ?? 60, input.NextToken);
  const groups = values
    .map((name) => ctx.store.get<GroupRecord>(keys.group(pool.id, name)))
    .filter((group) => group !== undefined);
  return { Groups: groups.map((group) => describeGroup(pool, group)), ...(next === undefined ? {} : { NextToken: next }) };
}

export function listUsersInGroup(ctx: Ctx, input: ListUsersInGroupCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const group = findGroup(ctx.store, pool, input.GroupName);
  const { values, next } = page<string>(ctx.store, ["member", pool.id, group.name], input.Limit ?? 60, input.NextToken);
  const users = values.map((name) => ctx.store.get<UserRecord>(keys.user(pool.id, name))).filter((user) => user !== undefined);
  return { Users: users.map((user) => describeUser(user)), ...(next === undefined ? {} : { NextToken: next }) };
}
