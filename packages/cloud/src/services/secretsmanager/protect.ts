/**
 * Values as they lie in the store. Without a KmsKeyId they are sealed by the service's own key (what stands for `aws/secretsmanager`);
 * with one, by a data key of that KMS key, whose context is the secret's and the version's id, as on AWS: whoever may not use the key
 * gets no value. Secrets Manager user guide, "Secret encryption and decryption".
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { sealingOf } from "../../core/sealing.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { SealedValue } from "./store.ts";

export interface PlainValue {
  readonly kind: "string" | "binary";
  readonly bytes: Uint8Array;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

function own(ctx: Ctx) {
  return ctx.memory(() => sealingOf(ctx));
}

function contextOf(arn: string, versionId: string) {
  return { SecretARN: arn, SecretVersionId: versionId };
}

function failure(error: unknown, isReading: boolean): unknown {
  if (!(error instanceof ServiceError) || error.code === "NotImplemented") return error;
  if (error.code === "AccessDeniedException")
    return new ServiceError("AccessDeniedException", 400, "Access to KMS is not allowed");
  const verb = isReading ? "decrypt" : "encrypt";
  return new ServiceError(
    isReading ? "DecryptionFailure" : "EncryptionFailure",
    400,
    `Secrets Manager can't ${verb} the protected secret text using the provided KMS key. ${error.message}`.trim(),
  );
}

export async function protect(
  ctx: Ctx,
  arn: string,
  versionId: string,
  value: PlainValue,
  kmsKeyId: string | undefined,
): Promise<SealedValue> {
  if (kmsKeyId === undefined || kmsKeyId.endsWith("alias/aws/secretsmanager"))
    return { kind: value.kind, bytes: own(ctx).seal(value.bytes, `${arn} ${versionId}`) };
  try {
    const EncryptionContext = contextOf(arn, versionId);
    const { Plaintext, CiphertextBlob } = await ctx.call<{ Plaintext: Uint8Array; CiphertextBlob: Uint8Array }>(
      "kms",
      "GenerateDataKey",
      { KeyId: kmsKeyId, KeySpec: "AES_256", EncryptionContext },
      { as: ctx.principal },
    );
    const iv = ctx.random.bytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", Plaintext, iv);
    const bytes = Buffer.concat([iv, cipher.update(value.bytes), cipher.final(), cipher.getAuthTag()]);
    return { kind: value.kind, bytes, dataKey: CiphertextBlob, kmsKeyId };
  } catch (error) {
    throw failure(error, false);
  }
}

export async function reveal(ctx: Ctx, arn: string, versionId: string, value: SealedValue): Promise<PlainValue> {
  if (value.dataKey === undefined) return { kind: value.kind, bytes: own(ctx).open(value.bytes, `${arn} ${versionId}`) };
  try {
    const { Plaintext } = await ctx.call<{ Plaintext: Uint8Array }>(
      "kms",
      "Decrypt",
      { CiphertextBlob: value.dataKey, EncryptionContext: contextOf(arn, versionId) },
      { as: ctx.principal },
    );
    const { bytes } = value;
    const decipher = createDecipheriv("aes-256-gcm", Plaintext, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const body = bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES);
    return { kind: value.kind, bytes: Buffer.concat([decipher.update(body), decipher.final()]) };
  } catch (error) {
    throw failure(error, true);
  }
}
