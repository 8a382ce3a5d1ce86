import type { AttributeSchema, BlockSchema, NestedBlockSchema, NestedType, TypeExpr } from "@dovetail/model";
import { hasDynamic } from "../values/deep.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, setOf, type Type, tupleOf } from "../values/type.ts";
import { withoutOptional } from "../values/without-optional.ts";

const PRIMITIVES = { string: STRING, number: NUMBER, bool: BOOL, dynamic: DYNAMIC };

/** The type that Terraform's JSON encoding of types means. */
export function typeOf(encoded: TypeExpr): Type {
  if (typeof encoded === "string") return PRIMITIVES[encoded];
  if (encoded[0] === "object") return objectOf(mapValues(encoded[1], typeOf));
  if (encoded[0] === "tuple") return tupleOf(encoded[1].map(typeOf));
  return collectionOf(encoded[0], typeOf(encoded[1]));
}

function mapValues<From, To>(entries: { readonly [name: string]: From }, change: (value: From) => To): Map<string, To> {
  return new Map(Object.entries(entries).map(([name, value]) => [name, change(value)]));
}

function collectionOf(kind: "list" | "set" | "map", element: Type): Type {
  return kind === "list" ? listOf(element) : kind === "set" ? setOf(element) : mapOf(element);
}

/** The constraint that an argument's value is converted to: attributes of nested objects that need not be given are optional. */
export function attributeConstraint(attribute: AttributeSchema): Type {
  return attribute.nested_type === undefined ? typeOf(attribute.type ?? "dynamic") : nestedConstraint(attribute.nested_type);
}

function nestedConstraint({ nesting, attributes }: NestedType): Type {
  const optional = Object.keys(attributes).filter(
    (name) => attributes[name]?.optional === true || attributes[name]?.computed === true,
  );
  const object = objectOf(mapValues(attributes, attributeConstraint), new Set(optional));
  return nesting === "single" ? object : collectionOf(nesting, object);
}

/** Derived from schemas, which never change; a schema's types are needed for each of its instances. */
const IMPLIED = new WeakMap<BlockSchema, Type>();

/** The type of the object that a body of this schema decodes to. */
export function impliedType(schema: BlockSchema): Type {
  const known = IMPLIED.get(schema);
  if (known !== undefined) return known;
  const attributes = mapValues(schema.attributes ?? {}, (attribute) => withoutOptional(attributeConstraint(attribute)));
  for (const [name, block] of Object.entries(schema.blocks ?? {})) attributes.set(name, impliedBlockType(block));
  const type = objectOf(attributes);
  IMPLIED.set(schema, type);
  return type;
}

/** The type of all blocks of one kind together. Where an element's type is only known with its value, so is the whole's. */
export function impliedBlockType(block: NestedBlockSchema): Type {
  const object = impliedType(block);
  if (block.nesting === "single") return object;
  return block.nesting !== "set" && hasDynamic(object) ? DYNAMIC : collectionOf(block.nesting, object);
}
