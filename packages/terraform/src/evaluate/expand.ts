import { type Expression, withRelevantValues } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError } from "@dovetail/model";
import { evaluateExpression, scopeOf } from "./evaluate-expression.ts";
import type { ModuleScope, Place, Sources } from "./nodes.ts";
import { countInstances, eachInstances, type Instance, SINGLE, unknownInstances } from "./repetition.ts";
import { reported } from "./reported.ts";
import { NO_SOURCES } from "./result.ts";

export interface Expansion {
  readonly instances: readonly Instance[];
  /** What `count` or `for_each` came from. */
  readonly from: Sources;
  /** Which instances there are is not known: then what the block is as a whole is not either. */
  readonly isOpen?: boolean;
}

/** The instances of a block with `count` or `for_each`. What is wrong is reported; then throws Unavailable. */
export async function instancesOf(
  block: { readonly count?: Expression; readonly forEach?: Expression },
  module: ModuleScope,
): Promise<Expansion> {
  const { count, forEach } = block;
  if (count !== undefined) return await reported(module.run, () => expand(count, "count", module.place));
  if (forEach !== undefined) return await reported(module.run, () => expand(forEach, "for_each", module.place));
  return { instances: SINGLE, from: NO_SOURCES };
}

async function expand(expression: Expression, argument: "count" | "for_each", place: Place): Promise<Expansion> {
  const { value, from } = await evaluateExpression(expression, place);
  const instances = await explained(expression, place, async () => {
    const made = (argument === "count" ? countInstances : eachInstances)(value, expression.range);
    if (made !== undefined || isLookedAt(place)) return made;
    throw unknownInstances(argument, value.type, expression.range);
  });
  return instances === undefined ? { instances: [], from, isOpen: true } : { instances, from };
}

/** What is only looked at, or about to go, has the instances that can be told. */
function isLookedAt({ module }: Place): boolean {
  const { isDiscovery, mode } = module.run.host;
  return isDiscovery === true || mode === "destroy";
}

/** What is wrong is told with what the names in the expression stand for. */
async function explained<T>(expression: Expression, place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { scope } = await scopeOf(expression.references(), place);
    const told = (diagnostic: Diagnostic) => withRelevantValues(diagnostic, () => expression.references(), scope, true);
    throw new DiagnosticError(error.diagnostics.map(told));
  }
}
