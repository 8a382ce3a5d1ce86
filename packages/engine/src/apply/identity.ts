import type { ResourceChange } from "../plan/plan.ts";
import { stateProvider, type Typed } from "../plan/typed.ts";
import type { InstanceIdentity } from "../state/working-state.ts";

/** Where a change's object lives in the state. */
export function identityOfChange(change: ResourceChange, typed: Typed): InstanceIdentity {
  const { address, mode, module, type, name, index } = change;
  return {
    address,
    mode,
    type,
    name,
    ...(module === undefined ? {} : { module }),
    ...(index === undefined ? {} : { index }),
    provider: stateProvider(typed.provider.source, typed.local),
  };
}
