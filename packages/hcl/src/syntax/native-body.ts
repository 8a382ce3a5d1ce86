import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { didYouMean, nameSuggestion } from "../evaluate/name-suggestion.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { goQuote } from "../values/go-quote.ts";
import type { Attribute, Block, Body, BodyContent, BodySchema } from "./body.ts";
import type { SourceText } from "./source-text.ts";

export interface NativeAttribute {
  readonly name: string;
  readonly node: Node;
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface NativeBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: NativeBody;
  readonly typeSpan: Span;
  readonly labelSpans: readonly Span[];
  readonly openBrace: Span;
  readonly closeBrace: Span;
}

/** What a body was written with. */
export interface NativeItems {
  readonly source: SourceText;
  readonly span: Span;
  readonly attributes: ReadonlyMap<string, NativeAttribute>;
  readonly blocks: readonly NativeBlock[];
}

type Labels = readonly string[];

/** A body of native syntax. What an earlier look at part of it has taken is hidden from later ones. */
export class NativeBody implements Body {
  readonly items: NativeItems;
  readonly #hiddenAttributes: ReadonlySet<string>;
  readonly #hiddenBlocks: ReadonlySet<string>;

  constructor(
    items: NativeItems,
    hiddenAttributes: ReadonlySet<string> = new Set(),
    hiddenBlocks: ReadonlySet<string> = new Set(),
  ) {
    this.items = items;
    this.#hiddenAttributes = hiddenAttributes;
    this.#hiddenBlocks = hiddenBlocks;
  }

  get missingRange(): SourceRange {
    const { start } = this.items.span;
    return this.items.source.range(start, start);
  }

  content(schema: BodySchema): BodyContent {
    const { content, rest } = this.#partial(schema);
    const diagnostics = [...content.diagnostics, ...rest.#unexpected(schema, content)];
    return { ...content, diagnostics };
  }

  partialContent(schema: BodySchema): { readonly content: BodyContent; readonly rest: Body } {
    return this.#partial(schema);
  }

  #partial(schema: BodySchema): { readonly content: BodyContent; readonly rest: NativeBody } {
    const diagnostics: Diagnostic[] = [];
    const attributes = new Map<string, Attribute>();
    const hiddenAttributes = new Set(this.#hiddenAttributes);
    for (const { name, isRequired } of schema.attributes) {
      const attribute = hiddenAttributes.has(name) ? undefined : this.items.attributes.get(name);
      if (attribute !== undefined) {
        hiddenAttributes.add(name);
        attributes.set(name, this.#attribute(attribute));
      } else if (isRequired === true) diagnostics.push(missingArgument(name, this.missingRange));
    }
    const blocks = this.#blocks(schema, diagnostics);
    const hiddenBlocks = new Set([...this.#hiddenBlocks, ...schema.blocks.map(({ type }) => type)]);
    return {
      content: { attributes, blocks, diagnostics, missingRange: this.missingRange },
      rest: new NativeBody(this.items, hiddenAttributes, hiddenBlocks),
    };
  }

  #blocks(schema: BodySchema, diagnostics: Diagnostic[]): readonly Block[] {
    const wanted = new Map(schema.blocks.map(({ type, labels }) => [type, labels]));
    const blocks: Block[] = [];
    for (const block of this.items.blocks) {
      const labels = this.#hiddenBlocks.has(block.type) ? undefined : wanted.get(block.type);
      if (labels === undefined) continue;
      if (labels.length === block.labels.length) blocks.push(this.#block(block));
      else diagnostics.push(this.#wrongLabels(block, labels));
    }
    return blocks;
  }

  #wrongLabels(block: NativeBlock, wanted: Labels): Diagnostic {
    const { source } = this.items;
    const { type, labels } = block;
    const extra = block.labelSpans[wanted.length];
    const [summary, detail, at] =
      labels.length > wanted.length && extra !== undefined
        ? ([
            `Extraneous label for ${type}`,
            wanted.length === 0
              ? `No labels are expected for ${type} blocks.`
              : `Only ${wanted.length} labels (${wanted.join(", ")}) are expected for ${type} blocks.`,
            extra,
          ] as const)
        : ([
            `Missing ${wanted[labels.length]} for ${type}`,
            `All ${type} blocks must have ${wanted.length} labels (${wanted.join(", ")}).`,
            block.openBrace,
          ] as const);
    return errorDiagnostic("DVT2004", summary, { detail, range: source.range(at.start, at.end) });
  }

  /** What is here and not in the schema. */
  #unexpected(schema: BodySchema, content: BodyContent): readonly Diagnostic[] {
    const { source } = this.items;
    const found: Diagnostic[] = [];
    for (const { name, nameSpan } of this.items.attributes.values()) {
      if (this.#hiddenAttributes.has(name)) continue;
      const open = schema.attributes.filter((one) => !content.attributes.has(one.name)).map((one) => one.name);
      found.push(unexpectedArgument(name, open, schema, source.range(nameSpan.start, nameSpan.end)));
    }
    for (const { type, typeSpan } of this.items.blocks) {
      if (!this.#hiddenBlocks.has(type)) found.push(unexpectedBlock(type, schema, source.range(typeSpan.start, typeSpan.end)));
    }
    return found;
  }

  justAttributes(): { readonly attributes: ReadonlyMap<string, Attribute>; readonly diagnostics: readonly Diagnostic[] } {
    const attributes = new Map<string, Attribute>();
    for (const [name, attribute] of this.items.attributes) {
      if (!this.#hiddenAttributes.has(name)) attributes.set(name, this.#attribute(attribute));
    }
    const block = this.items.blocks.find(({ type }) => !this.#hiddenBlocks.has(type));
    if (block === undefined) return { attributes, diagnostics: [] };
    const range = this.items.source.range(block.typeSpan.start, block.typeSpan.end);
    const summary = `Unexpected ${goQuote(block.type)} block`;
    return { attributes, diagnostics: [errorDiagnostic("DVT2004", summary, { detail: "Blocks are not allowed here.", range })] };
  }

  #attribute({ name, node, span, nameSpan }: NativeAttribute): Attribute {
    const { source } = this.items;
    return {
      name,
      expression: node,
      get range() {
        return source.range(span.start, span.end);
      },
      get nameRange() {
        return source.range(nameSpan.start, nameSpan.end);
      },
    };
  }

  #block({ type, labels, body, typeSpan, labelSpans }: NativeBlock): Block {
    const { source } = this.items;
    const last = labelSpans.at(-1) ?? typeSpan;
    return {
      type,
      labels,
      body,
      get defRange() {
        return source.range(typeSpan.start, last.end);
      },
      get typeRange() {
        return source.range(typeSpan.start, typeSpan.end);
      },
      get labelRanges() {
        return labelSpans.map(({ start, end }) => source.range(start, end));
      },
    };
  }
}

export function missingArgument(name: string, range: SourceRange): Diagnostic {
  const detail = `The argument ${goQuote(name)} is required, but no definition was found.`;
  return errorDiagnostic("DVT2004", "Missing required argument", { detail, range });
}

function unexpectedArgument(name: string, open: readonly string[], schema: BodySchema, range: SourceRange): Diagnostic {
  const isBlock = schema.blocks.some(({ type }) => type === name);
  const block = isBlock ? ` Did you mean to define a block of type ${goQuote(name)}?` : "";
  const hint = nameSuggestion(name, open) === undefined ? block : didYouMean(name, open);
  const detail = `An argument named ${goQuote(name)} is not expected here.${hint}`;
  return errorDiagnostic("DVT2004", "Unsupported argument", { detail, range });
}

function unexpectedBlock(type: string, schema: BodySchema, range: SourceRange): Diagnostic {
  const types = schema.blocks.map((block) => block.type);
  const isArgument = schema.attributes.some(({ name }) => name === type);
  const argument = isArgument
    ? ` Did you mean to define argument ${goQuote(type)}? If so, use the equals sign to assign it a value.`
    : "";
  const hint = nameSuggestion(type, types) === undefined ? argument : didYouMean(type, types);
  const detail = `Blocks of type ${goQuote(type)} are not expected here.${hint}`;
  return errorDiagnostic("DVT2004", "Unsupported block type", { detail, range });
}
