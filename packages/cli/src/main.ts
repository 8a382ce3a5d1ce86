/** The program's first lines: `--version` answers before anything else is loaded. */
import { VERSION } from "./version.ts";

const first = process.argv[2];
if (first === "--version" || first === "-v") {
  process.stdout.write(`dovetail ${VERSION}\n`);
} else {
  const { runCommandLine } = await import("./command-line.ts");
  const code = await runCommandLine(process.argv.slice(2));
  // Ending at once spares freeing the heap piece by piece, and a request that a second Ctrl-C left in the air would hold the process;
  // but a pipe that is full takes what was written only when its reader does.
  const isWritten = process.stdout.writableLength === 0 && process.stderr.writableLength === 0;
  if (isWritten || code === 130) process.exit(code);
  process.exitCode = code;
}
