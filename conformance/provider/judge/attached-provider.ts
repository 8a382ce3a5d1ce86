/** The real provider in a process of its own that terraform attaches to: started once for all commands of a root, instead of once for each. */
import { type ChildProcess, spawn } from "node:child_process";

export interface Attachable {
  /** What TF_REATTACH_PROVIDERS is set to. */
  readonly reattach: string;
  close(): Promise<void>;
}

/** Starts the binary as its own `-debug` does. Rejects with what it printed where it ends before it listens. */
export async function startAttached(binary: string, home: string): Promise<Attachable> {
  const child = spawn(binary, ["-debug"], { env: { PATH: process.env.PATH, HOME: home }, stdio: ["ignore", "pipe", "pipe"] });
  // What it logs is not read; a full pipe would hold it up.
  child.stderr.resume();
  const reattach = await saidBy(child);
  return {
    reattach,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function saidBy(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the provider ended: ${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /TF_REATTACH_PROVIDERS='([^']+)'/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}
