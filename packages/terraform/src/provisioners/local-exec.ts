import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The `local-exec` provisioner (Terraform: "local-exec Provisioner"): a command on this machine. */

export interface LocalCommand {
  readonly command: string;
  readonly interpreter: readonly string[];
  /** Relative to the root module. */
  readonly workingFolder?: string;
  readonly environment: { readonly [name: string]: string };
  /** The command itself is not printed. */
  readonly isQuiet: boolean;
  /** It holds what is not to be shown: neither it nor what it prints is. */
  readonly secret?: "sensitive" | "ephemeral";
}

export interface CommandSurroundings {
  readonly root: string;
  /** What the command's own variables are added to. */
  readonly environment: { readonly [name: string]: string | undefined };
  readonly tell: (line: string) => void;
}

/** Lines kept for the message of a command that fails. */
const LINES_KEPT = 200;

/** undefined: it ended well; otherwise why not, with what it printed. */
export function runLocalCommand(
  wanted: LocalCommand,
  { root, environment, tell }: CommandSurroundings,
): Promise<string | undefined> {
  const [program = "/bin/sh", ...args] = wanted.interpreter.length === 0 ? ["/bin/sh", "-c"] : wanted.interpreter;
  const hidden = `(output suppressed due to ${wanted.secret} value in config)`;
  if (wanted.secret !== undefined) tell(`(local-exec): ${hidden}`);
  else if (!wanted.isQuiet) tell(`(local-exec): Executing: ${JSON.stringify([program, ...args, wanted.command])}`);
  return new Promise((resolve) => {
    const kept: string[] = [];
    const child = spawn(program, [...args, wanted.command], {
      cwd: wanted.workingFolder === undefined ? root : join(root, wanted.workingFolder),
      env: { ...environment, ...wanted.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const read = (line: string) => {
      if (kept.length < LINES_KEPT) kept.push(line);
      if (wanted.secret === undefined) tell(`(local-exec): ${line}`);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", read);
    const output = () => (wanted.secret === undefined ? kept.join("\n") : hidden);
    const failed = (why: string) =>
      `Error running command '${wanted.secret === undefined ? wanted.command : `(${wanted.secret})`}': ${why}. Output: ${output()}`;
    child.on("error", (error) => resolve(failed(error.message)));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? undefined : failed(signal === null ? `exit status ${code}` : `signal: ${signal}`)),
    );
  });
}
