import type { BigFloat } from "../values/big-float.ts";
import { isElements, isEntries } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { NUMBER, STRING, type Type } from "../values/type.ts";
import { DYNAMIC_UNKNOWN, isUnknown, type Marks, type Raw, unknownVal, type Val, withMarks } from "../values/value.ts";

/** The value at a step, or what is wrong with the step. */
export type Accessed = { readonly value: Val } | { readonly summary: string; readonly detail: string };

const INVALID_INDEX = "Invalid index";
const NO_ELEMENT = "The given key does not identify an element in this collection value";

function invalid(reason: string): Accessed {
  return { summary: INVALID_INDEX, detail: reason };
}
function noElement(reason = ""): Accessed {
  return invalid(reason === "" ? `${NO_ELEMENT}.` : `${NO_ELEMENT}: ${reason}.`);
}

/** `collection[key]` (HCL Native Syntax Specification, "Index Operator"). */
export function indexValue(collection: Val, key: Val): Accessed {
  if (collection.raw === null) {
    return { summary: "Attempt to index null value", detail: "This value is null, so it does not have any indices." };
  }
  if (key.raw === null) return invalid("Can't use a null value as an indexing key.");
  const { kind } = collection.type;
  if (kind === "dynamic" || key.type.kind === "dynamic") return { value: withMarks(DYNAMIC_UNKNOWN, collection.marks) };
  if (kind === "set") {
    return invalid(
      "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.",
    );
  }
  if (kind !== "list" && kind !== "tuple" && kind !== "map" && kind !== "object") {
    return invalid("This value does not have any indices.");
  }
  const converted = convertKey(key, kind === "list" || kind === "tuple" ? NUMBER : STRING);
  if ("detail" in converted) return converted;
  if (kind === "object") return indexObject(collection, converted.value, key.type.kind === "number");
  return kind === "map" ? indexMap(collection, converted.value) : indexSequence(collection, converted.value);
}

function convertKey(key: Val, wanted: Type): Accessed {
  try {
    return { value: convert(key, wanted) };
  } catch (error) {
    if (error instanceof ConversionError) return noElement(error.message);
    throw error;
  }
}

function indexMap(collection: Val, key: Val): Accessed {
  if (isUnknown(collection) || isUnknown(key)) return { value: unknownElement(collection) };
  const element = isEntries(collection.raw) && typeof key.raw === "string" ? collection.raw.get(key.raw) : undefined;
  return element === undefined ? noElement() : { value: marked(element, collection.marks, key.marks) };
}

function indexObject(collection: Val, key: Val, wasNumber: boolean): Accessed {
  if (isUnknown(key)) return { value: withMarks(DYNAMIC_UNKNOWN, collection.marks) };
  const name = String(key.raw);
  const type = collection.type.kind === "object" ? collection.type.attributes.get(name) : undefined;
  if (type === undefined) {
    const hint = wasNumber ? " An object only supports looking up attributes by name, not by numeric index." : "";
    return invalid(`${NO_ELEMENT}.${hint}`);
  }
  return { value: attributeOf(collection, name, type) };
}

function indexSequence(collection: Val, key: Val): Accessed {
  if (isUnknown(key)) return { value: unknownElement(collection) };
  if (isUnknown(collection) && collection.type.kind === "list") return { value: unknownElement(collection) };
  const index = toIndex(key.raw);
  if (typeof index !== "number") return index;
  const length = collection.type.kind === "tuple" ? collection.type.elements.length : listLength(collection);
  if (index >= length) {
    if (collection.marks.size > 0 || index > length) return noElement();
    return noElement(
      length === 0
        ? "the collection has no elements"
        : "the given index is greater than or equal to the length of the collection",
    );
  }
  if (isUnknown(collection)) {
    const type = collection.type.kind === "tuple" ? collection.type.elements[index] : undefined;
    return { value: marked(unknownVal(type ?? DYNAMIC_UNKNOWN.type), collection.marks, key.marks) };
  }
  const element = isElements(collection.raw) ? collection.raw[index] : undefined;
  return element === undefined ? noElement() : { value: marked(element, collection.marks, key.marks) };
}

function toIndex(raw: Raw): number | Accessed {
  const number = raw as BigFloat;
  if (!number.isInteger) {
    return noElement("indexing a sequence requires a whole number, but the given index has a fractional part");
  }
  const index = number.toNumber();
  return index < 0 ? noElement("a negative number is not a valid index for a sequence") : index;
}

function listLength(collection: Val): number {
  return isElements(collection.raw) ? collection.raw.length : 0;
}

function unknownElement(collection: Val): Val {
  const type = "element" in collection.type ? collection.type.element : DYNAMIC_UNKNOWN.type;
  return withMarks(unknownVal(type), collection.marks);
}

/** `object.name` (HCL Native Syntax Specification, "Attribute Access Operator"). */
export function getAttribute(object: Val, name: string): Accessed {
  if (object.raw === null) {
    return {
      summary: "Attempt to get attribute from null value",
      detail: "This value is null, so it does not have any attributes.",
    };
  }
  const { type } = object;
  if (type.kind === "dynamic") return { value: withMarks(DYNAMIC_UNKNOWN, object.marks) };
  if (type.kind === "object") {
    const attribute = type.attributes.get(name);
    return attribute === undefined
      ? unsupported(`This object does not have an attribute named ${goQuote(name)}.`)
      : { value: attributeOf(object, name, attribute) };
  }
  if (type.kind === "map") return mapElement(object, name);
  return unsupported(whyNoAttributes(type, name));
}

function mapElement(map: Val, name: string): Accessed {
  if (isUnknown(map)) return { value: unknownElement(map) };
  const element = isEntries(map.raw) ? map.raw.get(name) : undefined;
  if (element !== undefined) return { value: withMarks(element, map.marks) };
  return {
    summary: "Missing map element",
    detail: `This map does not have an element with the key ${goQuote(name)}.`,
  };
}

function unsupported(detail: string): Accessed {
  return { summary: "Unsupported attribute", detail };
}

function whyNoAttributes(type: Type, name: string): string {
  if (type.kind === "list" && type.element.kind === "object") {
    return type.element.attributes.has(name)
      ? `Can't access attributes on a list of objects. Did you mean to access attribute ${goQuote(name)} for a specific element of the list, or across all elements of the list?`
      : "Can't access attributes on a list of objects. Did you mean to access an attribute for a specific element of the list, or across all elements of the list?";
  }
  if (type.kind === "set" && type.element.kind === "object") {
    return "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of the set?";
  }
  if (type.kind === "string" || type.kind === "number" || type.kind === "bool") {
    return `Can't access attributes on a primitive-typed value (${friendlyName(type)}).`;
  }
  return "This value does not have any attributes.";
}

function attributeOf(object: Val, name: string, type: Type): Val {
  const value = isEntries(object.raw) ? object.raw.get(name) : undefined;
  return withMarks(value ?? unknownVal(type), object.marks);
}

function marked(value: Val, ...marks: readonly Marks[]): Val {
  return marks.reduce((result, more) => withMarks(result, more), value);
}
