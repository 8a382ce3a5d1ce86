import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Plan, parsePlan } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Invocation } from "./command.ts";

/** The plan that `diff --out` kept, where one is named. */
export function keptPlan({ positionals, cwd }: Invocation): Plan | undefined {
  const file = positionals[0];
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Usage", {
        detail: `The plan ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        fix: "Make one:\n    dovetail diff --out FILE",
      }),
      { cause: error },
    );
  }
  return parsePlan(text);
}
