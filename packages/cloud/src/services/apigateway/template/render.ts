import { jsonPath } from "./json-path.ts";
import { type Callable, call, isMap, memberOf, setMember, type Value, written } from "./methods.ts";
import { type Expression, type Node, type Operator, type Reference, TemplateError } from "./syntax.ts";

/**
 * Runs a mapping template. Developer guide, "API Gateway mapping template and access logging variable reference" (read 2026-11-21): a #foreach
 * goes 1,000 times at most; what AWS cuts off by time is cut off by steps here. Throws TemplateError.
 */
export interface TemplateInput {
  readonly body: string;
  /** By place: `path`, `querystring`, `header`. */
  readonly params: { readonly [place: string]: { readonly [name: string]: string } };
  readonly context: { readonly [name: string]: unknown };
  readonly stageVariables: { readonly [name: string]: string };
}

export interface Rendered {
  readonly text: string;
  /** What the template set in `$context`: `requestOverride`, `responseOverride`. */
  readonly context: { readonly [name: string]: unknown };
}

const STEPS_MAX = 200_000;
const LOOP_MAX = 1000;
const TEXT_MAX = 10 * 1024 * 1024;

class Stop extends Error {}
class Break extends Error {}

export function render(nodes: readonly Node[], input: TemplateInput): Rendered {
  const run = new Run(input);
  try {
    run.nodes(nodes);
  } catch (error) {
    if (!(error instanceof Stop) && !(error instanceof Break)) throw error;
  }
  return { text: run.text, context: run.context };
}

/** What a body is to `$input.json` and `$input.path`: JSON where it is that, else its text. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const ESCAPES: { readonly [char: string]: string } = {
  '"': '\\"',
  "'": "\\'",
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  "/": "\\/",
};

/** Apache Commons' escapeJavaScript. */
function escapeJavaScript(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    const code = text.charCodeAt(i);
    const isPlain = code >= 0x20 && code < 0x7f;
    out += ESCAPES[char] ?? (isPlain ? char : `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`);
  }
  return out;
}

const UTIL: { readonly [name: string]: Callable } = {
  escapeJavaScript: (value) => escapeJavaScript(written(value)),
  parseJson: (value) => {
    try {
      return JSON.parse(written(value));
    } catch {
      throw new TemplateError("$util.parseJson was given what is no JSON");
    }
  },
  urlEncode: (value) => new URLSearchParams([["", written(value)]]).toString().slice(1),
  urlDecode: (value) => new URLSearchParams(`x=${written(value).replaceAll("&", "%26")}`).get("x"),
  base64Encode: (value) => Buffer.from(written(value)).toString("base64"),
  base64Decode: (value) => Buffer.from(written(value), "base64").toString("utf8"),
};

class Run {
  text = "";
  readonly context: Record<string, Value>;
  private readonly variables = new Map<string, Value>();
  private readonly input: TemplateInput;
  private readonly calls: { readonly [name: string]: { readonly [name: string]: Callable } };
  private steps = 0;
  private document: { readonly value: unknown } | undefined;

  constructor(input: TemplateInput) {
    this.input = input;
    this.context = structuredClone(input.context) as Record<string, Value>;
    this.calls = { input: this.inputCalls(), util: UTIL };
    this.variables.set("context", this.context);
    this.variables.set("stageVariables", { ...input.stageVariables });
    this.variables.set("input", { body: input.body });
    this.variables.set("util", {});
  }

  private inputCalls(): { readonly [name: string]: Callable } {
    const { params } = this.input;
    const find = (path: Value) => {
      this.document ??= { value: parsed(this.input.body) };
      return jsonPath(this.document.value, written(path));
    };
    return {
      json: (path) => JSON.stringify(find(path) ?? ""),
      path: (path) => structuredClone(find(path) ?? ""),
      params: (name) => {
        if (name === undefined) return structuredClone(params);
        const wanted = written(name);
        for (const place of ["path", "querystring", "header"]) {
          const found = memberOf((params[place] ?? {}) as Record<string, Value>, wanted);
          if (found !== undefined) return found;
        }
        return "";
      },
    };
  }

  private step(): void {
    this.steps++;
    if (this.steps > STEPS_MAX) throw new TemplateError("the template takes too many steps");
  }

  nodes(nodes: readonly Node[]): void {
    for (const node of nodes) this.node(node);
  }

  private write(text: string): void {
    this.text += text;
    if (this.text.length > TEXT_MAX) throw new TemplateError("the template writes too much");
  }

  private node(node: Node): void {
    this.step();
    switch (node.kind) {
      case "raw":
        this.write(node.text);
        break;
      case "write":
        this.write(this.writtenReference(node.reference));
        break;
      case "set":
        this.assign(node.target, this.evaluate(node.value));
        break;
      case "if": {
        const taken = node.branches.find(({ when }) => when === undefined || truthy(this.evaluate(when)));
        if (taken !== undefined) this.nodes(taken.body);
        break;
      }
      case "foreach":
        this.loop(node.name, this.evaluate(node.list), node.body);
        break;
      case "break":
        throw new Break();
      default:
        throw new Stop();
    }
  }

  private writtenReference(reference: Reference): string {
    const value = this.evaluate(reference);
    if (value !== undefined && value !== null) return written(value);
    return reference.isQuiet || this.variables.has(reference.name) ? "" : reference.source;
  }

  private loop(name: string, value: Value, body: readonly Node[]): void {
    const items = Array.isArray(value) ? [...value] : isMap(value) ? Object.values(value) : [];
    const before = {
      item: this.variables.get(name),
      counter: this.variables.get("foreach"),
      old: this.variables.get("velocityCount"),
    };
    for (const [index, item] of items.slice(0, LOOP_MAX).entries()) {
      this.variables.set(name, item);
      this.variables.set("velocityCount", index + 1);
      const hasNext = index + 1 < items.length;
      this.variables.set("foreach", {
        index,
        count: index + 1,
        hasNext,
        first: index === 0,
        last: !hasNext,
        parent: before.counter,
      });
      try {
        this.nodes(body);
      } catch (error) {
        if (!(error instanceof Break)) throw error;
        break;
      }
    }
    this.restore(name, before.item);
    this.restore("foreach", before.counter);
    this.restore("velocityCount", before.old);
  }

  private restore(name: string, value: Value): void {
    if (value === undefined) this.variables.delete(name);
    else this.variables.set(name, value);
  }

  private assign(target: Reference, value: Value): void {
    const last = target.steps.at(-1);
    if (last === undefined) {
      this.variables.set(target.name, value ?? null);
      return;
    }
    const holder = this.walk(target, target.steps.slice(0, -1), true);
    const key = last.kind === "member" ? last.name : last.kind === "index" ? this.evaluate(last.at) : undefined;
    if (Array.isArray(holder) && typeof key === "number") holder[Math.min(Math.max(0, Math.trunc(key)), holder.length)] = value;
    else if (isMap(holder) && key !== undefined) setMember(holder, written(key), value);
  }

  /** `grows`: members that are missing on the way are made, as `$context.responseOverride.header.x` needs. */
  private walk(reference: Reference, steps: Reference["steps"], grows: boolean): Value {
    let value = this.variables.get(reference.name);
    for (const [index, step] of steps.entries()) {
      this.step();
      if (step.kind === "call") {
        const args = step.args.map((each) => this.evaluate(each));
        const own = index === 0 ? this.calls[reference.name]?.[step.name] : undefined;
        value = own === undefined ? call(value, step.name, args) : own(...args);
        continue;
      }
      const key = step.kind === "member" ? step.name : this.evaluate(step.at);
      const next = Array.isArray(value)
        ? value[Number(key)]
        : isMap(value)
          ? memberOf(value, written(key))
          : this.property(value, key);
      if (next === undefined && grows && isMap(value)) {
        const made = {};
        setMember(value, written(key), made);
        value = made;
      } else value = next;
    }
    return value;
  }

  /** `$list.empty`, `$text.length` without parentheses. */
  private property(value: Value, key: Value): Value {
    return key === "empty" ? call(value, "isEmpty", []) : undefined;
  }

  private evaluate(expression: Expression): Value {
    this.step();
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "text": {
        const before = this.text;
        this.text = "";
        this.nodes(expression.parts);
        const made = this.text;
        this.text = before;
        return made;
      }
      case "list":
        return expression.items.map((item) => this.evaluate(item));
      case "range":
        return this.range(Number(this.evaluate(expression.from)), Number(this.evaluate(expression.to)));
      case "map": {
        const made: Record<string, Value> = {};
        for (const [key, value] of expression.entries) setMember(made, written(this.evaluate(key)), this.evaluate(value));
        return made;
      }
      case "not":
        return !truthy(this.evaluate(expression.operand));
      case "negative":
        return -Number(this.evaluate(expression.operand));
      case "binary":
        return this.binary(expression.operator, expression.left, expression.right);
      default:
        return this.walk(expression, expression.steps, false);
    }
  }

  private range(from: number, to: number): number[] {
    const count = Math.abs(to - from) + 1;
    if (!Number.isInteger(count) || count > 10_000) throw new TemplateError("a range is too long");
    return Array.from({ length: count }, (_each, index) => (from <= to ? from + index : from - index));
  }

  private binary(operator: Operator, left: Expression, right: Expression): Value {
    const a = this.evaluate(left);
    if (operator === "||") return truthy(a) || truthy(this.evaluate(right));
    if (operator === "&&") return truthy(a) && truthy(this.evaluate(right));
    const b = this.evaluate(right);
    if (operator === "==") return equal(a, b);
    if (operator === "!=") return !equal(a, b);
    if (operator === "+" && (typeof a === "string" || typeof b === "string")) return written(a) + written(b);
    if (typeof a === "string" && typeof b === "string") return compare(operator, a, b);
    return compare(operator, Number(a), Number(b)) ?? arithmetic(operator, Number(a), Number(b));
  }
}

const truthy = (value: Value): boolean => value !== undefined && value !== null && value !== false;

function equal(a: Value, b: Value): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (typeof a === typeof b && typeof a !== "object") return a === b;
  return written(a) === written(b);
}

function compare<T extends string | number>(operator: Operator, a: T, b: T): boolean | undefined {
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  if (operator === "<=") return a <= b;
  return operator === ">=" ? a >= b : undefined;
}

/** Whole numbers are divided as such; a division by zero has no value. */
function arithmetic(operator: Operator, a: number, b: number): number | undefined {
  const isWhole = Number.isInteger(a) && Number.isInteger(b);
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (b === 0) return undefined;
  if (operator === "%") return a % b;
  return isWhole ? Math.trunc(a / b) : a / b;
}
