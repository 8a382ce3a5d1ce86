/**
 * SEARCH expressions: which metrics they find. CloudWatch user guide, "CloudWatch search expression syntax": a schema of namespace and exact
 * dimension names, then terms: words match parts of names and values, quoted ones the whole, `Name=value` one property, with AND, OR, NOT.
 * Pure.
 */
export interface FoundMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

type Test = (metric: FoundMetric) => boolean;

const LENGTH_MAX = 1024;
const DEPTH_MAX = 50;

interface Token {
  readonly kind: "word" | "sign";
  readonly text: string;
  readonly isQuoted: boolean;
}

const TOKEN = /\s*(?:([()=-])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s()="']+))/y;

function tokenize(text: string): Token[] | undefined {
  const trimmed = text.trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    const [, sign, double, single, word] = match;
    const quoted = double ?? single;
    if (sign !== undefined) tokens.push({ kind: "sign", text: sign, isQuoted: false });
    else if (quoted !== undefined) tokens.push({ kind: "word", text: quoted.replace(/\\(.)/g, "$1"), isQuoted: true });
    else tokens.push({ kind: "word", text: word ?? "", isQuoted: false });
  }
  return tokens;
}

/** `m-Name.4` -> m, name, 4; camel case is taken apart as well. */
function wordsOf(text: string): string[] {
  const parts = text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(/[^A-Za-z0-9]+/);
  return [text, ...parts, ...text.split(/[^A-Za-z0-9]+/)].filter((part) => part !== "").map((part) => part.toLowerCase());
}

function textsOf(metric: FoundMetric): string[] {
  return [metric.namespace, metric.name, ...metric.dimensions.flatMap(({ Name, Value }) => [Name, Value])];
}

function matchesText(texts: readonly string[], wanted: Token): boolean {
  if (wanted.isQuoted) return texts.includes(wanted.text);
  const words = wordsOf(wanted.text).slice(1);
  const own = wanted.text.toLowerCase();
  return texts.some((text) => {
    const known = wordsOf(text);
    return known.includes(own) || (words.length > 0 && words.every((word) => known.includes(word)));
  });
}

function property(metric: FoundMetric, name: string): string[] {
  if (name.toLowerCase() === "namespace") return [metric.namespace];
  if (name.toLowerCase() === "metricname") return [metric.name];
  return metric.dimensions.flatMap((each) => (each.Name === name ? [each.Value] : []));
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  private word(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "word" || token.isQuoted || token.text !== text) return false;
    this.at++;
    return true;
  }

  private sign(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "sign" || token.text !== text) return false;
    this.at++;
    return true;
  }

  any(depth: number): Test | undefined {
    let left = this.all(depth);
    while (left !== undefined && this.word("OR")) {
      const [a, b] = [left, this.all(depth)];
      left = b === undefined ? undefined : (metric) => a(metric) || b(metric);
    }
    return left;
  }

  /** Terms side by side are joined by AND. */
  private all(depth: number): Test | undefined {
    let left = this.one(depth);
    while (left !== undefined && !this.atEnd) {
      const token = this.tokens[this.at];
      if (token?.text === ")" || (token?.text === "OR" && !token.isQuoted)) break;
      this.word("AND");
      const [a, b] = [left, this.one(depth)];
      left = b === undefined ? undefined : (metric) => a(metric) && b(metric);
    }
    return left;
  }

  private one(depth: number): Test | undefined {
    if (depth > DEPTH_MAX) return undefined;
    if (this.word("NOT") || this.sign("-")) {
      const of = this.one(depth + 1);
      return of === undefined ? undefined : (metric) => !of(metric);
    }
    if (this.sign("(")) {
      const inner = this.any(depth + 1);
      return this.sign(")") ? inner : undefined;
    }
    const token = this.tokens[this.at++];
    if (token?.kind !== "word") return undefined;
    if (!this.sign("=")) return (metric) => matchesText(textsOf(metric), token);
    return this.value(token.text, depth);
  }

  /** After `Name=`: one value, or alternatives in brackets. */
  private value(name: string, depth: number): Test | undefined {
    if (!this.sign("(")) {
      const token = this.tokens[this.at++];
      return token?.kind === "word" ? (metric) => matchesText(property(metric, name), token) : undefined;
    }
    const tests: Test[] = [];
    do {
      const test = this.value(name, depth + 1);
      if (test === undefined || depth > DEPTH_MAX) return undefined;
      tests.push(test);
    } while (this.word("OR"));
    return this.sign(")") ? (metric) => tests.some((test) => test(metric)) : undefined;
  }
}

/** undefined for what is no search expression. */
export function parseSearch(text: string): Test | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const schema = /^\s*\{([^}]*)\}/.exec(text);
  const rest = schema === null ? text : text.slice(schema[0].length);
  const names = (schema?.[1] ?? "").match(/"[^"]*"|[^,\s][^,]*/g)?.map((name) => name.trim().replace(/^"|"$/g, "")) ?? [];
  const [namespace, ...dimensions] = names;
  const wanted = dimensions.sort().join("\0");
  const isInSchema: Test = (metric) =>
    namespace === undefined ||
    (metric.namespace === namespace &&
      metric.dimensions
        .map(({ Name }) => Name)
        .sort()
        .join("\0") === wanted);
  if (rest.trim() === "") return namespace === undefined ? undefined : isInSchema;
  const tokens = tokenize(rest);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const test = parser.any(0);
  return test !== undefined && parser.atEnd ? (metric) => isInSchema(metric) && test(metric) : undefined;
}

/** What tells found metrics apart: their dimensions' values, and the name where names differ. */
export function labelOf(metric: FoundMetric, all: readonly FoundMetric[]): string {
  const differs = (values: readonly string[]) => new Set(values).size > 1;
  const values = metric.dimensions.filter(({ Name }) =>
    differs(all.map((each) => each.dimensions.find((dimension) => dimension.Name === Name)?.Value ?? "")),
  );
  const names = differs(all.map(({ name }) => name)) || values.length === 0 ? [metric.name] : [];
  return [...values.map(({ Value }) => Value), ...names].join(" ");
}
