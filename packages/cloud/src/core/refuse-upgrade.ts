/** Refuses a WebSocket handshake with an HTTP answer; the socket ends. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** `body` is sent as JSON unless `headers` has another content type. Header values must not hold line breaks: they are taken out. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  body: string,
  headers: { readonly [name: string]: string } = {},
): void {
  if (socket.destroyed || !socket.writable) return void socket.destroy();
  const all: Record<string, string> = {
    "Content-Type": "application/json",
    ...headers,
    Connection: "close",
    "Content-Length": String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`);
}
