import { type ChildProcess, spawn } from "node:child_process";

/**
 * Ends the sandboxes of a cloud that was killed. A frozen process can't notice that its parent is gone, and the kernel wakes
 * stopped orphans only in some process groups: so a small shell waits for the end of a pipe that the cloud holds open.
 */
const SCRIPT = `trap '' INT TERM HUP
while read -r op pid; do
  if [ "$op" = + ]; then pids="$pids $pid"; continue; fi
  rest=
  for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done
  pids=$rest
done
[ -z "$pids" ] || kill -9 $pids 2>/dev/null`;

export class Reaper {
  #shell: ChildProcess | undefined;

  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#shell ??= this.#start();
    this.#tell(`+ ${pid}`);
    child.once("exit", () => this.#tell(`- ${pid}`));
  }

  /** The shell ends with its pipe. */
  close(): void {
    this.#shell?.stdin?.end();
  }

  #start(): ChildProcess {
    const shell = spawn("/bin/sh", ["-c", SCRIPT], { cwd: "/", env: {}, stdio: ["pipe", "ignore", "ignore"] });
    shell.on("error", () => {});
    shell.stdin?.on("error", () => {});
    shell.unref();
    return shell;
  }

  #tell(line: string): void {
    if (this.#shell?.stdin?.writable === true) this.#shell.stdin.write(`${line}\n`);
  }
}
