/** `plan -generate-config-out=FILE`: blocks for the objects that import blocks name and nothing declares, written before it is planned. */
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import type { Invocation } from "../../command.ts";
import { openSession } from "../../session.ts";

/** Writes the file that the command line names, where there is something to write. Throws DiagnosticError. */
export async function generateConfigFile(invocation: Invocation): Promise<void> {
  const named = invocation.options.text("generate-config-out");
  if (named === undefined) return;
  const file = resolve(invocation.cwd, named);
  if (existsSync(file)) throw exists(file);
  const session = await openSession(invocation, { command: "diff" });
  try {
    let text: string | undefined;
    const frontEnd = session.generate?.((answer) => {
      text = answer;
    });
    if (frontEnd === undefined) return;
    const { diagnostics } = await session.engine.plan({ frontEnd, mode: "refresh-only", refresh: false, lock: false });
    if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
    if (text === undefined) return;
    writeFileSync(file, text);
    invocation.terminal.note(
      `Configuration was generated and written to ${named}. Please review it and edit it as necessary before adding it to version control.`,
    );
  } finally {
    await session.close();
  }
}

function exists(file: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT7001", "Target generated file already exists", {
      detail: `Terraform can only write generated config into a new file, and there is ${file}. Either choose a different target location or move all existing configuration out of the target file, delete it and try again.`,
    }),
  );
}
