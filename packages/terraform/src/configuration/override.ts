import type { Attribute, Block, Body, BodyContent, BodySchema } from "@dovetail/hcl";
import { errorDiagnostic } from "@dovetail/model";
import { EMPTY_SCOPE } from "./literals.ts";

/** Override files (Terraform: "Override Files"): what they say takes the place of what the same block says elsewhere. */

/** The body in which arguments and nested blocks of `over` take the place of those of `base`. */
export function overriddenBody(base: Body, over: Body): Body {
  return {
    content(schema) {
      const merged = mergedContent(base.content(lenient(schema)), over.content(lenient(schema)));
      return { ...merged, diagnostics: [...merged.diagnostics, ...missing(schema, merged)] };
    },
    partialContent(schema) {
      const below = base.partialContent(lenient(schema));
      const above = over.partialContent(lenient(schema));
      const merged = mergedContent(below.content, above.content);
      return {
        content: { ...merged, diagnostics: [...merged.diagnostics, ...missing(schema, merged)] },
        rest: overriddenBody(below.rest, above.rest),
      };
    },
    justAttributes() {
      const below = base.justAttributes();
      const above = over.justAttributes();
      return {
        attributes: new Map([...below.attributes, ...above.attributes]),
        diagnostics: [...below.diagnostics, ...above.diagnostics],
      };
    },
    missingRange: base.missingRange,
  };
}

function lenient({ attributes, blocks }: BodySchema): BodySchema {
  return { attributes: attributes.map(({ name }) => ({ name })), blocks };
}

function missing(schema: BodySchema, { attributes, missingRange }: BodyContent) {
  return schema.attributes
    .filter(({ name, isRequired }) => isRequired === true && !attributes.has(name))
    .map(({ name }) =>
      errorDiagnostic("DVT2020", "Missing required argument", {
        detail: `The argument "${name}" is required, but no definition was found.`,
        range: missingRange,
      }),
    );
}

/** Nested blocks of a type are replaced together, `lifecycle` argument by argument. */
function mergedContent(base: BodyContent, over: BodyContent): BodyContent {
  const attributes = new Map<string, Attribute>([...base.attributes, ...over.attributes]);
  const lifecycle = base.blocks.find(({ type }) => type === "lifecycle");
  const replaced = new Set(over.blocks.map(kindOf));
  const added = over.blocks.map((block) =>
    block.type === "lifecycle" && lifecycle !== undefined ? overriddenBlock(lifecycle, block) : block,
  );
  return {
    attributes,
    blocks: [...base.blocks.filter((block) => !replaced.has(kindOf(block))), ...added],
    diagnostics: [...base.diagnostics, ...over.diagnostics],
    missingRange: base.missingRange,
  };
}

/** A `dynamic "x"` block makes blocks of type x. */
function kindOf({ type, labels }: Block): string {
  return type === "dynamic" ? (labels[0] ?? type) : type;
}

function overriddenBlock(base: Block, over: Block): Block {
  return { ...base, body: overriddenBody(base.body, over.body) };
}

/** Blocks that carry no name: all of them together are one. */
const NAMELESS: readonly string[] = ["locals", "terraform", "moved", "import", "removed", "language"];

/** What blocks of `over` come to, put into the blocks that they override; those that override nothing are left over. */
export function overrideBlocks(
  base: readonly Block[],
  over: readonly Block[],
): { readonly blocks: readonly Block[]; readonly left: readonly Block[] } {
  const blocks = [...base];
  const left: Block[] = [];
  for (const block of over) {
    const at = NAMELESS.includes(block.type) ? -1 : blocks.findIndex((each) => isSame(each, block));
    const found = blocks[at];
    if (found === undefined) left.push(block);
    else blocks[at] = overriddenBlock(found, block);
  }
  return { blocks, left };
}

function isSame(a: Block, b: Block): boolean {
  const isNamedAlike = a.labels.length === b.labels.length && a.labels.every((label, i) => label === b.labels[i]);
  return a.type === b.type && isNamedAlike && (a.type !== "provider" || aliasText(a) === aliasText(b));
}

/** Providers of one name are told apart by their alias. */
function aliasText(block: Block): string | undefined {
  const alias = block.body.partialContent({ attributes: [{ name: "alias" }], blocks: [] }).content.attributes.get("alias");
  return alias === undefined ? undefined : JSON.stringify(alias.expression.evaluate(EMPTY_SCOPE).value.raw);
}
