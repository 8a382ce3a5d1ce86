import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepArtifact, removeOldArtifacts } from "./artifacts.ts";

let outDir: string;
const now = Date.UTC(2026, 0, 2);
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), "dovetail-artifacts-"));
  mkdirSync(join(outDir, "artifacts"));
});
afterEach(() => rmSync(outDir, { recursive: true, force: true }));

const HOUR_MS = 3_600_000;
function artifact(name: string, ageMs: number): string {
  const path = join(outDir, "artifacts", name);
  writeFileSync(path, name);
  utimesSync(path, new Date(now - ageMs), new Date(now - ageMs));
  return path;
}
const left = () => readdirSync(join(outDir, "artifacts")).sort();

describe("artifacts", () => {
  it("that some stage's state, backup or journal names stay, however old", () => {
    for (const name of ["a.zip", "b.zip", "c.zip", "d.zip"]) artifact(name, 48 * HOUR_MS);
    writeFileSync(join(outDir, "dev.tfstate"), '{"filename":".dovetail/artifacts/a.zip"}');
    writeFileSync(join(outDir, "prod.tfstate.backup"), '{"filename":".dovetail/artifacts/b.zip"}');
    writeFileSync(join(outDir, "prod.journal"), '{"filename":".dovetail/artifacts/c.zip"}\n');
    writeFileSync(join(outDir, "dev.sidecar.json"), '"d.zip"');
    removeOldArtifacts(outDir, now);
    expect(left()).toEqual(["a.zip", "b.zip", "c.zip"]);
  });

  it("that a run used within the hour stay", () => {
    artifact("new.zip", HOUR_MS / 2);
    artifact("old.zip", 2 * HOUR_MS);
    removeOldArtifacts(outDir, now);
    expect(left()).toEqual(["new.zip"]);
  });

  it("stay where a state cannot be read", () => {
    artifact("old.zip", 2 * HOUR_MS);
    mkdirSync(join(outDir, "dev.tfstate"));
    removeOldArtifacts(outDir, now);
    expect(left()).toEqual(["old.zip"]);
  });

  it("need not be there", () => {
    removeOldArtifacts(join(outDir, "nowhere"), now);
  });

  it("that are found again count as used, and are not written again", () => {
    const path = artifact("a.zip", 48 * HOUR_MS);
    keepArtifact(path, () => Buffer.from("other"));
    expect([readFileSync(path, "utf8"), statSync(path).mtimeMs > now - HOUR_MS]).toEqual(["a.zip", true]);
    keepArtifact(join(outDir, "artifacts/b.zip"), () => Buffer.from("made"));
    expect(readFileSync(join(outDir, "artifacts/b.zip"), "utf8")).toBe("made");
  });
});
