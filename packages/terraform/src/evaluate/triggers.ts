import type { Lifecycle } from "@dovetail/engine";
import { BigFloat, type Expression, type TraversalStep } from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic, type Path } from "@dovetail/model";
import { parseReference } from "../references/reference.ts";
import type { ModuleScope, RegisteredInstance, ResourceSource } from "./nodes.ts";
import type { Instance } from "./repetition.ts";

/** `replace_triggered_by`: resources, or parts of them, whose change replaces the one that has it. */

export interface Triggers {
  readonly triggers: NonNullable<Lifecycle["replaceTriggeredBy"]>;
  readonly from: ReadonlySet<ResourceSource>;
}

/** Throws DiagnosticError, Unavailable. */
export async function triggersOf(expressions: readonly Expression[], instance: Instance, module: ModuleScope): Promise<Triggers> {
  const from = new Set<ResourceSource>();
  const triggers: { address: string; path?: Path }[] = [];
  for (const expression of expressions) {
    const { node, index, path } = targetOf(expression, module);
    from.add(node);
    for (const each of await node.instances()) {
      if (isMeant(each, index ?? keyIn(expression, instance)))
        triggers.push({ address: each.address, ...(path.length === 0 ? {} : { path }) });
    }
  }
  return { triggers, from };
}

function targetOf(expression: Expression, module: ModuleScope) {
  const traversal = expression.asTraversal() ?? expression.references().find(({ root }) => root !== "each" && root !== "count");
  const parsed = traversal === undefined ? undefined : parseReference(traversal);
  if (parsed !== undefined && "problem" in parsed) throw new DiagnosticError(parsed.problem);
  const reference = parsed?.reference;
  const node = reference?.kind === "resource" ? module.resource(reference.key) : undefined;
  if (reference?.kind !== "resource" || node === undefined) {
    const detail = "Each replace_triggered_by item must refer to a managed resource, one of its instances or an attribute of it.";
    throw new DiagnosticError(
      errorDiagnostic("DVT2023", "Invalid replace_triggered_by expression", { detail, range: expression.range }),
    );
  }
  const { raw } = reference.index ?? { raw: undefined };
  const index = raw instanceof BigFloat ? raw.toNumber() : typeof raw === "string" ? raw : undefined;
  return { node, index, path: expression.asTraversal() === undefined ? [] : pathOf(reference.rest) };
}

/** `[count.index]`, `[each.key]`: the instance of the same key. */
function keyIn(expression: Expression, { key }: Instance): string | number | undefined {
  return expression.references().some(({ root }) => root === "each" || root === "count") ? key : undefined;
}

function isMeant({ instance }: RegisteredInstance, key: string | number | undefined): boolean {
  return key === undefined || instance.key === key;
}

function pathOf(steps: readonly TraversalStep[]): Path {
  return steps.flatMap((step): Path => {
    if (step.kind === "attribute") return [step.name];
    if (step.kind === "splat") return [];
    const { raw } = step.key;
    return raw instanceof BigFloat ? [raw.toNumber()] : typeof raw === "string" ? [raw] : [];
  });
}
