/** Why values of one type are none of another, in cty's words (`convert/mismatch_msg.go` of cty 1.16.0, which Terraform 1.11 has). */
import type { Conversion } from "./conversion-rules.ts";
import { friendlyConstraintName } from "./friendly.ts";
import { compareText } from "./text-order.ts";
import { type CollectionType, type ObjectType, sameType, type TupleType, type Type } from "./type.ts";

type Between = (from: Type, to: Type, isUnsafe: boolean) => Conversion | undefined;

export function mismatchBy(between: Between, from: Type, to: Type): string {
  if (from.kind === "object" && to.kind === "object") return objectMismatch(between, from, to);
  const isToAny = "element" in to && to.element.kind === "dynamic";
  if (isToAny && isDisguise(from, to)) return `all ${to.kind} elements must have the same type`;
  if ((from.kind === "tuple" || from.kind === "object") && "element" in to) return structureMismatch(between, from, to);
  if ("element" in from && "element" in to) return collectionMismatch(between, from, to);
  return `${friendlyConstraintName(to)} required`;
}

/** Whether values of the structure would be values of the collection if only their types were alike. */
function isDisguise(from: Type, to: CollectionType): boolean {
  return (from.kind === "tuple" && to.kind !== "map") || (from.kind === "object" && to.kind === "map");
}

function objectMismatch(between: Between, from: ObjectType, to: ObjectType): string {
  const names = [...to.attributes.keys()].sort(compareText);
  const missing = names
    .filter((name) => !from.attributes.has(name) && !to.optional.has(name))
    .map((name) => JSON.stringify(name));
  if (missing.length === 1) return `attribute ${missing[0]} is required`;
  if (missing.length === 2) return `attributes ${missing[0]} and ${missing[1]} are required`;
  if (missing.length > 2) return `attributes ${missing.slice(0, -1).join(", ")}, and ${missing.at(-1)} are required`;
  for (const isUnsafe of [true, false]) {
    for (const name of names) {
      const given = from.attributes.get(name);
      const wanted = to.attributes.get(name);
      if (
        given === undefined ||
        wanted === undefined ||
        sameType(given, wanted) ||
        between(given, wanted, isUnsafe) !== undefined
      )
        continue;
      return `attribute ${JSON.stringify(name)}: ${mismatchBy(between, given, wanted)}`;
    }
  }
  return "incorrect object attributes";
}

function structureMismatch(between: Between, from: TupleType | ObjectType, to: CollectionType): string {
  if (!isDisguise(from, to)) return `${friendlyConstraintName(to)} required`;
  const parts: Iterable<readonly [string | number, Type]> = from.kind === "tuple" ? from.elements.entries() : from.attributes;
  for (const [key, type] of parts) {
    if (sameType(type, to.element) || between(type, to.element, true) !== undefined) continue;
    return `element ${JSON.stringify(key)}: ${mismatchBy(between, type, to.element)}`;
  }
  return `all elements must be ${friendlyConstraintName(to.element)}`;
}

function collectionMismatch(between: Between, from: CollectionType, to: CollectionType): string {
  if ((from.kind === "map") !== (to.kind === "map")) return `${friendlyConstraintName(to)} required`;
  return `incorrect ${to.kind} element type: ${mismatchBy(between, from.element, to.element)}`;
}
