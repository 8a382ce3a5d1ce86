import { spawn } from "node:child_process";

/**
 * Ctrl-C ends a run even while the program computes and never lets go of the thread: signal handlers are JavaScript, and none runs then.
 * A shell beside us in the terminal's group hears the same Ctrl-C; a second after the second one it ends us, if we are still there. Nothing
 * is lost by it: the journal has what was begun, and a dead holder's lock is free. It ends itself when its input does, which is with us.
 */
const GUARD = `
n=0
trap 'n=$((n+1))' INT TERM
while [ $n -lt 2 ]; do
  before=$n
  read -r _ || [ $n -ne $before ] || exit 0
done
sleep 1
parent=$(ps -o ppid= -p $$ 2>/dev/null) || parent=$PPID
[ $parent -eq $PPID ] || exit 0
kill -9 $PPID && echo 'Ended: the program was computing without a pause and heard no interrupt. The next run goes on from here.' >&2
`;

/** Starts the guard. The returned function ends it; so does the end of this process. */
export function guardAgainstLoops(): () => void {
  const guard = spawn("/bin/sh", ["-c", GUARD], { stdio: ["pipe", "ignore", "inherit"] });
  // Where there is no shell there is no guard, and no less than before.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  if ("unref" in guard.stdin && typeof guard.stdin.unref === "function") guard.stdin.unref();
  return () => guard.stdin.destroy();
}
