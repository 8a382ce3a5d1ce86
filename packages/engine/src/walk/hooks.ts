import { type Diagnostic, DiagnosticError, errorDiagnostic, warningDiagnostic } from "@dovetail/model";
import type { FrontEnd, Hook, HookCall } from "../front-end.ts";
import { type Place, placed } from "./diagnostics.ts";

/** Running a program's hooks around the operations of a plan or an apply. */

const MISSING = "the program has no such hook any more";

export interface HookRun {
  readonly frontEnd: Pick<FrontEnd, "hook"> | undefined;
  readonly names: readonly string[] | undefined;
  readonly call: HookCall;
  readonly place: Place;
  /** Only those that run in a plan. */
  readonly isPlan: boolean;
}

/** Runs hooks one after the other. Before an operation the first that fails throws DVT4009; after one it comes back as a warning. */
export async function runHooks(run: HookRun): Promise<readonly Diagnostic[]> {
  const warnings: Diagnostic[] = [];
  for (const name of run.names ?? []) {
    let hook: Hook | undefined;
    try {
      hook = await run.frontEnd?.hook?.(name);
      if (hook === undefined) throw new Error(MISSING);
      if (!run.isPlan || hook.runsInPlan) await hook.run(run.call);
    } catch (error) {
      const isFatal = run.call.point.startsWith("before") && hook?.onlyWarns !== true;
      const found = placed([failed(name, run.call, isFatal, error)], run.place);
      if (isFatal) throw new DiagnosticError(found, { cause: error });
      warnings.push(...found);
    }
  }
  return warnings;
}

function failed(name: string, { point, address }: HookCall, isFatal: boolean, error: unknown): Diagnostic {
  const why = error instanceof Error ? error.message : String(error);
  const [, when = "", what = ""] = /^(before|after)(.*)$/.exec(point) ?? [];
  const operation = what.toLowerCase();
  const make = isFatal ? errorDiagnostic : warningDiagnostic;
  return make("DVT4009", "Hook failed", {
    detail: `The hook "${name}", ${when} the ${operation} of ${address}: ${why}. ${isFatal ? `The ${operation} was not begun.` : `The ${operation} itself is not held up by that.`}`,
    fix:
      why === MISSING
        ? `Put it back until the resource is gone:\n    new pulumi.ResourceHook("${name}", args => { ... })`
        : isFatal
          ? "Mend the hook, or take it out of the resource's option hooks."
          : "Mend the hook; it runs again with the next change.",
  });
}
