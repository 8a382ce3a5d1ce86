import type { Ctx } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import { type Checksum, composite, summer } from "./checksums.ts";
import { send } from "./content.ts";
import { type CustomerKeyInput, checkCustomerKey, keyOf } from "./encryption-key.ts";
import { invalidRequest } from "./errors.ts";
import { joinedSum } from "./joined-checksum.ts";
import type { PartRecord, UploadRecord } from "./object.ts";

async function* bytesOf(ctx: Ctx, parts: readonly PartRecord[], key: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const sent = send(ctx, part.content, 0, part.bytes, key);
    if (sent instanceof Uint8Array) yield sent;
    else yield* sent;
  }
}

/** The sum of all bytes: from the parts' sums where they can be joined, else by reading everything again. */
async function sumOfAll(
  ctx: Ctx,
  bucket: BucketRecord,
  upload: UploadRecord,
  parts: readonly PartRecord[],
  input: CustomerKeyInput,
): Promise<Checksum | undefined> {
  const algorithm = upload.algorithm ?? "CRC64NVME";
  const rows = parts.flatMap(({ checksum, bytes }) =>
    checksum?.algorithm === algorithm ? [{ value: checksum.value, bytes }] : [],
  );
  const joined = rows.length === parts.length ? joinedSum(algorithm, rows) : undefined;
  if (joined !== undefined) return { algorithm, value: joined, type: "FULL_OBJECT" };
  // Only with an algorithm of its own is the customer's key asked for again (API Reference, CompleteMultipartUpload).
  if (upload.algorithm === undefined && input.SSECustomerKey === undefined && upload.encryption.SSECustomerKeyMD5 !== undefined)
    return undefined;
  checkCustomerKey(upload.encryption, input);
  const key = await keyOf(ctx, bucket, upload.key, upload.encryption, input);
  const sum = summer(algorithm);
  for await (const piece of bytesOf(ctx, parts, key)) sum.update(piece);
  return { algorithm, value: sum.digest().toString("base64"), type: "FULL_OBJECT" };
}

/** A multipart object's sum: of the parts' sums, or of all bytes. Undefined where S3 makes none. Throws InvalidRequest where a part's sum is missing. */
export async function wholeChecksum(
  ctx: Ctx,
  bucket: BucketRecord,
  upload: UploadRecord,
  parts: readonly PartRecord[],
  input: CustomerKeyInput,
): Promise<Checksum | undefined> {
  if (upload.checksumType !== "COMPOSITE") return sumOfAll(ctx, bucket, upload, parts, input);
  const algorithm = upload.algorithm ?? "CRC64NVME";
  const sums = parts.flatMap(({ checksum }) =>
    checksum?.algorithm === algorithm ? [Buffer.from(checksum.value, "base64")] : [],
  );
  if (sums.length < parts.length)
    throw invalidRequest(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.`,
    );
  return { algorithm, value: `${composite(algorithm, sums).toString("base64")}-${parts.length}`, type: "COMPOSITE" };
}
