import type { DataRegistration, ResourceRegistration } from "../front-end.ts";
import type { InstanceIdentity, ObjectFacts } from "../state/working-state.ts";
import { withoutWriteOnly } from "../values/write-only.ts";
import type { Place } from "../walk/diagnostics.ts";
import { deletionFacts } from "./lifecycle-marks.ts";
import type { Typed } from "./typed.ts";

/** Where diagnostics about a registration point. */
export function placeOf(registration: ResourceRegistration | DataRegistration, address: string): Place {
  const { range, inProgramWords } = registration;
  return { address, ...(range === undefined ? {} : { range }), ...(inProgramWords === undefined ? {} : { inProgramWords }) };
}

/** What the state records of a registration beside its object. */
export function recordedFacts(
  registration: ResourceRegistration | DataRegistration,
): Pick<ObjectFacts, "dependencies" | "dynamicTypes"> {
  const { dependencies, recordedDependencies, dynamicTypes } = registration;
  return {
    dependencies: recordedDependencies ?? dependencies,
    ...(dynamicTypes === undefined ? {} : { dynamicTypes }),
  };
}

/** A change's fixed parts; everything that differs is put over it. */
export function blank(typed: Typed, identity: InstanceIdentity, registration?: ResourceRegistration | DataRegistration) {
  const { provider: _, ...parts } = identity;
  const deletion = registration === undefined ? undefined : deletionFacts(registration);
  const component = registration !== undefined && "component" in registration ? registration.component : undefined;
  return {
    ...parts,
    providerName: typed.provider.source,
    provider: typed.local,
    createBeforeDestroy: false,
    beforeSensitive: [],
    afterSensitive: [],
    replacePaths: [],
    schemaVersion: typed.schema.version ?? 0,
    dependencies: registration?.dependencies ?? [],
    ...(registration === undefined
      ? {}
      : { config: withoutWriteOnly(typed.schema, registration.config), configSensitive: registration.sensitive }),
    ...(registration?.dynamicTypes === undefined ? {} : { dynamicTypes: registration.dynamicTypes }),
    ...(registration?.range === undefined ? {} : { range: registration.range }),
    ...(component === undefined ? {} : { component }),
    ...(deletion === undefined ? {} : { deletion }),
    ...(registration?.displayName === undefined ? {} : { displayName: registration.displayName }),
  };
}
