/** Hands cases to the drivers in Python: one process for as many as there are. */
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import type { Outcome, Scenario } from "./case.ts";

export type Generated = Outcome & {
  readonly service: string;
  readonly operation: string;
  readonly member: string;
  /** `missing`, `too long`, `too short`, `too small`, `too great`, `too few`, `too many`, `pattern`, `enum`. */
  readonly wrong: string;
};

export interface Boto3Answer {
  readonly validation: readonly Generated[];
  readonly scenarios: readonly (readonly Outcome[])[];
}

/** Whether this machine has python3 with the module; says so on the console when not. */
function has(module: string): boolean {
  try {
    execFileSync("python3", ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    console.warn(`skipped: no python3 with ${module} on this machine`);
    return false;
  }
}

export const hasBoto3 = (): boolean => has("boto3");

/** The CLI's first version, the one that is a Python package. */
export const hasCliInPython = (): boolean => has("awscli.clidriver");

/** Runs validation cases of the named operations, and scenarios, in order. Rejects with what Python wrote when it fails. */
export async function runBoto3(
  endpoint: string,
  work: { readonly validation?: { readonly [service: string]: readonly string[] }; readonly scenarios?: readonly Scenario[] },
): Promise<Boto3Answer> {
  const input = { endpoint, validation: work.validation ?? {}, scenarios: (work.scenarios ?? []).map(({ steps }) => steps) };
  return (await runDriver("boto3-driver.py", input)) as Boto3Answer;
}

/** Runs scenarios, in order, as commands of the aws CLI. Rejects with what Python wrote when it fails. */
export async function runCli(endpoint: string, scenarios: readonly Scenario[]): Promise<Boto3Answer["scenarios"]> {
  const answer = await runDriver("cli-driver.py", { endpoint, scenarios: scenarios.map(({ steps }) => steps) });
  return (answer as Boto3Answer).scenarios;
}

function runDriver(file: string, input: object): Promise<unknown> {
  const child = spawn("python3", ["-B", join(import.meta.dirname, file)], { stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdin.end(JSON.stringify(input));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(errors))));
  });
}
