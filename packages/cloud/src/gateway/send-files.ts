/**
 * Sends files through a few buffers that are used again and again. A fresh buffer for each piece costs more than the copying: the
 * kernel has to find and clear its pages, and V8 collects its whole heap for every few dozen megabytes that it sees come and go.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import type { FilePart } from "../core/blobs.ts";

const PIECE_BYTES = 1024 * 1024;
/** Buffers kept for the next answer. */
const SPARE_MAX = 4;

interface Piece {
  readonly buffer: Buffer;
  /** Of what small stretch it still holds the bytes: the next who asks for the same need not read them. */
  holds: string;
}

const spare: Piece[] = [];

function take(wanted = ""): Piece {
  const at = wanted === "" ? -1 : spare.findIndex(({ holds }) => holds === wanted);
  const [piece] = spare.splice(Math.max(at, 0), 1);
  return piece ?? { buffer: Buffer.allocUnsafeSlow(PIECE_BYTES), holds: "" };
}

function giveBack(piece: Piece): void {
  // The longest unused one is the first to be taken for something else.
  if (spare.length < SPARE_MAX) spare.push(piece);
}

/** Resolves with true when the bytes are the kernel's, with false when nobody wants them any more. */
function written(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve(false);
    const closed = () => resolve(false);
    response.once("close", closed);
    response.write(bytes, (error) => {
      response.off("close", closed);
      resolve(error === undefined || error === null);
    });
  });
}

/** A piece or less is read at once, which costs less than a trip through the thread pool. */
function readNow({ path, start, end }: FilePart): Piece {
  const file = openSync(path, "r");
  try {
    const { ino, mtimeMs, size } = fstatSync(file);
    const wanted = `${path} ${ino} ${mtimeMs} ${size} ${start} ${end}`;
    const piece = take(wanted);
    if (piece.holds === wanted) return piece;
    piece.holds = "";
    if (readSync(file, piece.buffer, 0, end - start, start) < end - start) throw short(path);
    piece.holds = wanted;
    return piece;
  } finally {
    closeSync(file);
  }
}

function short(path: string): Error {
  return new Error(`${path} is shorter than what is to be sent of it`);
}

/** A buffer whose bytes nobody has taken may still be the kernel's: it does not come back. */
async function sendSmall(response: ServerResponse, part: FilePart): Promise<boolean> {
  const piece = readNow(part);
  if (!(await written(response, piece.buffer.subarray(0, part.end - part.start)))) return false;
  giveBack(piece);
  return true;
}

async function sendLarge(response: ServerResponse, part: FilePart, file: FileHandle): Promise<boolean> {
  const piece = take();
  piece.holds = "";
  for (let at = part.start; at < part.end; ) {
    const { bytesRead } = await file.read(piece.buffer, 0, Math.min(PIECE_BYTES, part.end - at), at);
    if (bytesRead === 0) throw short(part.path);
    if (!(await written(response, piece.buffer.subarray(0, bytesRead)))) return false;
    at += bytesRead;
  }
  giveBack(piece);
  return true;
}

async function sendPart(response: ServerResponse, part: FilePart): Promise<boolean> {
  if (part.end - part.start <= PIECE_BYTES) return sendSmall(response, part);
  const file = await open(part.path, "r");
  try {
    return await sendLarge(response, part, file);
  } finally {
    await file.close();
  }
}

/** Sends the stretches as the body of a response whose head is written, and ends it. Never rejects. */
export async function sendFiles(response: ServerResponse, parts: readonly FilePart[]): Promise<void> {
  try {
    for (const part of parts) if (!(await sendPart(response, part))) return;
    response.end();
  } catch (error) {
    // Too late for another status: the client must see that the body is not whole.
    response.destroy(error instanceof Error ? error : undefined);
  }
}
