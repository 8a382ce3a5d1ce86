import { isList, isObject, type Path, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { Json } from "../state/state.ts";
import { isJsonList } from "./state-attributes.ts";

/** Values with unknowns as JSON: the value with null in their place, and the paths where they were. */
export interface WireValue {
  readonly value: Json;
  readonly unknown: readonly Path[];
}

export function toWire(value: Value): WireValue {
  const unknown: Path[] = [];
  return { value: withoutUnknowns(value, [], unknown), unknown };
}

function withoutUnknowns(value: Value, path: Path, unknown: Path[]): Json {
  if (value === UNKNOWN) {
    unknown.push(path);
    return null;
  }
  if (isList(value)) return value.map((item, i) => withoutUnknowns(item, [...path, i], unknown));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknowns(item, [...path, key], unknown)]));
  }
  return value;
}

export function fromWire(wire: WireValue): Value {
  return wire.unknown.length === 0
    ? wire.value
    : restore(wire.value, [], new Set(wire.unknown.map((path) => JSON.stringify(path))));
}

function restore(json: Json, path: Path, unknown: ReadonlySet<string>): Value {
  if (json === null) return unknown.has(JSON.stringify(path)) ? UNKNOWN : null;
  if (isJsonList(json)) return json.map((item, i) => restore(item, [...path, i], unknown));
  if (typeof json === "object") {
    return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, restore(item, [...path, key], unknown)]));
  }
  return json;
}

/** The object that `wire` holds; null when it holds none. */
export function objectFromWire(wire: WireValue): ValueObject | null {
  const value = fromWire(wire);
  return isObject(value) ? value : null;
}
