import { isList, type Value, type ValueObject } from "@dovetail/model";

/** Typed reading of attributes; undefined where the value is unset, unknown or of another type. */
export function text(object: ValueObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" ? value : undefined;
}

export function numeric(object: ValueObject, name: string): number | undefined {
  const value = object[name];
  return typeof value === "number" ? value : undefined;
}

export function texts(object: ValueObject, name: string): string[] {
  const value: Value | undefined = object[name];
  return isList(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
