import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { resolveStage } from "./stage.ts";

const folders: string[] = [];
function appFolder(remembered?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-stage-"));
  folders.push(folder);
  if (remembered !== undefined) {
    mkdirSync(join(folder, ".sst"));
    writeFileSync(join(folder, ".sst", "stage"), remembered);
  }
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("resolveStage", () => {
  test("the flag comes before SST_STAGE, .sst/stage and the user's name", () => {
    expect(resolveStage("flag", { SST_STAGE: "env", USER: "ann" }, appFolder("file"))).toBe("flag");
    expect(resolveStage(undefined, { SST_STAGE: "env", USER: "ann" }, appFolder("file"))).toBe("env");
    expect(resolveStage(undefined, { USER: "ann" }, appFolder("file\n"))).toBe("file");
    expect(resolveStage(undefined, { USER: "Ann.Lee" }, appFolder())).toBe("annlee");
  });

  test.each(["root", "admin", "prod", "dev", "production"])("the user name %s is not taken for a stage", (user) => {
    expect(() => resolveStage(undefined, { USER: user }, appFolder())).toThrow(/DVT7002/);
  });

  test.each(["a b", "ü", "../x", "a/b", "x".repeat(10) + "_", ""])("refuses the stage %j", (stage) => {
    expect(() => resolveStage(stage, {}, appFolder())).toThrow(/DVT7002/);
  });
});
