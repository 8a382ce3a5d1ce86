import { formatAddress, type ResourceMode } from "@dovetail/model";
import type { DataRegistration, ResourceRegistration } from "../front-end.ts";
import type { StateInstance } from "../state/state.ts";
import type { InstanceIdentity } from "../state/working-state.ts";
import { stateProvider, type Typed } from "./typed.ts";

/** Address parts of a registration. */
export function registeredParts(registration: ResourceRegistration | DataRegistration, mode: ResourceMode) {
  const { type, name, module, index } = registration;
  const parts = {
    mode,
    type,
    name,
    ...(module === undefined || module === "" ? {} : { module }),
    ...(index === undefined ? {} : { index }),
  };
  return { address: formatAddress(parts), ...parts };
}

export function registeredIdentity(
  registration: ResourceRegistration | DataRegistration,
  mode: ResourceMode,
  typed: Typed,
): InstanceIdentity {
  return { ...registeredParts(registration, mode), provider: stateProvider(typed.provider.source, typed.local) };
}

/** The identity of what is in the state. */
export function instanceIdentity(instance: StateInstance): InstanceIdentity {
  const { address, mode, module, type, name, index, provider } = instance;
  return {
    address,
    mode,
    type,
    name,
    provider,
    ...(module === undefined ? {} : { module }),
    ...(index === undefined ? {} : { index }),
  };
}
