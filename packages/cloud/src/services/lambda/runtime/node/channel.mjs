// The pipe pair between a sandbox's process and the cloud. Frames are [u32 length][u8 type][payload].
// Reads come by events (fd 3); writes are blocking (fd 4), so that what was written is out even when the handler
// never yields, calls process.exit, or is frozen right after.
import { writeSync } from "node:fs";
import { Socket } from "node:net";

export const IN = { ADOPT: 1, INVOKE: 2 };
export const OUT = {
  READY: 1,
  INIT_ERROR: 2,
  LOG: 3,
  RESPONSE: 4,
  ERROR: 5,
  STREAM_START: 6,
  STREAM_CHUNK: 7,
  STREAM_END: 8,
  HINT: 9,
};

const WRITE_FD = 4;
const sleepCell = new Int32Array(new SharedArrayBuffer(4));

function writeAll(buffer) {
  let offset = 0;
  while (offset < buffer.length) {
    try {
      offset += writeSync(WRITE_FD, buffer, offset, buffer.length - offset);
    } catch (error) {
      if (error.code === "EPIPE") process.exit(0);
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(sleepCell, 0, 0, 1);
    }
  }
}

export function send(type, payload) {
  const body = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
  const head = Buffer.allocUnsafe(5);
  head.writeUInt32LE(body.length + 1, 0);
  head[4] = type;
  if (body.length < 65536) writeAll(Buffer.concat([head, body]));
  else {
    writeAll(head);
    writeAll(body);
  }
}

/** A frame that ends an invocation: the process's peak memory in KB stands in front of the payload. */
export function sendResult(type, payload) {
  const body = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(process.resourceUsage().maxRSS, 0);
  send(type, Buffer.concat([head, body]));
}

/** Calls `onFrame(type, payload)` for every frame; the process ends when the cloud closes its side. */
export function listen(onFrame) {
  const socket = new Socket({ fd: 3, readable: true, writable: false });
  let held = [];
  let heldBytes = 0;
  const drain = () => {
    let all = held.length === 1 ? held[0] : Buffer.concat(held);
    while (all.length >= 4) {
      const length = all.readUInt32LE(0);
      if (all.length < 4 + length) break;
      const type = all[4];
      const payload = all.subarray(5, 4 + length);
      all = all.subarray(4 + length);
      onFrame(type, payload);
    }
    held = all.length > 0 ? [all] : [];
    heldBytes = all.length;
  };
  socket.on("data", (chunk) => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (held.length === 1 || heldBytes >= 4 + (held[0].length >= 4 ? held[0].readUInt32LE(0) : 0)) drain();
  });
  socket.on("end", () => process.exit(0));
  socket.on("error", () => process.exit(0));
  return socket;
}
