import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { STATE_CHANGE_OPTIONS } from "../../option-definitions.ts";
import { withLockedStage } from "../../stage-files.ts";

export const statePushCommand: Command = {
  name: "state push",
  summary: "Replace the state by a file of the same lineage and no lower serial; - reads standard input",
  positionals: { usage: "FILE", min: 1, max: 1 },
  options: {
    ...STATE_CHANGE_OPTIONS,
    force: { type: "boolean", help: "also another lineage or an older serial" },
  },
  run: (invocation) =>
    withLockedStage(invocation, "state push", async (engine) => {
      const file = invocation.positionals[0] ?? "";
      await engine.state.push(readText(file, invocation.cwd), { force: invocation.options.flag("force") });
      invocation.terminal.out("The state was replaced");
      return EXIT.done;
    }),
};

function readText(file: string, cwd: string): string {
  try {
    return readFileSync(file === "-" ? 0 : resolve(cwd, file), "utf8");
  } catch (error) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Usage", {
        detail: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      }),
      { cause: error },
    );
  }
}
