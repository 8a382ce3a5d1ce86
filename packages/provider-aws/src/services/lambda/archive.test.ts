import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { candidates, filesOfZip, handlerFiles } from "./archive.ts";

describe("filesOfZip", () => {
  it("lists files and leaves folders out", () => {
    const bytes = zipSync({ "src/a.js": new Uint8Array([1]), "b.py": new Uint8Array(), "empty/": new Uint8Array() });
    expect(filesOfZip(bytes).sort()).toEqual(["b.py", "src/a.js"]);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["a text", new TextEncoder().encode("no archive at all, only a text that is long enough to search")],
    ["a truncated archive", zipSync({ a: new Uint8Array(100) }).slice(0, 60)],
  ])("throws on %s", (_what, bytes) => {
    expect(() => filesOfZip(bytes)).toThrow();
  });
});

describe("handlerFiles", () => {
  it.each([
    ["nodejs22.x", "index.handler", ["index.js", "index.mjs", "index.cjs"]],
    ["nodejs22.x", "src/api/get.handler", ["src/api/get.js", "src/api/get.mjs", "src/api/get.cjs"]],
    ["nodejs20.x", "./dist/a.b.handler", ["dist/a.js", "dist/a.mjs", "dist/a.cjs"]],
    ["python3.12", "app.main.handler", ["app/main.py", "app/main/__init__.py", "app/main.pyc", "app/main.so"]],
    ["python3.12", "app/main.handler", ["app/main.py", "app/main/__init__.py", "app/main.pyc", "app/main.so"]],
    ["ruby3.3", "lib/fn.Mod::Class.process", ["lib/fn.rb"]],
    ["provided.al2023", "anything", ["bootstrap"]],
    ["java21", "example.Handler::handleRequest", undefined],
    ["nodejs22.x", "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler", undefined],
  ])("%s %s", (runtime, handler, files) => {
    expect(handlerFiles(runtime, handler)).toEqual(files);
  });
});

describe("candidates", () => {
  it("puts code nearest the root first and leaves node_modules out", () => {
    const files = ["node_modules/x/index.js", "src/deep/b.js", "a.mjs", "readme.md"];
    expect(candidates(files, "nodejs22.x")).toEqual(["a.mjs", "src/deep/b.js"]);
  });
});
