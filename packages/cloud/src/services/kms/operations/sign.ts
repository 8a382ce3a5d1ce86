/** Sign, Verify, GenerateMac, VerifyMac, DeriveSharedSecret. */
import {
  constants,
  createHmac,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { signDigest, verifyDigest } from "../ecdsa.ts";
import { signEd25519ph, verifyEd25519ph } from "../ed25519ph.ts";
import { invalidUsage, notImplemented, validation } from "../errors.ts";
import { requireDryRunOff, requireUsable } from "../find-key.ts";
import { digestOf, specRow } from "../key-spec.ts";
import { currentMaterial, openMaterial, privateKeyOf, publicKeyOf } from "../material.ts";
import { signRsaDigest, verifyRsaDigest } from "../rsa-digest.ts";
import { type KeyRecord, keyArn } from "../store.ts";
import type { Named } from "./keys.ts";

interface SignInput extends Named {
  readonly Message: Uint8Array;
  readonly MessageType?: string;
  readonly SigningAlgorithm: string;
  readonly DryRun?: boolean;
}

/** Its message is a SHA-512 digest already. */
const isPrehashed = (algorithm: string) => algorithm === "ED25519_PH_SHA_512";
const isMlDsa = (algorithm: string) => algorithm === "ML_DSA_SHAKE_256";

/** ML-DSA hashes for itself. */
function requireWhole(key: KeyRecord, input: SignInput): KeyRecord {
  if (input.MessageType === "DIGEST") throw validation("MessageType DIGEST is not supported for ML_DSA_SHAKE_256.");
  if (input.MessageType === "EXTERNAL_MU") throw notImplemented("MessageType EXTERNAL_MU");
  return key;
}

function signingKey(ctx: Ctx, input: SignInput, operation: string): KeyRecord {
  const key = requireUsable(ctx, input.KeyId, "SIGN_VERIFY", operation);
  const { SigningAlgorithm: algorithm } = input;
  if (specRow(key.spec)?.signing?.includes(algorithm) !== true)
    throw invalidUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`);
  if (isMlDsa(algorithm)) return requireWhole(key, input);
  if (input.MessageType === "EXTERNAL_MU") throw validation("EXTERNAL_MU is only for ML-DSA keys.");
  if (isPrehashed(algorithm) && input.MessageType !== "DIGEST")
    throw validation("MessageType must be DIGEST for ED25519_PH_SHA_512.");
  if (input.MessageType === "DIGEST") {
    if (algorithm === "ED25519_SHA_512") throw validation("MessageType DIGEST is not supported for ED25519_SHA_512.");
    if (input.Message.length !== Number(algorithm.slice(-3)) / 8)
      throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  }
  return key;
}

/** RSA-PSS salts are as long as the digest. */
function padded(key: KeyObject, algorithm: string) {
  return algorithm.startsWith("RSASSA_PSS")
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : key;
}

export function signOperation(ctx: Ctx, input: SignInput) {
  const key = signingKey(ctx, input, "Sign");
  requireDryRunOff(input);
  const { SigningAlgorithm: algorithm, Message: message } = input;
  const secret = privateKeyOf(ctx, key);
  const hash = digestOf(algorithm);
  const answer = (Signature: Buffer) => ({ KeyId: keyArn(key), Signature, SigningAlgorithm: algorithm });
  if (algorithm === "ED25519_SHA_512" || isMlDsa(algorithm)) return answer(sign(null, message, secret));
  if (isPrehashed(algorithm)) return answer(signEd25519ph(secret, message));
  if (input.MessageType !== "DIGEST") return answer(sign(hash, message, padded(secret, algorithm)));
  if (algorithm.startsWith("ECDSA")) return answer(signDigest(secret, message, ctx.random));
  return answer(signRsaDigest(secret, hash, algorithm.startsWith("RSASSA_PSS"), message, ctx.random));
}

function isValid(key: KeyRecord, input: SignInput & { readonly Signature: Uint8Array }): boolean {
  const { SigningAlgorithm: algorithm, Message: message, Signature: signature } = input;
  const open = publicKeyOf(key);
  const hash = digestOf(algorithm);
  if (algorithm === "ED25519_SHA_512" || isMlDsa(algorithm)) return verify(null, message, open, signature);
  if (isPrehashed(algorithm)) return verifyEd25519ph(open, message, signature);
  if (input.MessageType !== "DIGEST") return verify(hash, message, padded(open, algorithm), signature);
  if (algorithm.startsWith("ECDSA")) return verifyDigest(open, message, signature);
  return verifyRsaDigest(open, hash, algorithm.startsWith("RSASSA_PSS"), message, signature);
}

export function verifyOperation(ctx: Ctx, input: SignInput & { readonly Signature: Uint8Array }) {
  const key = signingKey(ctx, input, "Verify");
  requireDryRunOff(input);
  if (!isValid(key, input)) throw new ServiceError("KMSInvalidSignatureException", 400, "");
  return { KeyId: keyArn(key), SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
}

interface MacInput extends Named {
  readonly Message: Uint8Array;
  readonly MacAlgorithm: string;
  readonly DryRun?: boolean;
}

function macOf(ctx: Ctx, input: MacInput, operation: string): { key: KeyRecord; mac: Buffer } {
  const key = requireUsable(ctx, input.KeyId, "GENERATE_VERIFY_MAC", operation);
  if (specRow(key.spec)?.mac?.includes(input.MacAlgorithm) !== true)
    throw invalidUsage(`Algorithm ${input.MacAlgorithm} is incompatible with key spec ${key.spec}.`);
  requireDryRunOff(input);
  const secret = openMaterial(ctx, currentMaterial(key));
  return { key, mac: createHmac(digestOf(input.MacAlgorithm), secret).update(input.Message).digest() };
}

export function generateMac(ctx: Ctx, input: MacInput) {
  const { key, mac } = macOf(ctx, input, "GenerateMac");
  return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: keyArn(key) };
}

export function verifyMac(ctx: Ctx, input: MacInput & { readonly Mac: Uint8Array }) {
  const { key, mac } = macOf(ctx, input, "VerifyMac");
  if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac))
    throw new ServiceError("KMSInvalidMacException", 400, "");
  return { KeyId: keyArn(key), MacValid: true, MacAlgorithm: input.MacAlgorithm };
}

interface DeriveInput extends Named {
  readonly PublicKey: Uint8Array;
  readonly KeyAgreementAlgorithm: string;
  readonly DryRun?: boolean;
  readonly Recipient?: unknown;
}

export function deriveSharedSecret(ctx: Ctx, input: DeriveInput) {
  if (input.Recipient !== undefined) throw notImplemented("Recipient (Nitro Enclaves)");
  const key = requireUsable(ctx, input.KeyId, "KEY_AGREEMENT", "DeriveSharedSecret");
  requireDryRunOff(input);
  let SharedSecret: Buffer;
  try {
    const publicKey = createPublicKey({ key: Buffer.from(input.PublicKey), format: "der", type: "spki" });
    SharedSecret = diffieHellman({ privateKey: privateKeyOf(ctx, key), publicKey });
  } catch {
    throw validation("The public key is not a valid point on the key's curve.");
  }
  return { KeyId: keyArn(key), SharedSecret, KeyAgreementAlgorithm: input.KeyAgreementAlgorithm, KeyOrigin: "AWS_KMS" };
}
