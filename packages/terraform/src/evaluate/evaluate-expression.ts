import { convert, type Evaluated, type Expression, type Scope, type Traversal, type Type, type Val } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import { referenceProblem } from "../references/declared.ts";
import { parseReference, type Reference } from "../references/reference.ts";
import { NameTree, nameScope } from "./name-scope.ts";
import type { Place, Result, Sources } from "./nodes.ts";
import { unknownFunction } from "./provider-functions.ts";

/** Evaluating expressions in a module: what they refer to is waited for first, then the expression is evaluated at once. */

/** The value of an expression. Throws DiagnosticError, Unavailable. */
export async function evaluateExpression(expression: Expression, place: Place, wanted?: Type): Promise<Result> {
  const { scope, from } = await scopeOf(expression.references(), place);
  const evaluated = await place.module.run.providerFunctions.settled(() => expression.evaluate(scope));
  return { value: settledValue(evaluated, expression, place, wanted), from };
}

function settledValue({ value, diagnostics }: Evaluated, expression: Expression, place: Place, wanted: Type | undefined): Val {
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  place.module.run.report(diagnostics);
  if (wanted === undefined) return value;
  try {
    return convert(value, wanted);
  } catch (error) {
    const detail = `Unsuitable value: ${error instanceof Error ? error.message : String(error)}.`;
    throw new DiagnosticError(errorDiagnostic("DVT2020", "Incorrect value type", { detail, range: expression.range }));
  }
}

export interface Scoped {
  readonly scope: Scope;
  readonly from: Sources;
}

/** A scope with what the traversals refer to. Throws DiagnosticError for what is not declared, Unavailable. */
export async function scopeOf(traversals: readonly Traversal[], place: Place): Promise<Scoped> {
  const { module, names, own } = place;
  const isOwn = (each: Reference) => each.kind === "variable" && each.name === own?.name;
  const references = referencesOf(traversals, place).filter((each) => !isOwn(each));
  const { values, from } = await module.valuesOf(references, { isRule: own !== undefined });
  const tree = new NameTree();
  if (own !== undefined) tree.set(["var", own.name], own.value);
  for (const [path, value] of values) tree.set(path, value);
  const roots = new Map([...tree.roots(), ...names]);
  const { config } = module.tree;
  const ofProviders = {
    function: (name: string) => module.run.providerFunctions.find(name, config),
    unknownFunction: (name: string) => unknownFunction(name, config),
  };
  return { scope: nameScope(roots, module.run.functions, ofProviders), from };
}

function referencesOf(traversals: readonly Traversal[], { module, names }: Place): readonly Reference[] {
  const problems: Diagnostic[] = [];
  const references: Reference[] = [];
  for (const traversal of traversals) {
    const parsed = parseReference(traversal);
    const problem =
      "problem" in parsed ? parsed.problem : referenceProblem(parsed.reference, module.tree.config, module.tree.path, names);
    if (problem !== undefined) problems.push(problem);
    else if ("reference" in parsed) references.push(parsed.reference);
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return references;
}
