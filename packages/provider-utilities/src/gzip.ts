import { gzipSync } from "node:zlib";

/** Gzip with the head that Go's compress/gzip writes (no time, system unknown), so that equal input gives equal bytes; what is compressed is zlib's, not Go's. */
export function gzipped(data: Uint8Array): Buffer {
  const bytes = gzipSync(data);
  bytes[8] = 0;
  bytes[9] = 255;
  return bytes;
}
