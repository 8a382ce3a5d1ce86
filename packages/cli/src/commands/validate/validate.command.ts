import { type Diagnostic, DiagnosticError, hasErrors } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { openSession } from "../../session.ts";
import { diagnosticJson } from "./diagnostic-json.ts";

export const validateCommand: Command = {
  name: "validate",
  summary: "Say what is wrong with a configuration whatever its values and objects are; nothing is read or planned",
  options: { config: OPTIONS.config, json: OPTIONS.json },
  async run(invocation) {
    const { report, terminal } = invocation;
    const diagnostics = await found(invocation);
    const isValid = !hasErrors(diagnostics);
    if (report.json) report.document(JSON.stringify(document(diagnostics, invocation.cwd), null, 2));
    else {
      await report.show(diagnostics);
      if (isValid) terminal.out("Success! The configuration is valid.");
    }
    return isValid ? EXIT.done : EXIT.failed;
  },
};

async function found(invocation: Invocation): Promise<readonly Diagnostic[]> {
  try {
    const session = await openSession(invocation, { command: "validate", startCloud: false, validating: true });
    try {
      return [...session.app.diagnostics, ...(await session.engine.validate(session.app.frontEnd))];
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** Terraform's: "Command: validate", JSON output, format_version 1.0. */
function document(diagnostics: readonly Diagnostic[], cwd: string) {
  const count = (severity: string) => diagnostics.filter((each) => each.severity === severity).length;
  return {
    format_version: "1.0",
    valid: count("error") === 0,
    error_count: count("error"),
    warning_count: count("warning"),
    diagnostics: diagnostics.filter(({ severity }) => severity !== "note").map((diagnostic) => diagnosticJson(diagnostic, cwd)),
  };
}
