import { DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { hasToken } from "./tokens.ts";

/** @throws DiagnosticError when it cannot be the logical name of a resource: it must be a text that is known while the program runs. */
export function checkName(evaluation: Evaluation, type: string, name: unknown): asserts name is string {
  const range = evaluation.setting.places.here();
  if (typeof name !== "string" || name === "") {
    throw wrongName(
      `The first argument of ${type} is the resource's name; it must be a text that is not empty.`,
      "Give it a name.",
      range,
    );
  }
  if (hasToken(name)) {
    throw wrongName(
      `The name of this ${type} holds an Output. A resource's name is what finds it again in the state, so it must be known before anything exists.`,
      "Use a fixed name here, and the Output in an argument.",
      range,
    );
  }
}

function wrongName(detail: string, fix: string, range: SourceRange | undefined): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT1004", "Invalid app definition", { detail, fix, ...(range ? { range } : {}) }));
}
