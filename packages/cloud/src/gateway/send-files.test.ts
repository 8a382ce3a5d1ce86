import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FilePart } from "../core/blobs.ts";
import { sendFiles } from "./send-files.ts";

const MB = 1024 * 1024;
let folder: string;
let server: Server;
let parts: (path: string) => readonly FilePart[] = () => [];
let ended: Promise<void>[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-send-"));
  server = createServer((incoming, response) => {
    const wanted = parts(incoming.url ?? "");
    response.writeHead(200, { "Content-Length": wanted.reduce((sum, { start, end }) => sum + end - start, 0) });
    ended.push(sendFiles(response, wanted));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  await Promise.all(ended);
  ended = [];
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file in which no two places are alike. */
function file(name: string, bytes: number, seed: number): { path: string; content: Buffer } {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) content.writeUInt32LE((at * 31 + seed * 1_000_003) >>> 0, at);
  const path = join(folder, name);
  writeFileSync(path, content);
  return { path, content };
}

function get(path: string): Promise<{ body: Buffer; whole: boolean }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => {});
      response.on("close", () => resolve({ body: Buffer.concat(chunks), whole: response.complete }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("files as answers", () => {
  test("each of many at once gets its own bytes, though they share buffers", async () => {
    const files = Array.from({ length: 12 }, (_, i) => file(`many-${i}`, 700_000 + i, i));
    parts = (url) => {
      const { path, content } = files[Number(url.slice(1))] ?? { path: "", content: Buffer.alloc(0) };
      return [{ path, start: 0, end: content.length }];
    };
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(files.map((_, i) => get(`/${i}`)));
      for (const [i, { body }] of answers.entries()) expect(body.equals(files[i]?.content ?? Buffer.alloc(0))).toBe(true);
    }
  });

  test("a file that took the place of one sent before is read anew", async () => {
    for (const seed of [1, 2]) {
      const { path, content } = file("replaced", 1000, seed);
      parts = () => [{ path, start: 0, end: 1000 }];
      expect((await get("/")).body.equals(content)).toBe(true);
      rmSync(path);
    }
  });

  test.each([
    ["one piece exactly", 0, MB],
    ["more than a piece", 0, 3 * MB + 17],
    ["from within to within", 5, 2 * MB + 6],
    ["nothing", 9, 9],
  ])("stretches of several files come in order: %s", async (_, start, end) => {
    const first = file("first", 4 * MB, 3);
    const second = file("second", 4 * MB, 4);
    parts = () => [first, second].map(({ path }) => ({ path, start, end }));
    const wanted = Buffer.concat([first.content.subarray(start, end), second.content.subarray(start, end)]);
    expect((await get("/")).body.equals(wanted)).toBe(true);
  });

  test.each([
    ["is missing", "none", 1000, 0],
    ["is missing, a large one", "none", 2 * MB, 0],
    ["is shorter than it should be", "short", 1000, 500],
    ["is shorter than it should be, a large one", "short-large", 3 * MB, 2 * MB],
  ])("a file that %s ends the connection before the body is whole", async (_, name, end, there) => {
    if (there > 0) file(name, there, 5);
    parts = () => [{ path: join(folder, name), start: 0, end }];
    const answer = await get("/").catch(() => ({ whole: false }));
    expect(answer.whole).toBe(false);
  });

  test("a client that goes away in the middle holds nothing up, and spoils nobody's bytes", async () => {
    const { path, content } = file("left", 16 * MB, 6);
    parts = () => [{ path, start: 0, end: content.length }];
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => {
      const sent = request({ port, host: "127.0.0.1", path: "/" }, (response) => {
        response.once("data", () => sent.destroy());
        response.on("error", () => {});
        response.on("close", resolve);
      });
      sent.on("error", () => {});
      sent.end();
    });
    await Promise.all(ended);
    expect((await get("/")).body.equals(content)).toBe(true);
  });
});
