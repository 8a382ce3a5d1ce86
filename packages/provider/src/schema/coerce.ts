import { isList, isObject, type TypeExpr, UNKNOWN, type Value } from "@dovetail/model";
import { sortSet } from "./set-order.ts";

/** Says why a value does not fit a type, in Terraform's words: `string required`. */
export interface Mismatch {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const NAMES = { string: "string", number: "a number", bool: "a bool" } as const;

/**
 * The value converted to the type as Terraform converts it ("30" is a number, true is "true", sets lose order and repetition),
 * with every mismatch reported through `report`. Unknown and null pass.
 */
export function coerce(
  type: TypeExpr,
  value: Value,
  report: (mismatch: Mismatch) => void,
  path: (string | number)[] = [],
): Value {
  if (value === null || value === UNKNOWN || type === "dynamic") return value;
  if (typeof type === "string") return coercePrimitive(type, value, (message) => report({ path, message }));
  if (type[0] === "list" || type[0] === "set") {
    if (!isList(value)) {
      report({ path, message: `${type[0]} of ${typeName(type[1])} required` });
      return null;
    }
    const items = value.map((item, i) => coerce(type[1], item, report, [...path, i]));
    return type[0] === "set" ? sortSet(items) : items;
  }
  if (type[0] === "tuple") {
    if (isList(value)) return value.map((item, i) => coerce(type[1][i] ?? "dynamic", item, report, [...path, i]));
    report({ path, message: "tuple required" });
    return null;
  }
  if (!isObject(value)) {
    report({ path, message: type[0] === "map" ? `map of ${typeName(type[1])} required` : "object required" });
    return null;
  }
  if (type[0] === "map") return coerceMap(type[1], value, report, path);
  return type[0] === "object" ? coerceObject(type[1], value, report, path) : null;
}

function coerceMap(
  item: TypeExpr,
  value: { readonly [key: string]: Value },
  report: (mismatch: Mismatch) => void,
  path: (string | number)[],
): Value {
  const out: { [key: string]: Value } = {};
  for (const key of Object.keys(value).sort()) out[key] = coerce(item, value[key] ?? null, report, [...path, key]);
  return out;
}

function coerceObject(
  types: { readonly [name: string]: TypeExpr },
  value: { readonly [key: string]: Value },
  report: (mismatch: Mismatch) => void,
  path: (string | number)[],
): Value {
  const out: { [key: string]: Value } = {};
  for (const [name, type] of Object.entries(types)) out[name] = coerce(type, value[name] ?? null, report, [...path, name]);
  return out;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function coercePrimitive(type: "string" | "number" | "bool", value: Value, report: (message: string) => void): Value {
  if (type === "string") {
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
  }
  if (type === "number") {
    if (typeof value === "number") return value;
    if (typeof value === "string" && NUMBER.test(value)) return Number(value);
  }
  if (type === "bool") {
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
  }
  report(type === "string" ? "string required" : `${NAMES[type]} is required`);
  return null;
}

/** A type as Terraform's messages call it. */
export function typeName(type: TypeExpr): string {
  if (typeof type === "string") return type === "dynamic" ? "any" : type;
  if (type[0] === "object") return "object";
  if (type[0] === "tuple") return "tuple";
  return `${type[0]} of ${typeName(type[1])}`;
}
