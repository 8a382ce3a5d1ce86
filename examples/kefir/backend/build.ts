/** Builds every handler under src/functions to dist, one CommonJS file each; the AWS SDK comes with the Lambda runtime. */
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;

export async function buildBackend(): Promise<number> {
  const entryPoints = globSync("src/functions/**/*.ts", { cwd: here }).sort();
  rmSync(join(here, "dist"), { recursive: true, force: true });
  mkdirSync(join(here, "dist"), { recursive: true });
  // dist has a package.json of its own: this folder's says "module", the handlers are CommonJS.
  writeFileSync(join(here, "dist", "package.json"), '{ "type": "commonjs" }\n');
  await build({
    absWorkingDir: here,
    entryPoints,
    outdir: "dist",
    outbase: ".",
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["@aws-sdk/*", "@smithy/*"],
    logLevel: "warning",
  });
  return entryPoints.length;
}

if (import.meta.main) {
  const handlers = await buildBackend();
  console.log(`built ${handlers} handlers into dist`);
}
