import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Command } from "../../command.ts";

/** A command that the design has and that is not built yet: it is refused by name, whatever its arguments are. */
export function plannedCommand(name: string, summary: string): Command {
  return {
    name,
    summary,
    isPlanned: true,
    positionals: { usage: "…", min: 0, max: Number.POSITIVE_INFINITY },
    options: {},
    async run() {
      throw new DiagnosticError(
        errorDiagnostic("DVT7006", "Not implemented", { detail: `dovetail ${name} is not implemented yet: ${summary}.` }),
      );
    },
  };
}
