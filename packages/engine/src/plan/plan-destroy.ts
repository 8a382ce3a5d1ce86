import { DiagnosticError, hasErrors } from "@dovetail/model";
import { type Place, placed } from "../walk/diagnostics.ts";
import type { LiveObject } from "./live-object.ts";
import type { PlanContext } from "./plan-context.ts";
import { callProvider } from "./plan-object.ts";
import type { Typed } from "./typed.ts";

/**
 * Asks a provider that has something to say about it (tfplugin's `plan_destroy`) whether an object may go. Answers with the private
 * data that the destroy is then done with. Throws DiagnosticError where the provider refuses.
 */
export async function planDestroy(
  context: PlanContext,
  typed: Typed,
  live: LiveObject,
  place: Place,
): Promise<{ readonly beforePrivate?: string }> {
  const kept = live.private === undefined ? {} : { beforePrivate: live.private };
  if (typed.provider.plansDestroy !== true) return kept;
  const response = await context.gate.run(() =>
    callProvider(`planning the destruction of ${place.address ?? typed.type}`, place, () =>
      typed.provider.planChange({
        type: typed.type,
        prior: live.value,
        proposed: null,
        config: null,
        ...(live.private === undefined ? {} : { priorPrivate: live.private }),
      }),
    ),
  );
  const diagnostics = placed(response.diagnostics, place);
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  return response.plannedPrivate === undefined ? kept : { beforePrivate: response.plannedPrivate };
}
