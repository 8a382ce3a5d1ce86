import { isList, isObject, type TypeExpr, UNKNOWN, type Value } from "@dovetail/model";

/**
 * Types of attributes that a schema leaves open, by attribute: plain values don't tell a list from a tuple, or a map from an object.
 * Who knows the configuration's types says so.
 */
export type DynamicTypes = { readonly [attribute: string]: TypeExpr };

/** The type that an attribute's value has by what was said of it; undefined where nothing was, or it is no value of that type. */
export function dynamicType(types: DynamicTypes | undefined, attribute: string | number, value?: Value): TypeExpr | undefined {
  if (types === undefined || !Object.hasOwn(types, attribute)) return undefined;
  const type = types[attribute];
  return type === undefined || (value !== undefined && !fits(type, value)) ? undefined : type;
}

function fits(type: TypeExpr, value: Value): boolean {
  if (value === null || value === UNKNOWN || type === "dynamic") return true;
  if (typeof type === "string") return typeof value === (type === "bool" ? "boolean" : type);
  switch (type[0]) {
    case "list":
    case "set":
      return isList(value) && value.every((item) => fits(type[1], item));
    case "tuple":
      return isList(value) && value.length === type[1].length && value.every((item, i) => fits(type[1][i] ?? "dynamic", item));
    case "map":
      return isObject(value) && Object.values(value).every((item) => fits(type[1], item));
    case "object":
      return (
        isObject(value) &&
        hasSameKeys(value, type[1]) &&
        Object.entries(value).every(([key, item]) => fits(type[1][key] ?? "dynamic", item))
      );
  }
}

function hasSameKeys(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key));
}
