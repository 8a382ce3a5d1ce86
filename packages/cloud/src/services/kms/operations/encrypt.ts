/** Encrypt, Decrypt, ReEncrypt, data keys, GenerateRandom. */
import { constants, privateDecrypt, publicEncrypt } from "node:crypto";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { decryptWith, type EncryptionContext, encryptWith, keyOfCiphertext } from "../ciphertext.ts";
import { invalidCiphertext, invalidUsage, notImplemented, unsupported, validation } from "../errors.ts";
import { findKey, requireDryRunOff, requireEnabled, requireKey, requireUsable } from "../find-key.ts";
import { digestOf, isSymmetric, specRow } from "../key-spec.ts";
import { currentMaterial, freshSecret, privateKeyOf, publicKeyOf } from "../material.ts";
import { type KeyRecord, keyArn } from "../store.ts";
import type { Named } from "./keys.ts";

interface Options {
  readonly DryRun?: boolean;
  readonly Recipient?: unknown;
}

function refuseEnclave(input: Options): void {
  if (input.Recipient !== undefined) throw notImplemented("Recipient (Nitro Enclaves)");
}

function checkAlgorithm(key: KeyRecord, algorithm: string): void {
  if (specRow(key.spec)?.encryption?.includes(algorithm) !== true)
    throw invalidUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`);
}

function rsaPadding(algorithm: string) {
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digestOf(algorithm) };
}

function encryptRsa(key: KeyRecord, algorithm: string, plaintext: Uint8Array): Buffer {
  const hashBytes = algorithm.endsWith("_1") ? 20 : 32;
  const most = Number(key.spec.slice("RSA_".length)) / 8 - 2 * hashBytes - 2;
  if (plaintext.length > most)
    throw validation(`Algorithm ${algorithm} and key spec ${key.spec} cannot encrypt data larger than ${most} bytes.`);
  return publicEncrypt({ key: publicKeyOf(key), ...rsaPadding(algorithm) }, plaintext);
}

function seal(ctx: Ctx, key: KeyRecord, algorithm: string, plaintext: Uint8Array, context?: EncryptionContext): Buffer {
  checkAlgorithm(key, algorithm);
  if (isSymmetric(key.spec)) return encryptWith(ctx, currentMaterial(key), plaintext, context);
  if (context !== undefined) throw validation("EncryptionContext is not supported with asymmetric algorithms.");
  return encryptRsa(key, algorithm, plaintext);
}

interface EncryptInput extends Named, Options {
  readonly Plaintext: Uint8Array;
  readonly EncryptionContext?: EncryptionContext;
  readonly EncryptionAlgorithm?: string;
}

export function encrypt(ctx: Ctx, input: EncryptInput) {
  const key = requireUsable(ctx, input.KeyId, "ENCRYPT_DECRYPT", "Encrypt");
  const algorithm = input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const CiphertextBlob = seal(ctx, key, algorithm, input.Plaintext, input.EncryptionContext);
  requireDryRunOff(input);
  return { CiphertextBlob, KeyId: keyArn(key), EncryptionAlgorithm: algorithm };
}

interface OpenInput {
  readonly KeyId?: string | undefined;
  readonly blob: Uint8Array | undefined;
  readonly context: EncryptionContext | undefined;
  readonly algorithm: string;
}

/** The key that a ciphertext is to be opened with: the named one, or the one it names itself. undefined: no such. */
export function keyToOpen(ctx: Ctx, keyId: string | undefined, blob: Uint8Array | undefined): KeyRecord | undefined {
  if (keyId !== undefined) return findKey(ctx, keyId);
  return blob === undefined ? undefined : keyOfCiphertext(ctx, blob)?.key;
}

function openSymmetric(ctx: Ctx, { KeyId, blob, context }: OpenInput, operation: string) {
  const named = KeyId === undefined ? undefined : requireUsable(ctx, KeyId, "ENCRYPT_DECRYPT", operation);
  if (named !== undefined) checkAlgorithm(named, "SYMMETRIC_DEFAULT");
  const found = blob === undefined ? undefined : keyOfCiphertext(ctx, blob);
  if (found === undefined || blob === undefined) throw invalidCiphertext();
  if (named !== undefined && (named.id !== found.key.id || named.account !== found.key.account))
    throw new ServiceError(
      "IncorrectKeyException",
      400,
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  const key = requireEnabled(found.key);
  return { key, plaintext: decryptWith(ctx, found.material, blob, context), materialId: found.material.id };
}

function open(ctx: Ctx, input: OpenInput, operation: string): { key: KeyRecord; plaintext: Buffer; materialId?: string } {
  if (input.algorithm === "SYMMETRIC_DEFAULT") return openSymmetric(ctx, input, operation);
  if (input.KeyId === undefined)
    throw validation("KeyId is required when the ciphertext was encrypted with an asymmetric KMS key.");
  const key = requireUsable(ctx, input.KeyId, "ENCRYPT_DECRYPT", operation);
  checkAlgorithm(key, input.algorithm);
  if (input.blob === undefined) throw invalidCiphertext();
  try {
    return { key, plaintext: privateDecrypt({ key: privateKeyOf(ctx, key), ...rsaPadding(input.algorithm) }, input.blob) };
  } catch {
    throw invalidCiphertext();
  }
}

interface DecryptInput extends Options {
  readonly DryRunModifiers?: readonly string[];
  readonly CiphertextBlob?: Uint8Array;
  readonly EncryptionContext?: EncryptionContext;
  readonly EncryptionAlgorithm?: string;
  readonly KeyId?: string;
}

/** Whether the caller could decrypt with a key, without a ciphertext. API reference, Decrypt, "DryRunModifiers". */
function tryWithoutCiphertext(ctx: Ctx, input: DecryptInput): void {
  if (input.DryRunModifiers?.includes("IGNORE_CIPHERTEXT") !== true) return;
  if (input.DryRun !== true) throw validation("DryRunModifiers can only be specified when DryRun is true.");
  if (input.KeyId === undefined) throw validation("KeyId is required when IGNORE_CIPHERTEXT is specified.");
  checkAlgorithm(requireUsable(ctx, input.KeyId, "ENCRYPT_DECRYPT", "Decrypt"), input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT");
  requireDryRunOff(input);
}

export function decrypt(ctx: Ctx, input: DecryptInput) {
  refuseEnclave(input);
  tryWithoutCiphertext(ctx, input);
  const algorithm = input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const { key, plaintext, materialId } = open(
    ctx,
    { KeyId: input.KeyId, blob: input.CiphertextBlob, context: input.EncryptionContext, algorithm },
    "Decrypt",
  );
  requireDryRunOff(input);
  return {
    KeyId: keyArn(key),
    Plaintext: plaintext,
    EncryptionAlgorithm: algorithm,
    ...(materialId === undefined ? {} : { KeyMaterialId: materialId }),
  };
}

interface ReEncryptInput extends Options {
  readonly CiphertextBlob?: Uint8Array;
  readonly SourceEncryptionContext?: EncryptionContext;
  readonly SourceKeyId?: string;
  readonly DestinationKeyId: string;
  readonly DestinationEncryptionContext?: EncryptionContext;
  readonly SourceEncryptionAlgorithm?: string;
  readonly DestinationEncryptionAlgorithm?: string;
}

export function reEncrypt(ctx: Ctx, input: ReEncryptInput) {
  const from = input.SourceEncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const to = input.DestinationEncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const target = requireUsable(ctx, input.DestinationKeyId, "ENCRYPT_DECRYPT", "ReEncrypt");
  const source = open(
    ctx,
    { KeyId: input.SourceKeyId, blob: input.CiphertextBlob, context: input.SourceEncryptionContext, algorithm: from },
    "ReEncrypt",
  );
  const CiphertextBlob = seal(ctx, target, to, source.plaintext, input.DestinationEncryptionContext);
  requireDryRunOff(input);
  return {
    CiphertextBlob,
    SourceKeyId: keyArn(source.key),
    KeyId: keyArn(target),
    SourceEncryptionAlgorithm: from,
    DestinationEncryptionAlgorithm: to,
    ...(source.materialId === undefined ? {} : { SourceKeyMaterialId: source.materialId }),
    ...(isSymmetric(target.spec) ? { DestinationKeyMaterialId: currentMaterial(target).id } : {}),
  };
}

interface DataKeyInput extends Named, Options {
  readonly EncryptionContext?: EncryptionContext;
  readonly NumberOfBytes?: number;
  readonly KeySpec?: string;
}

function symmetricKey(ctx: Ctx, input: Named, operation: string): KeyRecord {
  const key = requireUsable(ctx, input.KeyId, "ENCRYPT_DECRYPT", operation);
  if (!isSymmetric(key.spec)) throw invalidUsage(`${keyArn(key)} key spec is ${key.spec} which is not valid for ${operation}.`);
  return key;
}

export function generateDataKey(ctx: Ctx, input: DataKeyInput) {
  refuseEnclave(input);
  const key = symmetricKey(ctx, input, "GenerateDataKey");
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
    throw validation("Please specify either number of bytes or key spec.");
  const Plaintext = ctx.random.bytes(input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32));
  const material = currentMaterial(key);
  requireDryRunOff(input);
  return {
    CiphertextBlob: encryptWith(ctx, material, Plaintext, input.EncryptionContext),
    Plaintext,
    KeyId: keyArn(key),
    KeyMaterialId: material.id,
  };
}

export function generateDataKeyWithoutPlaintext(ctx: Ctx, input: DataKeyInput) {
  const { Plaintext: _hidden, ...shown } = generateDataKey(ctx, input);
  return shown;
}

interface PairInput extends Named, Options {
  readonly EncryptionContext?: EncryptionContext;
  readonly KeyPairSpec: string;
}

export async function generateDataKeyPair(ctx: Ctx, input: PairInput) {
  refuseEnclave(input);
  const key = symmetricKey(ctx, input, "GenerateDataKeyPair");
  const row = specRow(input.KeyPairSpec);
  if (row === undefined) throw unsupported();
  requireDryRunOff(input);
  const fresh = await freshSecret(ctx, row.make);
  const material = currentMaterial(key);
  return {
    PrivateKeyCiphertextBlob: encryptWith(ctx, material, fresh.secret, input.EncryptionContext),
    PrivateKeyPlaintext: fresh.secret,
    PublicKey: fresh.publicKey,
    KeyId: keyArn(key),
    KeyPairSpec: input.KeyPairSpec,
    KeyMaterialId: material.id,
  };
}

export async function generateDataKeyPairWithoutPlaintext(ctx: Ctx, input: PairInput) {
  const { PrivateKeyPlaintext: _hidden, ...shown } = await generateDataKeyPair(ctx, input);
  return shown;
}

export function generateRandom(
  ctx: Ctx,
  input: Options & { readonly NumberOfBytes?: number; readonly CustomKeyStoreId?: string },
) {
  refuseEnclave(input);
  if (input.CustomKeyStoreId !== undefined) throw notImplemented("a custom key store");
  if (input.NumberOfBytes === undefined) throw validation("NumberOfBytes is required.");
  return { Plaintext: ctx.random.bytes(input.NumberOfBytes) };
}

/** Throws as `requireKey` does; for services that check a key they are given. */
export function checkKey(ctx: Ctx, input: Named): { readonly arn: string; readonly enabled: boolean } {
  const key = requireKey(ctx, input.KeyId);
  return { arn: keyArn(key), enabled: key.enabled && key.deletion === undefined };
}
