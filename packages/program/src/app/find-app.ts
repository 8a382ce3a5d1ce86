import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** The names a config file may have, in the order they are looked for in each folder. */
const CONFIG_FILES = ["sst.config.ts", "sst.config.mts", "sst.config.js", "sst.config.mjs", "Pulumi.yaml", "Pulumi.yml"] as const;

export interface FoundApp {
  /** Absolute path of the config file. */
  readonly configFile: string;
  /** The folder it stands in; every relative path of the program starts there. */
  readonly root: string;
}

/**
 * The nearest app: `startDir` and then each folder above it.
 * @param configPath a config file named by the user (`--config`), relative to `startDir`; nothing is searched then.
 * @throws DiagnosticError DVT1001 when there is none.
 */
export function findApp(startDir: string, configPath?: string): FoundApp {
  if (configPath !== undefined) return named(startDir, configPath);
  let folder = resolve(startDir);
  for (;;) {
    for (const name of CONFIG_FILES) {
      const configFile = join(folder, name);
      if (existsSync(configFile)) return { configFile, root: folder };
    }
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  throw new DiagnosticError(
    errorDiagnostic("DVT1001", "No app found", {
      detail: `There is no sst.config.ts and no Pulumi.yaml in ${resolve(startDir)} or in any folder above it.`,
      fix: "Change to the folder of your app, name its config file, or make a new app:\n    dovetail deploy --config path/to/sst.config.ts\n    dovetail init",
    }),
  );
}

function named(startDir: string, configPath: string): FoundApp {
  const configFile = resolve(startDir, configPath);
  if (existsSync(configFile) && statSync(configFile).isFile()) return { configFile, root: dirname(configFile) };
  throw new DiagnosticError(
    errorDiagnostic("DVT1001", "No app found", {
      detail: `The config file ${configFile} does not exist.`,
      fix: "Give the path of an existing config file, relative to the current folder.",
    }),
  );
}
