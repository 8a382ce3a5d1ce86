import type { Diagnostic } from "@dovetail/model";
import type { Terminal } from "./terminal.ts";

/** Shows a run's diagnostics: each once, on stderr for people, in the result's `diagnostics` for `--json`. */
export interface Report {
  readonly json: boolean;
  /** Shows those that were not shown before. */
  show(diagnostics: readonly Diagnostic[]): Promise<void>;
  /** The one JSON document of a `--json` run on stdout: `{"type": "result", …, "diagnostics": […]}`. */
  result(fields: { readonly ok: boolean; readonly [name: string]: unknown }): void;
  /** A document of its own form was printed instead of a result; errors still go to stderr. */
  readonly isAnswered: boolean;
  /** Prints a document whose form is somebody else's (Terraform's plan JSON). */
  document(text: string): void;
}

export function createReport(terminal: Terminal, cwd: string, json: boolean): Report {
  const seen = new Map<string, Diagnostic>();
  let isAnswered = false;
  const print = async (diagnostics: readonly Diagnostic[]) => {
    const { renderDiagnostics } = await import("./views/diagnostic.ts");
    for (const text of renderDiagnostics(diagnostics, terminal.style, cwd)) terminal.note(`\n${text}`);
  };
  const document = (text: string) => {
    isAnswered = true;
    terminal.out(text);
  };
  return {
    json,
    get isAnswered() {
      return isAnswered;
    },
    async show(diagnostics) {
      const fresh = diagnostics.filter((diagnostic) => !seen.has(identity(diagnostic)));
      for (const diagnostic of fresh) seen.set(identity(diagnostic), diagnostic);
      if (!json || isAnswered) await print(fresh);
    },
    result(fields) {
      document(JSON.stringify({ type: "result", ...fields, diagnostics: [...seen.values()] }));
    },
    document,
  };
}

/** A warning of the plan comes again in the apply pass, perhaps with values that are known by then: it is the same one. */
function identity({ severity, code, summary, range, address, attribute, detail }: Diagnostic): string {
  const where = [range?.file, range?.line, range?.column, address, attribute];
  return JSON.stringify([severity, code, summary, ...where, severity === "error" || range === undefined ? detail : ""]);
}
