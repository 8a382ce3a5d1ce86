import type { Expression } from "@dovetail/hcl";
import { evaluateExpression } from "./evaluate-expression.ts";
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
  const make = argument === "count" ? countInstances : eachInstances;
  const instances = make(value, expression.range);
  if (instances !== undefined) return { instances, from };
  // What is only looked at, or about to go, has the instances that can be told.
  const { isDiscovery, mode } = place.module.run.host;
  if (isDiscovery === true || mode === "destroy") return { instances: [], from, isOpen: true };
  throw unknownInstances(argument, value.type, expression.range);
}
