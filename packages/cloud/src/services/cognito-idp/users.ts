import type { AttributeType, PasswordPolicyType, UserType } from "@aws-sdk/client-cognito-identity-provider";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { StoreRead, StoreWrite } from "../../core/store.ts";
import { aliasExists, invalidParameter, invalidPassword, noSuchUser, usernameExists } from "./errors.ts";
import { isEmail, isPhoneNumber } from "./schema-attributes.ts";
import { passwordMatches, passwordVerifier } from "./srp.ts";
import { keys, type PoolRecord, type UserRecord } from "./store.ts";

/** Users of a pool: how they are found by what people type, kept with their aliases, and shown. */

/** Attributes under which a user is found besides the user name. */
const ALIASES = ["email", "phone_number", "preferred_username"];
const DAY_MS = 86_400_000;

export function attributeMap(list: readonly AttributeType[] | undefined): Record<string, string> {
  const out: Record<string, string> = {};
  for (const { Name, Value } of list ?? []) if (Name !== undefined) out[Name] = Value ?? "";
  return out;
}

/** `sub` first, then the others, as AWS lists them. */
export function attributeList(user: UserRecord, only?: readonly string[]): AttributeType[] {
  const all = [{ Name: "sub", Value: user.sub }, ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value }))];
  const shown = all.filter(({ Value }) => Value !== "");
  return only === undefined ? shown : shown.filter(({ Name }) => only.includes(Name));
}

export function describeUser(user: UserRecord, only?: readonly string[]): UserType {
  return {
    Username: user.username,
    Attributes: attributeList(user, only),
    UserCreateDate: new Date(user.createdMs),
    UserLastModifiedDate: new Date(user.modifiedMs),
    Enabled: user.enabled,
    UserStatus: user.status,
    ...(user.mfaEnabled === undefined || user.mfaEnabled.length === 0 ? {} : { MFAOptions: [] }),
  };
}

const folded = (pool: PoolRecord, value: string) => (pool.caseSensitive === false ? value.toLowerCase() : value);

/** The user that a name, alias or sub means; undefined when nobody. */
export function lookUpUser(store: StoreRead, pool: PoolRecord, name: string | undefined): UserRecord | undefined {
  if (name === undefined || name === "") return undefined;
  for (const kind of ["username", "sub", ...aliasKinds(pool)]) {
    const username = store.get<string>(keys.userName(pool.id, kind, folded(pool, name)));
    if (username !== undefined) return store.get<UserRecord>(keys.user(pool.id, username));
  }
  return undefined;
}

/** Throws UserNotFoundException. */
export function findUser(store: StoreRead, pool: PoolRecord, name: string | undefined): UserRecord {
  const user = lookUpUser(store, pool, name);
  if (user === undefined) throw noSuchUser();
  return user;
}

function aliasKinds(pool: PoolRecord): string[] {
  const given = [...(pool.usernameAttributes ?? []), ...(pool.aliasAttributes ?? [])];
  return ALIASES.filter((name) => given.includes(name));
}

/** The aliases that lead to the user: user name attributes at once, alias attributes once they are verified. */
function aliasesOf(pool: PoolRecord, user: UserRecord): { kind: string; value: string }[] {
  const out: { kind: string; value: string }[] = [];
  for (const kind of aliasKinds(pool)) {
    const value = user.attributes[kind];
    const always = pool.usernameAttributes?.includes(kind) === true || kind === "preferred_username";
    const counts = always || user.attributes[`${kind}_verified`] === "true";
    if (value !== undefined && value !== "" && counts) out.push({ kind, value: folded(pool, value) });
  }
  return out;
}

export interface PutOptions {
  /** Take aliases over from the users that have them (ForceAliasCreation). */
  readonly takeAliases?: boolean;
  readonly isNew?: boolean;
}

/** Writes a user and the names that lead to it. Throws AliasExistsException, or UsernameExistsException for a new one. */
export function putUser(store: StoreWrite, pool: PoolRecord, user: UserRecord, options: PutOptions = {}): void {
  const before = store.get<UserRecord>(keys.user(pool.id, user.username));
  for (const { kind, value } of before === undefined ? [] : aliasesOf(pool, before))
    store.remove(keys.userName(pool.id, kind, value));
  for (const { kind, value } of aliasesOf(pool, user)) claimAlias(store, pool, user, kind, value, options);
  if (before === undefined) {
    store.put(keys.userName(pool.id, "username", folded(pool, user.username)), user.username);
    store.put(keys.userName(pool.id, "sub", user.sub), user.username);
    store.put(keys.userCount(pool.id), (store.get<number>(keys.userCount(pool.id)) ?? 0) + 1);
  }
  store.put(keys.user(pool.id, user.username), user);
}

function claimAlias(
  store: StoreWrite,
  pool: PoolRecord,
  user: UserRecord,
  kind: string,
  value: string,
  options: PutOptions,
): void {
  const key = keys.userName(pool.id, kind, value);
  const owner = store.get<string>(key);
  if (owner !== undefined && owner !== user.username) {
    if (options.takeAliases !== true) {
      const what = kind === "email" ? "email" : kind === "phone_number" ? "phone_number" : "preferred_username";
      if (options.isNew === true && pool.usernameAttributes?.includes(kind) === true)
        throw usernameExists(`An account with the given ${what} already exists.`);
      throw aliasExists(`An account with the given ${what} already exists.`);
    }
    const other = store.get<UserRecord>(keys.user(pool.id, owner));
    if (other !== undefined)
      store.put(keys.user(pool.id, owner), { ...other, attributes: { ...other.attributes, [`${kind}_verified`]: "false" } });
  }
  store.put(key, user.username);
}

export function removeUser(store: StoreWrite, pool: PoolRecord, user: UserRecord): void {
  for (const { kind, value } of aliasesOf(pool, user)) store.remove(keys.userName(pool.id, kind, value));
  store.remove(keys.userName(pool.id, "username", folded(pool, user.username)));
  store.remove(keys.userName(pool.id, "sub", user.sub));
  for (const key of [...store.keys({ prefix: ["member-of", pool.id, user.username] })])
    store.remove(keys.member(pool.id, String(key[3]), user.username));
  store.removeRange({ prefix: ["member-of", pool.id, user.username] });
  store.remove(keys.user(pool.id, user.username));
  store.put(keys.userCount(pool.id), Math.max(0, (store.get<number>(keys.userCount(pool.id)) ?? 1) - 1));
}

/** A user that a sign-up or an administrator asks for, not yet kept. Throws InvalidParameterException, UsernameExistsException. */
export function newUser(
  ctx: Ctx,
  store: StoreRead,
  pool: PoolRecord,
  given: string,
  attributes: Readonly<Record<string, string>>,
  status: UserRecord["status"],
): UserRecord {
  const sub = randomUuid(ctx.random);
  const all: Record<string, string> = { ...attributes };
  let username = given;
  if (pool.usernameAttributes !== undefined && pool.usernameAttributes.length > 0) {
    const kind = usernameKind(pool.usernameAttributes, given);
    if (all[kind] !== undefined && folded(pool, all[kind]) !== folded(pool, given))
      throw invalidParameter(`User name should match the ${kind === "email" ? "email" : "phone number"} attribute`);
    all[kind] = given;
    username = sub;
  } else {
    checkPlainUsername(pool, given);
  }
  if (store.has(keys.userName(pool.id, "username", folded(pool, username)))) throw usernameExists("User already exists");
  return { username, sub, attributes: all, enabled: true, status, createdMs: ctx.now(), modifiedMs: ctx.now(), codes: {} };
}

function usernameKind(kinds: readonly string[], given: string): "email" | "phone_number" {
  const email = kinds.includes("email");
  const phone = kinds.includes("phone_number");
  if (email && isEmail(given)) return "email";
  if (phone && isPhoneNumber(given)) return "phone_number";
  if (email && phone) throw invalidParameter("Username should be either an email or a phone number.");
  throw invalidParameter(email ? "Username should be an email." : "Username should be a phone number.");
}

function checkPlainUsername(pool: PoolRecord, given: string): void {
  for (const [kind, test, name] of [
    ["email", isEmail, "email"],
    ["phone_number", isPhoneNumber, "phone number"],
  ] as const) {
    if (pool.aliasAttributes?.includes(kind) === true && test(given))
      throw invalidParameter(`Username cannot be of ${name} format, since user pool is configured for ${name} alias.`);
  }
}

/** Throws InvalidPasswordException with AWS's reason. */
export function checkPassword(policy: PasswordPolicyType | undefined, password: string): void {
  const fail = (reason: string) => invalidPassword(`Password did not conform with policy: ${reason}`);
  if (password.length < (policy?.MinimumLength ?? 8)) throw fail("Password not long enough");
  if (policy?.RequireLowercase === true && !/[a-z]/.test(password)) throw fail("Password must have lowercase characters");
  if (policy?.RequireUppercase === true && !/[A-Z]/.test(password)) throw fail("Password must have uppercase characters");
  if (policy?.RequireNumbers === true && !/[0-9]/.test(password)) throw fail("Password must have numeric characters");
  if (policy?.RequireSymbols === true && !/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/.test(password))
    throw fail("Password must have symbol characters");
}

/** The user with another password (`temporary`: to be changed at the next sign-in, and only for the policy's days). */
export function withPassword(ctx: Ctx, pool: PoolRecord, user: UserRecord, password: string, temporary: boolean): UserRecord {
  const { temporaryUntilMs: _until, ...rest } = user;
  const days = pool.settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ?? 7;
  const history = pool.settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0;
  const previous = [...(user.password === undefined ? [] : [user.password]), ...(user.previousPasswords ?? [])].slice(0, history);
  return {
    ...rest,
    password: passwordVerifier(pool.id, user.username, password, ctx.random.bytes(16)),
    ...(history > 0 ? { previousPasswords: previous } : {}),
    ...(temporary ? { temporaryUntilMs: ctx.now() + days * DAY_MS } : {}),
    modifiedMs: ctx.now(),
  };
}

/** Was this password used before, as far back as the pool remembers? */
export function usedBefore(pool: PoolRecord, user: UserRecord, password: string): boolean {
  const history = pool.settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0;
  const known = [...(user.password === undefined ? [] : [user.password]), ...(user.previousPasswords ?? [])].slice(0, history);
  return known.some((kept) => passwordMatches(pool.id, user.username, password, kept));
}
