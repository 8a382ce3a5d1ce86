/**
 * Watches the bytes of a client for frames over the limit, which the ws library doesn't tell of: the payload length stands in each frame's head.
 * RFC 6455 section 5.2. Pure.
 */
export class FrameScanner {
  readonly #bytesMax: number;
  #head = Buffer.alloc(0);
  #skip = 0;
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** True when a frame that begins in these bytes is too large; nothing after it counts. */
  push(chunk: Buffer): boolean {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      this.#head = Buffer.concat([this.#head, rest]);
      const frame = frameOf(this.#head);
      if (frame === undefined) return false;
      if (frame.payloadBytes > this.#bytesMax) return true;
      rest = this.#head.subarray(frame.headBytes);
      this.#head = Buffer.alloc(0);
      this.#skip = frame.payloadBytes;
    }
    return false;
  }
}

/** undefined: the head isn't whole yet. */
function frameOf(bytes: Buffer): { headBytes: number; payloadBytes: number } | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes[1] ?? 0;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const headBytes = 2 + extra + mask;
  if (bytes.length < headBytes) return undefined;
  const payloadBytes = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { headBytes, payloadBytes };
}
