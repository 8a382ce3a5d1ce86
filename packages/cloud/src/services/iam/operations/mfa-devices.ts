/** Virtual MFA devices: made, switched on with two codes in a row, asked by STS. */
import { type Ctx, type Operation, ServiceError } from "../../../core/service.ts";
import { base32, matchingStep, totpCode, totpStep } from "../../../core/totp.ts";
import { entityIam, needEntity, present } from "../entities.ts";
import { alreadyExists, conflict, limit, noSuchEntity, type PageInput, paged, shownTags, type Tag, tagsOf } from "../names.ts";
import { tagOperations } from "../tagged.ts";

interface MfaDevice {
  readonly serial: string;
  readonly secret: string;
  readonly user?: string;
  readonly enabledMs?: number;
  readonly lastStep?: number;
  readonly tags: { readonly [key: string]: string };
}

const SECRET_BYTES = 40;
const DEVICES_MAX = 8;
/** How many codes back two in a row are looked for, when a device's clock has gone astray. */
const ASTRAY_STEPS = 20;

const keyOf = (account: string, serial: string) => ["mfa-device", account, serial];

function need(ctx: Ctx, serial: string): MfaDevice {
  const device = ctx.store.get<MfaDevice>(keyOf(ctx.account, serial));
  if (device === undefined) throw noSuchEntity(`VirtualMFADevice with serial number ${serial} does not exist.`);
  return device;
}

const put = (ctx: Ctx, device: MfaDevice) => ctx.store.put(keyOf(ctx.account, device.serial), device);
const all = (ctx: Ctx) => [...ctx.store.range<MfaDevice>({ prefix: ["mfa-device", ctx.account] })].map(({ value }) => value);

export const mfaDevicesOf = (ctx: Ctx, user: string) => all(ctx).filter((device) => device.user === user);

interface MfaInput {
  readonly UserName?: string;
  readonly SerialNumber: string;
  readonly AuthenticationCode1?: string;
  readonly AuthenticationCode2?: string;
}

function create(
  ctx: Ctx,
  input: { readonly Path?: string; readonly VirtualMFADeviceName: string; readonly Tags?: readonly Tag[] },
) {
  const serial = `arn:aws:iam::${ctx.account}:mfa${input.Path ?? "/"}${input.VirtualMFADeviceName}`;
  if (ctx.store.has(keyOf(ctx.account, serial)))
    throw alreadyExists("MFADevice entity at the same path and name already exists.");
  const secret = base32(ctx.random.bytes(SECRET_BYTES));
  const tags = tagsOf(input.Tags);
  put(ctx, { serial, secret, tags });
  return { VirtualMFADevice: { SerialNumber: serial, Base32StringSeed: Buffer.from(secret), ...shownTags(tags) } };
}

/** The step of the second of two codes in a row; undefined when they aren't. */
function twoInARow(device: MfaDevice, first: string, second: string, nowMs: number, reach: number): number | undefined {
  const now = totpStep(nowMs);
  for (let step = now - reach; step <= now + 1; step++)
    if (totpCode(device.secret, step) === first && totpCode(device.secret, step + 1) === second) return step + 1;
  return undefined;
}

function proved(ctx: Ctx, input: MfaInput, reach: number): { device: MfaDevice; step: number } {
  const device = need(ctx, input.SerialNumber);
  const step = twoInARow(device, input.AuthenticationCode1 ?? "", input.AuthenticationCode2 ?? "", ctx.now(), reach);
  if (step === undefined)
    throw new ServiceError("InvalidAuthenticationCodeException", 403, "Authentication code for device is not valid.");
  return { device, step };
}

function enable(ctx: Ctx, input: MfaInput): void {
  const user = needEntity(ctx, "user", input.UserName ?? "");
  const { device, step } = proved(ctx, input, 2);
  if (device.user !== undefined) throw alreadyExists(`MFA Device ${device.serial} is already in use.`);
  if (mfaDevicesOf(ctx, user.name).length >= DEVICES_MAX)
    throw limit(`Cannot exceed quota for MFADevicesPerUser: ${DEVICES_MAX}`);
  put(ctx, { ...device, user: user.name, enabledMs: ctx.now(), lastStep: step });
}

function ofUser(ctx: Ctx, input: MfaInput): MfaDevice {
  needEntity(ctx, "user", input.UserName ?? "");
  const device = ctx.store.get<MfaDevice>(keyOf(ctx.account, input.SerialNumber));
  if (device?.user !== input.UserName || device === undefined)
    throw noSuchEntity(`MFA Device invalid for user: ${input.UserName} with serial number ${input.SerialNumber}`);
  return device;
}

function deactivate(ctx: Ctx, input: MfaInput): void {
  const { user: _user, enabledMs: _enabled, lastStep: _step, ...rest } = ofUser(ctx, input);
  put(ctx, rest);
}

function resync(ctx: Ctx, input: MfaInput): void {
  ofUser(ctx, input);
  const { device, step } = proved(ctx, input, ASTRAY_STEPS);
  put(ctx, { ...device, lastStep: step });
}

function remove(ctx: Ctx, input: MfaInput): void {
  const device = need(ctx, input.SerialNumber);
  if (device.user !== undefined) throw conflict("MFA VirtualDevice in use. Must deactivate first.");
  ctx.store.remove(keyOf(ctx.account, device.serial));
}

function list(ctx: Ctx, input: PageInput & { readonly UserName?: string }) {
  const own = ctx.principal.kind === "user" ? ctx.principal.userArn.slice(ctx.principal.userArn.lastIndexOf("/") + 1) : "";
  const user = input.UserName ?? own;
  const devices = user === "" ? [] : mfaDevicesOf(ctx, needEntity(ctx, "user", user).name);
  const { page, rest } = paged(devices, input, (device) => device.serial);
  const MFADevices = page.map((device) => ({
    UserName: device.user,
    SerialNumber: device.serial,
    EnableDate: new Date(device.enabledMs ?? 0),
  }));
  return { MFADevices, ...rest };
}

function listVirtual(ctx: Ctx, input: PageInput & { readonly AssignmentStatus?: "Assigned" | "Unassigned" | "Any" }) {
  const wanted = all(ctx).filter((device) => {
    if (input.AssignmentStatus === "Assigned") return device.user !== undefined;
    return input.AssignmentStatus !== "Unassigned" || device.user === undefined;
  });
  const { page, rest } = paged(wanted, input, (device) => device.serial);
  const VirtualMFADevices = page.map((device) => ({
    SerialNumber: device.serial,
    ...(device.user === undefined ? {} : { User: present(ctx, needEntity(ctx, "user", device.user)) }),
    ...(device.enabledMs === undefined ? {} : { EnableDate: new Date(device.enabledMs) }),
  }));
  return { VirtualMFADevices, ...rest };
}

function get(ctx: Ctx, input: MfaInput) {
  const device = ctx.store.get<MfaDevice>(keyOf(ctx.account, input.SerialNumber));
  if (device?.user === undefined || (input.UserName !== undefined && device.user !== input.UserName))
    throw noSuchEntity(`MFA Device with serial number ${input.SerialNumber} cannot be found.`);
  return { UserName: device.user, SerialNumber: device.serial, EnableDate: new Date(device.enabledMs ?? 0) };
}

const iam = entityIam("user");

export const mfaDeviceOperations: { [operation: string]: Operation } = {
  CreateVirtualMFADevice: { handler: create, missing: "QRCodePNG" },
  DeleteVirtualMFADevice: { handler: remove },
  EnableMFADevice: { iam, handler: enable },
  DeactivateMFADevice: { iam, handler: deactivate },
  ResyncMFADevice: { iam, handler: resync },
  GetMFADevice: { readonly: true, handler: get },
  ListMFADevices: { iam, readonly: true, handler: list },
  ListVirtualMFADevices: { readonly: true, handler: listVirtual },
  ...tagOperations({ title: "MFADevice", member: "SerialNumber", need, put }),
};

/** For STS: whether a code is good for the user's device. A code works once. */
export function checkMfaCode(
  ctx: Ctx,
  input: { readonly serialNumber: string; readonly code: string; readonly userName?: string },
): "good" | "wrong" | "unknown" {
  return ctx.transact((store) => {
    const device = store.get<MfaDevice>(keyOf(ctx.account, input.serialNumber));
    if (device?.user === undefined || device.user !== input.userName) return "unknown";
    const step = matchingStep(device.secret, input.code, ctx.now(), device.lastStep);
    if (step === undefined) return "wrong";
    store.put(keyOf(ctx.account, device.serial), { ...device, lastStep: step });
    return "good";
  });
}
