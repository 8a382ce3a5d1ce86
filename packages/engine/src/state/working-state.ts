import { configAddress, type InstanceKey, type ResourceMode } from "@dovetail/model";
import type { LiveObject } from "../plan/live-object.ts";
import type { Typed } from "../plan/typed.ts";
import type { DynamicTypes } from "../values/dynamic-types.ts";
import { encodePaths } from "../values/sensitive-paths.ts";
import { encodeAttributes } from "../values/state-attributes.ts";
import { encodePrivate } from "./private-data.ts";
import type { State, StateInstance, StateObject } from "./state.ts";

/** Who an object belongs to in the state. */
export interface InstanceIdentity {
  readonly address: string;
  readonly mode: ResourceMode;
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: InstanceKey;
  /** In the state's form. */
  readonly provider: string;
}

/** A state that is being changed: one map of instances, everything else as it was. */
export class WorkingState {
  readonly #base: State;
  readonly #instances: Map<string, StateInstance>;

  constructor(base: State) {
    this.#base = base;
    this.#instances = new Map(base.instances);
  }

  get(address: string): StateInstance | undefined {
    return this.#instances.get(address);
  }

  instances(): Iterable<StateInstance> {
    return this.#instances.values();
  }

  /** Puts the current object; null removes it, and the entry when nothing deposed is left. */
  setCurrent(identity: InstanceIdentity, object: StateObject | null): void {
    const known = this.#instances.get(identity.address);
    const { current: _, ...rest } = known ?? { resourceExtra: {}, deposed: {} };
    this.#put({ ...rest, ...identity, ...(object === null ? {} : { current: object }) });
  }

  /** Puts or (null) removes a deposed object. */
  setDeposed(identity: InstanceIdentity, key: string, object: StateObject | null): void {
    const known = this.#instances.get(identity.address) ?? { ...identity, resourceExtra: {}, deposed: {} };
    const others = Object.entries(known.deposed).filter(([other]) => other !== key);
    this.#put({ ...known, deposed: Object.fromEntries(object === null ? others : [...others, [key, object]]) });
  }

  #put(instance: StateInstance): void {
    if (instance.current === undefined && Object.keys(instance.deposed).length === 0) this.#instances.delete(instance.address);
    else this.#instances.set(instance.address, instance);
  }

  /** Moves an entry, deposed objects and all. */
  move(from: string, identity: InstanceIdentity): void {
    const known = this.#instances.get(from);
    if (known === undefined) return;
    this.#instances.delete(from);
    const { index: _index, module: _module, ...rest } = known;
    this.#instances.set(identity.address, { ...rest, ...identity });
  }

  delete(address: string): void {
    this.#instances.delete(address);
  }

  toState(outputs: State["outputs"] = this.#base.outputs): State {
    return { ...this.#base, outputs, instances: this.#instances };
  }
}

export interface ObjectFacts {
  readonly dependencies: readonly string[];
  readonly isTainted: boolean;
  readonly createBeforeDestroy: boolean;
  /** Terraform's types of what the schema leaves open. */
  readonly dynamicTypes?: DynamicTypes;
}

/** A live object as the state keeps it. */
export function toStateObject(typed: Typed, live: LiveObject, facts: ObjectFacts): StateObject {
  const privateData = encodePrivate(live.private);
  return {
    schemaVersion: typed.schema.version ?? 0,
    attributes: encodeAttributes(typed.schema, live.value, facts.dynamicTypes),
    sensitive: encodePaths(typed.schema, live.sensitive, facts.dynamicTypes),
    ...(privateData === undefined ? {} : { private: privateData }),
    dependencies: [...new Set(facts.dependencies.map(configAddress))].sort(),
    isTainted: facts.isTainted,
    createBeforeDestroy: facts.createBeforeDestroy,
    extra: {},
  };
}
