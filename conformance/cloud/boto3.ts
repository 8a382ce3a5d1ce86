/** Hands cases to `boto3-driver.py`: one Python process for as many as there are. */
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

/** Whether this machine has python3 with boto3; says so on the console when not. */
export function hasBoto3(): boolean {
  try {
    execFileSync("python3", ["-c", "import boto3"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: no python3 with boto3 on this machine");
    return false;
  }
}

/** Runs validation cases of the named operations, and scenarios, in order. Rejects with what Python wrote when it fails. */
export function runBoto3(
  endpoint: string,
  work: { readonly validation?: { readonly [service: string]: readonly string[] }; readonly scenarios?: readonly Scenario[] },
): Promise<Boto3Answer> {
  const child = spawn("python3", [join(import.meta.dirname, "boto3-driver.py")], { stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdin.end(
    JSON.stringify({ endpoint, validation: work.validation ?? {}, scenarios: (work.scenarios ?? []).map(({ steps }) => steps) }),
  );
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(errors))));
  });
}
