import { findRunningCloud } from "@dovetail/cloud";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { appRoot, cloudFolder } from "../../cloud-folder.ts";
import type { Invocation } from "../../command.ts";

export interface RunningCloud {
  readonly endpoint: string;
  readonly pid: number;
}

/** The cloud that belongs to this folder, if it runs. */
export async function runningCloud({ cwd, env }: Invocation): Promise<RunningCloud | undefined> {
  return await findRunningCloud(cloudFolder(appRoot(cwd), env));
}

/** The same; throws DVT6003 when it does not run. */
export async function requireRunningCloud(invocation: Invocation): Promise<RunningCloud> {
  const running = await runningCloud(invocation);
  if (running !== undefined) return running;
  throw new DiagnosticError(
    errorDiagnostic("DVT6003", "Cloud not running", {
      detail: `No cloud runs for ${cloudFolder(appRoot(invocation.cwd), invocation.env)}.`,
      fix: "Start it:\n    dovetail cloud start",
    }),
  );
}
