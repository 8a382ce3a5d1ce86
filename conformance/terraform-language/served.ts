import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SERVER = join(import.meta.dirname, "serve-utilities.ts");

export interface Served {
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  close(): void;
}

/** Serves our utility providers to the real terraform, from a process of their own: who waits for terraform answers nobody. */
export async function serveUtilities(names: readonly string[]): Promise<Served> {
  const child: ChildProcess = spawn(process.execPath, [SERVER, ...names], { stdio: ["pipe", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("it has no output");
  for await (const reattach of createInterface({ input: child.stdout })) return { reattach, close: () => child.stdin?.end() };
  throw new Error("the providers are not served");
}
