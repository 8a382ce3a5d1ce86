import { readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** Files that make a folder a program's; where one stands beside `*.tf` files, the folder is the program's. */
const PROGRAM_FILES = /^(sst\.config\.m?[jt]s|Pulumi\.ya?ml)$/;
const CONFIGURATION = /\.(tf|tofu)(\.json)?$/;

/**
 * The folder of a Terraform root module: `cwd` itself, as for terraform, or the folder that `--config` names. undefined: there is
 * none, and the app is a program.
 */
export function findTerraformRoot(cwd: string, config: string | undefined): string | undefined {
  const folder = resolve(cwd, config ?? ".");
  const names = namesIn(folder);
  const isRoot = names.some((name) => CONFIGURATION.test(name)) && !names.some((name) => PROGRAM_FILES.test(name));
  return isRoot ? folder : undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return statSync(folder).isDirectory() ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}
