import type { Attribute, Body } from "@dovetail/hcl";
import type { Diagnostic, SourceRange } from "@dovetail/model";

/**
 * What a provider or the engine found about a block's object, at the argument that it names: the value of an argument, else where the block
 * begins, as Terraform places what providers say. What has a place of its own keeps it.
 */
export function atArgument(diagnostic: Diagnostic, body: Body, header: SourceRange): Diagnostic {
  const { range, attribute } = diagnostic;
  if (range !== undefined && range !== header) return diagnostic;
  const steps = stepsOf(attribute ?? "");
  // What is said of a block as a whole is placed where the object begins, except within another block.
  const isBlock = steps.length === 1 && !attributesOf(body, attribute ?? "").has(attribute ?? "");
  return { ...diagnostic, range: isBlock ? body.missingRange : placeOf(body, steps) };
}

type Step = string | number;

/** Of `a[0].b`, or `a.0.b` as the old SDK writes it. */
function stepsOf(attribute: string): readonly Step[] {
  return attribute
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .split(".")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function placeOf(body: Body, steps: readonly Step[]): SourceRange {
  const [name, ...rest] = steps;
  if (typeof name !== "string") return body.missingRange;
  const attribute = attributesOf(body, name).get(name);
  if (attribute !== undefined) return placeWithin(attribute, rest);
  const { blocks } = body.partialContent({ attributes: [], blocks: [{ type: name, labels: [] }] }).content;
  const [index, ...inner] = typeof rest[0] === "number" ? rest : [0, ...rest];
  const block = blocks[Number(index)];
  if (block === undefined || (typeof rest[0] !== "number" && blocks.length !== 1)) return body.missingRange;
  return placeOf(block.body, inner);
}

function attributesOf(body: Body, name: string): ReadonlyMap<string, Attribute> {
  return body.partialContent({ attributes: [{ name }], blocks: [] }).content.attributes;
}

/** An element of a list or object that is written out, else the whole value. */
function placeWithin({ expression }: Attribute, [step]: readonly Step[]): SourceRange {
  if (typeof step === "number") return expression.asList()?.[step]?.range ?? expression.range;
  const pair = expression.asMap()?.find(({ key }) => step !== undefined && (key.asKeyword() ?? key.asTraversal()?.root) === step);
  return pair?.value.range ?? expression.range;
}
