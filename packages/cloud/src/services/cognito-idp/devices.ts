import type { DeviceConfigurationType, DeviceType } from "@aws-sdk/client-cognito-identity-provider";
import { randomString, randomUuid } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { Key, StoreRead } from "../../core/store.ts";
import { resourceNotFound } from "./errors.ts";
import type { PoolRecord, UserRecord } from "./store.ts";

/** Devices that users sign in from. Source: developer guide, "Working with user devices in your user pool". */

export interface DeviceRecord {
  readonly key: string;
  readonly groupKey: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly authenticatedMs: number;
  readonly name?: string;
  /** SRP-6a salt and verifier, hexadecimal; absent until ConfirmDevice. */
  readonly secret?: { readonly salt: string; readonly verifier: string };
  readonly remembered: boolean;
  readonly lastIp?: string;
}

const GROUP_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export const deviceKey = (poolId: string, username: string, device: string): Key => ["device", poolId, username, device];

export function findDevice(
  store: StoreRead,
  pool: PoolRecord,
  user: UserRecord,
  device: string | undefined,
): DeviceRecord | undefined {
  return store.get<DeviceRecord>(deviceKey(pool.id, user.username, device ?? ""));
}

/** Throws ResourceNotFoundException. */
export function needDevice(store: StoreRead, pool: PoolRecord, user: UserRecord, device: string | undefined): DeviceRecord {
  const found = findDevice(store, pool, user, device);
  if (found?.secret === undefined) throw resourceNotFound("Device does not exist.");
  return found;
}

/** undefined: the pool doesn't track devices. */
export const deviceSettings = (pool: PoolRecord): DeviceConfigurationType | undefined => pool.settings.DeviceConfiguration;

/** A device that just signed in for the first time: known, not yet confirmed. */
export function newDevice(ctx: Ctx, pool: PoolRecord, user: UserRecord): DeviceRecord {
  const device: DeviceRecord = {
    key: `${pool.region}_${randomUuid(ctx.random)}`,
    groupKey: `-${randomString(ctx.random, 8, GROUP_ALPHABET)}`,
    createdMs: ctx.now(),
    modifiedMs: ctx.now(),
    authenticatedMs: ctx.now(),
    remembered: false,
    lastIp: "127.0.0.1",
  };
  ctx.transact((store) => store.put(deviceKey(pool.id, user.username, device.key), device));
  return device;
}

export function describeDevice(device: DeviceRecord): DeviceType {
  return {
    DeviceKey: device.key,
    DeviceAttributes: [
      { Name: "device_status", Value: "valid" },
      ...(device.name === undefined ? [] : [{ Name: "device_name", Value: device.name }]),
      { Name: "dev:device_remembered_status", Value: device.remembered ? "remembered" : "not_remembered" },
      ...(device.lastIp === undefined ? [] : [{ Name: "last_ip_used", Value: device.lastIp }]),
    ],
    DeviceCreateDate: new Date(device.createdMs),
    DeviceLastModifiedDate: new Date(device.modifiedMs),
    DeviceLastAuthenticatedDate: new Date(device.authenticatedMs),
  };
}
