import {
  BOOL,
  convert,
  deepMarks,
  type Expression,
  isNull,
  isUnknown,
  STRING,
  type Traversal,
  type Val,
  withRelevantValues,
} from "@dovetail/hcl";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  type SourceRange,
  warningDiagnostic,
} from "@dovetail/model";
import type { CheckRule } from "../configuration/model.ts";
import type { CheckKind, RuleOutcome } from "./check-results.ts";
import { scopeOf } from "./evaluate-expression.ts";
import type { Place, Sources } from "./nodes.ts";
import { allOf, Unavailable, unitedSources } from "./result.ts";

/** Preconditions, postconditions, validations and assertions (Terraform: "Custom Conditions"). */

export interface CheckedBlock {
  readonly kind: CheckKind;
  /** Address without and with instance keys. */
  readonly config: string;
  readonly address: string;
  /** `Resource precondition failed`. */
  readonly summary: string;
  /** Where failures are told. Absent: at the condition. */
  readonly range?: SourceRange;
  /** Failures are warnings: those of `check` blocks. */
  readonly isAdvice?: boolean;
}

/** Evaluates rules, records what came of them, reports failures. Throws Unavailable where one forbids to go on. */
export async function checkRules(rules: readonly CheckRule[], place: Place, block: CheckedBlock): Promise<Sources> {
  const { run } = place.module;
  if (rules.length === 0 || !isChecking(run.host)) return unitedSources([]);
  const outcomes = await allOf(rules.map((rule) => outcomeOf(rule, place, block)));
  for (const { status, message } of outcomes) run.checks.record(block.kind, block.config, block.address, status, message);
  const diagnostics = outcomes.flatMap((each) => each.diagnostics);
  run.report(diagnostics);
  if (hasErrors(diagnostics)) throw new Unavailable();
  return unitedSources(outcomes.map(({ from }) => from));
}

/** What goes or is only looked at is held to nothing. */
function isChecking({ mode, isDiscovery }: { readonly mode?: string; readonly isDiscovery?: boolean }): boolean {
  return mode !== "destroy" && isDiscovery !== true;
}

async function outcomeOf(rule: CheckRule, place: Place, block: CheckedBlock): Promise<RuleOutcome & { from: Sources }> {
  const { condition, errorMessage } = rule;
  let from: Sources = new Set();
  try {
    const scoped = await scopeOf([...condition.references(), ...errorMessage.references()], place);
    from = scoped.from;
    const { providerFunctions } = place.module.run;
    const evaluated = await providerFunctions.settled(() => condition.evaluate(scoped.scope));
    if (hasErrors(evaluated.diagnostics)) return { status: "error", diagnostics: toned(evaluated.diagnostics, block), from };
    const answer = conditionOf(evaluated.value, condition.range);
    if (answer === undefined) return { status: "unknown", diagnostics: [], from };
    if (answer) return { status: "pass", diagnostics: [], from };
    const { message, problems } = messageOf(
      errorMessage,
      await providerFunctions.settled(() => errorMessage.evaluate(scoped.scope)),
      block.kind,
    );
    const make = block.isAdvice === true ? warningDiagnostic : errorDiagnostic;
    const failure = make("DVT2026", block.summary, {
      detail: detailOf(message, rule, block, place),
      range: block.range ?? rule.condition.range,
      ...(block.range === undefined
        ? {}
        : { related: [{ range: rule.condition.range, message: "This condition does not hold." }] }),
    });
    const told = withRelevantValues(failure, () => condition.references(), scoped.scope);
    return { status: "fail", message, diagnostics: [...problems, told], from };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { status: "error", diagnostics: toned(error.diagnostics, block), from };
  }
}

function toned(diagnostics: readonly Diagnostic[], { isAdvice }: CheckedBlock): readonly Diagnostic[] {
  return isAdvice === true ? diagnostics.map((each) => ({ ...each, severity: "warning" })) : diagnostics;
}

function detailOf(message: string, rule: CheckRule, { kind }: CheckedBlock, { module }: Place): string {
  if (kind !== "var") return message;
  return `${message}\n\nThis was checked by the validation rule at ${module.run.placeText(rule.range)}.`;
}

/** undefined: not known yet. Throws DiagnosticError. */
function conditionOf(value: Val, range: SourceRange): boolean | undefined {
  if (isNull(value)) {
    const detail = "Condition expression must return either true or false, not null.";
    throw new DiagnosticError(errorDiagnostic("DVT2026", "Invalid condition result", { detail, range }));
  }
  let converted: Val;
  try {
    converted = convert(value, BOOL);
  } catch (error) {
    const detail = `Invalid condition result value: ${error instanceof Error ? error.message : String(error)}.`;
    throw new DiagnosticError(errorDiagnostic("DVT2026", "Invalid condition result", { detail, range }));
  }
  if (isUnknown(converted)) return undefined;
  return converted.raw === true;
}

const HIDDEN = {
  // Terraform says the same of what is ephemeral.
  var: "The error message included a sensitive value, so it will not be displayed.",
  other: "This check failed, but has an invalid error message as described in the other accompanying messages.",
} as const;

/** What is said of an error message that must not be shown. */
function hiddenMessage(mark: "sensitive" | "ephemeral", kind: CheckKind, range: SourceRange): Diagnostic {
  const make = kind === "var" ? errorDiagnostic : warningDiagnostic;
  const so = kind === "var" ? ". Terraform will" : ", so Terraform will";
  const isSensitive = mark === "sensitive";
  const carefully = kind === "var" || isSensitive ? "carefully using" : "using";
  const end = isSensitive
    ? `${carefully} the nonsensitive() function if the expression will not reveal the sensitive data.`
    : kind === "var"
      ? `${carefully} the ephemeralasnull() function if the expression will not reveal the ephemeral data.`
      : `${carefully} the ephemeralasnull() function on the references to not reveal ephemeral data.`;
  const detail = `The error expression used to explain this condition refers to ${mark} values${so} not display the resulting message.\n\nYou can correct this by removing references to ${mark} values, or by ${end}`;
  return make("DVT2026", `Error message refers to ${mark} values`, { detail, range });
}

function messageOf(
  expression: Expression,
  { value, diagnostics }: { readonly value: Val; readonly diagnostics: readonly Diagnostic[] },
  kind: CheckKind,
): { message: string; problems: readonly Diagnostic[] } {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { message: "Failed to evaluate condition error message.", problems: errors };
  const marks = deepMarks(value);
  const hidden = marks.has("ephemeral") ? "ephemeral" : marks.has("sensitive") ? "sensitive" : undefined;
  if (hidden !== undefined)
    return { message: HIDDEN[kind === "var" ? "var" : "other"], problems: [hiddenMessage(hidden, kind, expression.range)] };
  if (isUnknown(value)) return { message: "Condition evaluation failed; the message is not known yet.", problems: [] };
  try {
    const { raw } = convert(value, STRING);
    return { message: typeof raw === "string" ? raw.trim() : "", problems: [] };
  } catch (error) {
    const detail = `Unsuitable value for error message: ${error instanceof Error ? error.message : String(error)}.`;
    return { message: "", problems: [errorDiagnostic("DVT2026", "Invalid error message", { detail, range: expression.range })] };
  }
}

/** What the rules of a block refer to. */
export function ruleReferences(rules: readonly CheckRule[]): readonly Traversal[] {
  return rules.flatMap(({ condition, errorMessage }) => [...condition.references(), ...errorMessage.references()]);
}
