import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { strToU8, type Zippable, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unpackZip, ZipError, ZipTooLarge } from "./zip.ts";

const LIMIT = 10_000_000;
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "dovetail-zip-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const unpack = (zip: Uint8Array) => unpackZip(Buffer.from(zip), join(base, "out"), LIMIT);
const link = (target: string): Zippable[string] => [strToU8(target), { os: 3, attrs: 0o120777 << 16 }];

describe("unpacking", () => {
  test("gives files, folders, modes and inner links", async () => {
    await unpack(
      zipSync({
        "a/b.txt": strToU8("text"),
        run: [strToU8("#!/bin/sh"), { os: 3, attrs: 0o100755 << 16 }],
        "a/link": link("b.txt"),
      }),
    );
    expect(readFileSync(join(base, "out/a/link"), "utf8")).toBe("text");
    expect(statSync(join(base, "out/run")).mode & 0o111).toBe(0o111);
    expect(statSync(join(base, "out/a/b.txt")).mode & 0o111).toBe(0);
  });

  test.each<[string, Zippable]>([
    ["a path upwards", { "../evil": strToU8("x") }],
    ["a path upwards in the middle", { "a/../../evil": strToU8("x") }],
    ["an absolute path", { "/evil": strToU8("x") }],
    ["a Windows path", { "C:\\evil": strToU8("x") }],
    ["backslashes upwards", { "..\\evil": strToU8("x") }],
    ["a link upwards", { l: link("../outside") }],
    ["an absolute link", { l: link("/etc/passwd") }],
    ["links that leave together", { p: link("."), q: link("p/p/..") }],
  ])("refuses %s and leaves nothing", async (_what, files) => {
    await expect(unpack(zipSync(files))).rejects.toThrow(ZipError);
    expect(readdirSync(base)).toEqual([]);
  });

  test("refuses contents over the limit, by what the directory says and by what there is", async () => {
    const bomb = zipSync({ big: new Uint8Array(LIMIT + 1) });
    await expect(unpack(bomb)).rejects.toThrow(ZipTooLarge);
    const lying = Buffer.from(bomb);
    const directory = lying.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    lying.writeUInt32LE(10, directory + 24);
    await expect(unpack(lying)).rejects.toThrow(ZipError);
    expect(readdirSync(base)).toEqual([]);
  });

  test("no bytes whatever make it write outside or throw anything but ZipError", async () => {
    const whole = Buffer.from(zipSync({ "a.js": strToU8("exports.handler = 1"), "b/c": strToU8("x".repeat(100)) }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(whole.length),
        async (changes, length) => {
          const zip = Buffer.from(whole.subarray(0, length));
          for (const [at, byte] of changes) if (at < zip.length) zip[at] = byte;
          await unpack(zip).catch((error) => expect(error).toBeInstanceOf(ZipError));
          rmSync(join(base, "out"), { recursive: true, force: true });
          expect(readdirSync(base)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
