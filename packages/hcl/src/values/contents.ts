/** What a known value holds, as what it is: each throws a TypeError (our own mistake) where the value is of another kind, unknown or null. */
import { BigFloat } from "./big-float.ts";
import type { Raw, Val } from "./value.ts";

export function textOf(value: Val | undefined): string {
  return typeof value?.raw === "string" ? value.raw : mistaken("text", value);
}
export function numberOf(value: Val | undefined): BigFloat {
  return value?.raw instanceof BigFloat ? value.raw : mistaken("a number", value);
}
export function boolOf(value: Val | undefined): boolean {
  return typeof value?.raw === "boolean" ? value.raw : mistaken("a bool", value);
}
/** The elements of a list, set or tuple. */
export function elementsOf(value: Val | undefined): readonly Val[] {
  return isElements(value?.raw) ? value.raw : mistaken("a list, set or tuple", value);
}
/** The elements of a map, the attributes of an object. */
export function entriesOf(value: Val | undefined): ReadonlyMap<string, Val> {
  return isEntries(value?.raw) ? value.raw : mistaken("a map or object", value);
}

export function isElements(raw: Raw | undefined): raw is readonly Val[] {
  return Array.isArray(raw);
}
export function isEntries(raw: Raw | undefined): raw is ReadonlyMap<string, Val> {
  return raw instanceof Map;
}

function mistaken(wanted: string, value: Val | undefined): never {
  throw new TypeError(`a value of type ${value?.type.kind ?? "none"} was taken for ${wanted}`);
}
