/** Request bodies: whole with a limit, or as a stream freed of its aws-chunked framing. */
import { createHash, hash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { ServiceError, type StreamingBody } from "../core/service.ts";

/** Enough for a 50 MB code archive in base64. */
export const BODY_BYTES_MAX = 100 * 1024 * 1024;
/** Up to this size a body is read at once: iterating a socket costs more than the bytes. */
const SMALL_BODY_BYTES = 64 * 1024;
const LINE_BYTES_MAX = 16 * 1024;
const TRAILERS_MAX = 20;
const SHA256 = /^[0-9a-f]{64}$/;

function tooLarge(): ServiceError {
  return new ServiceError("RequestEntityTooLargeException", 413, "Request must be smaller than 104857600 bytes");
}

const NOTHING = Promise.resolve(Buffer.alloc(0));

/** The whole body. Throws RequestEntityTooLargeException (413) above `BODY_BYTES_MAX`. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return NOTHING;
  return new Promise((resolve, reject) => {
    if (Number(headers["content-length"] ?? 0) > BODY_BYTES_MAX) return reject(tooLarge());
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return reject(tooLarge());
      if (first === undefined) first = chunk;
      else {
        more ??= [first];
        more.push(chunk);
      }
    });
    request.on("end", () => resolve(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, bytes)));
    request.on("error", reject);
    request.on("aborted", () => reject(new ServiceError("RequestTimeout", 400, "The client went away")));
  });
}

function incomplete(): ServiceError {
  return new ServiceError("IncompleteBody", 400, "The request body terminated unexpectedly");
}

/** Bytes of a stream, taken by line or by count. */
class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);
  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }
  private async pull(): Promise<boolean> {
    const { done, value } = await this.source.next();
    if (done === true) return false;
    this.held = this.held.length === 0 ? Buffer.from(value) : Buffer.concat([this.held, value]);
    return true;
  }
  async line(): Promise<string> {
    for (;;) {
      const end = this.held.indexOf("\r\n");
      if (end >= 0) {
        const text = this.held.toString("latin1", 0, end);
        this.held = this.held.subarray(end + 2);
        return text;
      }
      if (this.held.length > LINE_BYTES_MAX || !(await this.pull())) throw incomplete();
    }
  }
  /** Up to `count` bytes, at least one. */
  async some(count: number): Promise<Buffer> {
    if (this.held.length === 0 && !(await this.pull())) throw incomplete();
    const out = this.held.subarray(0, count);
    this.held = this.held.subarray(out.length);
    return out;
  }
  get atEnd(): boolean {
    return this.held.length === 0;
  }
}

/** SigV4 chunked uploads: `hex-size[;chunk-signature=…]\r\n data \r\n … 0\r\n trailers \r\n`. */
async function* unchunk(source: AsyncIterable<Uint8Array>, trailers: Record<string, string>): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  for (;;) {
    const head = await reader.line();
    const size = /^([0-9a-fA-F]{1,8})(;|$)/.exec(head)?.[1];
    if (size === undefined) throw incomplete();
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    while (left > 0) {
      const piece = await reader.some(left);
      left -= piece.length;
      yield piece;
    }
    if ((await reader.line()) !== "") throw incomplete();
  }
  for (let count = 0; count < TRAILERS_MAX; count++) {
    // Some clients end without the last empty line.
    const text = await reader.line().catch(() => "");
    if (text === "") return;
    const colon = text.indexOf(":");
    if (colon > 0) trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, wanted: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    yield piece;
  }
  if (bytes !== wanted) throw incomplete();
}

function checkHash(found: string, wanted: string): void {
  if (found === wanted) return;
  throw new ServiceError(
    "XAmzContentSHA256Mismatch",
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: wanted, S3ComputedContentSHA256: found },
  );
}

/** A reader that knows the length may stop at it: the hash is checked before the last piece is handed out. */
async function* hashed(
  source: AsyncIterable<Uint8Array>,
  wanted: string,
  length: number | undefined,
): AsyncGenerator<Uint8Array> {
  const sum = createHash("sha256");
  let bytes = 0;
  for await (const piece of source) {
    sum.update(piece);
    bytes += piece.length;
    if (length !== undefined && bytes >= length) checkHash(sum.copy().digest("hex"), wanted);
    yield piece;
  }
  checkHash(sum.digest("hex"), wanted);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

export function isChunked(headers: IncomingHttpHeaders): boolean {
  return (
    (single(headers["x-amz-content-sha256"]) ?? "").startsWith("STREAMING-") ||
    (headers["content-encoding"] ?? "").split(",").some((each) => each.trim() === "aws-chunked")
  );
}

/** The body of a streaming operation; errors of framing, length and hash are thrown while it is iterated. */
export function streamBody(source: AsyncIterable<Uint8Array>, headers: IncomingHttpHeaders): StreamingBody {
  const trailers: Record<string, string> = {};
  const chunked = isChunked(headers);
  const lengthText = chunked ? single(headers["x-amz-decoded-content-length"]) : headers["content-length"];
  const contentLength = lengthText !== undefined && /^\d+$/.test(lengthText) ? Number(lengthText) : undefined;
  const wanted = single(headers["x-amz-content-sha256"]) ?? "";
  let stream = chunked ? unchunk(source, trailers) : source;
  if (chunked && contentLength !== undefined) stream = counted(stream, contentLength);
  if (SHA256.test(wanted)) stream = hashed(stream, wanted, contentLength);
  return {
    ...(contentLength === undefined ? {} : { contentLength }),
    trailers: () => trailers,
    [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

const NO_TRAILERS: { readonly [name: string]: string } = {};

/** The same of a body that is here already. Throws XAmzContentSHA256Mismatch at once where nothing frames it. */
function wholeStream(bytes: Buffer, headers: IncomingHttpHeaders): StreamingBody {
  if (isChunked(headers)) return streamBody(only(bytes), headers);
  const wanted = single(headers["x-amz-content-sha256"]) ?? "";
  if (SHA256.test(wanted)) checkHash(hash("sha256", bytes, "hex"), wanted);
  return { bytes, contentLength: bytes.length, trailers: () => NO_TRAILERS, [Symbol.asyncIterator]: () => only(bytes) };
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

/** The body of an operation that streams it. */
export async function openBody(request: IncomingMessage): Promise<StreamingBody> {
  const isSmall = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY) <= SMALL_BODY_BYTES;
  return isSmall ? wholeStream(await readBody(request), request.headers) : streamBody(request, request.headers);
}

/** The whole body of any other: S3 clients chunk even small XML bodies when they append checksums. */
export async function readUnframed(request: IncomingMessage): Promise<Buffer> {
  if (request.headers["x-amz-decoded-content-length"] === undefined) return readBody(request);
  const parts: Uint8Array[] = [];
  for await (const part of streamBody(request, request.headers)) parts.push(part);
  return Buffer.concat(parts);
}
