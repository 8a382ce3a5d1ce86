/**
 * SES's templates: Handlebars' `{{value}}`, `{{a.b}}`, `{{this}}`, `{{@index}}`, `#if`, `#unless`, `#each`, `#with`, `else`, comments,
 * and inline partials. SES doesn't escape HTML. SES developer guide, "Using templates" and "Advanced email personalization". Pure.
 */
export class TemplateError extends Error {
  /** The attribute that is not there; undefined for a template that is malformed. */
  readonly attribute: string | undefined;
  constructor(message: string, attribute?: string) {
    super(message);
    this.name = "TemplateError";
    this.attribute = attribute;
  }
}

type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly path: string }
  | { readonly kind: "partial"; readonly name: string }
  | {
      readonly kind: "block";
      readonly helper: string;
      readonly path: string;
      readonly body: readonly Node[];
      readonly other: readonly Node[];
    };

interface Scope {
  readonly value: unknown;
  readonly parent?: Scope;
  readonly index?: number;
  readonly key?: string;
  readonly isFirst?: boolean;
  readonly isLast?: boolean;
}

const HELPERS = ["if", "unless", "each", "with"];
const DEPTH_MAX = 40;
const OUTPUT_MAX = 4_000_000;

interface Reader {
  readonly text: string;
  readonly partials: Map<string, readonly Node[]>;
  at: number;
}

/** The next tag's inside, with the text before it; undefined at the end. */
function nextTag(reader: Reader): { readonly before: string; readonly inside: string } | undefined {
  const start = reader.text.indexOf("{{", reader.at);
  if (start < 0) return undefined;
  const triple = reader.text.startsWith("{{{", start);
  const isComment = reader.text.startsWith("{{!--", start);
  const close = isComment ? "--}}" : triple ? "}}}" : "}}";
  const end = reader.text.indexOf(close, start);
  if (end < 0) throw new TemplateError(`unclosed tag at position ${start}`);
  const before = reader.text.slice(reader.at, start);
  reader.at = end + close.length;
  return {
    before,
    inside: isComment
      ? "!"
      : reader.text
          .slice(start + (triple ? 3 : 2), end)
          .trim()
          .replace(/^~|~$/g, "")
          .trim(),
  };
}

interface Parsed {
  readonly nodes: Node[];
  readonly ended: string | undefined;
}

function openBlock(reader: Reader, inside: string, depth: number): Node | undefined {
  const inline = /^#\*inline\s+"([^"]+)"$/.exec(inside);
  if (inline !== null) {
    const { nodes, ended } = parse(reader, depth + 1);
    if (ended !== "/inline") throw new TemplateError("inline partial without end");
    reader.partials.set(inline[1] ?? "", nodes);
    return undefined;
  }
  const [helper = "", path = ""] = inside.slice(1).trim().split(/\s+/);
  if (!HELPERS.includes(helper) || path === "") throw new TemplateError(`unknown block helper ${helper}`);
  const first = parse(reader, depth + 1);
  const second = first.ended === "else" ? parse(reader, depth + 1) : undefined;
  if ((second ?? first).ended !== `/${helper}`) throw new TemplateError(`block ${helper} is not closed`);
  return { kind: "block", helper, path, body: first.nodes, other: second?.nodes ?? [] };
}

function parse(reader: Reader, depth: number): Parsed {
  if (depth > DEPTH_MAX) throw new TemplateError("blocks are nested too deeply");
  const nodes: Node[] = [];
  for (;;) {
    const tag = nextTag(reader);
    if (tag === undefined) {
      nodes.push({ kind: "text", text: reader.text.slice(reader.at) });
      reader.at = reader.text.length;
      return { nodes, ended: undefined };
    }
    nodes.push({ kind: "text", text: tag.before });
    const { inside } = tag;
    if (inside.startsWith("!")) continue;
    if (inside === "else" || inside.startsWith("/")) return { nodes, ended: inside.replace(/^\/\s+/, "/") };
    if (inside.startsWith("#")) {
      const block = openBlock(reader, inside, depth);
      if (block !== undefined) nodes.push(block);
    } else if (inside.startsWith(">")) nodes.push({ kind: "partial", name: inside.slice(1).trim() });
    else if (/^[@\w$][\w$.@/[\]-]*$/.test(inside) || inside === "." || inside.startsWith("../"))
      nodes.push({ kind: "value", path: inside });
    else throw new TemplateError(`cannot read {{${inside.slice(0, 60)}}}`);
  }
}

function compiled(text: string): { nodes: readonly Node[]; partials: Reader["partials"] } {
  const reader: Reader = { text, partials: new Map(), at: 0 };
  const { nodes, ended } = parse(reader, 0);
  if (ended !== undefined) throw new TemplateError(`unexpected {{${ended}}}`);
  return { nodes, partials: reader.partials };
}

/** Throws TemplateError for a template that is malformed. */
export function checkTemplate(text: string): void {
  compiled(text);
}

function own(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as { readonly [name: string]: unknown })[name]
    : undefined;
}

function lookup(scope: Scope, path: string): unknown {
  if (path.startsWith("../")) return scope.parent === undefined ? undefined : lookup(scope.parent, path.slice(3));
  if (path === "this" || path === ".") return scope.value;
  const local: { readonly [name: string]: unknown } = {
    "@index": scope.index,
    "@key": scope.key,
    "@first": scope.isFirst,
    "@last": scope.isLast,
  };
  if (path.startsWith("@")) return local[path];
  const parts = path
    .replace(/^this\./, "")
    .replace(/\[(\w+)\]/g, ".$1")
    .split(".")
    .filter((part) => part !== "");
  return parts.reduce<unknown>((value, part) => own(value, part), scope.value);
}

function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function itemsOf(value: unknown, parent: Scope): Scope[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  return entries.map(([key, item], index) => ({
    value: item,
    parent,
    index,
    key,
    isFirst: index === 0,
    isLast: index === entries.length - 1,
  }));
}

/** Throws TemplateError: malformed, or an attribute is missing. */
export function render(text: string, data: unknown): string {
  const { nodes, partials } = compiled(text);
  let length = 0;
  const run = (list: readonly Node[], scope: Scope, depth: number): string => {
    if (depth > DEPTH_MAX) throw new TemplateError("partials are nested too deeply");
    return list.map((node) => one(node, scope, depth)).join("");
  };
  const one = (node: Node, scope: Scope, depth: number): string => {
    if (length > OUTPUT_MAX) throw new TemplateError("the rendered message is too long");
    if (node.kind === "text") {
      length += node.text.length;
      return node.text;
    }
    if (node.kind === "partial") {
      const found = partials.get(node.name);
      if (found === undefined) throw new TemplateError(`The partial ${node.name} could not be found`, node.name);
      return run(found, scope, depth + 1);
    }
    const value = lookup(scope, node.path);
    if (node.kind === "value") {
      if (value === undefined)
        throw new TemplateError(`Attribute '${node.path}' is not present in the rendering data.`, node.path);
      const shown = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
      length += shown.length;
      return shown;
    }
    if (node.helper === "each") {
      const items = itemsOf(value, scope);
      return items.length === 0
        ? run(node.other, scope, depth + 1)
        : items.map((item) => run(node.body, item, depth + 1)).join("");
    }
    const isBody = node.helper === "unless" ? !isTrue(value) : isTrue(value);
    if (!isBody) return run(node.other, scope, depth + 1);
    return run(node.body, node.helper === "with" ? { value, parent: scope } : scope, depth + 1);
  };
  return run(nodes, { value: data }, 0);
}
