import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** User names that say nothing about whose stage it is; SST asks instead, a script must name one. */
const NOT_A_PERSON = new Set(["root", "admin", "prod", "dev", "production"]);

/**
 * The stage, in SST's order: the flag, SST_STAGE, `.sst/stage`, the user's name. Throws DVT7002 where none can be had or the
 * name is not letters, digits and hyphens.
 */
export function resolveStage(flag: string | undefined, env: NodeJS.ProcessEnv, root: string): string {
  const stage = flag ?? env.SST_STAGE ?? remembered(root) ?? personal(env);
  if (stage === undefined) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7002", "Invalid stage name", {
        detail: "No stage was named, and the user name is not one to take for a stage.",
        fix: "Add --stage, for example:\n    --stage dev",
      }),
    );
  }
  if (!/^[a-zA-Z0-9-]+$/.test(stage)) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7002", "Invalid stage name", {
        detail: `The stage "${stage.slice(0, 80)}" has other characters than letters, digits and hyphens.`,
        fix: "Choose a name of letters, digits and hyphens.",
      }),
    );
  }
  return stage;
}

function remembered(root: string): string | undefined {
  try {
    const text = readFileSync(join(root, ".sst", "stage"), "utf8").trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}

function personal(env: NodeJS.ProcessEnv): string | undefined {
  let name = env.USER;
  try {
    name = name ?? userInfo().username;
  } catch {
    // No entry in the user database: then there is no name to take.
  }
  const stage = name?.toLowerCase().replace(/[^a-z0-9-]/g, "");
  return stage === undefined || stage === "" || NOT_A_PERSON.has(stage) ? undefined : stage;
}
