import { readFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Loader, Plugin } from "esbuild";
import { CONTEXT, instrument } from "./instrument.ts";
import { OWN_PACKAGES } from "./own-packages.ts";

const LOADERS: { readonly [extension: string]: Loader } = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};

/** Binds our packages to the evaluation that runs the bundle, and lets every file know its own place. */
export function programPlugin(configFile: string): Plugin {
  return {
    name: "dovetail-program",
    setup(build) {
      build.onResolve({ filter: OWN_PACKAGES }, (args) => ({ path: args.path, namespace: "dovetail" }));
      build.onLoad({ filter: /.*/, namespace: "dovetail" }, (args) => ({
        contents: `module.exports = ${CONTEXT}.module(${JSON.stringify(args.path)});`,
        loader: "js",
      }));
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: "file" }, async (args) => ({
        contents: instrument(await readFile(args.path, "utf8"), {
          path: args.path,
          url: pathToFileURL(args.path).href,
          dirname: dirname(args.path),
          own: !args.path.includes("/node_modules/"),
          isConfig: args.path === configFile,
        }),
        loader: LOADERS[extname(args.path)] ?? "ts",
        resolveDir: dirname(args.path),
      }));
    },
  };
}
