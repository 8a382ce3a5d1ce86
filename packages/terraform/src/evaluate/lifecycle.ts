import type { Lifecycle } from "@dovetail/engine";
import { BigFloat, type Traversal } from "@dovetail/hcl";
import type { Path } from "@dovetail/model";
import type { LifecycleConfig } from "../configuration/model.ts";

/** A `lifecycle` block as the engine has it. */
export function lifecycleOf({ createBeforeDestroy, preventDestroy, ignoreChanges }: LifecycleConfig): Lifecycle {
  return {
    ...(createBeforeDestroy === undefined ? {} : { createBeforeDestroy }),
    ...(preventDestroy === undefined ? {} : { preventDestroy }),
    ...(ignoreChanges === undefined ? {} : { ignoreChanges: ignoreChanges === "all" ? "all" : ignoreChanges.map(pathOf) }),
  };
}

/** `tags["x"]` -> tags, x. */
function pathOf({ root, steps }: Traversal): Path {
  const rest = steps.flatMap((step): Path => {
    if (step.kind === "attribute") return [step.name];
    if (step.kind === "splat") return [];
    const { raw } = step.key;
    if (raw instanceof BigFloat) return [raw.toNumber()];
    return typeof raw === "string" ? [raw] : [];
  });
  return [root, ...rest];
}
