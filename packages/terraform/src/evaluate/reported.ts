import { DiagnosticError } from "@dovetail/model";
import type { Run } from "./nodes.ts";
import { Unavailable } from "./result.ts";

/** Reports the diagnostics that work throws, and fails as Unavailable. */
export async function reported<T>(run: Run, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    run.report(error.diagnostics);
    throw new Unavailable();
  }
}
