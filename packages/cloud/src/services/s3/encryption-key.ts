/**
 * The keys of objects under SSE-KMS and SSE-C. SSE-KMS: a data key of the KMS key an object (or upload), with S3's encryption context, so
 * that who writes needs kms:GenerateDataKey and who reads kms:Decrypt (User Guide, "Using server-side encryption with AWS KMS keys"); only
 * its ciphertext is kept. The AWS managed key serves everybody in the account and is not asked. SSE-C: the customer's own key, of which
 * only the MD5 is kept. SSE-S3, which every other object has, leaves bytes as they are: its key would lie beside them.
 */
import { hash } from "node:crypto";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import { accessDenied, invalidArgument, invalidRequest, s3Error } from "./errors.ts";
import type { Encryption } from "./object.ts";

const MANAGED_ALIAS = ":alias/aws/s3";

export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

/** The key that a request brings. Throws InvalidEncryptionAlgorithmError, or InvalidArgument where key and MD5 do not fit. */
export function customerKey(input: CustomerKeyInput): Buffer {
  if (input.SSECustomerAlgorithm !== "AES256")
    throw s3Error(
      "InvalidEncryptionAlgorithmError",
      400,
      "The Encryption request you specified is not valid. Supported value: AES256.",
    );
  const key = Buffer.from(input.SSECustomerKey ?? "", "base64");
  if (key.length !== 32)
    throw invalidArgument("The secret key was invalid for the specified algorithm.", "x-amz-server-side-encryption");
  if (input.SSECustomerKeyMD5 !== hash("md5", key, "base64"))
    throw invalidArgument(
      "The calculated MD5 hash of the key did not match the hash that was provided.",
      "x-amz-server-side-encryption",
    );
  return key;
}

/** SSE-C: the same key as at the write, or nothing. */
export function checkCustomerKey(stored: Encryption, given: { readonly SSECustomerKeyMD5?: string | undefined }): void {
  if (stored.SSECustomerKeyMD5 === given.SSECustomerKeyMD5) return;
  if (stored.SSECustomerKeyMD5 === undefined)
    throw invalidRequest("The encryption parameters are not applicable to this object.");
  if (given.SSECustomerKeyMD5 === undefined)
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  throw accessDenied();
}

function contextOf(bucket: BucketRecord, key: string, encryption: Encryption): Record<string, string> {
  const whole = `arn:aws:s3:::${bucket.name}`;
  const given: Record<string, string> = { "aws:s3:arn": encryption.BucketKeyEnabled === true ? whole : `${whole}/${key}` };
  if (encryption.SSEKMSEncryptionContext === undefined) return given;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(encryption.SSEKMSEncryptionContext, "base64").toString());
    return { ...(parsed as Record<string, string>), ...given };
  } catch {
    throw s3Error(
      "InvalidArgument",
      400,
      "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON",
    );
  }
}

interface DataKey {
  readonly Plaintext: Uint8Array;
  readonly CiphertextBlob: Uint8Array;
}

async function askKms(ctx: Ctx, operation: string, keyId: string, input: object): Promise<DataKey> {
  try {
    const options = keyId.endsWith(MANAGED_ALIAS) ? {} : { as: ctx.principal };
    return await ctx.call<DataKey>("kms", operation, input, options);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === "AccessDeniedException") throw accessDenied(error.message);
    throw s3Error(`KMS.${error.code}`, 400, error.message);
  }
}

export interface NewKey {
  /** What the object's record says of it. */
  readonly encryption: Encryption;
  /** Undefined: the bytes stay as they are. */
  readonly key: Uint8Array | undefined;
}

async function newDataKey(ctx: Ctx, bucket: BucketRecord, key: string, encryption: Encryption, keyId: string): Promise<NewKey> {
  const input = { KeyId: keyId, KeySpec: "AES_256", EncryptionContext: contextOf(bucket, key, encryption) };
  const { Plaintext, CiphertextBlob } = await askKms(ctx, "GenerateDataKey", keyId, input);
  return { encryption: { ...encryption, dataKey: CiphertextBlob }, key: Plaintext };
}

/** A key for a new object or upload. Rejects with AccessDenied, KMS.DisabledException, KMS.NotFoundException, … */
export function newKey(
  ctx: Ctx,
  bucket: BucketRecord,
  key: string,
  encryption: Encryption,
  given: CustomerKeyInput,
): NewKey | Promise<NewKey> {
  if (encryption.SSECustomerKeyMD5 !== undefined) return { encryption, key: customerKey(given) };
  const keyId = encryption.SSEKMSKeyId;
  return keyId === undefined ? { encryption, key: undefined } : newDataKey(ctx, bucket, key, encryption, keyId);
}

/** The key of what is there already; the request's own key was compared with it before (`checkCustomerKey`). Rejects as `newKey`. */
export function keyOf(
  ctx: Ctx,
  bucket: BucketRecord,
  key: string,
  encryption: Encryption,
  given: CustomerKeyInput,
): Uint8Array | undefined | Promise<Uint8Array> {
  if (encryption.SSECustomerKeyMD5 !== undefined) return customerKey(given);
  const { dataKey, SSEKMSKeyId: keyId } = encryption;
  if (dataKey === undefined || keyId === undefined) return undefined;
  const input = { CiphertextBlob: dataKey, EncryptionContext: contextOf(bucket, key, encryption) };
  return askKms(ctx, "Decrypt", keyId, input).then(({ Plaintext }) => Plaintext);
}
