/** The command line in a folder of a test's own: a home, a cloud and an environment that hold nothing of this machine's. */
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../../packages/cli/bin/dovetail.mjs");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether this machine has terraform; says so on the console when not. */
export function hasTerraform(): boolean {
  const found = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;
  if (!found) console.warn("skipped: no terraform on this machine");
  return found;
}

/** Runs `dovetail` with the arguments in the folder. */
export function dovetailIn(folder: string, ...args: readonly string[]): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CHECKPOINT_DISABLE: "1",
    DOVETAIL_CLOUD: join(folder, "cloud"),
    DOVETAIL_SOURCES: "1",
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
