import type {
  AssociateSoftwareTokenCommandInput,
  ChangePasswordCommandInput,
  DeleteUserAttributesCommandInput,
  DeleteUserCommandInput,
  GetUserAttributeVerificationCodeCommandInput,
  GetUserAuthFactorsCommandInput,
  GetUserCommandInput,
  SetUserMFAPreferenceCommandInput,
  UpdateUserAttributesCommandInput,
  VerifySoftwareTokenCommandInput,
  VerifyUserAttributeCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { base32, matchingStep } from "../../../core/totp.ts";
import { placed } from "../auth/request.ts";
import type { AuthSession } from "../auth/session.ts";
import {
  enableSoftwareTokenMfa,
  incorrectLogin,
  invalidParameter,
  invalidPassword,
  invalidSession,
  notAuthorized,
} from "../errors.ts";
import { judgeCode, withoutCode } from "../messages.ts";
import { mfaState, withMfaPreference } from "../mfa-preference.ts";
import { checkAttributes } from "../schema-attributes.ts";
import { passwordMatches } from "../srp.ts";
import { type ClientRecord, keys, type PoolRecord, type UserRecord } from "../store.ts";
import { type AccessClaims, checkAccessToken } from "../tokens.ts";
import { attributeList, attributeMap, checkPassword, putUser, removeUser, usedBefore, withPassword } from "../users.ts";
import { withoutAttributes } from "./admin-users.ts";
import { sendAttributeCode, sendChangedAttributeCodes, splitPending } from "./attribute-codes.ts";
import { writesForbidden } from "./sign-up.ts";

/** What signed-in users do with their own account, by access token. */

const TOTP_SECRET_BYTES = 32;

export function getUser(ctx: Ctx, input: GetUserCommandInput) {
  const { user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  return { Username: user.username, UserAttributes: attributeList(user), ...mfaState(user) };
}

export async function updateUserAttributes(here: Ctx, input: UpdateUserAttributesCommandInput) {
  const { ctx, pool, user, clientId } = own(here, input.AccessToken);
  const given = attributeMap(input.UserAttributes);
  const client = ctx.store.get<ClientRecord>(keys.client(clientId));
  if (Object.keys(given).some((name) => writesForbidden(name, client?.settings.WriteAttributes)))
    throw notAuthorized("A client attempted to write unauthorized attribute");
  checkAttributes(pool.schema, given, { changing: true });
  const { changed, pending } = splitPending(pool, user, given, false);
  ctx.transact((store) => putUser(store, pool, { ...changed, modifiedMs: ctx.now() }));
  return {
    CodeDeliveryDetailsList: await sendChangedAttributeCodes(ctx, pool, changed, pending, clientId, input.ClientMetadata),
  };
}

function own(ctx: Ctx, token: string | undefined): AccessClaims & { readonly ctx: Ctx } {
  const claims = ctx.snapshot((store) => checkAccessToken(ctx, store, token));
  return { ...claims, ctx: placed(ctx, claims.pool) };
}

export function deleteUserAttributes(ctx: Ctx, input: DeleteUserAttributesCommandInput): object {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  putUser(ctx.store, pool, { ...withoutAttributes(pool, user, input.UserAttributeNames ?? []), modifiedMs: ctx.now() });
  return {};
}

export function deleteUser(ctx: Ctx, input: DeleteUserCommandInput): object {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  removeUser(ctx.store, pool, user);
  return {};
}

export function changePassword(ctx: Ctx, input: ChangePasswordCommandInput): object {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  const proposed = input.ProposedPassword ?? "";
  if (user.password !== undefined && !passwordMatches(pool.id, user.username, input.PreviousPassword ?? "", user.password))
    throw incorrectLogin();
  checkPassword(pool.settings.Policies?.PasswordPolicy, proposed);
  if (usedBefore(pool, user, proposed)) throw invalidPassword("Password has previously been used.");
  putUser(ctx.store, pool, withPassword(ctx, pool, { ...user, status: "CONFIRMED" }, proposed, false));
  return {};
}

export async function getUserAttributeVerificationCode(here: Ctx, input: GetUserAttributeVerificationCodeCommandInput) {
  const { ctx, pool, user, clientId } = own(here, input.AccessToken);
  const name = input.AttributeName ?? "";
  if (name !== "email" && name !== "phone_number") throw invalidParameter(`Cannot verify attribute ${name}`);
  if ((user.pendingAttributes?.[name] ?? user.attributes[name]) === undefined)
    throw invalidParameter(`User has no attribute ${name}.`);
  return {
    CodeDeliveryDetails: await sendAttributeCode(ctx, pool, user, name, "VerifyUserAttribute", clientId, input.ClientMetadata),
  };
}

export async function verifyUserAttribute(here: Ctx, input: VerifyUserAttributeCommandInput) {
  const { ctx, pool, user } = own(here, input.AccessToken);
  const name = input.AttributeName ?? "";
  const verdict = judgeCode(user, `attribute:${name}`, input.Code, ctx.now());
  if ("error" in verdict) {
    ctx.transact((store) => store.put(keys.user(pool.id, user.username), verdict.user));
    throw verdict.error;
  }
  const { pendingAttributes, ...rest } = withoutCode(user, `attribute:${name}`);
  const { [name]: proved, ...others } = pendingAttributes ?? {};
  const attributes = { ...user.attributes, ...(proved === undefined ? {} : { [name]: proved }), [`${name}_verified`]: "true" };
  const changed: UserRecord = {
    ...rest,
    attributes,
    ...(Object.keys(others).length === 0 ? {} : { pendingAttributes: others }),
    modifiedMs: ctx.now(),
  };
  ctx.transact((store) => putUser(store, pool, changed));
  return {};
}

export function setUserMfaPreference(ctx: Ctx, input: SetUserMFAPreferenceCommandInput): object {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  ctx.store.put(keys.user(pool.id, user.username), withMfaPreference(user, input));
  return {};
}

export function getUserAuthFactors(ctx: Ctx, input: GetUserAuthFactorsCommandInput) {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  const allowed = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"];
  const has: { readonly [factor: string]: boolean } = {
    PASSWORD: user.password !== undefined,
    EMAIL_OTP: user.attributes.email !== undefined,
    SMS_OTP: user.attributes.phone_number !== undefined,
    WEB_AUTHN: false,
  };
  return { Username: user.username, ...mfaState(user), ConfiguredUserAuthFactors: allowed.filter((factor) => has[factor]) };
}

interface TokenOwner {
  readonly pool: PoolRecord;
  readonly user: UserRecord;
  readonly session?: { readonly id: string; readonly record: AuthSession };
}

/** Whose software token is set up: by access token, or in the MFA_SETUP session of a sign-in. */
function tokenOwner(ctx: Ctx, accessToken: string | undefined, sessionId: string | undefined): TokenOwner {
  if (accessToken !== undefined) return checkAccessToken(ctx, ctx.store, accessToken);
  const record = ctx.store.get<AuthSession>(keys.session(sessionId ?? ""));
  if (sessionId === undefined || record === undefined || !record.awaits.includes("MFA_SETUP") || ctx.now() >= record.expiresMs)
    throw invalidSession();
  const pool = ctx.store.get<PoolRecord>(keys.pool(record.poolId));
  const user = ctx.store.get<UserRecord>(keys.user(record.poolId, record.username));
  if (pool === undefined || user === undefined) throw invalidSession();
  return { pool, user, session: { id: sessionId, record } };
}

export function associateSoftwareToken(ctx: Ctx, input: AssociateSoftwareTokenCommandInput) {
  const { pool, user, session } = tokenOwner(ctx, input.AccessToken, input.Session);
  const secret = base32(ctx.random.bytes(TOTP_SECRET_BYTES));
  ctx.store.put(keys.user(pool.id, user.username), { ...user, totp: { secret, verified: false } } satisfies UserRecord);
  return { SecretCode: secret, ...(session === undefined ? {} : { Session: session.id }) };
}

export function verifySoftwareToken(ctx: Ctx, input: VerifySoftwareTokenCommandInput) {
  const { pool, user, session } = tokenOwner(ctx, input.AccessToken, input.Session);
  if (user.totp === undefined) throw invalidParameter("User has not set up software token mfa");
  const step = matchingStep(user.totp.secret, input.UserCode ?? "", ctx.now());
  if (step === undefined) throw enableSoftwareTokenMfa("Code mismatch");
  const changed: UserRecord = { ...user, totp: { ...user.totp, verified: true, lastStep: step } };
  // A token set up because a sign-in asked for it is what the next sign-in asks for.
  const kept =
    session === undefined
      ? changed
      : { ...changed, mfaEnabled: [...new Set([...(user.mfaEnabled ?? []), "SOFTWARE_TOKEN_MFA"])] };
  ctx.store.put(keys.user(pool.id, user.username), kept);
  if (session !== undefined)
    ctx.store.put(keys.session(session.id), { ...session.record, totpVerified: true } satisfies AuthSession);
  return { Status: "SUCCESS", ...(session === undefined ? {} : { Session: session.id }) };
}
