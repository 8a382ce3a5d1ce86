import type { BlockSchema } from "@dovetail/model";
import type { Block, Body, BodySchema, Expression, Traversal } from "../syntax/body.ts";
import { effectiveSchema, schemaOfElement, surfaceOf } from "./body-schema.ts";

const DYNAMIC_OPTIONS: BodySchema = {
  attributes: [{ name: "for_each" }, { name: "labels" }, { name: "iterator" }],
  blocks: [{ type: "content", labels: [] }],
};

/**
 * Every reference that decoding the body by the schema will follow, those of `dynamic` blocks included; the iterators of these blocks
 * are names of their own and left out. What is wrong with the body is not told here: decoding it tells.
 */
export function bodyReferences(body: Body, schema: BlockSchema): readonly Traversal[] {
  const found: Traversal[] = [];
  collect(body, schema, [], found);
  return found;
}

function collect(body: Body, schema: BlockSchema, iterators: readonly string[], found: Traversal[]): void {
  const surface = surfaceOf(schema);
  const { content } = body.partialContent(effectiveSchema(body, surface));
  for (const { expression } of content.attributes.values()) add(expression, iterators, found);
  for (const block of content.blocks) {
    if (block.type === "dynamic") collectDynamic(block, schema, iterators, found);
    else collectBlock(block.body, block.type, schema, iterators, found);
  }
}

function add(expression: Expression | undefined, iterators: readonly string[], found: Traversal[]): void {
  for (const traversal of expression?.references() ?? []) if (!iterators.includes(traversal.root)) found.push(traversal);
}

function collectBlock(body: Body, type: string, schema: BlockSchema, iterators: readonly string[], found: Traversal[]): void {
  const nested = schema.blocks?.[type];
  const element = surfaceOf(schema).ambiguous.get(type);
  if (nested !== undefined) collect(body, nested, iterators, found);
  else if (element !== undefined) collect(body, schemaOfElement(element), iterators, found);
}

function collectDynamic(block: Block, schema: BlockSchema, iterators: readonly string[], found: Traversal[]): void {
  const type = block.labels[0] ?? "";
  const { content } = block.body.partialContent(DYNAMIC_OPTIONS);
  const given = content.attributes.get("iterator")?.expression;
  const iterator = given === undefined ? type : given.asTraversal()?.root;
  if (iterator === undefined) return;
  const inner = [...iterators, iterator];
  add(content.attributes.get("for_each")?.expression, iterators, found);
  add(content.attributes.get("labels")?.expression, inner, found);
  for (const { body } of content.blocks) collectBlock(body, type, schema, inner, found);
}
