/** Writes answers. */

import type { ServerResponse } from "node:http";

export type AnswerBody = string | Uint8Array | AsyncIterable<Uint8Array> | undefined;

function isStream(body: AnswerBody): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && !(body instanceof Uint8Array);
}

/** Resolves when there is room again, or nobody listens any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
    if (response.destroyed) done();
  });
}

async function pump(response: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of body) {
      if (response.destroyed) return;
      if (!response.write(piece)) await drained(response);
    }
    response.end();
  } catch (error) {
    // Too late for another status: the client must see that the body is not whole.
    response.destroy(error instanceof Error ? error : undefined);
  }
}

/** Up to this size a body goes out in one piece with its head: as latin1 text, which stands for the same bytes. */
const ONE_PIECE_BYTES_MAX = 32 * 1024;

function end(response: ServerResponse, body: string | Uint8Array): void {
  if (typeof body !== "string" && body.length <= ONE_PIECE_BYTES_MAX)
    response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1"), "latin1");
  else response.end(body);
}

/** `bare`: status and headers only (HEAD), the length kept. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  body: AnswerBody,
  bare = false,
): void | Promise<void> {
  if (response.destroyed || response.headersSent) return;
  const bodiless = status === 204 || status === 304;
  if (isStream(body)) {
    response.writeHead(status, headers);
    if (bare || bodiless) {
      response.end();
      return;
    }
    return pump(response, body);
  }
  const known = headers["Content-Length"] !== undefined || headers["content-length"] !== undefined;
  if (!bodiless && !known)
    headers["Content-Length"] = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, headers);
  if (bare || bodiless || body === undefined) response.end();
  else end(response, body);
}
