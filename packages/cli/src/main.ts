/** The program's first lines: `--version` answers before anything else is loaded. */
import { VERSION } from "./version.ts";

const first = process.argv[2];
if (first === "--version" || first === "-v") {
  process.stdout.write(`dovetail ${VERSION}\n`);
} else {
  const { runCommandLine } = await import("./command-line.ts");
  const code = await runCommandLine(process.argv.slice(2));
  // A request that was left in the air by a second Ctrl-C would hold the process.
  if (code === 130) process.exit(code);
  process.exitCode = code;
}
