import type { Type } from "./type.ts";

/** A type as messages name it: `string`, `list of number`, `object`; `dynamic` where it is not known. */
export function friendlyName(type: Type): string {
  if (!("element" in type)) return type.kind;
  return `${type.kind} of ${friendlyName(type.element)}`;
}

/** The same of a constraint, where `any` asks for nothing: `any type`, `list of any single type`. */
export function friendlyConstraintName(type: Type): string {
  if (type.kind === "dynamic") return "any type";
  if (!("element" in type)) return type.kind;
  return `${type.kind} of ${type.element.kind === "dynamic" ? "any single type" : friendlyConstraintName(type.element)}`;
}
