import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Files that mark an app's root, nearest first wins. */
const APP_FILES = ["sst.config.ts", "Pulumi.yaml", "cdk.json"];

/** The folder of the nearest app above `cwd`, else `cwd` itself. */
export function appRoot(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (APP_FILES.some((name) => existsSync(join(folder, name)))) return folder;
    if (dirname(folder) === folder) return resolve(cwd);
  }
}

/** Where the cloud of an app keeps its data: `DOVETAIL_CLOUD` where apps share one, else `.dovetail/cloud` beside the app. */
export function cloudFolder(root: string, env: NodeJS.ProcessEnv): string {
  const shared = env.DOVETAIL_CLOUD;
  return shared === undefined || shared === "" ? join(root, ".dovetail", "cloud") : resolve(shared);
}

/** The program that serves a cloud in a process of its own: the build's, or the source's. */
export function cloudProgram(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const built = join(here, "cloud-serve.js");
  return existsSync(built) ? built : fileURLToPath(import.meta.resolve("@dovetail/cloud")).replace(/index\.ts$/, "serve.ts");
}
