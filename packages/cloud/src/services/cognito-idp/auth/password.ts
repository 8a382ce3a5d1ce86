import type { PasswordPolicyType } from "@aws-sdk/client-cognito-identity-provider";
import { incorrectLogin, invalidParameter, notAuthorized, passwordResetRequired, userNotConfirmed } from "../errors.ts";
import { checkAttributes } from "../schema-attributes.ts";
import { passwordMatches } from "../srp.ts";
import { keys, type UserRecord } from "../store.ts";
import { callTrigger, hasTrigger, isRecord } from "../triggers.ts";
import { checkPassword, newUser, putUser, withPassword } from "../users.ts";
import { afterFirstFactor } from "./finish.ts";
import {
  type AuthAnswer,
  type AuthRequest,
  checkEnabled,
  hidesUsers,
  preAuthentication,
  required,
  unknownUser,
} from "./request.ts";
import { type AuthSession, closeSession, openSession } from "./session.ts";

/** Sign-in by password: plain, and what follows a proved one (confirmation, forced change, second factor). */

const LOCK_AFTER = 5;
const LOCK_MAX_MS = 15 * 60_000;

/** USER_PASSWORD_AUTH and its administrator's form. */
export async function startPassword(request: AuthRequest, found: UserRecord | undefined): Promise<AuthAnswer> {
  const password = required(request.parameters, "PASSWORD");
  const user = found ?? (await migrated(request, password));
  if (user === undefined) {
    if (hidesUsers(request.client)) await preAuthentication(request, undefined);
    throw unknownUser(request.client);
  }
  checkEnabled(user);
  await preAuthentication(request, user);
  checkLock(request, user);
  if (user.status === "RESET_REQUIRED") throw passwordResetRequired("Password reset required for the user");
  if (user.password === undefined || !passwordMatches(request.pool.id, user.username, password, user.password))
    throw failedLogin(request, user);
  return provedPassword(request, user);
}

export function checkLock(request: AuthRequest, user: UserRecord): void {
  if (user.lockedUntilMs !== undefined && request.ctx.now() < user.lockedUntilMs)
    throw notAuthorized("Password attempts exceeded");
}

/** Counts a failed try; from the fifth on the user is locked, each time twice as long, at most a quarter of an hour. */
export function failedLogin(request: AuthRequest, user: UserRecord): Error {
  request.ctx.transact((store) => {
    const latest = store.get<UserRecord>(keys.user(request.pool.id, user.username));
    if (latest === undefined) return;
    const failedLogins = (latest.failedLogins ?? 0) + 1;
    const lockMs = failedLogins < LOCK_AFTER ? 0 : Math.min(LOCK_MAX_MS, 1000 * 2 ** (failedLogins - LOCK_AFTER));
    store.put(keys.user(request.pool.id, user.username), {
      ...latest,
      failedLogins,
      ...(lockMs > 0 ? { lockedUntilMs: request.ctx.now() + lockMs } : {}),
    });
  });
  return incorrectLogin();
}

/** After a right password, however it was proved. */
export async function provedPassword(request: AuthRequest, user: UserRecord): Promise<AuthAnswer> {
  if (user.failedLogins !== undefined)
    request.ctx.transact((store) => {
      const {
        failedLogins: _failed,
        lockedUntilMs: _locked,
        ...rest
      } = store.get<UserRecord>(keys.user(request.pool.id, user.username)) ?? user;
      store.put(keys.user(request.pool.id, user.username), rest);
    });
  if (user.status === "UNCONFIRMED") throw userNotConfirmed("User is not confirmed.");
  if (user.status === "RESET_REQUIRED") throw passwordResetRequired("Password reset required for the user");
  if (user.temporaryUntilMs !== undefined && request.ctx.now() >= user.temporaryUntilMs)
    throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
  if (user.status === "FORCE_CHANGE_PASSWORD") return newPasswordChallenge(request, user);
  return afterFirstFactor(request, user, "TokenGeneration_Authentication");
}

function newPasswordChallenge(request: AuthRequest, user: UserRecord): AuthAnswer {
  const session = openSession(request.ctx, request.pool, request.client, {
    username: user.username,
    awaits: ["NEW_PASSWORD_REQUIRED"],
  });
  const missing = missingAttributes(request, user).map((name) => `userAttributes.${name}`);
  return {
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session: session,
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(missing),
      userAttributes: JSON.stringify(user.attributes),
    },
  };
}

function missingAttributes(request: AuthRequest, user: UserRecord): string[] {
  const needed = request.pool.schema.filter((row) => row.Required === true && row.Name !== "sub").map((row) => row.Name ?? "");
  return needed.filter((name) => user.attributes[name] === undefined);
}

/** RespondToAuthChallenge with NEW_PASSWORD_REQUIRED. A refused password leaves the session open. */
export async function answerNewPassword(request: AuthRequest, _session: AuthSession, user: UserRecord): Promise<AuthAnswer> {
  const password = required(request.parameters, "NEW_PASSWORD");
  const policy: PasswordPolicyType | undefined = request.pool.settings.Policies?.PasswordPolicy;
  checkPassword(policy, password);
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.parameters))
    if (name.startsWith("userAttributes.")) given[name.slice("userAttributes.".length)] = value;
  const changed = Object.fromEntries(Object.entries(given).filter(([name, value]) => user.attributes[name] !== value));
  if ("email" in changed && user.attributes.email !== undefined && user.attributes.email_verified === "true")
    throw notAuthorized("Cannot modify an already provided email");
  checkAttributes(request.pool.schema, changed, { changing: false, requiredExempt: true });
  const next: UserRecord = { ...user, status: "CONFIRMED", attributes: { ...user.attributes, ...changed } };
  const missing = missingAttributes(request, next);
  if (missing.length > 0) throw invalidParameter(`Invalid attributes given, ${missing[0]} is missing`);
  if (request.session !== undefined) closeSession(request.ctx, request.session);
  const kept = withPassword(request.ctx, request.pool, next, password, false);
  request.ctx.transact((store) => putUser(store, request.pool, kept));
  return afterFirstFactor(request, kept, "TokenGeneration_NewPasswordChallenge");
}

/** A user that the UserMigration trigger knows: made in the pool with the password just typed. */
async function migrated(request: AuthRequest, password: string): Promise<UserRecord | undefined> {
  const { ctx, pool } = request;
  if (!hasTrigger(pool, "UserMigration")) return undefined;
  const answer = await callTrigger(ctx, pool, {
    trigger: "UserMigration",
    source: "UserMigration_Authentication",
    userName: request.parameters.USERNAME ?? null,
    clientId: request.client.id,
    request: { password, validationData: request.clientMetadata ?? null, userAttributes: null },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  });
  if (!isRecord(answer?.userAttributes)) throw incorrectLogin();
  const {
    username: _name,
    sub: _sub,
    ...attributes
  } = Object.fromEntries(Object.entries(answer.userAttributes).map(([name, value]) => [name, String(value)]));
  const status = answer.finalUserStatus === "CONFIRMED" ? "CONFIRMED" : "RESET_REQUIRED";
  return ctx.transact((store) => {
    const user = withPassword(
      ctx,
      pool,
      newUser(ctx, store, pool, request.parameters.USERNAME ?? "", attributes, status),
      password,
      false,
    );
    putUser(store, pool, user, { isNew: true, takeAliases: answer.forceAliasCreation === true });
    return user;
  });
}
