import {
  boolVal,
  DYNAMIC_NULL,
  DYNAMIC_UNKNOWN,
  intVal,
  listVal,
  type Marks,
  makeVal,
  mapVal,
  nullVal,
  objectVal,
  parseNumber,
  setFrom,
  stringVal,
  type Type,
  tupleVal,
  unknownVal,
  type Val,
  withMarks,
} from "@dovetail/hcl";
import { isList, isObject, type Path, UNKNOWN, type Value } from "@dovetail/model";

/** The engine's plain values as values of the language. Pure. */

const SENSITIVE: Marks = new Set(["sensitive"]);

/**
 * A value of a type, from a plain one of that shape.
 * @param sensitive paths of what is sensitive in it
 * @param dynamicType tells the type of a part that the type leaves open; without one it is a tuple or an object
 */
export function fromPlain(
  value: Value,
  type: Type,
  sensitive: readonly Path[] = [],
  dynamicType: (value: Value) => Type | undefined = () => undefined,
): Val {
  return part(value, type, sensitive, dynamicType);
}

function part(value: Value, type: Type, sensitive: readonly Path[], dynamicType: (value: Value) => Type | undefined): Val {
  const isMarked = sensitive.some((path) => path.length === 0);
  const inner = isMarked ? sensitive.filter((path) => path.length > 0) : sensitive;
  const made = bare(value, type, inner, dynamicType);
  return isMarked ? withMarks(made, SENSITIVE) : made;
}

function bare(value: Value, type: Type, sensitive: readonly Path[], dynamicType: (value: Value) => Type | undefined): Val {
  const step = (key: string | number) => (sensitive.length === 0 ? sensitive : below(sensitive, key));
  const each = (item: Value, inner: Type, key: string | number) => part(item, inner, step(key), dynamicType);
  if (type.kind === "dynamic") return open(value, sensitive, dynamicType);
  if (value === UNKNOWN) return unknownVal(type);
  if (value === null) return nullVal(type);
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
      return primitive(value, type);
    case "list":
      return listVal(
        type.element,
        items(value).map((item, i) => each(item, type.element, i)),
      );
    case "set":
      return setFrom(
        type.element,
        items(value).map((item, i) => each(item, type.element, i)),
      );
    case "tuple":
      return tupleVal(type.elements.map((inner, i) => each(items(value)[i] ?? null, inner, i)));
    case "map":
      return mapVal(type.element, new Map(entries(value).map(([key, item]) => [key, each(item, type.element, key)])));
    case "object": {
      const given = isObject(value) ? value : {};
      const made = [...type.attributes].map(([name, inner]): [string, Val] => [
        name,
        each(Object.hasOwn(given, name) ? (given[name] ?? null) : null, inner, name),
      ]);
      return objectVal(new Map(made));
    }
  }
}

function below(paths: readonly Path[], key: string | number): readonly Path[] {
  return paths.filter(([first]) => first === key).map((path) => path.slice(1));
}

function items(value: Value): readonly Value[] {
  return isList(value) ? value : [];
}

function entries(value: Value): readonly [string, Value][] {
  return isObject(value) ? Object.entries(value) : [];
}

function primitive(value: Value, type: Type): Val {
  if (typeof value === "string") return stringVal(value);
  if (typeof value === "boolean") return boolVal(value);
  return typeof value === "number" ? numberOf(value) : nullVal(type);
}

function numberOf(value: number): Val {
  if (Number.isSafeInteger(value)) return intVal(value);
  return makeVal({ kind: "number" }, parseNumber(String(value)) ?? null);
}

function open(value: Value, sensitive: readonly Path[], dynamicType: (value: Value) => Type | undefined): Val {
  if (value === UNKNOWN) return DYNAMIC_UNKNOWN;
  if (value === null) return DYNAMIC_NULL;
  const known = dynamicType(value);
  if (known !== undefined && known.kind !== "dynamic") return part(value, known, sensitive, dynamicType);
  if (isList(value)) return tupleVal(value.map((item, i) => part(item, { kind: "dynamic" }, below(sensitive, i), dynamicType)));
  if (isObject(value)) {
    const parts = entries(value).map(([key, item]): [string, Val] => [
      key,
      part(item, { kind: "dynamic" }, below(sensitive, key), dynamicType),
    ]);
    return objectVal(new Map(parts));
  }
  return primitive(value, { kind: typeof value === "boolean" ? "bool" : typeof value === "number" ? "number" : "string" });
}
