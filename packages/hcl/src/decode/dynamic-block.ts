import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { childScope } from "../evaluate/child-scope.ts";
import { elementsOf } from "../evaluate/for.ts";
import { withRelevantValues } from "../evaluate/relevant-values.ts";
import type { Scope } from "../evaluate/scope.ts";
import type { Block, Body, BodyContent, BodySchema, Expression } from "../syntax/body.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { STRING } from "../values/type.ts";
import { DYNAMIC_UNKNOWN, isUnknown, type Marks, NO_MARKS, objectVal, unmarked, type Val } from "../values/value.ts";

/** A block as it is decoded: written out, or one that a `dynamic` block made. */
export interface Part {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly defRange: SourceRange;
  /** The scope of its expressions: the iterators of the `dynamic` blocks around it and what was there before. */
  readonly scope: Scope;
  /** The marks of what it was made from; they lie on everything in it. */
  readonly marks: Marks;
  /** How many blocks there will be, and what is in them, is not known yet. */
  readonly isUnknown: boolean;
}

/** Where a block stands: what `dynamic` blocks around it have brought. */
export type Surroundings = Pick<Part, "scope" | "isUnknown">;

/** The blocks of a body with each `dynamic` block replaced by the blocks that it makes, in the order of the source. */
export function expandBlocks(
  blocks: readonly Block[],
  schema: BodySchema,
  around: Surroundings,
  sink: Diagnostic[],
): readonly Part[] {
  return blocks.flatMap((block) => {
    if (block.type === "dynamic") return expandDynamic(block, schema, around, sink);
    const { type, labels, body, defRange } = block;
    return [{ type, labels, body, defRange, scope: around.scope, isUnknown: around.isUnknown, marks: NO_MARKS }];
  });
}

const OPTIONS = (labels: readonly string[]): BodySchema => ({
  attributes: [
    { name: "for_each", isRequired: true },
    { name: "iterator" },
    ...(labels.length === 0 ? [] : [{ name: "labels", isRequired: true }]),
  ],
  blocks: [{ type: "content", labels: [] }],
});

function expandDynamic(block: Block, schema: BodySchema, around: Surroundings, sink: Diagnostic[]): readonly Part[] {
  const type = block.labels[0] ?? "";
  const wanted = schema.blocks.find((one) => one.type === type);
  if (wanted === undefined) {
    const detail = `Blocks of type ${goQuote(type)} are not expected here.`;
    sink.push(errorDiagnostic("DVT2004", "Unsupported block type", { detail, ...at(block.labelRanges[0]) }));
    return [];
  }
  const told = sink.length;
  const spec = block.body.content(OPTIONS(wanted.labels));
  sink.push(...spec.diagnostics);
  if (sink.length > told) return [];
  const iterator = iteratorName(spec, type, sink);
  const over = iterator === undefined ? undefined : forEachValue(spec, around.scope, sink);
  const labels = over === undefined ? undefined : labelExpressions(spec, type, wanted.labels.length, sink);
  const content = labels === undefined ? undefined : contentBody(spec, sink);
  if (iterator === undefined || over === undefined || labels === undefined || content === undefined) return [];
  const make = (key: Val, value: Val, isUnknownPart: boolean): readonly Part[] => {
    const scope = childScope(around.scope, { [iterator]: objectVal({ key, value }) });
    const texts = labelTexts(labels, scope, sink);
    if (texts === undefined) return [];
    const { defRange } = block;
    return [
      { type, labels: texts, body: content, defRange, scope, marks: over.marks, isUnknown: isUnknownPart || around.isUnknown },
    ];
  };
  if (isUnknown(over)) return make(DYNAMIC_UNKNOWN, DYNAMIC_UNKNOWN, true);
  return [...elementsOf(unmarked(over))].flatMap(([key, value]) => make(key, value, false));
}

function at(range: SourceRange | undefined): { readonly range?: SourceRange } {
  return range === undefined ? {} : { range };
}

function wrong(sink: Diagnostic[], summary: string, detail: string, range: SourceRange): undefined {
  sink.push(errorDiagnostic("DVT2006", summary, { detail, range }));
}

/** The name that stands for the element inside; the block's own where none is given. */
function iteratorName(spec: BodyContent, type: string, sink: Diagnostic[]): string | undefined {
  const given = spec.attributes.get("iterator");
  if (given === undefined) return type;
  const traversal = given.expression.asTraversal();
  if (traversal === undefined) {
    return wrong(
      sink,
      "Invalid expression",
      "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
      given.expression.range,
    );
  }
  if (traversal.steps.length === 0) return traversal.root;
  return wrong(sink, "Invalid dynamic iterator name", "Dynamic iterator must be a single variable name.", traversal.range);
}

function forEachValue(spec: BodyContent, scope: Scope, sink: Diagnostic[]): Val | undefined {
  const expression = spec.attributes.get("for_each")?.expression;
  if (expression === undefined) return undefined;
  const { value, diagnostics } = expression.evaluate(scope);
  sink.push(...diagnostics);
  if (diagnostics.length > 0) return undefined;
  const { kind } = value.type;
  const isPrimitive = kind === "string" || kind === "number" || kind === "bool";
  if (value.raw !== null && !isPrimitive) return value;
  const detail = isPrimitive
    ? `Cannot use a ${friendlyName(value.type)} value in for_each. An iterable collection is required.`
    : "Cannot use a null value in for_each.";
  const told = errorDiagnostic("DVT2006", "Invalid dynamic for_each value", { detail, range: expression.range });
  sink.push(withRelevantValues(told, () => expression.references(), scope));
  return undefined;
}

function labelExpressions(spec: BodyContent, type: string, count: number, sink: Diagnostic[]): readonly Expression[] | undefined {
  const given = spec.attributes.get("labels")?.expression;
  if (given === undefined) return [];
  const list = given.asList();
  if (list === undefined) return wrong(sink, "Invalid expression", "A static list expression is required.", given.range);
  const detail = `Blocks of type ${goQuote(type)} require ${count} label(s).`;
  const extra = list[count];
  if (extra !== undefined) return wrong(sink, "Extraneous dynamic block label", detail, extra.range);
  return list.length < count ? wrong(sink, "Insufficient dynamic block labels", detail, given.range) : list;
}

function contentBody(spec: BodyContent, sink: Diagnostic[]): Body | undefined {
  const [content, extra] = spec.blocks;
  if (content === undefined) {
    const detail = 'A dynamic block must have a nested block of type "content" to describe the body of each generated block.';
    return wrong(sink, "Missing dynamic content block", detail, spec.missingRange);
  }
  if (extra === undefined) return content.body;
  const detail = "Only one nested content block is allowed for each dynamic block.";
  return wrong(sink, "Extraneous dynamic content block", detail, extra.defRange);
}

function labelTexts(labels: readonly Expression[], scope: Scope, sink: Diagnostic[]): readonly string[] | undefined {
  const texts: string[] = [];
  for (const label of labels) {
    const text = labelText(label, scope, sink);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function labelText(label: Expression, scope: Scope, sink: Diagnostic[]): string | undefined {
  const { value, diagnostics } = label.evaluate(scope);
  sink.push(...diagnostics);
  if (diagnostics.length > 0) return undefined;
  const reason = whyNoLabel(value);
  return reason === undefined
    ? String(convert(value, STRING).raw)
    : wrong(sink, "Invalid dynamic block label", reason, label.range);
}

function whyNoLabel(value: Val): string | undefined {
  try {
    convert(value, STRING);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    return `Cannot use this value as a dynamic block label: ${error.message}.`;
  }
  if (value.raw === null) return "Cannot use a null value as a dynamic block label.";
  if (isUnknown(value)) return "This value is not yet known. Dynamic block labels must be immediately-known values.";
  return value.marks.size > 0 ? "This value has dynamic marks that make it unsuitable for use as a block label." : undefined;
}
