import type { ValueObject } from "@dovetail/model";
import type { LiveObject } from "../plan/live-object.ts";
import { callProvider, shaped } from "../plan/plan-object.ts";
import { readObject } from "../plan/read-object.ts";
import type { Typed } from "../plan/typed.ts";
import type { WorkingState } from "../state/working-state.ts";
import { mergePaths } from "../values/sensitive-paths.ts";
import { schemaSensitivePaths } from "../values/state-attributes.ts";
import { objectFromWire } from "../values/wire.ts";
import type { Place } from "../walk/diagnostics.ts";
import type { IntentRecord, Slot } from "./record.ts";

/**
 * The object that a create which never answered has made, as it is now; null when it made none that `state` does not have already, or the
 * provider's creates leave nothing behind. Throws DiagnosticError where the provider could not be asked.
 */
export async function recoverCreate(
  typed: Typed,
  intent: Pick<IntentRecord, "planned" | "slot">,
  state: WorkingState,
  place: Place,
): Promise<LiveObject | null> {
  const planned = intent.planned === undefined ? null : objectFromWire(intent.planned);
  if (planned === null || typed.provider.recover === undefined) return null;
  const held = heldObjects(state, intent.slot);
  const found = await callProvider(`looking for ${place.address ?? typed.type}`, place, async () =>
    typed.provider.recover?.(typed.type, planned, held),
  );
  if (found === null || found === undefined) return null;
  const value = shaped(typed, found.state, place);
  const known: LiveObject = {
    value,
    sensitive: mergePaths(schemaSensitivePaths(typed.schema, value)),
    ...(found.private === undefined ? {} : { private: found.private }),
  };
  return (await readObject(typed, known, place)).live;
}

/** What the state has of the slot's type, made by the same provider: current and deposed, the slot's own too. */
function heldObjects(state: WorkingState, { mode, type, provider }: Slot): readonly ValueObject[] {
  return [...state.instances()]
    .filter((instance) => instance.mode === mode && instance.type === type && instance.provider === provider)
    .flatMap(({ current, deposed }) => [...(current === undefined ? [] : [current]), ...Object.values(deposed)])
    .map((object) => object.attributes);
}
