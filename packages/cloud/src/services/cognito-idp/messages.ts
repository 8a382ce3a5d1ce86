import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { encryptedCode } from "./encrypted-code.ts";
import { limitExceeded, oldCode, wrongCode } from "./errors.ts";
import { localLogin } from "./hosted/place.ts";
import { type CodeRecord, keys, type PoolRecord, type UserRecord } from "./store.ts";
import { callTrigger, hasTrigger, userAttributes } from "./triggers.ts";

/** Codes and invitations that a pool sends: who gets them, by which medium, in which words. */

export type Medium = "EMAIL" | "SMS";

/** Purposes of a message: AWS's trigger sources without `CustomMessage_`. */
export type MessageKind =
  | "SignUp"
  | "ResendCode"
  | "ForgotPassword"
  | "AdminCreateUser"
  | "UpdateUserAttribute"
  | "VerifyUserAttribute"
  | "Authentication";

const HOUR_MS = 3_600_000;
/** How long a code works, by purpose. Source: developer guide, "Quotas", "Code validity". */
export const CODE_LIFETIME_MS = { signUp: 24 * HOUR_MS, password: HOUR_MS, attribute: 24 * HOUR_MS } as const;
const WRONG_TRIES_MAX = 5;
const SENDER = "no-reply@verificationemail.com";

export function newCode(ctx: Ctx): string {
  return randomString(ctx.random, 6, "0123456789");
}

/** `a***@e***`, `+*******1234`: how AWS shows where a code went. */
export function masked(medium: Medium, destination: string): string {
  if (medium === "SMS") return `+*******${destination.slice(-4)}`;
  const [name = "", host = ""] = destination.split("@");
  return `${name.slice(0, 1)}***@${host.slice(0, 1)}***`;
}

export function deliveryDetails(medium: Medium, attribute: string, destination: string): CodeDeliveryDetailsType {
  return { Destination: masked(medium, destination), DeliveryMedium: medium, AttributeName: attribute };
}

/** Keeps a code on the user for a purpose. */
export function putCode(store: StoreWrite, pool: PoolRecord, user: UserRecord, purpose: string, code: CodeRecord): void {
  const latest = store.get<UserRecord>(keys.user(pool.id, user.username)) ?? user;
  store.put(keys.user(pool.id, user.username), { ...latest, codes: { ...latest.codes, [purpose]: code } });
}

/**
 * What to do about a code that a user brings: `good` with its record, or the error to throw after the changed user is kept
 * (wrong tries count even though the call fails).
 */
export function judgeCode(
  user: UserRecord,
  purpose: string,
  code: string | undefined,
  nowMs: number,
): { readonly good: CodeRecord } | { readonly error: Error; readonly user: UserRecord } {
  const kept = user.codes[purpose];
  if (kept === undefined) return { error: oldCode(), user };
  if (nowMs >= kept.expiresMs) return { error: oldCode(), user };
  if (kept.wrongTries >= WRONG_TRIES_MAX)
    return { error: limitExceeded("Attempt limit exceeded, please try after some time."), user };
  if (kept.code === code) return { good: kept };
  return {
    error: wrongCode(),
    user: { ...user, codes: { ...user.codes, [purpose]: { ...kept, wrongTries: kept.wrongTries + 1 } } },
  };
}

export function withoutCode(user: UserRecord, purpose: string): UserRecord {
  const { [purpose]: _used, ...codes } = user.codes;
  return { ...user, codes };
}

export interface Message {
  readonly kind: MessageKind;
  readonly medium: Medium;
  readonly to: string;
  readonly user: UserRecord;
  readonly code: string;
  readonly clientId?: string;
  readonly clientMetadata?: Record<string, string> | undefined;
}

/** Sends one message: the CustomMessage trigger's words, else the pool's, else AWS's own. */
export async function sendMessage(ctx: Ctx, pool: PoolRecord, message: Message): Promise<void> {
  if (await sentByFunction(ctx, pool, message)) return;
  const custom = await callTrigger(ctx, pool, {
    trigger: "CustomMessage",
    source: `CustomMessage_${message.kind}`,
    userName: message.user.username,
    ...(message.clientId === undefined ? {} : { clientId: message.clientId }),
    request: {
      userAttributes: userAttributes(message.user),
      codeParameter: "{####}",
      linkParameter: "{##Click Here##}",
      usernameParameter: message.kind === "AdminCreateUser" ? "{username}" : null,
      ...(message.clientMetadata === undefined ? {} : { clientMetadata: message.clientMetadata }),
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  });
  const words = message.medium === "SMS" ? smsWords(pool, message) : emailWords(pool, message);
  const text = (member: string) => {
    const value = custom?.[member];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const body = (message.medium === "SMS" ? text("smsMessage") : text("emailMessage")) ?? words.body;
  const subject = text("emailSubject") ?? words.subject;
  ctx.mail({
    kind: message.medium === "SMS" ? "sms" : "email",
    from: pool.settings.EmailConfiguration?.From ?? SENDER,
    to: message.to,
    ...(message.medium === "SMS" ? {} : { subject }),
    body: filled(message, body, await loginOf(ctx, pool)),
    service: "cognito-idp",
  });
}

/** CustomEmailSender and CustomSMSSender: the function gets the code, encrypted, and sends it by itself. */
async function sentByFunction(ctx: Ctx, pool: PoolRecord, message: Message): Promise<boolean> {
  const trigger = message.medium === "SMS" ? "CustomSMSSender" : "CustomEmailSender";
  const keyId = pool.settings.LambdaConfig?.KMSKeyID;
  if (!hasTrigger(pool, trigger) || keyId === undefined) return false;
  await callTrigger(ctx, pool, {
    trigger,
    source: `${trigger}_${message.kind}`,
    userName: message.user.username,
    ...(message.clientId === undefined ? {} : { clientId: message.clientId }),
    request: {
      type: message.medium === "SMS" ? "customSMSSenderRequestV1" : "customEmailSenderRequestV1",
      code: await encryptedCode(ctx, pool.id, keyId, message.code),
      clientMetadata: message.clientMetadata ?? null,
      userAttributes: userAttributes(message.user),
    },
    response: {},
  });
  return true;
}

/** Links in messages are for the people who read this cloud's mailbox. */
async function loginOf(ctx: Ctx, pool: PoolRecord): Promise<string> {
  const domain = pool.domain ?? pool.customDomain;
  return domain === undefined ? ctx.endpoint : localLogin(ctx, domain);
}

function filled(message: Message, text: string, host: string): string {
  return text
    .replaceAll("{####}", message.code)
    .replaceAll("{username}", shownName(message.user))
    .replace(/\{##([^#]{0,200})##\}/g, (_all, label: string) => {
      const query = new URLSearchParams({
        client_id: message.clientId ?? "",
        user_name: message.user.username,
        confirmation_code: message.code,
      });
      return `<a href="${host}/confirmUser?${query}">${label}</a>`;
    });
}

function shownName(user: UserRecord): string {
  return user.username === user.sub ? (user.attributes.email ?? user.attributes.phone_number ?? user.username) : user.username;
}

interface Words {
  readonly subject: string;
  readonly body: string;
}

function emailWords(pool: PoolRecord, message: Message): Words {
  if (message.kind === "AdminCreateUser") {
    const invite = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
    return {
      subject: invite?.EmailSubject ?? "Your temporary password",
      body: invite?.EmailMessage ?? "Your username is {username} and temporary password is {####}. ",
    };
  }
  if (message.kind === "Authentication") {
    const mfa = pool.factors.EmailMfaConfiguration;
    return { subject: mfa?.Subject ?? "Your authentication code", body: mfa?.Message ?? "Your authentication code is {####}. " };
  }
  const template = pool.settings.VerificationMessageTemplate;
  if (message.kind === "ForgotPassword")
    return {
      subject: template?.EmailSubject ?? "Your verification code",
      body: template?.EmailMessage ?? "Your password reset code is {####}. ",
    };
  if (template?.DefaultEmailOption === "CONFIRM_WITH_LINK")
    return {
      subject: template.EmailSubjectByLink ?? "Your verification link",
      body: template.EmailMessageByLink ?? "Please click the link below to verify your email address. {##Verify Email##} ",
    };
  return {
    subject: template?.EmailSubject ?? "Your verification code",
    body: template?.EmailMessage ?? "Your confirmation code is {####}. ",
  };
}

function smsWords(pool: PoolRecord, message: Message): Words {
  const subject = "";
  if (message.kind === "AdminCreateUser") {
    const invite = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
    return { subject, body: invite?.SMSMessage ?? "Your username is {username} and temporary password is {####}. " };
  }
  if (message.kind === "Authentication")
    return { subject, body: pool.settings.SmsAuthenticationMessage ?? "Your authentication code is {####}. " };
  return { subject, body: pool.settings.VerificationMessageTemplate?.SmsMessage ?? "Your verification code is {####}. " };
}
