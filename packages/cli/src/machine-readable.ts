/** `-json` of `plan`, `apply` and `destroy` in a Terraform root: Terraform's messages on stdout, and nothing else anywhere. */
import type { EngineEvent } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError } from "@dovetail/model";
import { EXIT, type Invocation } from "./command.ts";
import type { Report } from "./report.ts";
import { findTerraformRoot } from "./terraform-root.ts";
import { type TerraformUi, terraformUi } from "./views/terraform-ui.ts";

export interface MachineReadable {
  readonly ui: TerraformUi;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Runs a command's work with messages where they are asked for and the folder is a Terraform root; else as it is. */
export async function withMessages(
  invocation: Invocation,
  work: (invocation: Invocation, messages: MachineReadable | undefined) => Promise<number>,
): Promise<number> {
  const { options, cwd, terminal } = invocation;
  if (!options.flag("messages") || findTerraformRoot(cwd, options.text("config")) === undefined)
    return await work(invocation, undefined);
  const ui = terraformUi({ out: terminal.out, now: () => new Date().toISOString(), cwd });
  const seen = new Set<string>();
  const show = (found: readonly Diagnostic[]) => {
    const fresh = found.filter((each) => !seen.has(JSON.stringify(each)));
    for (const each of fresh) seen.add(JSON.stringify(each));
    ui.diagnostics(fresh);
  };
  const report: Report = {
    json: true,
    isAnswered: true,
    async show(found) {
      show(found);
    },
    result: () => undefined,
    document: () => undefined,
  };
  const silent = { ...terminal, out: () => undefined, note: () => undefined, status: () => undefined };
  try {
    return await work({ ...invocation, terminal: silent, report }, { ui, onEvent: ui.event });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    show(error.diagnostics);
    return EXIT.failed;
  }
}
