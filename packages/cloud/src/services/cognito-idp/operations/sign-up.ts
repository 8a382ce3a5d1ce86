import type {
  CodeDeliveryDetailsType,
  ConfirmForgotPasswordCommandInput,
  ConfirmSignUpCommandInput,
  ForgotPasswordCommandInput,
  ResendConfirmationCodeCommandInput,
  SignUpCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { type ClientPlace, hidesUsers, placeOfClient } from "../auth/request.ts";
import { expiredCode, invalidParameter, invalidPassword, noSuchUser, notAuthorized } from "../errors.ts";
import {
  CODE_LIFETIME_MS,
  deliveryDetails,
  judgeCode,
  type Medium,
  type MessageKind,
  newCode,
  putCode,
  sendMessage,
  withoutCode,
} from "../messages.ts";
import { checkAttributes } from "../schema-attributes.ts";
import { keys, type PoolRecord, type UserRecord } from "../store.ts";
import { checkSecretHash } from "../tokens.ts";
import { callTrigger, userAttributes } from "../triggers.ts";
import { attributeMap, checkPassword, lookUpUser, newUser, putUser, usedBefore, withPassword } from "../users.ts";

/** Self-registration and the forgotten password: what users do before they are signed in. */

export async function signUp(here: Ctx, input: SignUpCommandInput) {
  const { ctx, pool, client } = placeOfClient(here, input.ClientId);
  checkSecretHash(client, [input.Username], input.SecretHash);
  if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true)
    throw notAuthorized("SignUp is not permitted for this user pool");
  const given = attributeMap(input.UserAttributes);
  const writable: readonly string[] | undefined = client.settings.WriteAttributes;
  if (Object.keys(given).some((name) => writesForbidden(name, writable)))
    throw notAuthorized("A client attempted to write unauthorized attribute");
  if (input.Password !== undefined) checkPassword(pool.settings.Policies?.PasswordPolicy, input.Password);
  else if (passwordIsOnlyFactor(pool)) throw invalidParameter("Password is required to sign up.");
  const fresh = ctx.snapshot((store) => newUser(ctx, store, pool, input.Username ?? "", given, "UNCONFIRMED"));
  checkAttributes(pool.schema, fresh.attributes, { changing: false });
  const decision = await preSignUp(
    ctx,
    pool,
    client.id,
    fresh,
    "PreSignUp_SignUp",
    attributeMap(input.ValidationData),
    input.ClientMetadata,
  );
  const user = withDecision(fresh, decision);
  const complete = input.Password === undefined ? user : withPassword(ctx, pool, user, input.Password, false);
  ctx.transact((store) => putUser(store, pool, complete, { isNew: true }));
  if (complete.status === "CONFIRMED")
    await postConfirmation(ctx, pool, client.id, complete, "PostConfirmation_ConfirmSignUp", input.ClientMetadata);
  const details =
    complete.status === "CONFIRMED"
      ? undefined
      : await sendSignUpCode({ ctx, pool, client }, complete, "SignUp", input.ClientMetadata);
  return {
    UserConfirmed: complete.status === "CONFIRMED",
    UserSub: complete.sub,
    ...(details === undefined ? {} : { CodeDeliveryDetails: details }),
  };
}

/** May a client write this attribute? Without a list: all but what proves ownership. */
export function writesForbidden(name: string, writable: readonly string[] | undefined): boolean {
  if (/^(email_verified|phone_number_verified|sub)$/.test(name) || name.startsWith("dev:")) return true;
  return writable !== undefined && writable.length > 0 && !writable.includes(name);
}

function passwordIsOnlyFactor(pool: PoolRecord): boolean {
  return (pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"]).every((factor) => factor === "PASSWORD");
}

/** PreSignUp's verdict. Throws what the function fails with. */
export async function preSignUp(
  ctx: Ctx,
  pool: PoolRecord,
  clientId: string | undefined,
  user: UserRecord,
  source: string,
  validationData: Record<string, string>,
  clientMetadata: Record<string, string> | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await callTrigger(ctx, pool, {
    trigger: "PreSignUp",
    source,
    userName: user.username,
    ...(clientId === undefined ? {} : { clientId }),
    request: {
      userAttributes: user.attributes,
      validationData: Object.keys(validationData).length === 0 ? null : validationData,
      ...(clientMetadata === undefined ? {} : { clientMetadata }),
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  return answer ?? {};
}

function withDecision(user: UserRecord, decision: Readonly<Record<string, unknown>>): UserRecord {
  const attributes = { ...user.attributes };
  if (decision.autoVerifyEmail === true && attributes.email === undefined)
    throw invalidParameter("User has no email to auto verify.");
  if (decision.autoVerifyEmail === true) attributes.email_verified = "true";
  if (decision.autoVerifyPhone === true && attributes.phone_number !== undefined) attributes.phone_number_verified = "true";
  for (const name of ["email", "phone_number"])
    if (attributes[name] !== undefined && attributes[`${name}_verified`] === undefined) attributes[`${name}_verified`] = "false";
  return { ...user, attributes, status: decision.autoConfirmUser === true ? "CONFIRMED" : user.status };
}

export async function postConfirmation(
  ctx: Ctx,
  pool: PoolRecord,
  clientId: string | undefined,
  user: UserRecord,
  source: string,
  clientMetadata: Record<string, string> | undefined,
): Promise<void> {
  await callTrigger(ctx, pool, {
    trigger: "PostConfirmation",
    source,
    userName: user.username,
    ...(clientId === undefined ? {} : { clientId }),
    request: { userAttributes: userAttributes(user), ...(clientMetadata === undefined ? {} : { clientMetadata }) },
    response: {},
  });
}

/** Where a sign-up code goes: the phone before the e-mail, of those that the pool verifies. */
function verifiedMedium(pool: PoolRecord, user: UserRecord): { medium: Medium; attribute: string; to: string } | undefined {
  const auto: readonly string[] = pool.settings.AutoVerifiedAttributes ?? [];
  for (const [attribute, medium] of [
    ["phone_number", "SMS"],
    ["email", "EMAIL"],
  ] as const) {
    const to = user.attributes[attribute];
    if (auto.includes(attribute) && to !== undefined && to !== "") return { medium, attribute, to };
  }
  return undefined;
}

async function sendSignUpCode(
  { ctx, pool, client }: ClientPlace,
  user: UserRecord,
  kind: MessageKind,
  clientMetadata: Record<string, string> | undefined,
): Promise<CodeDeliveryDetailsType | undefined> {
  const target = verifiedMedium(pool, user);
  if (target === undefined) return undefined;
  const code = newCode(ctx);
  ctx.transact((store) =>
    putCode(store, pool, user, "signUp", {
      code,
      expiresMs: ctx.now() + CODE_LIFETIME_MS.signUp,
      attribute: target.attribute,
      wrongTries: 0,
    }),
  );
  await sendMessage(ctx, pool, { kind, medium: target.medium, to: target.to, user, code, clientId: client.id, clientMetadata });
  return deliveryDetails(target.medium, target.attribute, target.to);
}

export async function confirmSignUp(here: Ctx, input: ConfirmSignUpCommandInput) {
  const { ctx, pool, client } = placeOfClient(here, input.ClientId);
  checkSecretHash(client, [input.Username], input.SecretHash);
  const user = ctx.snapshot((store) => lookUpUser(store, pool, input.Username));
  if (user === undefined)
    throw hidesUsers(client) ? expiredCode("Invalid code provided, please request a code again.") : noSuchUser();
  if (user.status !== "UNCONFIRMED") throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  const verdict = judgeCode(user, "signUp", input.ConfirmationCode, ctx.now());
  if ("error" in verdict) {
    ctx.transact((store) => store.put(keys.user(pool.id, user.username), verdict.user));
    throw verdict.error;
  }
  const attributes = { ...user.attributes, [`${verdict.good.attribute}_verified`]: "true" };
  const confirmed: UserRecord = { ...withoutCode(user, "signUp"), attributes, status: "CONFIRMED", modifiedMs: ctx.now() };
  ctx.transact((store) => putUser(store, pool, confirmed, { takeAliases: input.ForceAliasCreation === true }));
  await postConfirmation(ctx, pool, client.id, confirmed, "PostConfirmation_ConfirmSignUp", input.ClientMetadata);
  return {};
}

export async function resendConfirmationCode(here: Ctx, input: ResendConfirmationCodeCommandInput) {
  const place = placeOfClient(here, input.ClientId);
  const { ctx, pool, client } = place;
  checkSecretHash(client, [input.Username], input.SecretHash);
  const user = ctx.snapshot((store) => lookUpUser(store, pool, input.Username));
  if (user === undefined) {
    if (!hidesUsers(client)) throw noSuchUser();
    return { CodeDeliveryDetails: deliveryDetails("EMAIL", "email", input.Username ?? "") };
  }
  if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
  const details = await sendSignUpCode(place, user, "ResendCode", input.ClientMetadata);
  if (details === undefined) throw invalidParameter("Auto verification not turned on.");
  return { CodeDeliveryDetails: details };
}

/** Where a reset code may go: verified addresses only, in the order of the pool's recovery setting. */
export function recoveryMedium(
  pool: PoolRecord,
  user: UserRecord,
): { medium: Medium; attribute: string; to: string } | undefined {
  const given = [...(pool.settings.AccountRecoverySetting?.RecoveryMechanisms ?? [])].sort(
    (a, b) => (a.Priority ?? 0) - (b.Priority ?? 0),
  );
  const names = given.length > 0 ? given.map((row) => row.Name) : ["verified_phone_number", "verified_email"];
  for (const name of names) {
    const attribute = name === "verified_email" ? "email" : "phone_number";
    const to = user.attributes[attribute];
    if (to !== undefined && to !== "" && user.attributes[`${attribute}_verified`] === "true")
      return { medium: attribute === "email" ? "EMAIL" : "SMS", attribute, to };
  }
  return undefined;
}

/** Sends a reset code to a user. Throws InvalidParameterException, NotAuthorizedException. */
export async function startReset(
  ctx: Ctx,
  pool: PoolRecord,
  user: UserRecord,
  clientId: string | undefined,
  clientMetadata: Record<string, string> | undefined,
) {
  if (!user.enabled) throw notAuthorized("User is disabled.");
  if (user.status === "FORCE_CHANGE_PASSWORD") throw notAuthorized("User password cannot be reset in the current state.");
  const target = recoveryMedium(pool, user);
  if (target === undefined)
    throw invalidParameter("Cannot reset password for the user as there is no registered/verified email or phone_number");
  const code = newCode(ctx);
  ctx.transact((store) =>
    putCode(store, pool, user, "password", {
      code,
      expiresMs: ctx.now() + CODE_LIFETIME_MS.password,
      attribute: target.attribute,
      wrongTries: 0,
    }),
  );
  await sendMessage(ctx, pool, {
    kind: "ForgotPassword",
    medium: target.medium,
    to: target.to,
    user,
    code,
    ...(clientId === undefined ? {} : { clientId }),
    clientMetadata,
  });
  return deliveryDetails(target.medium, target.attribute, target.to);
}

export async function forgotPassword(here: Ctx, input: ForgotPasswordCommandInput) {
  const { ctx, pool, client } = placeOfClient(here, input.ClientId);
  checkSecretHash(client, [input.Username], input.SecretHash);
  const user = ctx.snapshot((store) => lookUpUser(store, pool, input.Username));
  if (user === undefined) {
    if (!hidesUsers(client)) throw noSuchUser();
    return { CodeDeliveryDetails: deliveryDetails("EMAIL", "email", `${input.Username ?? "u"}@${input.Username ?? "u"}`) };
  }
  return { CodeDeliveryDetails: await startReset(ctx, pool, user, client.id, input.ClientMetadata) };
}

export async function confirmForgotPassword(here: Ctx, input: ConfirmForgotPasswordCommandInput) {
  const { ctx, pool, client } = placeOfClient(here, input.ClientId);
  checkSecretHash(client, [input.Username], input.SecretHash);
  const user = ctx.snapshot((store) => lookUpUser(store, pool, input.Username));
  if (user === undefined)
    throw hidesUsers(client) ? expiredCode("Invalid code provided, please request a code again.") : noSuchUser();
  checkPassword(pool.settings.Policies?.PasswordPolicy, input.Password ?? "");
  const verdict = judgeCode(user, "password", input.ConfirmationCode, ctx.now());
  if ("error" in verdict) {
    ctx.transact((store) => store.put(keys.user(pool.id, user.username), verdict.user));
    throw verdict.error;
  }
  if (usedBefore(pool, user, input.Password ?? "")) throw invalidPassword("Password has previously been used.");
  const attributes = { ...user.attributes, [`${verdict.good.attribute}_verified`]: "true" };
  const changed = withPassword(
    ctx,
    pool,
    { ...withoutCode(user, "password"), attributes, status: "CONFIRMED" },
    input.Password ?? "",
    false,
  );
  ctx.transact((store) => putUser(store, pool, changed));
  await postConfirmation(ctx, pool, client.id, changed, "PostConfirmation_ConfirmForgotPassword", input.ClientMetadata);
  return {};
}
