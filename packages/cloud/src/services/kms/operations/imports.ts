/** GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial. */
import { randomHex } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalidState, notImplemented, unsupported, validation } from "../errors.ts";
import { requireKeyById, requireLive } from "../find-key.ts";
import { checkSecret, importedMaterial, isPendingImport, unwrap, WRAPPING_ALGORITHMS, withoutMaterial } from "../import.ts";
import { specRow } from "../key-spec.ts";
import { freshSecret } from "../material.ts";
import { getKey, type KeyRecord, keyArn, putKey, sealing } from "../store.ts";
import type { Named } from "./keys.ts";

const DAY_MS = 86_400_000;
const EXPIRY_DAYS_MAX = 365;
/** Timer's kind. */
export const EXPIRE = "expire-material";

interface Wrapping {
  /** 64 hexadecimal digits. */
  readonly token: string;
  readonly algorithm: string;
  /** PKCS#8, sealed under the token. */
  readonly sealed: Uint8Array;
  readonly validToMs: number;
}

const wrappingKey = (key: KeyRecord) => ["wrapping", key.account, key.region, key.id];

function external(ctx: Ctx, input: Named): KeyRecord {
  const key = requireLive(requireKeyById(ctx, input.KeyId));
  if (key.origin !== "EXTERNAL") throw unsupported(`${keyArn(key)} origin is AWS_KMS which is not valid for this operation.`);
  return key;
}

interface ParametersInput extends Named {
  readonly WrappingAlgorithm: string;
  readonly WrappingKeySpec: string;
}

/** A pair for one import, good for 24 hours; the next one takes its place. */
export async function getParametersForImport(ctx: Ctx, input: ParametersInput) {
  const key = external(ctx, input);
  if (!WRAPPING_ALGORITHMS.includes(input.WrappingAlgorithm))
    throw unsupported(`The wrapping algorithm ${input.WrappingAlgorithm} is not supported.`);
  const spec = specRow(input.WrappingKeySpec);
  if (spec?.make.kind !== "rsa") throw unsupported(`The wrapping key spec ${input.WrappingKeySpec} is not supported.`);
  if (specRow(key.spec)?.make.kind === "rsa" && input.WrappingAlgorithm.startsWith("RSAES_"))
    throw validation(`The wrapping algorithm ${input.WrappingAlgorithm} is not valid for key spec ${key.spec}.`);
  const fresh = await freshSecret(ctx, spec.make);
  const token = randomHex(ctx.random, 64);
  const validToMs = ctx.now() + DAY_MS;
  const sealed = sealing(ctx).seal(fresh.secret, token);
  const wrapping: Wrapping = { token, algorithm: input.WrappingAlgorithm, sealed, validToMs };
  ctx.transact((store) => store.put(wrappingKey(key), wrapping));
  return {
    KeyId: keyArn(key),
    ImportToken: Buffer.from(token, "hex"),
    PublicKey: fresh.publicKey,
    ParametersValidTo: new Date(validToMs),
  };
}

interface ImportInput extends Named {
  readonly ImportToken: Uint8Array;
  readonly EncryptedKeyMaterial: Uint8Array;
  readonly ValidTo?: Date;
  readonly ExpirationModel?: string;
  readonly ImportType?: string;
  readonly KeyMaterialId?: string;
}

function expiryOf(ctx: Ctx, input: ImportInput): number | undefined {
  const model = input.ExpirationModel ?? "KEY_MATERIAL_EXPIRES";
  const validToMs = input.ValidTo?.getTime();
  if (model === "KEY_MATERIAL_DOES_NOT_EXPIRE") {
    if (validToMs !== undefined)
      throw validation("A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE");
    return undefined;
  }
  if (validToMs === undefined) throw validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
  if (validToMs <= ctx.now()) throw validation("The validTo date must be in the future");
  if (validToMs > ctx.now() + EXPIRY_DAYS_MAX * DAY_MS)
    throw validation(`The validTo date must be within ${EXPIRY_DAYS_MAX} days from now`);
  return validToMs;
}

function wrappingOf(ctx: Ctx, key: KeyRecord, token: Uint8Array): Wrapping {
  const wrapping = ctx.store.get<Wrapping>(wrappingKey(key));
  if (wrapping === undefined || wrapping.token !== Buffer.from(token).toString("hex"))
    throw new ServiceError("InvalidImportTokenException", 400, "The provided import token is invalid.");
  if (wrapping.validToMs <= ctx.now())
    throw new ServiceError("ExpiredImportTokenException", 400, "The provided import token is expired.");
  return wrapping;
}

export function importKeyMaterial(ctx: Ctx, input: ImportInput) {
  const key = external(ctx, input);
  const before = key.materials.at(-1);
  if (input.ImportType === "NEW_KEY_MATERIAL" && before !== undefined)
    throw notImplemented("a second key material for rotation on demand");
  if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== before?.id)
    throw new ServiceError("NotFoundException", 400, `Key material ${input.KeyMaterialId} is not found.`);
  const expiresMs = expiryOf(ctx, input);
  const wrapping = wrappingOf(ctx, key, input.ImportToken);
  const secret = unwrap(sealing(ctx).open(wrapping.sealed, wrapping.token), wrapping.algorithm, input.EncryptedKeyMaterial);
  const publicKey = checkSecret(key, secret);
  const material = importedMaterial(ctx, before, secret, expiresMs);
  putKey(ctx, { ...key, materials: [material], ...(publicKey === undefined ? {} : { publicKey }) });
  if (expiresMs === undefined) ctx.unschedule(EXPIRE, key.id);
  else ctx.schedule(EXPIRE, key.id, expiresMs, { id: key.id });
  return { KeyId: keyArn(key), ...(key.spec === "SYMMETRIC_DEFAULT" ? { KeyMaterialId: material.id } : {}) };
}

export function deleteImportedKeyMaterial(ctx: Ctx, input: Named & { readonly KeyMaterialId?: string }) {
  const key = external(ctx, input);
  const material = key.materials.at(-1);
  if (material === undefined || isPendingImport(key)) throw invalidState(`${keyArn(key)} is pending import.`);
  ctx.unschedule(EXPIRE, key.id);
  putKey(ctx, withoutMaterial(key));
  return { KeyId: keyArn(key), ...(key.spec === "SYMMETRIC_DEFAULT" ? { KeyMaterialId: material.id } : {}) };
}

/** The timer's end: the material is gone, the key waits for it. */
export function expireMaterial(ctx: Ctx, payload: unknown): void {
  const { id } = payload as { readonly id: string };
  const key = getKey(ctx, ctx, id);
  const expiresMs = key?.materials.at(-1)?.imported?.expiresMs;
  if (key !== undefined && expiresMs !== undefined && expiresMs <= ctx.now()) putKey(ctx, withoutMaterial(key));
}
