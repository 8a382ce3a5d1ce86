/**
 * SSE-KMS: who writes an object needs kms:GenerateDataKey on its key, who reads it kms:Decrypt, asked with S3's encryption context
 * (User Guide, "Using server-side encryption with AWS KMS keys"). The AWS managed key serves everybody in the account and is not asked.
 */
import { type KeyAction, requireKeyUse } from "../../core/key-use.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import { accessDenied, s3Error } from "./errors.ts";
import type { Encryption } from "./object.ts";

const MANAGED_ALIAS = ":alias/aws/s3";

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

async function ask(ctx: Ctx, keyId: string, actions: readonly KeyAction[], context: Record<string, string>): Promise<void> {
  try {
    await requireKeyUse(ctx, keyId, actions, context);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === "AccessDeniedException") throw accessDenied(error.message);
    throw s3Error(`KMS.${error.code}`, 400, error.message);
  }
}

/** Undefined when no key is to be asked. Rejects with AccessDenied, KMS.DisabledException, KMS.NotFoundException, … */
export function askKey(
  ctx: Ctx,
  bucket: BucketRecord,
  key: string,
  encryption: Encryption,
  ...actions: readonly KeyAction[]
): Promise<void> | undefined {
  const keyId = encryption.SSEKMSKeyId;
  if (keyId === undefined || keyId.endsWith(MANAGED_ALIAS)) return undefined;
  return ask(ctx, keyId, actions, contextOf(bucket, key, encryption));
}
