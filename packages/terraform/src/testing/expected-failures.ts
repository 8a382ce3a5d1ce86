import { type Diagnostic, errorDiagnostic, type SourceRange, warningDiagnostic } from "@dovetail/model";
import type { CheckRule, ModuleConfig } from "../configuration/model.ts";
import type { Expected, RunBlock } from "./test-file.ts";
import { withoutKeys } from "./traversal-text.ts";

export interface Sorted {
  /** What is wrong all the same. */
  readonly diagnostics: readonly Diagnostic[];
  /** Those of `expect_failures` that did fail. */
  readonly met: ReadonlySet<Expected>;
}

/** Takes the failures that a run expects out of what was found; those of `check` blocks that it doesn't expect are errors in a test. */
export function withoutExpected(found: readonly Diagnostic[], run: RunBlock, config: ModuleConfig): Sorted {
  const expected = run.expected.flatMap((each) =>
    rulesOf(config, withoutKeys(each.address)).map((rule) => ({ each, place: placeOf(rule.condition.range) })),
  );
  const met = new Set<Expected>();
  const left = found.filter((diagnostic) => {
    // A variable's failure stands where the variable is given its value.
    const range = diagnostic.related?.[0]?.range ?? diagnostic.range;
    if (diagnostic.code !== "DVT2026" || range === undefined) return true;
    const meant = expected.filter(({ place }) => place === placeOf(range));
    for (const { each } of meant) met.add(each);
    return meant.length === 0;
  });
  return { diagnostics: left.map(asError), met };
}

/** What is said of an expectation that nothing came of. */
export function missingFailure({ address, range }: Expected): Diagnostic {
  const detail = `The checkable object, ${address}, was expected to report an error but did not.`;
  return errorDiagnostic("DVT2026", "Missing expected failure", { detail, range });
}

/** What is said where an expected failure of the plan leaves nothing to apply. */
export function failedBeforeApply({ address }: Expected): Diagnostic {
  const detail = `A custom condition within ${address} failed during the planning stage and prevented the requested apply operation. While this was an expected failure, the apply operation could not be executed and so the overall test case will be marked as a failure and the original diagnostic included in the test report.`;
  return warningDiagnostic("DVT2026", "Expected failure while planning", { detail });
}

function asError(diagnostic: Diagnostic): Diagnostic {
  const isCheck = diagnostic.code === "DVT2026" && diagnostic.summary === "Check block assertion failed";
  return isCheck ? { ...diagnostic, severity: "error" } : diagnostic;
}

function rulesOf(config: ModuleConfig, address: string): readonly CheckRule[] {
  const [kind = "", name = ""] = address.split(".");
  if (kind === "var") return config.variables.get(name)?.validations ?? [];
  if (kind === "output") return config.outputs.get(name)?.preconditions ?? [];
  if (kind === "check") return config.checks.get(name)?.asserts ?? [];
  const { lifecycle } = config.resources.get(address) ?? {};
  return [...(lifecycle?.preconditions ?? []), ...(lifecycle?.postconditions ?? [])];
}

function placeOf({ file, line, column }: SourceRange): string {
  return `${file}:${line}:${column}`;
}
