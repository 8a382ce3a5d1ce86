import { crc32 } from "node:zlib";
import type { HttpRequest } from "./request.ts";

/**
 * What S3 wants beside its XML: the bucket in path or host, and a checksum on every body.
 * Sources: Amazon S3 User Guide, "Virtual hosting of buckets" and "Checking object integrity" (read 2026-11).
 */
export function finishS3Request(
  request: HttpRequest,
  bucket: string | undefined,
  options: { readonly pathStyle: boolean },
): void {
  if (bucket !== undefined) {
    // A dot in the name has no certificate under *.s3.region.amazonaws.com, so such buckets keep the path form.
    if (options.pathStyle || bucket.includes(".")) request.path = `/${encodeURIComponent(bucket)}${request.path}`;
    else request.hostname = `${bucket}.${request.hostname}`;
  }
  if (request.body === undefined || request.body === "" || request.headers["content-md5"] !== undefined) return;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(request.body));
  request.headers["x-amz-sdk-checksum-algorithm"] = "CRC32";
  request.headers["x-amz-checksum-crc32"] = checksum.toString("base64");
}
