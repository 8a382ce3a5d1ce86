import type { BlockSchema } from "@dovetail/model";
import type { Body, BodySchema } from "../syntax/body.ts";
import type { ObjectType, Type } from "../values/type.ts";
import { attributeConstraint, typeOf } from "./implied-type.ts";

/** What a schema asks of a body's surface: names of arguments, names and labels of blocks. */
interface Surface {
  readonly attributes: BodySchema["attributes"];
  /** By argument, the type that its value is converted to. */
  readonly constraints: ReadonlyMap<string, Type>;
  readonly blocks: BodySchema["blocks"];
  /** Arguments that may be written as blocks, with the type of what one block gives. */
  readonly ambiguous: ReadonlyMap<string, ObjectType>;
}

export const DYNAMIC_BLOCK = { type: "dynamic", labels: ["type"] } as const;

const SURFACES = new WeakMap<BlockSchema, Surface>();

export function surfaceOf(schema: BlockSchema): Surface {
  const known = SURFACES.get(schema);
  if (known !== undefined) return known;
  const attributes = Object.entries(schema.attributes ?? {});
  const surface: Surface = {
    attributes: attributes.map(([name, attribute]) => ({ name, isRequired: attribute.required === true })),
    constraints: new Map(attributes.map(([name, attribute]) => [name, attributeConstraint(attribute)])),
    blocks: Object.entries(schema.blocks ?? {}).map(([type, { nesting }]) => ({
      type,
      labels: nesting === "map" ? ["key"] : [],
    })),
    ambiguous: isOfOldSdk(schema) ? ambiguousIn(schema) : new Map(),
  };
  SURFACES.set(schema, surface);
  return surface;
}

function ambiguousIn(schema: BlockSchema): ReadonlyMap<string, ObjectType> {
  const found = new Map<string, ObjectType>();
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    const type = attributeConstraint(attribute);
    if ((type.kind === "list" || type.kind === "set") && type.element.kind === "object") found.set(name, type.element);
  }
  return found;
}

/** Only providers of the old SDK have arguments that may be written as blocks; types that it cannot make tell the others apart. */
function isOfOldSdk(schema: BlockSchema): boolean {
  const attributes = Object.values(schema.attributes ?? {});
  if (attributes.some(({ nested_type, type }) => nested_type !== undefined || !isOldType(typeOf(type ?? "dynamic"))))
    return false;
  return Object.values(schema.blocks ?? {}).every(isOfOldSdk);
}

function isOldType(type: Type): boolean {
  if (type.kind === "tuple" || type.kind === "object") return false;
  if (!("element" in type)) return true;
  const { element } = type;
  if (type.kind === "map" && element.kind === "object") return false;
  return !("element" in element) || isPrimitive(element.element);
}

function isPrimitive({ kind }: Type): boolean {
  return kind === "string" || kind === "number" || kind === "bool";
}

/** The schema to put to a body: what may be written both ways is a block unless the body has it as an argument. */
export function effectiveSchema(body: Body, { attributes, blocks, ambiguous }: Surface): BodySchema {
  const asBlocks = ambiguous.size === 0 ? new Set<string>() : writtenAsBlocks(body, ambiguous);
  return {
    attributes: attributes.filter(({ name }) => !asBlocks.has(name)),
    blocks: [...[...asBlocks].map((type) => ({ type, labels: [] })), ...blocks, DYNAMIC_BLOCK],
  };
}

function writtenAsBlocks(body: Body, ambiguous: ReadonlyMap<string, ObjectType>): ReadonlySet<string> {
  const names = [...ambiguous.keys()];
  const { content } = body.partialContent({ attributes: names.map((name) => ({ name })), blocks: [] });
  return new Set(names.filter((name) => !content.attributes.has(name)));
}

/** The schema of one block of an argument that is written as blocks: nothing of it is required. */
export function schemaOfElement(type: ObjectType): BlockSchema {
  const known = ELEMENTS.get(type);
  if (known !== undefined) return known;
  const attributes = Object.fromEntries(
    [...type.attributes].map(([name, one]) => [name, { type: encoded(one), optional: true }]),
  );
  const schema: BlockSchema = { attributes };
  ELEMENTS.set(type, schema);
  return schema;
}
const ELEMENTS = new WeakMap<ObjectType, BlockSchema>();

function encoded(type: Type): NonNullable<NonNullable<BlockSchema["attributes"]>[string]["type"]> {
  if (type.kind === "object") {
    return ["object", Object.fromEntries([...type.attributes].map(([name, one]) => [name, encoded(one)]))];
  }
  if (type.kind === "tuple") return ["tuple", type.elements.map(encoded)];
  return "element" in type ? [type.kind, encoded(type.element)] : type.kind;
}
