import { describe, expect, test } from "vitest";
import type { Files } from "../files.ts";
import { readTestFiles } from "./test-files.ts";

function filesOf(texts: { readonly [path: string]: string }): Files {
  return {
    list: (folder) =>
      Object.keys(texts).flatMap((path) =>
        path.slice(0, path.lastIndexOf("/")) === folder ? path.slice(folder.length + 1) : [],
      ),
    read: (path) => (texts[path] === undefined ? undefined : Buffer.from(texts[path])),
    isFolder: () => false,
    real: (path) => path,
  };
}

const read = (texts: { readonly [path: string]: string }, only: readonly string[] = []) =>
  readTestFiles({ root: "/m", only, files: filesOf(texts) });

describe("test files of a module", () => {
  test("lie in its folder and in tests, and come by name", () => {
    const { files } = read({
      "/m/tests/b.tftest.hcl": "",
      "/m/z.tftest.hcl": "",
      "/m/tests/a.tftest.json": "{}",
      "/m/main.tf": "",
    });
    expect(files.map(({ name }) => name)).toEqual(["tests/a.tftest.json", "tests/b.tftest.hcl", "z.tftest.hcl"]);
  });

  test("may be chosen by name, and one that is not there is told", () => {
    const { files, diagnostics } = read({ "/m/tests/b.tftest.hcl": "", "/m/z.tftest.hcl": "" }, ["z.tftest.hcl", "y.tftest.hcl"]);
    expect(files.map(({ name }) => name)).toEqual(["z.tftest.hcl"]);
    expect(diagnostics).toMatchObject([{ summary: "Unknown test file" }]);
  });

  test.each([
    ["a brace too few", 'run "a" {', "Unclosed configuration block"],
    ["bytes that are no text", "\u0000\u0001", "Invalid character"],
    ["a block that there is not", 'resource "a" "b" {}', "Unsupported block type"],
    ["a module without a source", 'run "a" {\n  module {}\n}', "Missing required argument"],
    ["a list that is none", 'run "a" {\n  expect_failures = var.x\n}', "Invalid expression"],
    ["values that are no object", "override_data {\n  target = data.a.b\n  values = 1\n}", 'Invalid "values" value'],
    ["a moment that there is not", 'mock_provider "a" {\n  override_during = never\n}', 'Invalid "override_during" keyword'],
    ["two blocks of variables", "variables {}\nvariables {}", 'Multiple "variables" blocks'],
    ["json that ends early", "{", "Missing", "json"],
  ])("tell %s", (_, text, summary, ending = "hcl") => {
    const { diagnostics } = read({ [`/m/tests/a.tftest.${ending}`]: text });
    expect(diagnostics.map((each) => each.summary).join("\n")).toContain(summary);
  });

  test("may be long: ten thousand runs are read, and blocks inside each other end at a limit", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `run "r${i}" {}`).join("\n");
    expect(read({ "/m/a.tftest.hcl": many }).files[0]?.runs).toHaveLength(10_000);
    expect(read({ "/m/a.tftest.hcl": `variables {\n  a = ${"[".repeat(5000)}` }).diagnostics.length).toBeGreaterThan(0);
  });
});
