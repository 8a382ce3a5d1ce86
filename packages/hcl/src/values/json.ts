/** Values as JSON and back, as cty's `json` package has them: state files, plans, `jsonencode` and `jsondecode` speak it. */
import { BigFloat } from "./big-float.ts";
import { numberText, parseNumber } from "./big-float-text.ts";
import { listFrom, mapFrom, setFrom } from "./collections.ts";
import { isElements } from "./contents.ts";
import { convert } from "./conversion.ts";
import { ConversionError, type Path } from "./conversion-rules.ts";
import { JsonNumber, type JsonTree, jsonString } from "./json-text.ts";
import { typeFromJson, typeJson } from "./json-type.ts";
import type { Type } from "./type.ts";
import { boolVal, listVal, mapVal, nullVal, numberVal, objectVal, stringVal, tupleVal, UnknownRaw, type Val } from "./value.ts";

/**
 * The JSON text of a known value; marks are not in it. Where the constraint says `any`, the value's own type stands beside it, as in plans and states.
 * @throws ConversionError for what JSON cannot say: unknown values and infinity
 */
export function jsonOfValue(value: Val, constraint: Type = value.type, path: Path = []): string {
  if (constraint.kind === "dynamic" && value.type.kind !== "dynamic") {
    return `{"value":${jsonOfValue(value, value.type, path)},"type":${JSON.stringify(typeJson(value.type))}}`;
  }
  const { raw } = value;
  if (raw === null) return "null";
  if (raw instanceof UnknownRaw) throw new ConversionError("value is not known", path);
  if (typeof raw === "string") return jsonString(raw);
  if (typeof raw === "boolean") return String(raw);
  if (raw instanceof BigFloat) {
    if (raw.isInfinite) throw new ConversionError("cannot serialize infinity as JSON", path);
    return numberText(raw);
  }
  if (isElements(raw)) {
    return `[${raw.map((element, i) => jsonOfValue(element, partType(constraint, i), [...path, { key: i }])).join(",")}]`;
  }
  const members = [...raw].map(
    ([key, part]) => `${jsonString(key)}:${jsonOfValue(part, partType(constraint, key), [...path, { key }])}`,
  );
  return `{${members.join(",")}}`;
}

function partType(type: Type, key: string | number): Type | undefined {
  if ("element" in type) return type.element;
  if (type.kind === "tuple") return type.elements[Number(key)];
  return type.kind === "object" ? type.attributes.get(String(key)) : undefined;
}

/** The value that JSON means by itself: texts, numbers, bools, tuples, objects; null is of no type. @throws ConversionError for a number too large */
export function valueOfJson(tree: JsonTree): Val {
  if (tree === null) return nullVal({ kind: "dynamic" });
  if (typeof tree === "boolean") return boolVal(tree);
  if (typeof tree === "string") return stringVal(tree);
  if (tree instanceof JsonNumber) return numberOfJson(tree, []);
  if (isArray(tree)) return tupleVal(tree.map(valueOfJson));
  return objectVal(new Map([...tree].map(([key, part]) => [key, valueOfJson(part)])));
}

function isArray(tree: JsonTree): tree is readonly JsonTree[] {
  return Array.isArray(tree);
}

function numberOfJson({ text }: JsonNumber, path: Path): Val {
  const number = parseNumber(text);
  if (number === undefined) throw new ConversionError("a number is required", path);
  return numberVal(number);
}

/** The value of a type that JSON means (`Unmarshal`). @throws ConversionError with the path of what does not fit */
export function valueOfJsonAs(tree: JsonTree, type: Type, path: Path = []): Val {
  if (tree === null) return nullVal(type);
  switch (type.kind) {
    case "dynamic":
      return valueWithType(tree, path);
    case "bool":
    case "number":
    case "string":
      return primitiveOfJson(tree, type, path);
    case "object":
      return objectOfJson(tree, type.attributes, path);
    case "map": {
      const members = membersOf(tree, path);
      const entries = new Map([...members].map(([key, part]) => [key, valueOfJsonAs(part, type.element, [...path, { key }])]));
      return (entries.size === 0 ? undefined : mapFrom(entries)) ?? mapVal(type.element, entries);
    }
    case "tuple": {
      const parts = partsOfJson(tree, path);
      const wanted = type.elements.length;
      if (parts.length !== wanted) {
        throw new ConversionError(`${parts.length > wanted ? "too many" : "not enough"} tuple elements (need ${wanted})`, path);
      }
      return tupleVal(type.elements.map((element, i) => valueOfJsonAs(parts[i] ?? null, element, [...path, { key: i }])));
    }
    default: {
      const elements = partsOfJson(tree, path).map((part, i) => valueOfJsonAs(part, type.element, [...path, { key: i }]));
      if (type.kind === "set") return setFrom(elements[0]?.type ?? type.element, elements);
      return (elements.length === 0 ? undefined : listFrom(elements)) ?? listVal(type.element, elements);
    }
  }
}

function primitiveOfJson(tree: JsonTree, type: Type, path: Path): Val {
  if (type.kind === "number" && tree instanceof JsonNumber) return numberOfJson(tree, path);
  if (type.kind === "string" && tree instanceof JsonNumber) return stringVal(tree.text);
  const isConvertible = typeof tree === "string" || (typeof tree === "boolean" && type.kind !== "number");
  if (!isConvertible) throw new ConversionError(`${type.kind} is required`, path);
  try {
    return convert(valueOfJson(tree), type);
  } catch (error) {
    throw error instanceof ConversionError ? new ConversionError(error.message, path) : error;
  }
}

function objectOfJson(tree: JsonTree, attributes: ReadonlyMap<string, Type>, path: Path): Val {
  const members = membersOf(tree, path);
  for (const key of members.keys()) {
    if (!attributes.has(key)) throw new ConversionError(`unsupported attribute ${JSON.stringify(key)}`, path);
  }
  const values = [...attributes].map(([name, type]): [string, Val] => {
    return [name, valueOfJsonAs(members.get(name) ?? null, type, [...path, { attribute: name }])];
  });
  return objectVal(new Map(values));
}

function valueWithType(tree: JsonTree, path: Path): Val {
  const members = membersOf(tree, path);
  const type = members.get("type");
  const value = members.get("value");
  if (type === undefined) throw new ConversionError("missing type in dynamically-typed value", path);
  if (value === undefined) throw new ConversionError("missing value in dynamically-typed value", path);
  const known = typeFromJson(type);
  if (known === undefined) throw new ConversionError("failed to decode type for dynamic value", path);
  return valueOfJsonAs(value, known, path);
}

function partsOfJson(tree: JsonTree, path: Path): readonly JsonTree[] {
  if (isArray(tree)) return tree;
  throw new ConversionError("missing expected [", path);
}
function membersOf(tree: JsonTree, path: Path): ReadonlyMap<string, JsonTree> {
  if (tree instanceof Map) return tree;
  throw new ConversionError("missing expected {", path);
}
