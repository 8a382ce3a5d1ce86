import { formatState, type Json, type OutputValue, type State, type StateInstance, type StateOutput } from "@dovetail/engine";
import { isObject, type Value, type ValueObject, valuesEqual } from "@dovetail/model";
import { readdressed } from "./aws-addresses.ts";

/** The state that goes along with an export: its addresses are the same. */

export interface StateChanges {
  /** Address -> attributes that the export says otherwise than the app: paths of files. */
  readonly attributes: ReadonlyMap<string, ValueObject>;
  /** Instances of types that no provider of Terraform has. */
  readonly isLeftOut: (instance: StateInstance) => boolean;
  /** Outputs as the export has them: their types. */
  readonly outputs: { readonly [name: string]: OutputValue };
}

/** The text of `terraform.tfstate`. */
export function movedState(state: State, { attributes, isLeftOut, outputs: typed }: StateChanges): string {
  const instances = [...state.instances].filter(([, instance]) => !isLeftOut(instance));
  const gone = new Set([...state.instances.values()].filter(isLeftOut).map(({ address }) => address));
  const addresses = new Map<string, string>();
  const changed = instances.map(([address, instance]): [string, StateInstance] => {
    const other = readdressed(instance);
    if (other !== undefined) addresses.set(other.from, other.to);
    const all = { ...attributes.get(address), ...(other === undefined ? {} : { [other.attribute]: other.to }) };
    return [address, withAttributes(instance, all, gone)];
  });
  const outputs = Object.entries(state.outputs).map(([name, output]): [string, StateOutput] => [
    name,
    { ...output, type: typeOf(output, typed[name]), value: replaced(output.value, addresses) },
  ]);
  return formatState({ ...state, outputs: Object.fromEntries(outputs), instances: new Map(changed) });
}

/** A program's values have no types of the language: what is a map of texts there, was an object here. */
function typeOf({ type, value }: StateOutput, typed: OutputValue | undefined): Json {
  return typed?.type !== undefined && valuesEqual(typed.value, value) ? typed.type : type;
}

/** Outputs that a stage's address is a part of. */
function replaced(value: Json, addresses: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return [...addresses].reduce((text, [from, to]) => text.replaceAll(from, () => to), value);
  if (Array.isArray(value)) return value.map((part: Json) => replaced(part, addresses));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaced(part, addresses)]));
}

function withAttributes(instance: StateInstance, changed: ValueObject, gone: ReadonlySet<string>): StateInstance {
  const { current } = instance;
  if (current === undefined) return instance;
  const attributes = { ...current.attributes };
  for (const [name, value] of Object.entries(changed)) if (Object.hasOwn(attributes, name)) attributes[name] = jsonOf(value);
  return {
    ...instance,
    current: { ...current, attributes, dependencies: current.dependencies.filter((each) => !gone.has(each)) },
  };
}

function jsonOf(value: Value): Json {
  if (typeof value === "symbol") return null;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, jsonOf(part)]));
  return typeof value === "object" ? null : value;
}
