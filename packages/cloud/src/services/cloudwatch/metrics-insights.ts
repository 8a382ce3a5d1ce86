/**
 * Metrics Insights: `SELECT AVG(name) FROM SCHEMA("namespace", Dim) WHERE Dim = 'x' AND … GROUP BY Dim ORDER BY MAX() DESC LIMIT 5`.
 * CloudWatch user guide, "Metrics Insights query components and syntax". Parsing and the work on found metrics; pure.
 */
import { type Aggregate, add } from "./aggregate.ts";
import type { FoundMetric } from "./search.ts";

const FUNCTIONS = ["AVG", "COUNT", "MAX", "MIN", "SUM"] as const;
type FunctionName = (typeof FUNCTIONS)[number];

export interface InsightsQuery {
  readonly function: FunctionName;
  readonly metric: string;
  readonly namespace: string;
  /** Exact names of dimensions where SCHEMA says them. */
  readonly schema?: readonly string[];
  readonly where: readonly { readonly name: string; readonly isNot: boolean; readonly value: string }[];
  readonly groupBy: readonly string[];
  readonly order?: { readonly function: FunctionName; readonly isAscending: boolean };
  readonly limit: number;
}

const LENGTH_MAX = 2048;
const SERIES_MAX = 500;
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_][\w.:-]*)|(\d+)|(!=|=|[(),]))/y;

interface Token {
  readonly text: string;
  readonly kind: "text" | "word" | "number" | "sign";
}

function tokenize(text: string): Token[] | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const trimmed = text.trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    const [, quoted, word, number, sign] = match;
    if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.slice(1, -1).replace(/\\(.)/g, "$1") });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  return tokens;
}

class Refused extends Error {}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  word(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "word" || token.text.toUpperCase() !== text) return false;
    this.at++;
    return true;
  }

  sign(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "sign" || token.text !== text) return false;
    this.at++;
    return true;
  }

  needWord(text: string): void {
    if (!this.word(text)) throw new Refused(`expected ${text}`);
  }

  needSign(text: string): void {
    if (!this.sign(text)) throw new Refused(`expected ${text}`);
  }

  name(): string {
    const token = this.tokens[this.at++];
    if (token === undefined || (token.kind !== "word" && token.kind !== "text")) throw new Refused("expected a name");
    return token.text;
  }

  number(): number {
    const token = this.tokens[this.at++];
    if (token?.kind !== "number") throw new Refused("expected a number");
    return Number(token.text);
  }

  functionName(): FunctionName {
    const text = this.name().toUpperCase();
    const found = FUNCTIONS.find((name) => name === text);
    if (found === undefined) throw new Refused(`unknown function ${text}`);
    return found;
  }

  list(): string[] {
    const names = [this.name()];
    while (this.sign(",")) names.push(this.name());
    return names;
  }
}

function parse(parser: Parser): InsightsQuery {
  parser.needWord("SELECT");
  const work = parser.functionName();
  parser.needSign("(");
  const metric = parser.name();
  parser.needSign(")");
  parser.needWord("FROM");
  const isSchema = parser.word("SCHEMA");
  if (isSchema) parser.needSign("(");
  const [namespace = "", ...schema] = isSchema ? parser.list() : [parser.name()];
  if (isSchema) parser.needSign(")");
  const where: InsightsQuery["where"][number][] = [];
  if (parser.word("WHERE"))
    do {
      const name = parser.name();
      const isNot = parser.sign("!=");
      if (!isNot) parser.needSign("=");
      where.push({ name, isNot, value: parser.name() });
    } while (parser.word("AND"));
  let groupBy: string[] = [];
  if (parser.word("GROUP")) {
    parser.needWord("BY");
    groupBy = parser.list();
  }
  let order: InsightsQuery["order"];
  if (parser.word("ORDER")) {
    parser.needWord("BY");
    const by = parser.functionName();
    parser.needSign("(");
    parser.needSign(")");
    const isDescending = parser.word("DESC");
    order = { function: by, isAscending: !isDescending };
    if (!isDescending) parser.word("ASC");
  }
  const limit = parser.word("LIMIT") ? parser.number() : SERIES_MAX;
  if (!parser.atEnd) throw new Refused("unexpected end of the query");
  if (limit < 1 || limit > SERIES_MAX) throw new Refused(`LIMIT must be between 1 and ${SERIES_MAX}`);
  return {
    function: work,
    metric,
    namespace,
    where,
    groupBy,
    limit,
    ...(isSchema ? { schema } : {}),
    ...(order === undefined ? {} : { order }),
  };
}

/** The query, or why it is none. */
export function parseInsights(text: string): InsightsQuery | string {
  const tokens = tokenize(text);
  if (tokens === undefined) return "the query cannot be read";
  try {
    return parse(new Parser(tokens));
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function dimension(metric: FoundMetric, name: string): string | undefined {
  return metric.dimensions.find((each) => each.Name === name)?.Value;
}

export function wants(query: InsightsQuery, metric: FoundMetric): boolean {
  if (metric.namespace !== query.namespace || metric.name !== query.metric) return false;
  if (query.schema !== undefined) {
    const names = metric.dimensions.map(({ Name }) => Name).sort();
    if (names.join("\0") !== [...query.schema].sort().join("\0")) return false;
  }
  return (
    query.where.every(({ name, isNot, value }) => (dimension(metric, name) === value) !== isNot) &&
    query.groupBy.every((name) => dimension(metric, name) !== undefined)
  );
}

function resultOf(name: FunctionName, a: Aggregate): number {
  if (name === "AVG") return a.sum / a.count;
  if (name === "COUNT") return a.count;
  if (name === "MAX") return a.max;
  return name === "MIN" ? a.min : a.sum;
}

export interface MetricSteps {
  readonly metric: FoundMetric;
  readonly steps: ReadonlyMap<number, Aggregate>;
}

/** Series by group, sorted and cut as the query says. */
export function runInsights(
  query: InsightsQuery,
  found: readonly MetricSteps[],
): { label: string; series: Map<number, number> }[] {
  const groups = new Map<string, Map<number, Aggregate>>();
  for (const { metric, steps } of found) {
    const label =
      query.groupBy.length === 0 ? query.metric : query.groupBy.map((name) => dimension(metric, name) ?? "").join(" ");
    const into = groups.get(label) ?? new Map<number, Aggregate>();
    for (const [time, aggregate] of steps) into.set(time, add(into.get(time), aggregate));
    groups.set(label, into);
  }
  const rank = (steps: ReadonlyMap<number, Aggregate>) => {
    const values = [...steps.values()].map((each) => resultOf(query.function, each));
    const whole = values.reduce<Aggregate | undefined>(
      (sum, value) => add(sum, { count: 1, sum: value, min: value, max: value }),
      undefined,
    );
    return whole === undefined ? Number.NEGATIVE_INFINITY : resultOf(query.order?.function ?? "AVG", whole);
  };
  const lines = [...groups].map(([label, steps]) => ({
    label,
    rank: rank(steps),
    series: new Map([...steps].sort(([a], [b]) => a - b).map(([time, each]) => [time, resultOf(query.function, each)] as const)),
  }));
  if (query.order !== undefined) lines.sort((a, b) => (query.order?.isAscending === true ? a.rank - b.rank : b.rank - a.rank));
  return lines.slice(0, query.limit).map(({ label, series }) => ({ label, series }));
}
