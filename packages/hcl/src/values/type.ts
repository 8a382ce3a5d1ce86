/**
 * The types of the Terraform language (cty's): primitives, collections of one element type, structures of several,
 * and `dynamic` for what only a value can tell.
 */
export type Type = PrimitiveType | CollectionType | ObjectType | TupleType;
export type PrimitiveType = { readonly kind: "string" | "number" | "bool" | "dynamic" };
export type CollectionType = { readonly kind: "list" | "set" | "map"; readonly element: Type };
export type ObjectType = {
  readonly kind: "object";
  readonly attributes: ReadonlyMap<string, Type>;
  /** Attributes that a constraint allows to be left out (`optional(...)`); a value's own type has none. */
  readonly optional: ReadonlySet<string>;
};
export type TupleType = { readonly kind: "tuple"; readonly elements: readonly Type[] };

export const STRING: PrimitiveType = { kind: "string" };
export const NUMBER: PrimitiveType = { kind: "number" };
export const BOOL: PrimitiveType = { kind: "bool" };
export const DYNAMIC: PrimitiveType = { kind: "dynamic" };

const NONE: ReadonlySet<string> = new Set();

export function listOf(element: Type): CollectionType {
  return { kind: "list", element };
}
export function setOf(element: Type): CollectionType {
  return { kind: "set", element };
}
export function mapOf(element: Type): CollectionType {
  return { kind: "map", element };
}
export function tupleOf(elements: readonly Type[]): TupleType {
  return { kind: "tuple", elements };
}
export function objectOf(
  attributes: ReadonlyMap<string, Type> | { readonly [name: string]: Type },
  optional: ReadonlySet<string> = NONE,
): ObjectType {
  return { kind: "object", attributes: attributes instanceof Map ? attributes : new Map(Object.entries(attributes)), optional };
}

/** Whether two types are the same, optional attributes included. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === "tuple" && b.kind === "tuple") {
    return a.elements.length === b.elements.length && a.elements.every((type, i) => sameType(type, b.elements[i] ?? DYNAMIC));
  }
  if (a.kind === "object" && b.kind === "object") return sameObject(a, b);
  if ("element" in a && "element" in b) return a.kind === b.kind && sameType(a.element, b.element);
  return a.kind === b.kind;
}

function sameObject(a: ObjectType, b: ObjectType): boolean {
  if (a.attributes.size !== b.attributes.size || a.optional.size !== b.optional.size) return false;
  for (const [name, type] of a.attributes) {
    const other = b.attributes.get(name);
    if (other === undefined || !sameType(type, other) || a.optional.has(name) !== b.optional.has(name)) return false;
  }
  return true;
}
