import type { Json, JsonObject } from "@dovetail/engine";
import { BigFloat, type Body, type Expression, type Traversal } from "@dovetail/hcl";
import { type BlockSchema, formatInstanceKey, hasErrors, isWhollyKnown } from "@dovetail/model";
import { EMPTY_SCOPE } from "../configuration/literals.ts";
import { parseReference } from "../references/reference.ts";
import { plainValue } from "../values/to-engine.ts";

/** Expressions as a plan document's `configuration` has them: what they refer to, or the value where they refer to nothing. Pure. */

/** `{"references": […]}`, `{"constant_value": …}`, or nothing where a function would have to be called. */
export function expressionJson(expression: Expression): JsonObject {
  const references = referenceTexts(expression.references());
  if (references.length > 0) return { references };
  const { value, diagnostics } = expression.evaluate(EMPTY_SCOPE);
  const plain = plainValue(value);
  return hasErrors(diagnostics) || !isWhollyKnown(plain) ? {} : { constant_value: jsonOf(plain) };
}

function jsonOf(value: ReturnType<typeof plainValue>): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Every traversal with each shorter one down to the object that it is of. */
export function referenceTexts(traversals: readonly Traversal[]): readonly string[] {
  return traversals.flatMap(prefixes);
}

function prefixes(traversal: Traversal): readonly string[] {
  const parsed = parseReference(traversal);
  if ("problem" in parsed) return [];
  return stepTexts(traversal).slice(leastSteps(traversal)).reverse();
}

/** How many steps belong to the object itself: `data.x.y`, `x.y`, `module.m[0]`. */
function leastSteps({ root, steps }: Traversal): number {
  if (root === "self") return 0;
  if (root === "module") return steps[1]?.kind === "index" ? 2 : 1;
  return root === "data" || root === "ephemeral" || root === "resource" ? 2 : 1;
}

/** The text of the traversal up to each of its steps. */
function stepTexts({ root, steps }: Traversal): readonly string[] {
  const texts = [root];
  for (const step of steps) {
    if (step.kind === "splat") break;
    texts.push(`${texts.at(-1)}${step.kind === "attribute" ? `.${step.name}` : keyText(step.key.raw)}`);
  }
  return texts;
}

function keyText(raw: unknown): string {
  if (raw instanceof BigFloat) return formatInstanceKey(raw.toNumber());
  return typeof raw === "string" ? formatInstanceKey(raw) : "[]";
}

/** The whole traversal as it is written. */
export function traversalText(traversal: Traversal): string {
  return stepTexts(traversal).at(-1) ?? traversal.root;
}

/** The arguments and nested blocks of a body. Blocks that are made dynamically are not among them, as in Terraform's own documents. */
export function bodyJson(body: Body, schema: BlockSchema): JsonObject {
  const { content } = body.partialContent({
    attributes: Object.keys(schema.attributes ?? {}).map((name) => ({ name })),
    blocks: Object.keys(schema.blocks ?? {}).map((type) => ({ type, labels: [] })),
  });
  const found: { [name: string]: Json } = {};
  for (const [name, attribute] of content.attributes) found[name] = expressionJson(attribute.expression);
  for (const [type, nested] of Object.entries(schema.blocks ?? {})) {
    const items = content.blocks.filter((block) => block.type === type).map((block) => bodyJson(block.body, nested));
    const [only] = items;
    if (only !== undefined) found[type] = nested.nesting === "single" ? only : items;
  }
  return found;
}
