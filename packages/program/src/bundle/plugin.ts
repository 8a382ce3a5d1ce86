import { readFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Loader, Plugin } from "esbuild";
import { isProviderPackage, packageFolder } from "../catalog/installed-package.ts";
import { CONTEXT, instrument } from "./instrument.ts";
import { FOREIGN_PACKAGES, foreignName, OWN_PACKAGES } from "./own-packages.ts";

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

/** An import of a package that bridges a provider which is not ours. */
export interface ForeignImport {
  /** `acme`. */
  readonly name: string;
  /** `@pulumi/acme/dns`, as it is written. */
  readonly specifier: string;
  /** The file that imports it. */
  readonly importer: string;
}

/** Binds our packages to the evaluation that runs the bundle, and lets every file know its own place. `foreign` takes imports of other providers. */
export function programPlugin(configFile: string, foreign: (found: ForeignImport) => void): Plugin {
  return {
    name: "dovetail-program",
    setup(build) {
      build.onResolve({ filter: OWN_PACKAGES }, (args) => ({ path: args.path, namespace: "dovetail" }));
      build.onResolve({ filter: FOREIGN_PACKAGES }, ({ path, resolveDir, importer }) => {
        const name = foreignName(path);
        const folder = packageFolder(resolveDir, path);
        if (name === undefined || (folder !== undefined && !isProviderPackage(folder))) return undefined;
        foreign({ name, specifier: path, importer });
        return { path, namespace: "dovetail" };
      });
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
