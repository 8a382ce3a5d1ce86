/** Builds the judge (Go, the public plugin framework) once a test run. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Judge {
  /** The folder with both binaries. */
  readonly folder: string;
  /** Speaks protocol 6. */
  readonly six: string;
  /** Speaks protocol 5. */
  readonly five: string;
  dispose(): void;
}

/** The binaries, or why there are none: no Go on this machine, or its modules cannot be had. */
export function buildJudge(): Judge | { readonly missing: string } {
  if (spawnSync("go", ["version"]).status !== 0) return { missing: "no Go on this machine" };
  const folder = mkdtempSync(join(tmpdir(), "dovetail-judge-"));
  const built = spawnSync("go", ["build", "-trimpath", "-o", `${folder}/`, "./cmd/..."], {
    cwd: join(import.meta.dirname, "judge"),
    encoding: "utf8",
    env: { ...process.env, GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local", CGO_ENABLED: "0" },
  });
  if (built.status !== 0) {
    rmSync(folder, { recursive: true });
    // A mistake in our own sources is no reason to skip.
    if (/^(provider|cmd)\/.*\.go:\d+/m.test(built.stderr)) throw new Error(built.stderr);
    return { missing: `the judge cannot be built: ${built.stderr.trim().split("\n").at(-1)}` };
  }
  return {
    folder,
    six: join(folder, "terraform-provider-judge"),
    five: join(folder, "terraform-provider-judge5"),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
