/** Makes key material, and takes it out of its seal. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { randomHex } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { SpecRow } from "./key-spec.ts";
import { type KeyRecord, type Material, sealing } from "./store.ts";

export interface FreshKey {
  /** Raw bytes, or PKCS#8. */
  readonly secret: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey?: Uint8Array;
}

const MATERIAL_ID_DIGITS = 64;

/** A pair in DER; off the event loop, as RSA takes up to seconds. */
function pair(make: SpecRow["make"]): Promise<FreshKey> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) => {
      if (error !== null) reject(error);
      else
        resolve({
          secret: privateKey.export({ format: "der", type: "pkcs8" }),
          publicKey: publicKey.export({ format: "der", type: "spki" }),
        });
    };
    if (make.kind === "rsa") generateKeyPair("rsa", { modulusLength: make.bits }, done);
    else if (make.kind === "ec") generateKeyPair("ec", { namedCurve: make.curve }, done);
    else if (make.kind === "ed25519") generateKeyPair("ed25519", {}, done);
    else if (make.kind !== "bytes") generateKeyPair(make.kind, {}, done);
  });
}

export function freshSecret(ctx: Ctx, make: SpecRow["make"]): FreshKey | Promise<FreshKey> {
  return make.kind === "bytes" ? { secret: ctx.random.bytes(make.length) } : pair(make);
}

export function sealMaterial(ctx: Ctx, secret: Uint8Array, rotation?: Material["rotation"]): Material {
  const id = randomHex(ctx.random, MATERIAL_ID_DIGITS);
  return {
    id,
    sealed: sealing(ctx).seal(secret, id),
    createdMs: ctx.now(),
    ...(rotation === undefined ? {} : { rotation }),
  };
}

export function openMaterial(ctx: Ctx, material: Material): Buffer {
  return sealing(ctx).open(material.sealed, material.id);
}

export function currentMaterial(key: KeyRecord): Material {
  const material = key.materials.at(-1);
  if (material === undefined) throw new RangeError(`key ${key.id} has no material`);
  return material;
}

export function privateKeyOf(ctx: Ctx, key: KeyRecord): KeyObject {
  return createPrivateKey({ key: openMaterial(ctx, currentMaterial(key)), format: "der", type: "pkcs8" });
}

export function publicKeyOf(key: KeyRecord): KeyObject {
  return createPublicKey({ key: Buffer.from(key.publicKey ?? []), format: "der", type: "spki" });
}
