/** The frames between the cloud and a sandbox's process: `[u32 length][u8 type][payload]`, see `node/channel.mjs`. Pure. */

export const TO_PROCESS = { adopt: 1, invoke: 2 } as const;
export const FROM_PROCESS = {
  ready: 1,
  initError: 2,
  log: 3,
  response: 4,
  error: 5,
  streamStart: 6,
  streamChunk: 7,
  streamEnd: 8,
  hint: 9,
} as const;

/** A frame longer than this comes from a broken process: the sandbox is ended. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024;

export function frame(type: number, payload: Uint8Array): Uint8Array[] {
  const head = Buffer.allocUnsafe(5);
  head.writeUInt32LE(payload.length + 1, 0);
  head[4] = type;
  return [head, payload];
}

export function adoptFrame(settings: object): Uint8Array[] {
  return frame(TO_PROCESS.adopt, Buffer.from(JSON.stringify(settings)));
}

/** `payload` is the event's JSON; an empty one is given to the handler as `{}`, as AWS does. */
export function invokeFrame(meta: object, payload: Uint8Array): Uint8Array[] {
  const head = Buffer.from(JSON.stringify(meta));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(head.length, 0);
  return frame(TO_PROCESS.invoke, Buffer.concat([length, head, payload.length === 0 ? Buffer.from("{}") : payload]));
}

export interface ReceivedFrame {
  readonly type: number;
  readonly payload: Buffer;
}

/** Cuts a byte stream into frames. Throws RangeError on a frame over the limit. */
export class FrameReader {
  #held: Buffer[] = [];
  #heldBytes = 0;

  push(chunk: Buffer): ReceivedFrame[] {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    const frames: ReceivedFrame[] = [];
    while (this.#heldBytes >= 5) {
      const bytes = 4 + this.#peekLength();
      if (this.#heldBytes < bytes) break;
      const all = this.#held.length === 1 ? (this.#held[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#held);
      frames.push({ type: all[4] ?? 0, payload: all.subarray(5, bytes) });
      this.#held = all.length > bytes ? [all.subarray(bytes)] : [];
      this.#heldBytes = all.length - bytes;
    }
    return frames;
  }

  #peekLength(): number {
    const first = this.#held[0] ?? Buffer.alloc(0);
    const head = first.length >= 4 ? first : Buffer.concat(this.#held).subarray(0, 4);
    const length = head.readUInt32LE(0);
    if (length < 1 || length > FRAME_BYTES_MAX) throw new RangeError(`a frame of ${length} bytes`);
    return length;
  }
}

/** Splits the payload of a result frame: peak memory (KB) and the answer's bytes. */
export function resultOf(payload: Buffer): { peakKb: number; body: Buffer } {
  if (payload.length < 4) return { peakKb: 0, body: Buffer.alloc(0) };
  return { peakKb: payload.readUInt32LE(0), body: payload.subarray(4) };
}
