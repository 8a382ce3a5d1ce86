/** Generated pages are fresh, and every diagnostic's code is explained and used. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CODES } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { EXPLANATIONS } from "../../packages/cli/src/commands/explain/explanations.ts";
import { generatedPages } from "../generate.ts";
import { ROOT, sourceFiles } from "./source-files.ts";

describe("generated pages", () => {
  test("are what the tables say; npm run gen makes them so", async () => {
    const stale = Object.entries(await generatedPages()).filter(
      ([path, text]) => readFileSync(join(ROOT, path), "utf8") !== text,
    );
    expect(stale.map(([path]) => path)).toEqual([]);
  });
});

describe("diagnostic codes", () => {
  test("each has its explanation", () => {
    expect(Object.keys(CODES).filter((code) => !Object.hasOwn(EXPLANATIONS, code))).toEqual([]);
  });

  test("each is given by some source", () => {
    const sources = sourceFiles().filter(
      (f) => !f.isTest && !f.path.endsWith("/codes.ts") && !f.path.endsWith("/explanations.ts"),
    );
    const text = sources.map((f) => f.text).join("\n");
    expect(Object.keys(CODES).filter((code) => !text.includes(code))).toEqual([]);
  });

  test("each is provoked by some test", () => {
    const tests = globSync(["packages/*/{src,test}/**/*.test.ts", "conformance/**/*.test.ts"], { cwd: ROOT });
    const text = tests.map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
    expect(Object.keys(CODES).filter((code) => !text.includes(code))).toEqual([]);
  });
});
