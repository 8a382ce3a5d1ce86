import type {
  AdminConfirmSignUpCommandInput,
  AdminCreateUserCommandInput,
  AdminDeleteUserAttributesCommandInput,
  AdminDeleteUserCommandInput,
  AdminGetUserCommandInput,
  AdminResetUserPasswordCommandInput,
  AdminSetUserMFAPreferenceCommandInput,
  AdminSetUserPasswordCommandInput,
  AdminUpdateUserAttributesCommandInput,
  ListUsersCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { invalidParameter, invalidPassword, noSuchUser, notAuthorized, unsupportedUserState, usernameExists } from "../errors.ts";
import { type Medium, sendMessage } from "../messages.ts";
import { mfaState, withMfaPreference } from "../mfa-preference.ts";
import { checkAttributes } from "../schema-attributes.ts";
import { keys, type PoolRecord, type UserRecord } from "../store.ts";
import { parseUserFilter } from "../user-filter.ts";
import { findPool } from "../user-pool.ts";
import {
  attributeList,
  attributeMap,
  checkPassword,
  describeUser,
  findUser,
  lookUpUser,
  newUser,
  putUser,
  removeUser,
  usedBefore,
  withPassword,
} from "../users.ts";
import { sendChangedAttributeCodes, splitPending } from "./attribute-codes.ts";
import { postConfirmation, preSignUp, startReset } from "./sign-up.ts";

/** What administrators do with users. */

const TEMPORARY_ALPHABETS = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!@#$%^&*"];

export async function adminCreateUser(ctx: Ctx, input: AdminCreateUserCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  if (input.MessageAction === "RESEND") return resendInvitation(ctx, pool, input);
  const existing = ctx.snapshot((store) => lookUpUser(store, pool, input.Username));
  if (existing !== undefined) throw usernameExists("User account already exists");
  const password = input.TemporaryPassword ?? temporaryPassword(ctx, pool);
  checkPassword(pool.settings.Policies?.PasswordPolicy, password);
  const fresh = ctx.snapshot((store) =>
    newUser(ctx, store, pool, input.Username ?? "", attributeMap(input.UserAttributes), "FORCE_CHANGE_PASSWORD"),
  );
  checkAttributes(pool.schema, fresh.attributes, { changing: false, requiredExempt: true });
  await preSignUp(
    ctx,
    pool,
    undefined,
    fresh,
    "PreSignUp_AdminCreateUser",
    attributeMap(input.ValidationData),
    input.ClientMetadata,
  );
  const user = withPassword(ctx, pool, fresh, password, true);
  ctx.transact((store) => putUser(store, pool, user, { isNew: true, takeAliases: input.ForceAliasCreation === true }));
  if (input.MessageAction !== "SUPPRESS") await invite(ctx, pool, user, password, input);
  return { User: describeUser(user) };
}

function temporaryPassword(ctx: Ctx, pool: PoolRecord): string {
  const length = Math.max(8, pool.settings.Policies?.PasswordPolicy?.MinimumLength ?? 8);
  const one = TEMPORARY_ALPHABETS.map((alphabet) => randomString(ctx.random, 1, alphabet)).join("");
  return one + randomString(ctx.random, length - one.length, TEMPORARY_ALPHABETS.slice(0, 3).join(""));
}

async function resendInvitation(ctx: Ctx, pool: PoolRecord, input: AdminCreateUserCommandInput) {
  const user = ctx.snapshot((store) => findUser(store, pool, input.Username));
  if (user.status !== "FORCE_CHANGE_PASSWORD")
    throw unsupportedUserState("Resend not possible. User status is not FORCE_CHANGE_PASSWORD");
  const password = input.TemporaryPassword ?? temporaryPassword(ctx, pool);
  checkPassword(pool.settings.Policies?.PasswordPolicy, password);
  const changed = withPassword(ctx, pool, user, password, true);
  ctx.transact((store) => putUser(store, pool, changed));
  await invite(ctx, pool, changed, password, input);
  return { User: describeUser(changed) };
}

async function invite(
  ctx: Ctx,
  pool: PoolRecord,
  user: UserRecord,
  password: string,
  input: AdminCreateUserCommandInput,
): Promise<void> {
  const asked: readonly string[] =
    input.DesiredDeliveryMediums ?? (user.attributes.phone_number === undefined ? ["EMAIL"] : ["SMS"]);
  for (const medium of asked) {
    const to = user.attributes[medium === "EMAIL" ? "email" : "phone_number"];
    if (to !== undefined)
      await sendMessage(ctx, pool, {
        kind: "AdminCreateUser",
        medium: medium as Medium,
        to,
        user,
        code: password,
        clientMetadata: input.ClientMetadata,
      });
  }
}

export function adminGetUser(ctx: Ctx, input: AdminGetUserCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  return {
    Username: user.username,
    UserAttributes: attributeList(user),
    UserCreateDate: new Date(user.createdMs),
    UserLastModifiedDate: new Date(user.modifiedMs),
    Enabled: user.enabled,
    UserStatus: user.status,
    ...mfaState(user),
  };
}

export function adminSetUserPassword(ctx: Ctx, input: AdminSetUserPasswordCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  checkPassword(pool.settings.Policies?.PasswordPolicy, input.Password ?? "");
  if (usedBefore(pool, user, input.Password ?? "")) throw invalidPassword("Password has previously been used.");
  const permanent = input.Permanent === true;
  const changed = withPassword(
    ctx,
    pool,
    { ...user, status: permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD" },
    input.Password ?? "",
    !permanent,
  );
  putUser(ctx.store, pool, changed);
  return {};
}

export async function adminUpdateUserAttributes(ctx: Ctx, input: AdminUpdateUserAttributesCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = ctx.snapshot((store) => findUser(store, pool, input.Username));
  const given = attributeMap(input.UserAttributes);
  checkAttributes(pool.schema, given, { changing: true });
  const { changed, pending } = splitPending(pool, user, given, true);
  ctx.transact((store) => putUser(store, pool, { ...changed, modifiedMs: ctx.now() }));
  await sendChangedAttributeCodes(ctx, pool, changed, pending, undefined, input.ClientMetadata);
  return {};
}

export function adminDeleteUserAttributes(ctx: Ctx, input: AdminDeleteUserAttributesCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  putUser(ctx.store, pool, { ...withoutAttributes(pool, user, input.UserAttributeNames ?? []), modifiedMs: ctx.now() });
  return {};
}

/** The user without some attributes. Throws InvalidParameterException for ones that must stay. */
export function withoutAttributes(pool: PoolRecord, user: UserRecord, names: readonly string[]): UserRecord {
  for (const name of names) {
    const attribute = pool.schema.find((row) => row.Name === name);
    if (attribute === undefined) throw invalidParameter(`user.${name}: Attribute does not exist in the schema.`);
    if (attribute.Required === true || attribute.Mutable === false)
      throw invalidParameter(`user.${name}: Attribute cannot be deleted.`);
    if (pool.usernameAttributes?.includes(name) === true) throw invalidParameter(`user.${name}: Attribute cannot be deleted.`);
  }
  const gone = new Set(names.flatMap((name) => [name, ...(/^(email|phone_number)$/.test(name) ? [`${name}_verified`] : [])]));
  return { ...user, attributes: Object.fromEntries(Object.entries(user.attributes).filter(([name]) => !gone.has(name))) };
}

export function adminDeleteUser(ctx: Ctx, input: AdminDeleteUserCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  removeUser(ctx.store, pool, findUser(ctx.store, pool, input.Username));
  return {};
}

function setEnabled(enabled: boolean) {
  return (ctx: Ctx, input: AdminDeleteUserCommandInput): object => {
    const pool = findPool(ctx, ctx.store, input.UserPoolId);
    const user = findUser(ctx.store, pool, input.Username);
    ctx.store.put(keys.user(pool.id, user.username), { ...user, enabled, modifiedMs: ctx.now() });
    return {};
  };
}

export const adminEnableUser = setEnabled(true);
export const adminDisableUser = setEnabled(false);

export async function adminConfirmSignUp(ctx: Ctx, input: AdminConfirmSignUpCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = ctx.snapshot((store) => findUser(store, pool, input.Username));
  if (user.status !== "UNCONFIRMED") throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  const confirmed: UserRecord = { ...user, status: "CONFIRMED", modifiedMs: ctx.now() };
  ctx.transact((store) => putUser(store, pool, confirmed));
  await postConfirmation(ctx, pool, undefined, confirmed, "PostConfirmation_ConfirmSignUp", input.ClientMetadata);
  return {};
}

export async function adminResetUserPassword(ctx: Ctx, input: AdminResetUserPasswordCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = ctx.snapshot((store) => findUser(store, pool, input.Username));
  await startReset(ctx, pool, user, undefined, input.ClientMetadata);
  ctx.transact((store) => {
    const latest = store.get<UserRecord>(keys.user(pool.id, user.username));
    if (latest === undefined) throw noSuchUser();
    store.put(keys.user(pool.id, user.username), { ...latest, status: "RESET_REQUIRED", modifiedMs: ctx.now() });
  });
  return {};
}

export function adminSetUserMfaPreference(ctx: Ctx, input: AdminSetUserMFAPreferenceCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user = findUser(ctx.store, pool, input.Username);
  ctx.store.put(keys.user(pool.id, user.username), withMfaPreference(user, input));
  return {};
}

const SCAN_MAX = 100_000;

export function listUsers(ctx: Ctx, input: ListUsersCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const matches = parseUserFilter(input.Filter);
  const limit = input.Limit || 60;
  const only = input.AttributesToGet;
  const prefix = ["user", pool.id];
  const start = input.PaginationToken === undefined ? {} : { start: [...prefix, input.PaginationToken] };
  const users: UserRecord[] = [];
  let next: string | undefined;
  let scanned = 0;
  for (const { value } of ctx.store.range<UserRecord>({ prefix, ...start })) {
    if (users.length === limit || scanned++ === SCAN_MAX) {
      next = value.username;
      break;
    }
    if (matches(value)) users.push(value);
  }
  return { Users: users.map((user) => describeUser(user, only)), ...(next === undefined ? {} : { PaginationToken: next }) };
}
