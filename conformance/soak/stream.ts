/** Large objects up and down as streams: the client holds a piece at a time, as the cloud must. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const PIECE_BYTES = 256 * 1024;
const headers = {
  authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
};

export interface Moved {
  readonly bytes: number;
  readonly sha256: string;
}

/** No piece is like another: a cloud that mixes them up is found out. */
function* pieces(bytes: number, hash: ReturnType<typeof createHash>): Generator<Buffer> {
  const piece = Buffer.alloc(PIECE_BYTES, "dovetail");
  for (let at = 0; at < bytes; at += PIECE_BYTES) {
    const next = Buffer.from(piece.subarray(0, Math.min(PIECE_BYTES, bytes - at)));
    next.writeUInt32LE(at / PIECE_BYTES, 0);
    hash.update(next);
    yield next;
  }
}

function exchange(url: string, method: string, path: string, body?: Readable, length = 0): Promise<Moved> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, url),
      { method, headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(length) }) } },
      (response) => {
        const hash = createHash("sha256");
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          hash.update(chunk);
          bytes += chunk.length;
        });
        response.on("error", reject);
        response.on("end", () => {
          if ((response.statusCode ?? 500) < 300) resolve({ bytes, sha256: hash.digest("hex") });
          else reject(new Error(`${method} ${path}: ${response.statusCode}`));
        });
      },
    );
    sent.on("error", reject);
    if (body === undefined) sent.end();
    else pipeline(body, sent).catch(reject);
  });
}

/** Makes the bucket where it is missing, and an object of so many bytes. */
export async function upload(url: string, bucket: string, key: string, bytes: number): Promise<Moved> {
  await exchange(url, "PUT", `/${bucket}`);
  const hash = createHash("sha256");
  await exchange(url, "PUT", `/${bucket}/${key}`, Readable.from(pieces(bytes, hash)), bytes);
  return { bytes, sha256: hash.digest("hex") };
}

export function download(url: string, bucket: string, key: string): Promise<Moved> {
  return exchange(url, "GET", `/${bucket}/${key}`);
}
