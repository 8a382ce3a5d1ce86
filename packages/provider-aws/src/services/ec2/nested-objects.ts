/** Sets of objects that are attributes (SDKv2's SchemaConfigModeAttr): what config leaves out in one is planned as an empty value. */
import { isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";

/**
 * The object with `empty`'s values in the elements of `names` where config has none. Unknown sets stay as they are, one with an unknown
 * element is unknown, and one that config empties is empty.
 */
export function completed(
  planned: ValueObject,
  names: readonly string[],
  empty: ValueObject,
  config: ValueObject = {},
): ValueObject {
  const changed = names.flatMap((name): [string, Value][] => {
    const given = config[name];
    if (isList(given) && given.length === 0) return [[name, []]];
    const value = planned[name];
    if (!isList(value)) return [];
    return [[name, value.includes(UNKNOWN) ? UNKNOWN : value.map((item) => (isObject(item) ? filled(item, empty) : item))]];
  });
  return { ...planned, ...Object.fromEntries(changed) };
}

function filled(item: ValueObject, empty: ValueObject): ValueObject {
  return Object.fromEntries(Object.keys(empty).map((name) => [name, item[name] ?? empty[name] ?? null]));
}
