import type { AttributeSchema, BlockSchema, TypeExpr } from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";

/** What is known of an Output's value before it is there, as far as the schema says: so that a member it cannot have is told of. */
export type Shape =
  | { readonly kind: "object"; readonly what: string; member(name: string): Shape | undefined; readonly names: readonly string[] }
  | { readonly kind: "list"; readonly what: string; readonly item: Shape | undefined }
  | { readonly kind: "plain"; readonly what: string };

/** The shape of a resource's property; undefined where the schema leaves it open (maps, JSON of any form). */
export function shapeOf(descriptor: Descriptor, member: Member): Shape | undefined {
  return memberShape(descriptor, descriptor.schema, member, member.js);
}

function memberShape(descriptor: Descriptor, block: BlockSchema, member: Member, what: string): Shape | undefined {
  const attribute = block.attributes?.[member.tf];
  if (attribute !== undefined) return attributeShape(descriptor, attribute, member.path, what);
  const nested = block.blocks?.[member.tf];
  if (nested === undefined || nested.nesting === "map") return undefined;
  return items(descriptor, member.path, what, nested.nesting === "single", blockShape(descriptor, nested, member.path, what));
}

function attributeShape(descriptor: Descriptor, attribute: AttributeSchema, path: string, what: string): Shape | undefined {
  const nested = attribute.nested_type;
  if (nested === undefined) return typeShape(descriptor, attribute.type ?? "dynamic", path, what);
  if (nested.nesting === "map") return undefined;
  const item = blockShape(descriptor, { attributes: nested.attributes }, path, what);
  return items(descriptor, path, what, nested.nesting === "single", item);
}

function typeShape(descriptor: Descriptor, type: TypeExpr, path: string, what: string): Shape | undefined {
  if (type === "dynamic") return undefined;
  if (typeof type === "string") return { kind: "plain", what };
  const [kind, inner] = type;
  if (kind === "list" || kind === "set") return items(descriptor, path, what, false, typeShape(descriptor, inner, path, what));
  if (kind !== "object") return undefined;
  const attributes = Object.fromEntries(Object.entries(inner).map(([name, own]) => [name, { type: own }]));
  return blockShape(descriptor, { attributes }, path, what);
}

function items(
  descriptor: Descriptor,
  path: string,
  what: string,
  isSingle: boolean,
  item: Shape | undefined,
): Shape | undefined {
  return isSingle || descriptor.isFlat(path) ? item : { kind: "list", what, item };
}

function blockShape(descriptor: Descriptor, block: BlockSchema, path: string, what: string): Shape {
  const members = descriptor.members(path, block);
  return {
    kind: "object",
    what,
    names: [...members.keys()],
    member(name) {
      const member = members.get(name);
      return member && memberShape(descriptor, block, member, `${what}.${name}`);
    },
  };
}

/** What a value of the shape cannot have: why reading it gives undefined. undefined: it has it, or that is not known. */
export function missingMember(
  shape: Shape,
  name: string,
): { readonly why: string; readonly names: readonly string[] } | undefined {
  const isIndex = /^\d+$/.test(name);
  if (shape.kind === "object") {
    if (shape.names.includes(name)) return undefined;
    return { why: `"${shape.what}" has no member "${name}"`, names: shape.names };
  }
  if (isIndex || name === "length") return undefined;
  return {
    why: `"${shape.what}" is a ${shape.kind === "list" ? "list" : "single value"} and has no member "${name}"`,
    names: [],
  };
}

/** The shape of a member of a value of the shape. */
export function memberOf(shape: Shape, name: string): Shape | undefined {
  if (shape.kind === "object") return shape.member(name);
  return shape.kind === "list" && /^\d+$/.test(name) ? shape.item : undefined;
}
