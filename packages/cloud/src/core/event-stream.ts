/**
 * Messages of `application/vnd.amazon.eventstream`, the body of operations that answer a stream of events.
 * https://smithy.io/2.0/aws/amazon-eventstream.html (read 2026-11-21). Pure.
 */
import { crc32 } from "node:zlib";

export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";

const STRING = 7;
const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;

function header(name: string, value: string): Buffer {
  const valueBytes = Buffer.from(value);
  const head = Buffer.from(name);
  const out = Buffer.allocUnsafe(1 + head.length + 3 + valueBytes.length);
  out[0] = head.length;
  head.copy(out, 1);
  out[1 + head.length] = STRING;
  out.writeUInt16BE(valueBytes.length, 2 + head.length);
  valueBytes.copy(out, 4 + head.length);
  return out;
}

function message(headers: readonly (readonly [string, string])[], payload: Uint8Array): Buffer {
  const head = Buffer.concat(headers.map(([name, value]) => header(name, value)));
  const total = PRELUDE_BYTES + head.length + payload.length + CRC_BYTES;
  const out = Buffer.allocUnsafe(total);
  out.writeUInt32BE(total, 0);
  out.writeUInt32BE(head.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8);
  head.copy(out, PRELUDE_BYTES);
  out.set(payload, PRELUDE_BYTES + head.length);
  out.writeUInt32BE(crc32(out.subarray(0, total - CRC_BYTES)), total - CRC_BYTES);
  return out;
}

/** An event whose payload is bytes (a member that the model marks as the event's payload). */
export function bytesEvent(name: string, payload: Uint8Array): Buffer {
  const headers = [
    [":event-type", name],
    [":content-type", "application/octet-stream"],
    [":message-type", "event"],
  ] as const;
  return message(headers, payload);
}

/** What comes before the events of an awsJson operation: its other members. */
export function initialResponse(members: object): Buffer {
  return jsonEvent("initial-response", members);
}

/** An awsJson operation's answer: messages, the initial response first. */
export class EventStream {
  readonly messages: AsyncIterable<Uint8Array>;
  constructor(messages: AsyncIterable<Uint8Array>) {
    this.messages = messages;
  }
}

/** An event whose members are JSON. */
export function jsonEvent(name: string, members: object): Buffer {
  const headers = [
    [":event-type", name],
    [":content-type", "application/json"],
    [":message-type", "event"],
  ] as const;
  return message(headers, Buffer.from(JSON.stringify(members)));
}

/** An event whose members are XML. */
export function xmlEvent(name: string, text: string): Buffer {
  const headers = [
    [":event-type", name],
    [":content-type", "text/xml"],
    [":message-type", "event"],
  ] as const;
  return message(headers, Buffer.from(text));
}

/** An event without members. */
export function emptyEvent(name: string): Buffer {
  const headers = [
    [":event-type", name],
    [":message-type", "event"],
  ] as const;
  return message(headers, new Uint8Array());
}

/** What an answer ends with that cannot be finished: the client throws it. */
export function errorEvent(code: string, text: string): Buffer {
  const headers = [
    [":error-code", code],
    [":error-message", text],
    [":message-type", "error"],
  ] as const;
  return message(headers, new Uint8Array());
}
