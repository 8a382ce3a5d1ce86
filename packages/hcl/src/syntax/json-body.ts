import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { didYouMean } from "../evaluate/name-suggestion.ts";
import type { Span } from "../evaluate/node.ts";
import { formatPlace } from "../evaluate/place.ts";
import { goQuote } from "../values/go-quote.ts";
import type { Attribute, Block, Body, BodyContent, BodySchema } from "./body.ts";
import { JsonExpression } from "./json-expression.ts";
import { type JsonNode, type JsonProperty, readJson } from "./json-parser.ts";
import { missingArgument } from "./native-body.ts";
import { parseTemplate } from "./parse.ts";
import { SourceText } from "./source-text.ts";

/** JSON counts a tab for two columns, as Terraform does in its messages. */
const TAB_COLUMNS = 2;
/** A property of this name is a comment. */
const COMMENT = "//";
const WRONG_TYPE = "Incorrect JSON value type";

/**
 * A file of HCL's JSON syntax (HCL JSON Syntax Specification). Never throws: what is wrong is told, and the body holds what could be read.
 */
export function parseJson(
  source: string | Uint8Array,
  file: string,
): { readonly body: Body; readonly diagnostics: readonly Diagnostic[]; readonly calls: ReadonlySet<string> } {
  const text = new SourceText(source, file, undefined, { tabColumns: TAB_COLUMNS });
  const { node, diagnostics } = readJson(text);
  const told = [...encodingProblems(text), ...diagnostics];
  const calls = new Set(callsIn(node));
  if (node.kind === "object" || node.kind === "array") return { body: new JsonBody(text, node), diagnostics: told, calls };
  const detail = "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.";
  const range = text.range(node.startSpan.start, node.startSpan.end);
  const start = { start: 0, end: 0 };
  const empty: JsonNode = { kind: "object", properties: [], closeSpan: start, span: start, startSpan: start };
  return {
    body: new JsonBody(text, empty),
    diagnostics: [...told, errorDiagnostic("DVT2001", "Root value must be object", { detail, range })],
    calls,
  };
}

/** The functions that are called in any text; only what looks like a call is read as a template. */
function callsIn(node: JsonNode): readonly string[] {
  if (node.kind === "array") return node.elements.flatMap(callsIn);
  if (node.kind === "object") return node.properties.flatMap(({ name, value }) => [...callsInText(name), ...callsIn(value)]);
  return node.kind === "string" ? callsInText(node.text) : [];
}

function callsInText(text: string): readonly string[] {
  return text.includes("{") && text.includes("(") ? [...parseTemplate(text, "").calls] : [];
}

/** Terraform would put a replacement character in place of bytes that are not UTF-8; here they are refused, at the first one. */
function encodingProblems(source: SourceText): readonly Diagnostic[] {
  const at = /[\ud800-\udfff]/u.exec(source.text)?.index;
  if (at === undefined) return [];
  const detail = "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.";
  return [errorDiagnostic("DVT2001", "Invalid character encoding", { detail, range: source.range(at, at + 1) })];
}

/** A body of JSON syntax: only a schema tells which properties are arguments and which are blocks. */
export class JsonBody implements Body {
  readonly #source: SourceText;
  readonly #node: JsonNode;
  readonly #hidden: ReadonlySet<string>;

  constructor(source: SourceText, node: JsonNode, hidden: ReadonlySet<string> = new Set()) {
    this.#source = source;
    this.#node = node;
    this.#hidden = hidden;
  }

  get missingRange(): SourceRange {
    return this.#range(this.#node.kind === "object" ? this.#node.closeSpan : this.#node.startSpan);
  }

  #range({ start, end }: Span): SourceRange {
    return this.#source.range(start, end);
  }

  #error(summary: string, detail: string, span: Span): Diagnostic {
    return errorDiagnostic("DVT2004", summary, { detail, range: this.#range(span) });
  }

  content(schema: BodySchema): BodyContent {
    const { content, rest } = this.#partial(schema);
    const known = [
      ...schema.attributes.map(({ name }) => name).filter((name) => !rest.#hidden.has(name)),
      ...schema.blocks.map(({ type }) => type),
    ];
    const extra = this.#properties(this.#node, undefined, []).filter(({ name }) => name !== COMMENT && !rest.#hidden.has(name));
    const unexpected = extra.map(({ name, nameSpan }) => {
      const detail = `No argument or block type is named ${goQuote(name)}.${didYouMean(name, known)}`;
      return this.#error("Extraneous JSON object property", detail, nameSpan);
    });
    return { ...content, diagnostics: [...content.diagnostics, ...unexpected] };
  }

  partialContent(schema: BodySchema): { readonly content: BodyContent; readonly rest: Body } {
    return this.#partial(schema);
  }

  #partial(schema: BodySchema): { readonly content: BodyContent; readonly rest: JsonBody } {
    const diagnostics: Diagnostic[] = [];
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    const used = new Set(this.#hidden);
    const wantedAttributes = new Set(schema.attributes.map(({ name }) => name));
    const wantedBlocks = new Map(schema.blocks.map(({ type, labels }) => [type, labels]));
    for (const property of this.#properties(this.#node, undefined, diagnostics)) {
      if (this.#hidden.has(property.name)) continue;
      const labels = wantedBlocks.get(property.name);
      if (wantedAttributes.has(property.name)) this.#addAttribute(property, attributes, diagnostics);
      else if (labels !== undefined) this.#unpack(property.value, property, labels, [], blocks, diagnostics);
      else continue;
      used.add(property.name);
    }
    for (const { name, isRequired } of schema.attributes) {
      if (isRequired === true && !attributes.has(name)) diagnostics.push(missingArgument(name, this.missingRange));
    }
    const content = { attributes, blocks, diagnostics, missingRange: this.missingRange };
    return { content, rest: new JsonBody(this.#source, this.#node, used) };
  }

  #addAttribute(property: JsonProperty, attributes: Map<string, Attribute>, diagnostics: Diagnostic[]): void {
    const existing = attributes.get(property.name);
    if (existing === undefined) attributes.set(property.name, this.#attribute(property));
    else {
      const detail = `The argument ${goQuote(property.name)} was already set at ${formatPlace(existing.range)}.`;
      diagnostics.push(this.#error("Duplicate argument", detail, property.nameSpan));
    }
  }

  #attribute({ name, nameSpan, value }: JsonProperty): Attribute {
    return {
      name,
      expression: new JsonExpression(this.#source, value),
      range: this.#range({ start: nameSpan.start, end: value.span.end }),
      nameRange: this.#range(nameSpan),
    };
  }

  justAttributes(): { readonly attributes: ReadonlyMap<string, Attribute>; readonly diagnostics: readonly Diagnostic[] } {
    const attributes = new Map<string, Attribute>();
    if (this.#node.kind !== "object") {
      const detail = "A JSON object is required here, setting the arguments for this block.";
      return { attributes, diagnostics: [this.#error(WRONG_TYPE, detail, this.#node.startSpan)] };
    }
    const diagnostics: Diagnostic[] = [];
    for (const property of this.#node.properties) {
      const { name, nameSpan } = property;
      const existing = attributes.get(name);
      if (name === COMMENT || this.#hidden.has(name)) continue;
      if (existing === undefined) attributes.set(name, this.#attribute(property));
      else {
        const detail = `The argument ${goQuote(name)} was already set at ${formatPlace(existing.range)}.`;
        diagnostics.push(this.#error("Duplicate attribute definition", detail, nameSpan));
      }
    }
    return { attributes, diagnostics };
  }

  /** The properties of an object, or of all objects of an array; `label` is what their names stand for, where they are a block's labels. */
  #properties(node: JsonNode, label: string | undefined, diagnostics: Diagnostic[]): readonly JsonProperty[] {
    const purpose = label === undefined ? "to define arguments and child blocks" : `to specify ${label} labels for this block`;
    if (node.kind === "null") return [];
    if (node.kind === "object") return node.properties;
    if (node.kind !== "array") {
      const detail = `Either a JSON object or JSON array of objects is required here, ${purpose}.`;
      diagnostics.push(this.#error(WRONG_TYPE, detail, node.startSpan));
      return [];
    }
    return node.elements.flatMap((element) => {
      if (element.kind === "object") return element.properties;
      diagnostics.push(this.#error(WRONG_TYPE, `A JSON object is required here, ${purpose}.`, element.startSpan));
      return [];
    });
  }

  /** Takes the labels off, a level of properties each, and makes a block of what is left, or of each element of what is left. */
  #unpack(
    node: JsonNode,
    block: JsonProperty,
    labelsLeft: readonly string[],
    labels: readonly JsonProperty[],
    blocks: Block[],
    diagnostics: Diagnostic[],
  ): void {
    const [label, ...others] = labelsLeft;
    if (label !== undefined) {
      const properties = this.#properties(node, label, diagnostics);
      if (properties.length === 0) {
        const detail = `At least one object property is required, whose name represents the ${block.name} block's ${label}.`;
        diagnostics.push(this.#error("Missing block label", detail, node.startSpan));
      }
      for (const property of properties) this.#unpack(property.value, block, others, [...labels, property], blocks, diagnostics);
    } else if (node.kind === "object") blocks.push(this.#block(node, node.startSpan, block, labels));
    else if (node.kind === "array") {
      for (const element of node.elements) blocks.push(this.#block(element, node.startSpan, block, labels));
    } else if (node.kind !== "null") {
      const detail = `Either a JSON object or a JSON array is required, representing the contents of one or more ${goQuote(block.name)} blocks.`;
      diagnostics.push(this.#error(WRONG_TYPE, detail, node.startSpan));
    }
  }

  #block(node: JsonNode, defSpan: Span, { name, nameSpan }: JsonProperty, labels: readonly JsonProperty[]): Block {
    return {
      type: name,
      labels: labels.map((label) => label.name),
      body: new JsonBody(this.#source, node),
      defRange: this.#range(defSpan),
      typeRange: this.#range(nameSpan),
      labelRanges: labels.map((label) => this.#range(label.nameSpan)),
    };
  }
}
