/** Sets of objects that are attributes (SDKv2's SchemaConfigModeAttr): what config leaves out in one is planned as an empty value. */
import { isList, isObject, type Value, type ValueObject } from "@dovetail/model";

/** The object with `empty`'s values in the elements of `names` where config has none. Unknown sets stay as they are. */
export function completed(planned: ValueObject, names: readonly string[], empty: ValueObject): ValueObject {
  const changed = names.flatMap((name): [string, Value][] => {
    const value = planned[name];
    return isList(value) ? [[name, value.map((item) => (isObject(item) ? filled(item, empty) : item))]] : [];
  });
  return { ...planned, ...Object.fromEntries(changed) };
}

function filled(item: ValueObject, empty: ValueObject): ValueObject {
  return Object.fromEntries(Object.keys(empty).map((name) => [name, item[name] ?? empty[name] ?? null]));
}
