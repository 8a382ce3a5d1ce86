/** Photos in the bucket: presigned URLs for the app, which moves the bytes itself. */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { required } from "./env.ts";

const URL_LIFETIME_SECONDS = 900;
// The app computes no CRC of its own; a presigned URL must not ask it for the checksum of an empty body.
const s3 = new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" });

export function uploadUrl(photoKey: string, contentType: string): Promise<string> {
  const command = new PutObjectCommand({ Bucket: required("BUCKET_NAME"), Key: photoKey, ContentType: contentType });
  return getSignedUrl(s3, command, { expiresIn: URL_LIFETIME_SECONDS });
}

export function downloadUrl(photoKey: string): Promise<string> {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: required("BUCKET_NAME"), Key: photoKey }), {
    expiresIn: URL_LIFETIME_SECONDS,
  });
}

export async function deletePhoto(photoKey: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: required("BUCKET_NAME"), Key: photoKey }));
}
