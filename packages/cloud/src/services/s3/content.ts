/** Takes in and gives out the bytes of objects, a piece at a time, with their sums. */
import { hash } from "node:crypto";
import { randomHex } from "@dovetail/model";
import type { Ctx, StreamingBody } from "../../core/service.ts";
import { ALGORITHMS, type Algorithm, type Checksum, headerOf, isDigest, memberOf, summer } from "./checksums.ts";
import { COUNTER_BYTES, cipherAt, through } from "./cipher.ts";
import { invalidRequest, s3Error } from "./errors.ts";
import type { BlobPlace, Content } from "./object.ts";

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

const MEMBERS = ALGORITHMS.map((algorithm) => ({ algorithm, member: memberOf(algorithm) }));

/** The algorithm that a trailer will bring the sum of. */
function announcedIn(trailer: string): Algorithm | undefined {
  const names = trailer
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  return ALGORITHMS.find((each) => names.includes(headerOf(each)));
}

/** The sum that the client sent, or announced for the trailer. */
export function claimedChecksum(input: BodyInput, headers: Readonly<Record<string, string>> = {}): Claim | undefined {
  let claim: Claim | undefined;
  for (const { algorithm, member } of MEMBERS) {
    const value = input[member];
    if (value === undefined) continue;
    if (claim !== undefined)
      throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    claim = { algorithm, value };
  }
  if (claim?.value !== undefined) {
    if (isDigest(claim.algorithm, claim.value)) return claim;
    throw invalidRequest(`Value for ${headerOf(claim.algorithm)} header is invalid.`);
  }
  const trailer = headers["x-amz-trailer"];
  const announced = trailer === undefined ? undefined : announcedIn(trailer);
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

/**
 * A name for bytes in the store. Later names sort behind earlier ones: what is written together lies together, and a transaction
 * touches few pages.
 */
function newDataId(ctx: Ctx): string {
  return ctx.now().toString(16).padStart(12, "0") + randomHex(ctx.random, 12);
}

/** Bytes for the store, encrypted where there is a key. */
function inline(ctx: Ctx, bytes: Buffer, key: Uint8Array | undefined): Pick<Received, "inline" | "content"> {
  const id = newDataId(ctx);
  if (key === undefined) return { inline: bytes, content: { kind: "inline", id } };
  const counter = ctx.random.bytes(COUNTER_BYTES);
  return { inline: cipherAt(key, counter).update(bytes), content: { kind: "inline", id, counter } };
}

/** What is here as a whole and fits the store takes no turn of the event loop. */
function receiveWhole(
  ctx: Ctx,
  input: BodyInput,
  claim: Claim | undefined,
  bytes: Buffer,
  key: Uint8Array | undefined,
): Received {
  const algorithm = claim?.algorithm ?? "CRC64NVME";
  const md5 = hash("md5", bytes, "buffer");
  const sum = summer(algorithm);
  sum.update(bytes);
  const value = sum.digest().toString("base64");
  checkMd5(input, md5);
  checkClaim(claim, input.Body, value);
  return { bytes: bytes.length, md5, checksum: { algorithm, value, type: "FULL_OBJECT" }, ...inline(ctx, bytes, key) };
}

function wholeBody(body: unknown): Buffer | undefined {
  if (!isStreaming(body) || body.bytes === undefined || body.bytes.length > INLINE_BYTES_MAX) return undefined;
  const { bytes } = body;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function writeBlob(ctx: Ctx, source: AsyncIterable<Uint8Array>, key: Uint8Array | undefined): Promise<BlobPlace> {
  if (key === undefined) return ctx.blobs.write(source);
  const counter = ctx.random.bytes(COUNTER_BYTES);
  return { ...(await ctx.blobs.write(through(cipherAt(key, counter), source))), counter };
}

/**
 * Reads a request's body to its end, checks the sums that came with it, and answers where the bytes are: encrypted with `key` where there
 * is one. Throws BadDigest and its kin.
 */
export async function receive(ctx: Ctx, input: BodyInput, key?: Uint8Array): Promise<Received> {
  const claim = claimedChecksum(input, ctx.http?.headers);
  const whole = wholeBody(input.Body);
  if (whole !== undefined) return receiveWhole(ctx, input, claim, whole, key);
  const algorithm = claim?.algorithm ?? "CRC64NVME";
  const intake = new Intake(input.Body, algorithm);
  const iterator = intake[Symbol.asyncIterator]();
  const { buffer, done } = await head(iterator);
  const blob = done ? undefined : await writeBlob(ctx, joined(buffer, iterator), key);
  const { md5, value } = intake.digests();
  try {
    checkMd5(input, md5);
    checkClaim(claim, input.Body, value);
  } catch (error) {
    if (blob !== undefined) await ctx.blobs.remove(blob.key);
    throw error;
  }
  const common = { bytes: intake.bytes, md5, checksum: { algorithm, value, type: "FULL_OBJECT" as const } };
  return { ...common, ...(blob === undefined ? inline(ctx, buffer, key) : { content: { kind: "blobs", blobs: [blob] } }) };
}

/** For bytes that are no request's body: its checksum headers do not speak of them. */
export function withoutHeaders(ctx: Ctx): Ctx {
  return ctx.http === undefined ? ctx : Object.create(ctx, { http: { value: undefined } });
}

/** Gives back what `receive` stored, when the request fails after it. */
export async function discard(ctx: Ctx, received: Pick<Received, "content">): Promise<void> {
  if (received.content.kind === "blobs") for (const { key } of received.content.blobs) await ctx.blobs.remove(key);
}

/**
 * Bytes from `start` to `end` (exclusive) of an object, once their key is there. What lies in the store is taken at the call: the object
 * may be overwritten while KMS is asked.
 */
export function reader(
  ctx: Ctx,
  content: Content | undefined,
  start: number,
  end: number,
): (key: Uint8Array | undefined) => Uint8Array | AsyncIterable<Uint8Array> {
  if (content === undefined || start >= end) return () => new Uint8Array();
  if (content.kind === "blobs") return (key) => blobBytes(ctx, content.blobs, start, end, key);
  const bytes = ctx.store.get<Uint8Array>(["data", content.id]);
  if (bytes === undefined) throw new Error(`assertion: the bytes of ${content.id} are in the store`);
  const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
  const { counter } = content;
  return (key) => (counter === undefined ? part : cipherAt(keyFor(key), counter, start).update(part));
}

/** The same where the key is there already. */
export function send(
  ctx: Ctx,
  content: Content | undefined,
  start: number,
  end: number,
  key: Uint8Array | undefined,
): Uint8Array | AsyncIterable<Uint8Array> {
  return reader(ctx, content, start, end)(key);
}

function keyFor(key: Uint8Array | undefined): Uint8Array {
  if (key === undefined) throw new Error("encrypted bytes were read without their key");
  return key;
}

function blobBytes(
  ctx: Ctx,
  blobs: readonly BlobPlace[],
  start: number,
  end: number,
  key: Uint8Array | undefined,
): AsyncIterable<Uint8Array> {
  const stretches: (BlobPlace & { start: number; end: number })[] = [];
  let offset = 0;
  for (const blob of blobs) {
    const from = Math.max(0, start - offset);
    const to = Math.min(blob.bytes, end - offset);
    if (from < to) stretches.push({ ...blob, start: from, end: to });
    offset += blob.bytes;
  }
  return stretches.some(({ counter }) => counter !== undefined) ? opened(ctx, stretches, keyFor(key)) : ctx.blobs.read(stretches);
}

async function* opened(
  ctx: Ctx,
  stretches: readonly (BlobPlace & { start: number; end: number })[],
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (const stretch of stretches) {
    const { counter } = stretch;
    const bytes = ctx.blobs.read([stretch]);
    yield* counter === undefined ? bytes : through(cipherAt(key, counter, stretch.start), bytes);
  }
}

/** The same bytes a second time, as they lie there. */
export async function duplicate(ctx: Ctx, content: Content): Promise<Pick<Received, "inline" | "content">> {
  if (content.kind === "inline") {
    const bytes = ctx.store.get<Uint8Array>(["data", content.id]) ?? new Uint8Array();
    return { inline: Buffer.from(bytes), content: { ...content, id: newDataId(ctx) } };
  }
  const blobs: BlobPlace[] = [];
  for (const blob of content.blobs) {
    const { key } = await ctx.blobs.write(ctx.blobs.read([{ key: blob.key, start: 0, end: blob.bytes }]));
    blobs.push({ ...blob, key });
  }
  return { content: { kind: "blobs", blobs } };
}
