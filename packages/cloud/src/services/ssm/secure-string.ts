/**
 * SecureString values as they lie in the store and as they are shown without decryption: under the parameter's KMS key, with its ARN as
 * encryption context. Systems Manager user guide, "AWS KMS encryption for AWS Systems Manager Parameter Store SecureString parameters":
 * a standard parameter is encrypted by the key itself, an advanced one under a data key of it. AWS wraps the latter in the Encryption
 * SDK's message format; here it is `length of data key, 2 bytes | data key | iv, 12 | tag, 16 | ciphertext`.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { arn } from "../../core/arn.ts";
import { rewordKeyError } from "../../core/key-use.ts";
import type { Ctx } from "../../core/service.ts";
import type { VersionRecord } from "./store.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

const NAMES = {
  NotFoundException: "InvalidKeyId",
  DisabledException: "InvalidKeyId",
  KMSInvalidStateException: "InvalidKeyId",
  InvalidKeyUsageException: "InvalidKeyId",
  ValidationException: "InvalidKeyId",
  AccessDeniedException: "AccessDeniedException",
};

function contextOf(ctx: Ctx, name: string) {
  return { PARAMETER_ARN: arn("ssm", ctx.region, ctx.account, `parameter${name.startsWith("/") ? "" : "/"}${name}`) };
}

async function kms<O>(ctx: Ctx, operation: string, input: object): Promise<O> {
  try {
    return await ctx.call<O>("kms", operation, input, { as: ctx.principal });
  } catch (error) {
    throw rewordKeyError(error, NAMES);
  }
}

interface DataKey {
  readonly Plaintext: Uint8Array;
  readonly CiphertextBlob: Uint8Array;
}

function envelope({ Plaintext, CiphertextBlob }: DataKey, iv: Uint8Array, value: string): Buffer {
  const cipher = createCipheriv("aes-256-gcm", Plaintext, iv);
  const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(CiphertextBlob.length);
  return Buffer.concat([length, CiphertextBlob, iv, cipher.getAuthTag(), body]);
}

/** Base64 of the ciphertext. Throws InvalidKeyId, AccessDeniedException. */
export async function protect(ctx: Ctx, name: string, value: string, KeyId: string, tier: string): Promise<string> {
  const EncryptionContext = contextOf(ctx, name);
  if (tier === "Advanced") {
    const key = await kms<DataKey>(ctx, "GenerateDataKey", { KeyId, KeySpec: "AES_256", EncryptionContext });
    return envelope(key, ctx.random.bytes(IV_BYTES), value).toString("base64");
  }
  const { CiphertextBlob } = await kms<DataKey>(ctx, "Encrypt", { KeyId, Plaintext: Buffer.from(value), EncryptionContext });
  return Buffer.from(CiphertextBlob).toString("base64");
}

/** The plain value, by the requester's kms:Decrypt. Throws InvalidKeyId, AccessDeniedException. */
export async function reveal(ctx: Ctx, name: string, version: VersionRecord): Promise<string> {
  const bytes = Buffer.from(version.value, "base64");
  const EncryptionContext = contextOf(ctx, name);
  const KeyId = version.keyId;
  const isEnvelope = version.tier === "Advanced";
  const end = isEnvelope ? 2 + bytes.readUInt16BE(0) : bytes.length;
  const CiphertextBlob = bytes.subarray(isEnvelope ? 2 : 0, end);
  // As AWS: a value stays readable by the key that it was encrypted with, whatever the alias points to now.
  const named = KeyId === undefined || KeyId.includes("alias/") ? {} : { KeyId };
  const { Plaintext } = await kms<DataKey>(ctx, "Decrypt", { CiphertextBlob, EncryptionContext, ...named });
  if (!isEnvelope) return Buffer.from(Plaintext).toString("utf8");
  const tagEnd = end + IV_BYTES + TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", Plaintext, bytes.subarray(end, end + IV_BYTES));
  decipher.setAuthTag(bytes.subarray(end + IV_BYTES, tagEnd));
  return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString("utf8");
}
