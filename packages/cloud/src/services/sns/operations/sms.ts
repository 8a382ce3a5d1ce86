/** SMS settings, the sandbox's numbers, opt-outs. Messages themselves lie in the cloud's mailbox. */
import { randomString } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid } from "../store.ts";

const SETTINGS = [
  "MonthlySpendLimit",
  "DeliveryStatusIAMRole",
  "DeliveryStatusSuccessSamplingRate",
  "DefaultSenderID",
  "DefaultSMSType",
  "UsageReportS3Bucket",
];
const SANDBOX_NUMBERS_MAX = 10;

type Settings = { readonly [name: string]: string };

function settings(ctx: Ctx): Settings {
  return ctx.store.get<Settings>(["sms", ctx.account, ctx.region]) ?? {};
}

function checkSetting(name: string, value: string): void {
  if (!SETTINGS.includes(name)) throw invalid(`${name} is not a valid attribute`);
  // The empty text puts AWS's own setting back.
  if (value === "") return;
  if (name === "DefaultSMSType" && !["Promotional", "Transactional"].includes(value)) throw invalid("DefaultSMSType is invalid");
  if (name === "MonthlySpendLimit" && !/^\d+(\.\d+)?$/.test(value)) throw invalid("MonthlySpendLimit is invalid");
  if (name === "DefaultSenderID" && !/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(value))
    throw invalid("DefaultSenderID is invalid");
  if (name === "DeliveryStatusSuccessSamplingRate" && !(/^\d{1,3}$/.test(value) && Number(value) <= 100))
    throw invalid("DeliveryStatusSuccessSamplingRate is invalid");
}

export function setSmsAttributes(ctx: Ctx, input: { readonly attributes: Settings }): object {
  for (const [name, value] of Object.entries(input.attributes)) checkSetting(name, value);
  const kept = Object.entries({ ...settings(ctx), ...input.attributes }).filter(([, value]) => value !== "");
  ctx.store.put(["sms", ctx.account, ctx.region], Object.fromEntries(kept));
  return {};
}

export function getSmsAttributes(ctx: Ctx, input: { readonly attributes?: readonly string[] }): object {
  const all = { MonthlySpendLimit: "1", ...settings(ctx) };
  const wanted = input.attributes ?? [];
  return { attributes: Object.fromEntries(Object.entries(all).filter(([name]) => wanted.length === 0 || wanted.includes(name))) };
}

/** Who a text message is from: its own sender id, the account's, or AWS's word. */
export function senderOf(ctx: Ctx, own: string | undefined): string {
  return own ?? settings(ctx).DefaultSenderID ?? "NOTICE";
}

export function checkNumber(number: string): void {
  if (!/^\+[1-9]\d{1,14}$/.test(number)) throw invalid(`PhoneNumber Reason: ${number.slice(0, 40)} is not valid to publish to`);
}

interface Sandboxed {
  readonly number: string;
  readonly code: string;
  readonly isVerified: boolean;
}

const sandboxKey = (ctx: Ctx, number: string) => ["sandbox", ctx.account, ctx.region, number];

function sandboxed(ctx: Ctx): Sandboxed[] {
  return [...ctx.store.range<Sandboxed>({ prefix: ["sandbox", ctx.account, ctx.region] })].map(({ value }) => value);
}

function needSandboxed(ctx: Ctx, number: string): Sandboxed {
  if (number.length > 20 || !/^(\+[0-9]{8,}|[0-9]{0,9})$/.test(number)) throw invalid("PhoneNumber");
  const found = ctx.store.get<Sandboxed>(sandboxKey(ctx, number));
  if (found === undefined) throw new ServiceError("ResourceNotFoundException", 404, "Destination phone number is not found.");
  return found;
}

interface Number {
  readonly PhoneNumber: string;
}

/** The code that proves the number goes to the mailbox. */
export function createSandboxNumber(ctx: Ctx, input: Number): object {
  checkNumber(input.PhoneNumber);
  const before = ctx.store.get<Sandboxed>(sandboxKey(ctx, input.PhoneNumber));
  if (before?.isVerified === true) throw new ServiceError("OptedOutException", 400, "The phone number is already verified.");
  if (before === undefined && sandboxed(ctx).length >= SANDBOX_NUMBERS_MAX)
    throw new ServiceError("UserErrorException", 400, `At most ${SANDBOX_NUMBERS_MAX} phone numbers can be in the sandbox.`);
  const code = randomString(ctx.random, 6, "0123456789");
  ctx.store.put(sandboxKey(ctx, input.PhoneNumber), { number: input.PhoneNumber, code, isVerified: false });
  ctx.mail({ kind: "sms", from: "NOTICE", to: input.PhoneNumber, body: `Your verification code is ${code}`, service: "sns" });
  return {};
}

export function verifySandboxNumber(ctx: Ctx, input: Number & { readonly OneTimePassword: string }): object {
  if (!/^[0-9]{5,8}$/.test(input.OneTimePassword)) throw invalid("OneTimePassword");
  const found = needSandboxed(ctx, input.PhoneNumber);
  if (found.code !== input.OneTimePassword) throw new ServiceError("VerificationException", 400, "Wrong verification code.");
  ctx.store.put(sandboxKey(ctx, found.number), { ...found, isVerified: true });
  return {};
}

export function deleteSandboxNumber(ctx: Ctx, input: Number): object {
  ctx.store.remove(sandboxKey(ctx, needSandboxed(ctx, input.PhoneNumber).number));
  return {};
}

interface Page {
  readonly MaxResults?: number;
}

function checkPage({ MaxResults: size }: Page, most: number): void {
  if (size !== undefined && (size < 1 || size > most)) throw invalid("MaxResults");
}

export function listSandboxNumbers(ctx: Ctx, input: Page): object {
  checkPage(input, 100);
  return {
    PhoneNumbers: sandboxed(ctx).map(({ number, isVerified }) => ({
      PhoneNumber: number,
      Status: isVerified ? "Verified" : "Pending",
    })),
  };
}

export const sandboxStatus = (): object => ({ IsInSandbox: false });

/** Nobody answers STOP to a mailbox: no number is opted out. */
export function isOptedOut(_ctx: Ctx, input: { readonly phoneNumber: string }): object {
  checkNumber(input.phoneNumber);
  return { isOptedOut: false };
}
export const listOptedOut = (): object => ({ phoneNumbers: [] });
export function optIn(_ctx: Ctx, input: { readonly phoneNumber: string }): object {
  checkNumber(input.phoneNumber);
  return {};
}
export function listOriginationNumbers(_ctx: Ctx, input: Page): object {
  checkPage(input, 30);
  return { PhoneNumbers: [] };
}
