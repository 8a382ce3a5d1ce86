/** Takes in and gives out the bytes of objects, a piece at a time, with their sums. */
import { hash } from "node:crypto";
import { randomHex } from "@dovetail/model";
import type { Ctx, StreamingBody } from "../../core/service.ts";
import { ALGORITHMS, type Algorithm, type Checksum, headerOf, isDigest, memberOf, summer } from "./checksums.ts";
import { invalidRequest, s3Error } from "./errors.ts";
import type { Content } from "./object.ts";

/** Up to this size the bytes lie in the store, in the transaction that makes the object. */
const INLINE_BYTES_MAX = 32 * 1024;
export const PUT_BYTES_MAX = 5 * 1024 ** 3;

export interface BodyInput {
  readonly Body?: unknown;
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

export interface Received {
  readonly bytes: number;
  readonly md5: Buffer;
  readonly checksum: Checksum;
  /** Bytes that are to be put under `content.id` in the transaction that uses them. */
  readonly inline?: Buffer;
  readonly content: Content;
}

async function* pieces(body: unknown): AsyncIterable<Uint8Array> {
  if (body === undefined || body === null) return;
  if (typeof body === "string") yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body as AsyncIterable<Uint8Array>;
}

function isStreaming(body: unknown): body is StreamingBody {
  return typeof body === "object" && body !== null && "trailers" in body;
}

interface Claim {
  readonly algorithm: Algorithm;
  /** Undefined: it comes in the trailer. */
  readonly value?: string;
}

/** The sum that the client sent, or announced for the trailer. */
export function claimedChecksum(input: BodyInput, headers: Readonly<Record<string, string>> = {}): Claim | undefined {
  const given = ALGORITHMS.filter((algorithm) => input[memberOf(algorithm)] !== undefined);
  if (given.length > 1)
    throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  const [algorithm] = given;
  if (algorithm !== undefined) {
    const value = input[memberOf(algorithm)] ?? "";
    if (!isDigest(algorithm, value)) throw invalidRequest(`Value for ${headerOf(algorithm)} header is invalid.`);
    return { algorithm, value };
  }
  const trailer = (headers["x-amz-trailer"] ?? "").toLowerCase();
  const announced = ALGORITHMS.find((each) => trailer.split(",").some((name) => name.trim() === headerOf(each)));
  if (announced !== undefined) return { algorithm: announced };
  const named = ALGORITHMS.find((each) => each === input.ChecksumAlgorithm);
  return named === undefined ? undefined : { algorithm: named };
}

function checkMd5(input: BodyInput, md5: Buffer): void {
  if (input.ContentMD5 === undefined) return;
  const wanted = Buffer.from(input.ContentMD5, "base64");
  if (wanted.length !== 16)
    throw s3Error("InvalidDigest", 400, "The Content-MD5 you specified was invalid.", { "Content-MD5": input.ContentMD5 });
  if (wanted.equals(md5)) return;
  throw s3Error("BadDigest", 400, "The Content-MD5 you specified did not match what we received.", {
    ExpectedDigest: input.ContentMD5,
    CalculatedDigest: md5.toString("base64"),
  });
}

function checkClaim(claim: Claim | undefined, body: unknown, found: string): void {
  if (claim === undefined) return;
  const wanted = claim.value ?? (isStreaming(body) ? body.trailers()[headerOf(claim.algorithm)] : undefined);
  if (wanted === undefined || wanted === found) return;
  throw s3Error("BadDigest", 400, `The ${claim.algorithm} you specified did not match the calculated checksum.`);
}

class Intake {
  bytes = 0;
  private readonly md5 = summer("MD5");
  private readonly sum: ReturnType<typeof summer>;
  private readonly source: AsyncIterable<Uint8Array>;

  constructor(body: unknown, algorithm: Algorithm) {
    this.sum = summer(algorithm);
    this.source = pieces(body);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const piece of this.source) {
      this.bytes += piece.length;
      if (this.bytes > PUT_BYTES_MAX)
        throw s3Error("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size", {
          ProposedSize: String(this.bytes),
          MaxSizeAllowed: String(PUT_BYTES_MAX),
        });
      this.md5.update(piece);
      this.sum.update(piece);
      yield piece;
    }
  }

  digests(): { md5: Buffer; value: string } {
    return { md5: this.md5.digest(), value: this.sum.digest().toString("base64") };
  }
}

/** The first pieces, as long as they fit the store; the rest is still in the iterator. */
async function head(iterator: AsyncIterator<Uint8Array>): Promise<{ buffer: Buffer; done: boolean }> {
  const collected: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return { buffer: Buffer.concat(collected), done: true };
    collected.push(next.value);
    bytes += next.value.length;
    if (bytes > INLINE_BYTES_MAX) return { buffer: Buffer.concat(collected), done: false };
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** What is here as a whole and fits the store takes no turn of the event loop. */
function receiveWhole(ctx: Ctx, input: BodyInput, claim: Claim | undefined, bytes: Buffer): Received {
  const algorithm = claim?.algorithm ?? "CRC64NVME";
  const md5 = hash("md5", bytes, "buffer");
  const sum = summer(algorithm);
  sum.update(bytes);
  const value = sum.digest().toString("base64");
  checkMd5(input, md5);
  checkClaim(claim, input.Body, value);
  return {
    bytes: bytes.length,
    md5,
    checksum: { algorithm, value, type: "FULL_OBJECT" },
    inline: bytes,
    content: { kind: "inline", id: randomHex(ctx.random, 24) },
  };
}

function wholeBody(body: unknown): Buffer | undefined {
  if (!isStreaming(body) || body.bytes === undefined || body.bytes.length > INLINE_BYTES_MAX) return undefined;
  return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
}

/** Reads a request's body to its end, checks the sums that came with it, and answers where the bytes are. Throws BadDigest and its kin. */
export async function receive(ctx: Ctx, input: BodyInput): Promise<Received> {
  const claim = claimedChecksum(input, ctx.http?.headers);
  const whole = wholeBody(input.Body);
  if (whole !== undefined) return receiveWhole(ctx, input, claim, whole);
  const algorithm = claim?.algorithm ?? "CRC64NVME";
  const intake = new Intake(input.Body, algorithm);
  const iterator = intake[Symbol.asyncIterator]();
  const { buffer, done } = await head(iterator);
  const blob = done ? undefined : await ctx.blobs.write(joined(buffer, iterator));
  const { md5, value } = intake.digests();
  try {
    checkMd5(input, md5);
    checkClaim(claim, input.Body, value);
  } catch (error) {
    if (blob !== undefined) await ctx.blobs.remove(blob.key);
    throw error;
  }
  const common = { bytes: intake.bytes, md5, checksum: { algorithm, value, type: "FULL_OBJECT" as const } };
  if (blob !== undefined) return { ...common, content: { kind: "blobs", blobs: [blob] } };
  return { ...common, inline: buffer, content: { kind: "inline", id: randomHex(ctx.random, 24) } };
}

/** Gives back what `receive` stored, when the request fails after it. */
export async function discard(ctx: Ctx, received: Received): Promise<void> {
  if (received.content.kind === "blobs") for (const { key } of received.content.blobs) await ctx.blobs.remove(key);
}

/** Bytes from `start` to `end` (exclusive) of an object. */
export function send(ctx: Ctx, content: Content | undefined, start: number, end: number): Uint8Array | AsyncIterable<Uint8Array> {
  if (content === undefined || start >= end) return new Uint8Array();
  if (content.kind === "inline") {
    const bytes = ctx.store.get<Uint8Array>(["data", content.id]);
    if (bytes === undefined) throw new Error(`assertion: the bytes of ${content.id} are in the store`);
    return bytes.subarray(start, end);
  }
  return sendBlobs(ctx, content.blobs, start, end);
}

function sendBlobs(
  ctx: Ctx,
  blobs: readonly { readonly key: string; readonly bytes: number }[],
  start: number,
  end: number,
): AsyncIterable<Uint8Array> {
  const stretches: { key: string; start: number; end: number }[] = [];
  let offset = 0;
  for (const { key, bytes } of blobs) {
    const from = Math.max(0, start - offset);
    const to = Math.min(bytes, end - offset);
    if (from < to) stretches.push({ key, start: from, end: to });
    offset += bytes;
  }
  return ctx.blobs.read(stretches);
}
