import { BOOL, convert, isNull, isUnknown, objectVal, STRING, type Traversal, type Val, withRelevantValues } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import type { CheckRule } from "../configuration/model.ts";
import { scopeOf } from "../evaluate/evaluate-expression.ts";
import type { ModuleScope } from "../evaluate/nodes.ts";
import { Unavailable } from "../evaluate/result.ts";
import type { Runs } from "./run-references.ts";

/** What conditions of a run may refer to beside the module's own names. */
export interface Around {
  /** The root of the module under test, evaluated. */
  readonly root: ModuleScope;
  /** Every variable that the run has a value for. */
  readonly variables: ReadonlyMap<string, Val>;
  /** Outputs of earlier runs. */
  readonly runs: Runs;
}

/** `error`: it could not be told. */
export interface Asserted {
  readonly status: "pass" | "fail" | "error";
  readonly diagnostics: readonly Diagnostic[];
}

const UNKNOWN_CONDITION =
  "Condition expression could not be evaluated at this time. This means you have executed a `run` block with `command = plan` and one of the values your condition depended on is not known until after the plan has been applied. Either remove this value from your condition, or execute an `apply` command from this `run` block. Alternatively, if there is an override for this value, you can make it available during the plan phase by setting `override_during = plan` in the `override_` block.";

/** Holds the module to an `assert` block. */
export async function assertion({ condition, errorMessage }: CheckRule, around: Around): Promise<Asserted> {
  const references = [...condition.references(), ...errorMessage.references()];
  try {
    const scope = await scopeFor(references, around);
    const failing = (summary: string, detail: string) =>
      withRelevantValues(
        errorDiagnostic("DVT2026", summary, { detail, range: condition.range }),
        () => condition.references(),
        scope,
      );
    const { value, diagnostics } = condition.evaluate(scope);
    if (hasErrors(diagnostics)) return { status: "error", diagnostics };
    if (isUnknown(value)) return { status: "error", diagnostics: [failing("Unknown condition value", UNKNOWN_CONDITION)] };
    const answer = conditionOf(value);
    if (typeof answer === "string") return { status: "error", diagnostics: [failing("Invalid condition run", answer)] };
    if (answer) return { status: "pass", diagnostics };
    const message = errorMessage.evaluate(scope);
    return { status: "fail", diagnostics: [...message.diagnostics, failing("Test assertion failed", textOf(message.value))] };
  } catch (error) {
    if (error instanceof DiagnosticError) return { status: "error", diagnostics: error.diagnostics };
    if (!(error instanceof Unavailable)) throw error;
    const detail = "What this condition refers to could not be worked out, since something that it needs failed.";
    return {
      status: "error",
      diagnostics: [errorDiagnostic("DVT2026", "Invalid condition", { detail, range: condition.range })],
    };
  }
}

/** A text says what is wrong with it. */
function conditionOf(value: Val): boolean | string {
  if (isNull(value)) return "Condition expression must return either true or false, not null.";
  try {
    return convert(value, BOOL).raw === true;
  } catch (error) {
    return `Invalid condition run value: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

function textOf(message: Val): string {
  try {
    const { raw } = convert(message, STRING);
    return typeof raw === "string" ? raw.trim() : "The error message is not known.";
  } catch {
    return "The error message is no text.";
  }
}

const OWN_NAMES: readonly string[] = ["var", "output", "run"];

/** Throws DiagnosticError for what is not declared, Unavailable. */
async function scopeFor(traversals: readonly Traversal[], { root, variables, runs }: Around) {
  const named = (name: string) =>
    traversals
      .filter((each) => each.root === name)
      .flatMap(({ steps: [first] }) => (first?.kind === "attribute" ? [first.name] : []));
  runs.check(traversals, "condition");
  const outputs = new Map<string, Val>();
  for (const name of named("output")) if (root.tree.config.outputs.has(name)) outputs.set(name, (await root.output(name)).value);
  const given = new Map(variables);
  for (const name of named("var"))
    if (root.tree.config.variables.has(name)) given.set(name, (await root.variableValue(name)).value);
  const names = new Map([
    ["var", objectVal(given)],
    ["output", objectVal(outputs)],
    ["run", runs.value],
  ]);
  const others = traversals.filter((each) => !OWN_NAMES.includes(each.root));
  return (await scopeOf(others, { module: root, names })).scope;
}
