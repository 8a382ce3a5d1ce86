import type { StateObject } from "../state/state.ts";
import type { Place } from "../walk/diagnostics.ts";
import { idOf, type PlanContext, type Refreshed, withEvents } from "./plan-context.ts";
import { readObject } from "./read-object.ts";
import { liveFromState, localProvider, type Typed } from "./typed.ts";

/** What became of an object that the state has. Throws DiagnosticError. */
export async function readRecorded(
  context: PlanContext,
  typed: Typed,
  address: string,
  object: StateObject,
  place: Place,
): Promise<Refreshed> {
  const recorded = await liveFromState(typed, object, address);
  if (!context.refresh) return { recorded, live: recorded, diagnostics: [] };
  const read = () =>
    withEvents(
      context,
      address,
      "refresh",
      () => readObject(typed, recorded, place),
      (r) => idOf(r.live),
    );
  const { live, diagnostics } = await context.gate.run(read);
  return { recorded, live, diagnostics };
}

/**
 * Begins to read all that the state has, before the program says what becomes of it: to read an object its recorded state is enough,
 * and what a resource depends on need not be waited for. Left out is what an aliased provider serves: the program configures it.
 * Answers the reading of an object, where the same provider serves it; each is handed out once. It rejects as reading does.
 */
export function readAhead(context: PlanContext): (typed: Typed, address: string) => Promise<Refreshed> | undefined {
  const readings = new Map<string, { readonly local: string; readonly reading: Promise<Refreshed> }>();
  for (const { mode, address, type, provider, current } of context.base.instances.values()) {
    const local = localProvider(context.registry, { provider, type });
    if (mode !== "managed" || current === undefined || local === undefined || local.includes(".")) continue;
    const place = { address };
    const reading = context.types
      .find({ mode, type, address, provider: local })
      .then((typed) => readRecorded(context, typed, address, current, place));
    // Whoever needs it hears of it.
    reading.catch(() => {});
    readings.set(address, { local, reading });
  }
  return ({ local }, address) => {
    const found = readings.get(address);
    readings.delete(address);
    return found?.local === local ? found.reading : undefined;
  };
}
