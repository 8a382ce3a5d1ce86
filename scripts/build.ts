/**
 * Builds dist/: the command line as an esbuild bundle with code splitting, so that `dovetail --version` loads almost nothing
 * and a command loads what it needs. Sources run without it; the build is for start-up time and for publishing.
 */
import { cpSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Stay outside the bundle: native code, or found by path at run time. */
const EXTERNAL = ["lmdb", "esbuild", "fsevents"];

export async function buildDist(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { dovetail: "packages/cli/src/main.ts", "cloud-serve": "packages/cloud/src/serve.ts" },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    // The SDK's ES modules: named exports of its CommonJS ones are not seen through a dynamic import, and cannot be shaken off.
    mainFields: ["module", "main"],
    external: EXTERNAL,
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    define: { "process.env.DOVETAIL_BUNDLED": '"1"' },
  });
  for (const data of ["provider-aws/data", "provider-utilities/data", "program/data"]) {
    const from = join(root, "packages", data);
    if (existsSync(from)) cpSync(from, join(dist, "data", data.split("/")[0] ?? ""), { recursive: true });
  }
  // Read at run time from beside the code: the services' models, and the programs that run functions.
  for (const model of globSync("packages/cloud/src/services/*/model.gen.json", { cwd: root })) {
    cpSync(join(root, model), join(dist, "models", `${basename(dirname(model))}.json`));
  }
  for (const runtime of ["node", "python"])
    cpSync(join(root, "packages/cloud/src/services/lambda/runtime", runtime), join(dist, runtime), { recursive: true });
  writeFileSync(join(dist, "package.json"), '{ "type": "module" }\n');
}

if (import.meta.main) await buildDist();
