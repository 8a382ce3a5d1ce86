import type {
  AdminForgetDeviceCommandInput,
  AdminGetDeviceCommandInput,
  AdminListDevicesCommandInput,
  AdminUpdateDeviceStatusCommandInput,
  ConfirmDeviceCommandInput,
  ForgetDeviceCommandInput,
  GetDeviceCommandInput,
  ListDevicesCommandInput,
  UpdateDeviceStatusCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { type DeviceRecord, describeDevice, deviceKey, deviceSettings, findDevice, needDevice } from "../devices.ts";
import { invalidParameter, resourceNotFound } from "../errors.ts";
import { type PoolRecord, page, type UserRecord } from "../store.ts";
import { checkAccessToken } from "../tokens.ts";
import { findPool } from "../user-pool.ts";
import { findUser } from "../users.ts";

/** A user's devices, by access token and by administrators. */

interface Owner {
  readonly pool: PoolRecord;
  readonly user: UserRecord;
}

function ownerOf(ctx: Ctx, input: { readonly UserPoolId?: string | undefined; readonly Username?: string | undefined }): Owner {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  return { pool, user: findUser(ctx.store, pool, input.Username) };
}

export function confirmDevice(ctx: Ctx, input: ConfirmDeviceCommandInput) {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  const settings = deviceSettings(pool);
  if (settings === undefined) throw invalidParameter("Device tracking is not enabled for the user pool.");
  const device = findDevice(ctx.store, pool, user, input.DeviceKey);
  if (device === undefined) throw resourceNotFound("Device does not exist.");
  const { PasswordVerifier, Salt } = input.DeviceSecretVerifierConfig ?? {};
  if (PasswordVerifier === undefined || Salt === undefined) throw invalidParameter("DeviceSecretVerifierConfig is required.");
  const hex = (text: string) => Buffer.from(text, "base64").toString("hex");
  const asks = settings.DeviceOnlyRememberedOnUserPrompt === true;
  ctx.store.put(deviceKey(pool.id, user.username, device.key), {
    ...device,
    secret: { salt: hex(Salt), verifier: hex(PasswordVerifier) },
    remembered: !asks,
    modifiedMs: ctx.now(),
    ...(input.DeviceName === undefined ? {} : { name: input.DeviceName }),
  } satisfies DeviceRecord);
  return { UserConfirmationNecessary: asks };
}

function devicesOf(ctx: Ctx, { pool, user }: Owner, limit: number | undefined, after: string | undefined) {
  const { values, next } = page<DeviceRecord>(ctx.store, ["device", pool.id, user.username], limit ?? 60, after);
  const Devices = values.filter((device) => device.secret !== undefined).map(describeDevice);
  return { Devices, ...(next === undefined ? {} : { PaginationToken: next }) };
}

function setStatus(ctx: Ctx, { pool, user }: Owner, key: string | undefined, status: string | undefined): object {
  const device = needDevice(ctx.store, pool, user, key);
  const changed: DeviceRecord = { ...device, remembered: status === "remembered", modifiedMs: ctx.now() };
  ctx.store.put(deviceKey(pool.id, user.username, device.key), changed);
  return {};
}

function forget(ctx: Ctx, { pool, user }: Owner, key: string | undefined): object {
  const device = needDevice(ctx.store, pool, user, key);
  ctx.store.remove(deviceKey(pool.id, user.username, device.key));
  return {};
}

export function getDevice(ctx: Ctx, input: GetDeviceCommandInput) {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  return { Device: describeDevice(needDevice(ctx.store, pool, user, input.DeviceKey)) };
}

export function adminGetDevice(ctx: Ctx, input: AdminGetDeviceCommandInput) {
  const { pool, user } = ownerOf(ctx, input);
  return { Device: describeDevice(needDevice(ctx.store, pool, user, input.DeviceKey)) };
}

export const listDevices = (ctx: Ctx, input: ListDevicesCommandInput) =>
  devicesOf(ctx, checkAccessToken(ctx, ctx.store, input.AccessToken), input.Limit, input.PaginationToken);

export const adminListDevices = (ctx: Ctx, input: AdminListDevicesCommandInput) =>
  devicesOf(ctx, ownerOf(ctx, input), input.Limit, input.PaginationToken);

export const updateDeviceStatus = (ctx: Ctx, input: UpdateDeviceStatusCommandInput) =>
  setStatus(ctx, checkAccessToken(ctx, ctx.store, input.AccessToken), input.DeviceKey, input.DeviceRememberedStatus);

export const adminUpdateDeviceStatus = (ctx: Ctx, input: AdminUpdateDeviceStatusCommandInput) =>
  setStatus(ctx, ownerOf(ctx, input), input.DeviceKey, input.DeviceRememberedStatus);

/** Without an access token AWS takes the device key alone; that key is not known to anybody else here, so it is asked for. */
export function forgetDevice(ctx: Ctx, input: ForgetDeviceCommandInput): object {
  return forget(ctx, checkAccessToken(ctx, ctx.store, input.AccessToken), input.DeviceKey);
}

export const adminForgetDevice = (ctx: Ctx, input: AdminForgetDeviceCommandInput) =>
  forget(ctx, ownerOf(ctx, input), input.DeviceKey);
