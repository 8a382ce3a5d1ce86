import { PRELUDE_END } from "../runtime/prelude-splitter.ts";
import type { StreamSink } from "../runtime/sandbox.ts";

/** Where a streamed answer's parts go: counted, collected, or as raw bytes. */

/** Largest streamed answer, AWS's default quota (200 MB since July 2025; the bandwidth limit past 6 MB is not emulated). */
const STREAM_BYTES_MAX = 200 * 1024 * 1024;

/** Stops handing on where the quota ends. */
export class LimitedSink implements StreamSink {
  readonly #to: StreamSink;
  readonly #bytesMax: number;
  #bytes = 0;
  constructor(to: StreamSink, bytesMax = STREAM_BYTES_MAX) {
    this.#to = to;
    this.#bytesMax = bytesMax;
  }

  get isOver(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  start(head: Parameters<StreamSink["start"]>[0]): void {
    this.#to.start(head);
  }

  chunk(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (!this.isOver) this.#to.chunk(bytes);
  }
}

/** The stream as the Invoke APIs hand it on: an HTTP prelude stands before the body, with eight zero bytes between. */
export function rawStream(take: (bytes: Buffer) => void): StreamSink {
  return {
    start({ prelude }) {
      if (prelude !== undefined) take(Buffer.concat([Buffer.from(JSON.stringify(prelude)), PRELUDE_END]));
    },
    chunk: take,
  };
}

/** Everything of a streamed answer, for callers who wait for its end. */
export class CollectedStream implements StreamSink {
  readonly #chunks: Buffer[] = [];
  head: Parameters<StreamSink["start"]>[0] | undefined;

  start(head: Parameters<StreamSink["start"]>[0]): void {
    this.head = head;
  }

  chunk(bytes: Buffer): void {
    this.#chunks.push(bytes);
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
