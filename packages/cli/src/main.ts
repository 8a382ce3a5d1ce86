/** The program's first lines: `--version` answers before anything else is loaded. */
import { VERSION } from "./version.ts";

const first = process.argv[2];
if (first === "--version" || first === "-v") {
  process.stdout.write(`dovetail ${VERSION}\n`);
} else {
  const { runCommandLine } = await import("./command-line.ts");
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
