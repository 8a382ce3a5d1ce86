/**
 * Builds dist/ with esbuild. Sources run without it; the build is for start-up time and for publishing.
 *
 * Four files: `dovetail.js` answers `--version` and loads `command-line.js`, which holds everything of the command line;
 * `cloud-serve.js` turns V8's code cache on and loads `cloud.js`, which holds the cloud. One file costs less than a hundred small
 * ones: Node resolves, reads and links each module for about a millisecond, while what one big file doesn't run is neither
 * compiled (V8 compiles lazily, and the compile cache holds only what ran) nor evaluated (a dynamic `import()` stays a function
 * that is called when it is reached).
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin, type PluginBuild } from "esbuild";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Stay outside the bundle: native code, or found by path at run time. */
const EXTERNAL = ["esbuild", "fsevents"];

/** The `import()` of main.ts and of the cloud's serve.ts stays an import of the file beside them. */
function keepApart(build: PluginBuild): void {
  build.onResolve({ filter: /^\.\/(command-line|serve-process)\.ts$/ }, ({ path }) => ({
    path: path === "./command-line.ts" ? "./command-line.js" : "./cloud.js",
    external: true,
  }));
}

/**
 * Node's own modules, asked for where they are used. An `import` of one makes Node read its every export first, and the getters
 * of `node:http` (WebSocket: undici) and `node:crypto` (webcrypto) load half a hundred modules that nobody asked for.
 */
const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ""), namespace: "builtin", sideEffects: false } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: "js",
    }));
  },
};

/**
 * Packages that few runs need, each a file of its own that its `import()` loads: the less source a run has to read, the sooner it
 * starts. (The credential chain brings a quarter of the AWS SDK with it; the embedded cloud needs no credentials.)
 */
const SELDOM: { readonly [packageName: string]: string } = {
  "@aws-sdk/credential-provider-node": "aws-credentials",
  yaml: "yaml",
  bcryptjs: "bcryptjs",
};

const seldomApart: Plugin = {
  name: "seldom-apart",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      const file = kind === "dynamic-import" && Object.hasOwn(SELDOM, path) ? SELDOM[path] : undefined;
      return file === undefined ? undefined : { path: `./${file}.js`, external: true };
    });
  },
};

/**
 * LMDB's JavaScript goes into the cloud's file; only its native part stays outside, found from the package's place as before.
 * As a package of its own it is a dozen small modules, which cost 15 ms of the cloud's start.
 */
const lmdbInside: Plugin = {
  name: "lmdb-inside",
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]lmdb[\\/]native\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("fileURLToPath(import.meta.url)", 'require.resolve("lmdb")'),
      loader: "js",
    }));
  },
};

const PROGRAMS = ["dovetail.js", "command-line.js", "cloud-serve.js", "cloud.js"];

/** One character outside ASCII makes V8 hold a whole file in two bytes a character: written as escapes, they cost nothing. */
function refuseWideText(file: string): void {
  const found = readFileSync(file, "utf8").match(/.{0,40}[^\0-\x7f].{0,40}/);
  if (found !== null)
    throw new Error(`${basename(file)} is not ASCII at ${found[0]}: write \\u escapes in that regular expression.`);
}

export async function buildDist(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const common: BuildOptions = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    // The SDK's ES modules: named exports of its CommonJS ones are not seen through a dynamic import, and cannot be shaken off.
    mainFields: ["module", "main"],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    define: { "process.env.DOVETAIL_BUNDLED": '"1"' },
  };
  await build({
    ...common,
    entryPoints: { dovetail: "packages/cli/src/main.ts", "cloud-serve": "packages/cloud/src/serve.ts" },
    // Their only imports at run time; the files are built below.
    plugins: [{ name: "programs-apart", setup: keepApart }],
  });
  await build({
    ...common,
    entryPoints: { "command-line": "packages/cli/src/command-line.ts", cloud: "packages/cloud/src/serve-process.ts" },
    external: EXTERNAL,
    plugins: [seldomApart, lmdbInside, lazyBuiltins],
  });
  await build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(SELDOM).map(([packageName, file]) => [file, packageName])),
    plugins: [lazyBuiltins],
  });
  for (const program of PROGRAMS) refuseWideText(join(dist, program));
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
