/**
 * A port on loopback: HTTP/1.1, HTTP/2 without TLS for clients that begin with its preface (RFC 9113, 3.3 "prior knowledge"), WebSocket handshakes.
 * HTTP/1.1 pays nothing for the others: Node's parser tells of the preface by itself, as an error that carries the bytes read so far.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { Duplex } from "node:stream";

export interface ListenerHandler {
  request(request: IncomingMessage, response: ServerResponse): void;
  /** A WebSocket handshake; whoever takes it owns the socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly keepAliveMs: number;
}

export interface Listener {
  readonly port: number;
  /** Ends every connection, upgraded ones too. */
  close(): Promise<void>;
}

const HEADERS_MS_MAX = 60_000;
const HEADER_BYTES_MAX = 64 * 1024;
/** Bodies under way of one connection; the default of 10 ends a client that uploads several objects at once. */
const SESSION_MEGABYTES_MAX = 512;
const HTTP2_PREFACE = "PRI * HTTP/2.0\r\n";
/** HTTP/1.1 headers that HTTP/2 has no use for and Node refuses to send (RFC 9113, 8.2.2). */
const CONNECTION_HEADERS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
const BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const TOO_LARGE = "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const TOO_LATE = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/** What Node's server gives to `clientError` listeners. */
interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** The headers as an HTTP/1.1 request has them: `host` instead of the pseudo headers. */
function plainHeaders(request: Http2ServerRequest): IncomingMessage["headers"] {
  const headers: IncomingMessage["headers"] = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) if (!name.startsWith(":")) headers[name] = value;
  headers.host ??= request.authority;
  return headers;
}

function plainRawHeaders(request: Http2ServerRequest): string[] {
  const out: string[] = ["host", request.authority];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? "";
    if (!name.startsWith(":") && name !== "host") out.push(name, request.rawHeaders[at + 1] ?? "");
  }
  return out;
}

/** Node's compatibility API has the members of HTTP/1.1's objects that the cloud uses; what is different is put right here. */
function asHttp1(request: Http2ServerRequest, response: Http2ServerResponse): [IncomingMessage, ServerResponse] {
  Object.defineProperty(request, "headers", { value: plainHeaders(request), configurable: true });
  Object.defineProperty(request, "rawHeaders", { value: plainRawHeaders(request), configurable: true });
  Object.defineProperty(response, "destroyed", { get: () => response.stream?.destroyed ?? true, configurable: true });
  Object.defineProperty(response, "destroy", {
    value: () => {
      response.stream?.close(2);
      return response;
    },
  });
  const setHeader = response.setHeader.bind(response);
  Object.defineProperty(response, "setHeader", {
    value: (name: string, value: string | number | readonly string[]) => {
      if (!CONNECTION_HEADERS.has(name.toLowerCase())) setHeader(name, Array.isArray(value) ? [...value] : (value as string));
      return response;
    },
  });
  const writeHead = response.writeHead.bind(response);
  Object.defineProperty(response, "writeHead", {
    value: (status: number, first?: unknown, second?: unknown) => {
      const given = (typeof first === "string" ? second : first) ?? {};
      const entries = Object.entries(given as Record<string, string>);
      writeHead(status, Object.fromEntries(entries.filter(([name]) => !CONNECTION_HEADERS.has(name.toLowerCase()))));
      return response;
    },
  });
  return [request as unknown as IncomingMessage, response as unknown as ServerResponse];
}

/** The socket without the HTTP/1.1 parser: what came in already first, then what follows. */
function detach(socket: Socket, first: Buffer): Duplex {
  for (const name of ["data", "end", "timeout", "drain", "error"]) socket.removeAllListeners(name);
  socket.setTimeout(0);
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  stream.push(first);
  socket.on("data", (chunk) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on("end", () => stream.push(null));
  socket.on("close", () => stream.destroy());
  socket.on("error", () => stream.destroy());
  return stream;
}

function answerError(error: ParseError, socket: Duplex): void {
  if (!socket.writable || socket.destroyed) return void socket.destroy();
  if (error.code === "HPE_HEADER_OVERFLOW") socket.end(TOO_LARGE);
  else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") socket.end(TOO_LATE);
  else socket.end(BAD_REQUEST);
}

function listen(server: Server, options: ListenerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port, host: options.host }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Listens. Rejects with what `listen` throws (EADDRINUSE, EADDRNOTAVAIL). */
export async function openListener(handler: ListenerHandler, options: ListenerOptions): Promise<Listener> {
  /** Sockets that the server no longer counts as its own. */
  const taken = new Set<Duplex>();
  const take = (socket: Duplex) => {
    taken.add(socket);
    socket.on("close", () => taken.delete(socket));
  };
  const http2 = createHttp2Server({ maxSessionMemory: SESSION_MEGABYTES_MAX }, (request, response) =>
    handler.request(...asHttp1(request, response)),
  );
  http2.on("sessionError", () => {});
  const server = createServer(
    {
      keepAliveTimeout: options.keepAliveMs,
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: 0,
      maxHeaderSize: HEADER_BYTES_MAX,
      // `Upgrade: h2c` of clients that would like HTTP/2 is answered by HTTP/1.1.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === "websocket",
    },
    (request, response) => handler.request(request, response),
  );
  server.on("upgrade", (request, socket, head) => {
    take(socket);
    socket.on("error", () => socket.destroy());
    handler.upgrade(request, socket, head);
  });
  server.on("clientError", (error: ParseError, socket: Socket) => {
    // The old parser's header timeout still runs for a socket that HTTP/2 has.
    if (taken.has(socket)) return;
    const raw = error.rawPacket;
    if (error.code !== "HPE_PAUSED_H2_UPGRADE" || raw?.toString("latin1", 0, HTTP2_PREFACE.length) !== HTTP2_PREFACE)
      return answerError(error, socket);
    take(socket);
    http2.emit("connection", detach(socket, Buffer.from(raw)));
  });
  const port = await listen(server, options);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of taken) socket.destroy();
      }),
  };
}
