/** Writes answers. */

import type { ServerResponse } from "node:http";
import { BlobBody } from "../core/blobs.ts";
import { sendFiles } from "./send-files.ts";

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

/** Up to this size bytes go out in one piece with their head: as latin1 text, which stands for the same bytes. */
const ONE_PIECE_BYTES_MAX = 32 * 1024;

interface Ending {
  readonly response: ServerResponse;
  readonly body: string | Uint8Array | undefined;
  readonly isAscii: boolean;
}

/**
 * What a turn of the event loop has answered goes out at its end, one after the other: a client is woken once for all that it is
 * sent, and not for each. Waking another process is the dearest part of an answer.
 */
export class Endings {
  private due: Ending[] = [];
  private readonly endAllLater = () => this.endAll();

  endSoon(ending: Ending): void {
    if (this.due.length === 0) setImmediate(this.endAllLater);
    this.due.push(ending);
  }

  /** At once what else goes out at the end of the turn: before connections are closed. */
  endAll(): void {
    const { due } = this;
    this.due = [];
    for (const ending of due) end(ending);
  }
}

function end({ response, body, isAscii }: Ending): void {
  if (body === undefined) response.end();
  else if (typeof body === "string") response.end(body, isAscii ? "latin1" : "utf8");
  else if (body.length <= ONE_PIECE_BYTES_MAX)
    response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1"), "latin1");
  else response.end(body);
}

/** `bare`: status and headers only (HEAD), the length kept. Without `endings` it goes out at once. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  body: AnswerBody,
  bare = false,
  endings?: Endings,
): void | Promise<void> {
  if (response.destroyed || response.headersSent) return;
  const bodiless = status === 204 || status === 304;
  if (isStream(body)) {
    response.writeHead(status, headers);
    if (bare || bodiless) {
      response.end();
      return;
    }
    return body instanceof BlobBody ? sendFiles(response, body.parts) : pump(response, body);
  }
  const bytes = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const known = headers["Content-Length"] !== undefined || headers["content-length"] !== undefined;
  if (!bodiless && !known) headers["Content-Length"] = bytes;
  response.writeHead(status, headers);
  const ending: Ending = { response, body: bare || bodiless ? undefined : body, isAscii: bytes === body?.length };
  if (endings === undefined) end(ending);
  else endings.endSoon(ending);
}
