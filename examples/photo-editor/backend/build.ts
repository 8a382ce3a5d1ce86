/** Builds every function under src/functions to a folder of its own in dist; the AWS SDK comes with the Lambda runtime, sharp goes along. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
/** What Nest loads only where it is installed. */
const NOT_USED = ["@nestjs/microservices", "@nestjs/websockets", "class-transformer", "class-validator"];
const WITH_SHARP: ReadonlySet<string> = new Set(["worker"]);

export async function buildBackend(): Promise<readonly string[]> {
  const functions = readdirSync(join(here, "src/functions")).sort();
  rmSync(join(here, "dist"), { recursive: true, force: true });
  for (const name of functions) {
    const folder = join(here, "dist", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
    await build({
      absWorkingDir: here,
      entryPoints: [`src/functions/${name}/index.ts`],
      outfile: join(folder, "index.js"),
      bundle: true,
      minify: true,
      keepNames: true,
      platform: "node",
      target: "node22",
      format: "cjs",
      external: ["@aws-sdk/*", "@smithy/*", "sharp", ...NOT_USED],
      logLevel: "warning",
    });
    if (WITH_SHARP.has(name)) copyPackage("sharp", folder, manifestOf("sharp", join(here, "package.json")));
  }
  return functions;
}

/** Copies an installed package and what it needs, as far as it is installed here, to the folder's node_modules. */
function copyPackage(name: string, folder: string, manifest: string | undefined): void {
  if (manifest === undefined) return;
  const target = join(folder, "node_modules", name);
  cpSync(dirname(manifest), target, {
    recursive: true,
    filter: (path) => !/\/(src|install)(\/|$)/.test(path.slice(dirname(manifest).length)),
  });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
  };
  for (const needed of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) {
    copyPackage(needed, folder, manifestOf(needed, manifest));
  }
}

/** The package.json of an installed package, as another one sees it; undefined where it is not installed (another platform's). */
function manifestOf(name: string, from: string): string | undefined {
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const path = join(folder, "node_modules", name, "package.json");
      readFileSync(path);
      return path;
    } catch {
      // Not in this folder: one above it has it, or none has.
    }
  }
  return undefined;
}

if (import.meta.main) {
  const functions = await buildBackend();
  console.log(`built ${functions.length} functions into dist: ${functions.join(", ")}`);
}
