import { spawnSync } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { partOf } from "./cached-program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-cached-"));
  writeFileSync(
    join(folder, "program.cjs"),
    `const { join } = require("node:path");
exports.greet = async (name) => [greeting(name), typeof join, __dirname === ${JSON.stringify(folder)}, (await __import("./other.mjs")).other].join(" ");
function greeting(name) { return "hello " + name; }`,
  );
  writeFileSync(join(folder, "other.mjs"), 'export const other = "imported";');
  writeFileSync(
    join(folder, "main.mjs"),
    `import { enableCompileCache } from "node:module";
import { runCached } from ${JSON.stringify(join(import.meta.dirname, "cached-program.ts"))};
enableCompileCache(${JSON.stringify(join(folder, "cache"))});
const { greet } = runCached({ file: ${JSON.stringify(join(folder, "program.cjs"))}, buildId: process.argv[2], part: "greet", load: (specifier) => import(specifier) });
console.log(await greet("you"));
process.exitCode = Number(process.argv[3] ?? 0);`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SAID = "hello you function true imported\n";

function run(buildId: string, exitCode = 0, env: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "main.mjs"), buildId, String(exitCode)], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1", ...env },
  });
  return stderr === "" ? stdout : stderr;
}

const caches = () => globSync(join(folder, "cache/**/dovetail-*"));
const writes = () => caches().map((file) => readFileSync(file).at(-1));

describe("a program with a code cache", () => {
  it("does the same with a cache as without, and writes it three times", () => {
    expect([run("a"), writes()]).toEqual([SAID, [1]]);
    expect([run("a"), writes()]).toEqual([SAID, [2]]);
    expect([run("a"), writes()]).toEqual([SAID, [3]]);
    expect([run("a"), writes()]).toEqual([SAID, [3]]);
  });

  it("has one cache: that of another build is removed", () => {
    run("a");
    run("b");
    expect(caches().map((file) => file.endsWith("dovetail-greet-b.bin"))).toEqual([true]);
  });

  it.each([
    ["no cache at all", Buffer.from("nonsense\u0001")],
    ["empty", Buffer.alloc(0)],
    ["cut off", (whole: Buffer) => whole.subarray(0, 100)],
    ["damaged", (whole: Buffer) => whole.fill(0, whole.byteLength - 400, whole.byteLength - 300)],
  ])("runs where the cache is %s, and writes a new one", (_what, content) => {
    run("a");
    const [file = ""] = caches();
    writeFileSync(file, typeof content === "function" ? content(readFileSync(file)) : content);
    expect([run("a"), writes()]).toEqual([SAID, [1]]);
  });

  it("that failed writes none", () => {
    expect([run("a", 1), caches()]).toEqual([SAID, []]);
  });

  it("runs where no cache is wanted or can be read", () => {
    expect([run("a", 0, { NODE_DISABLE_COMPILE_CACHE: "1" }), caches()]).toEqual([SAID, []]);
    run("a");
    for (const file of caches()) chmodSync(file, 0);
    expect(run("a")).toBe(SAID);
  });
});

describe("the part of the program", () => {
  it.each([
    [["deploy", "--stage", "dev"], "deploy"],
    [["cloud", "stop"], "cloud-stop"],
    [["state", "list"], "state-list"],
    [["invoke", "my-function"], "invoke"],
    [["../../x"], "other"],
    [[], "other"],
  ])("of %j is %s", (args, part) => {
    expect(partOf(args)).toBe(part);
  });
});
