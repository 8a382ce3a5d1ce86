/**
 * Builds dist/ with esbuild. Sources run without it; the build is for start-up time and for publishing.
 *
 * Two programs, `dovetail.js` (which answers `--version` at once) and `cloud-serve.js`, each with one script beside it that holds
 * all the rest: `command-line.cjs`, `cloud.cjs`. One file costs less than a hundred small ones: Node resolves, reads and links each
 * module for about a millisecond, while what one big file doesn't run is neither compiled (V8 compiles lazily) nor evaluated (a
 * dynamic `import()` stays a function that is called when it is reached). The scripts are run with a code cache of what was
 * compiled before: packages/cli/src/cached-program.ts.
 */

import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
/** DOVETAIL_DIST: another folder, for tests that must not be disturbed by a build meanwhile. Packages are found from its place. */
const DIST = process.env.DOVETAIL_DIST ?? join(root, "dist");
/** What is built takes the place of the build before when all of it is there: one that fails breaks nothing. */
const dist = `${DIST}.${process.pid}`;

/** Stay outside the bundle: native code, or found by path at run time. */
const EXTERNAL = ["esbuild", "fs-native-extensions", "fsevents"];

interface Script {
  /** The module of the sources that the script holds. */
  readonly entry: string;
  readonly file: string;
  readonly exports: readonly string[];
  /** An expression: which part of the script a run uses. */
  readonly part: string;
  readonly writeAfterMs?: number;
}

/** By the `import()` that the script stands for. */
const SCRIPTS: { readonly [specifier: string]: Script } = {
  "./command-line.ts": {
    entry: "packages/cli/src/command-line.ts",
    file: "command-line.cjs",
    exports: ["runCommandLine"],
    part: "partOf(process.argv.slice(2))",
  },
  "./serve-process.ts": {
    entry: "packages/cloud/src/serve-process.ts",
    file: "cloud.cjs",
    exports: [],
    part: '"cloud"',
    writeAfterMs: 4000,
  },
};

/** In a program, the `import()` of what is in a script runs the script. */
const scriptsApart: Plugin = {
  name: "scripts-apart",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path }) => (Object.hasOwn(SCRIPTS, path) ? { path, namespace: "script" } : undefined));
    build.onLoad({ filter: /./, namespace: "script" }, ({ path }) => {
      const script = SCRIPTS[path];
      if (script === undefined) return undefined;
      const { file, exports, part, writeAfterMs } = script;
      const buildId = createHash("sha256")
        .update(readFileSync(join(dist, file)))
        .digest("hex")
        .slice(0, 16);
      return {
        resolveDir: join(root, "packages/cli/src"),
        contents: `import { join } from "node:path";
import { partOf, runCached } from "./cached-program.ts";
export const { ${exports.join(", ")} } = runCached({
  file: join(import.meta.dirname, ${JSON.stringify(file)}), buildId: "${buildId}", part: ${part}, load: (specifier) => import(specifier), writeAfterMs: ${writeAfterMs},
});`,
      };
    });
  },
};

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
 * What esbuild makes of such an `import` copies the module's every export, for each file that imports it, as soon as the file is
 * reached. Here the module is loaded, once, when the first of its exports is used; what is used is then a property like any other.
 */
const BUILTIN = `function __builtin(id){
const made=__builtin.made??={};
if(made[id]!==undefined)return made[id];
let found;
const load=(_,name)=>{
found??=process.getBuiltinModule(id);
const value=name==="default"?found:found[name];
Object.defineProperty(known,name,{value});
return value;
};
const known=Object.create(new Proxy({},{get:load}));
return made[id]=known;
}
`;

function lazyImports(text: string): string {
  const ids = new Map([...text.matchAll(/(require_\w+)=__commonJS\(\{"builtin:([^"]+)"/g)].map(([, name, id]) => [name, id]));
  let count = 0;
  const lazy = text.replace(/__toESM\((require_\w+)\(\)(?:,1)?\)/g, (whole, name: string) => {
    const id = ids.get(name);
    if (id === undefined) return whole;
    count++;
    return `__builtin(${JSON.stringify(id)})`;
  });
  return count === 0 ? text : `${lazy}\n${BUILTIN}`;
}

/**
 * Packages that few runs need, each a file of its own that its `import()` loads: the less source a run has to read, the sooner it
 * starts. (The credential chain brings a quarter of the AWS SDK with it; the embedded cloud needs no credentials. The cloud itself
 * is loaded by the commands on snapshots; an `import` statement of its package takes only what starts and finds its process.)
 */
const SELDOM: { readonly [packageName: string]: { readonly file: string; readonly exports: readonly string[] } } = {
  "@aws-sdk/credential-provider-node": { file: "aws-credentials", exports: ["defaultProvider"] },
  "@aws-sdk/credential-provider-ini": { file: "aws-profile", exports: ["fromIni"] },
  "@aws-sdk/credential-provider-web-identity": { file: "aws-token-file", exports: ["fromTokenFile"] },
  yaml: { file: "yaml", exports: ["parse"] },
  bcryptjs: { file: "bcryptjs", exports: ["default"] },
  "@dovetail/terraform": {
    file: "terraform",
    exports: [
      "DEFAULT_BACKEND",
      "backendChange",
      "backendRecordFile",
      "checkRequiredArguments",
      "configurationGraph",
      "createCiphers",
      "dataFolderOf",
      "declareModule",
      "exportProgram",
      "exportRoot",
      "formatBackendRecord",
      "formatSource",
      "importItems",
      "installModules",
      "isLocalModule",
      "jsonByMeaning",
      "loadTerraformApp",
      "localPlaces",
      "lockedModule",
      "moduleChange",
      "moduleTypings",
      "neededProviders",
      "nodeModuleFiles",
      "readModuleLock",
      "readTestFiles",
      "recordingFrontEnd",
      "rereadExport",
      "runTestFile",
      "vendoredFolders",
      "writeModuleLock",
    ],
  },
  "@dovetail/cloud": { file: "cloud-library", exports: ["startCloud"] },
  "@dovetail/provider-plugin": {
    file: "provider-plugin",
    exports: [
      "findProvider",
      "findSources",
      "hostProvider",
      "nodeFileReader",
      "notFoundText",
      "providerType",
      "readRequirements",
      "serveProvider",
      "unpackedBinary",
    ],
  },
};

const seldomApart: Plugin = {
  name: "seldom-apart",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      const seldom = kind === "dynamic-import" && Object.hasOwn(SELDOM, path) ? SELDOM[path] : undefined;
      return seldom === undefined ? undefined : { path: `./${seldom.file}.js`, external: true };
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

/** Changes what esbuild wrote. */
const rewritten: Plugin = {
  name: "rewritten",
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    onEnd(({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) writeFileSync(path, lazyImports(text));
    });
  },
};

/** A script's `import()` of the few files that stay outside becomes a call of what cached-program.ts hands it. */
function handImports(file: string): void {
  const text = readFileSync(file, "utf8");
  const handed = text.replace(/(?<![\w$.#])import\((?="(?:\.\/[\w-]+\.js|esbuild|fs-native-extensions)"\))/g, "__import(");
  const left = handed.match(/(?<![\w$.#])import\("(?!\.\.\.").{0,60}/);
  if (left !== null) throw new Error(`${basename(file)} imports what is not in it: ${left[0]}`);
  writeFileSync(file, handed);
}

const PROGRAMS = ["dovetail.js", "command-line.cjs", "cloud-serve.js", "cloud.cjs", "cloud-library.js"];

/** One character outside ASCII makes V8 hold a whole file in two bytes a character: written as escapes, they cost nothing. */
function refuseWideText(file: string): void {
  const found = readFileSync(file, "utf8").match(/.{0,40}[^\0-\x7f].{0,40}/);
  if (found !== null)
    throw new Error(`${basename(file)} is not ASCII at ${found[0]}: write \\u escapes in that regular expression.`);
}

export async function buildDist(): Promise<void> {
  mkdirSync(dist, { recursive: true });
  try {
    await buildInto();
    rmSync(DIST, { recursive: true, force: true });
    renameSync(dist, DIST);
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
}

async function buildInto(): Promise<void> {
  const common: BuildOptions = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    platform: "node",
    target: "node22.18",
    // The SDK's ES modules: named exports of its CommonJS ones are not seen through a dynamic import, and cannot be shaken off.
    mainFields: ["module", "main"],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
    // `require.resolve("lmdb")` in what is otherwise in the bundle finds its native part.
    logOverride: { "require-resolve-not-external": "silent" },
    define: { "process.env.DOVETAIL_BUNDLED": '"1"' },
  };
  const esm: BuildOptions = {
    ...common,
    format: "esm",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  };
  for (const { entry, file } of Object.values(SCRIPTS)) {
    await build({
      ...common,
      entryPoints: [entry],
      outdir: undefined,
      outfile: join(dist, file),
      format: "cjs",
      external: EXTERNAL,
      // As the wrapper of cached-program.ts hands them in.
      define: {
        ...common.define,
        "import.meta.url": "__bundleUrl",
        "import.meta.dirname": "__dirname",
        "import.meta.resolve": "undefined",
      },
      plugins: [seldomApart, lmdbInside, lazyBuiltins, rewritten],
    });
    handImports(join(dist, file));
  }
  for (const [packageName, { file, exports }] of Object.entries(SELDOM)) {
    await build({
      ...esm,
      stdin: { contents: `export { ${exports.join(", ")} } from "${packageName}";`, resolveDir: join(root, "packages/cli") },
      outdir: undefined,
      outfile: join(dist, `${file}.js`),
      external: EXTERNAL,
      plugins: [lmdbInside, lazyBuiltins, rewritten],
    });
  }
  await build({
    ...esm,
    entryPoints: { dovetail: "packages/cli/src/main.ts", "cloud-serve": "packages/cloud/src/serve.ts" },
    plugins: [scriptsApart, lazyBuiltins, rewritten],
  });
  for (const program of PROGRAMS) refuseWideText(join(dist, program));
  for (const data of ["cloud/data", "provider-aws/data", "provider-utilities/data", "program/data"]) {
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
