import { type Expression, numberOf, Parser, type Row, regexOf, textOf, truthy } from "./expression.ts";
import type { Aggregate } from "./functions.ts";
import { patternsOf } from "./pattern.ts";
import { QueryError, tokenize } from "./tokens.ts";
import type { Value } from "./value.ts";

/**
 * CloudWatch Logs Insights: fields, display, filter, parse, stats, sort, limit, dedup. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html (read 2026-11-21)
 */
export interface QueryResult {
  /** Columns in the order that was asked for, values as text; fields that a row lacks are left out. */
  readonly rows: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly matched: number;
}

/** A step takes rows (newest first) and gives rows. */
interface State {
  rows: Map<string, Value>[];
  columns: string[];
  isAggregated: boolean;
  isSorted: boolean;
  matched: number;
}

type Step = (state: State) => void;

const LIMIT = 10_000;
const TIME_COLUMNS = new Set(["@timestamp", "@ingestionTime"]);

/** Throws QueryError on a malformed query. */
export function compileQuery(text: string): (rows: readonly Row[], limit: number | undefined) => QueryResult {
  const parser = new Parser(tokenize(text));
  const steps: Step[] = [];
  do steps.push(command(parser));
  while (parser.takeMark("|"));
  if (parser.next.kind !== "end") parser.fail("a | was expected");
  return (rows, limit) => {
    const state: State = {
      rows: rows.map((row) => new Map(row)),
      columns: [],
      isAggregated: false,
      isSorted: false,
      matched: rows.length,
    };
    for (const step of steps) step(state);
    return resultOf(state, limit);
  };
}

function resultOf(state: State, limit: number | undefined): QueryResult {
  const columns = state.columns.length === 0 ? ["@timestamp", "@message"] : state.columns;
  const shown = state.isAggregated ? columns : [...columns, "@ptr"];
  const rows = state.rows.slice(0, Math.min(limit ?? LIMIT, LIMIT)).map((row) =>
    shown.flatMap((field) => {
      const value = row.get(field);
      return value === undefined || value === null ? [] : [{ field, value: display(field, value) }];
    }),
  );
  return { rows, matched: state.matched };
}

/** `2026-01-01 00:00:00.000`. */
const timeText = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "");

function display(field: string, value: Value): string {
  if (typeof value === "number" && (TIME_COLUMNS.has(field) || /^(bin|datefloor|dateceil)\(/i.test(field)))
    return timeText(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toFixed(4))) : textOf(value);
}

const COMMANDS: { readonly [name: string]: (parser: Parser) => Step } = {
  fields,
  display: displayOnly,
  filter,
  where: filter,
  parse,
  stats,
  sort,
  order: sort,
  limit,
  head: limit,
  dedup,
  pattern,
  unnest,
};

function command(parser: Parser): Step {
  const { kind, text, at } = parser.advance();
  const make = kind === "name" && Object.hasOwn(COMMANDS, text.toLowerCase()) ? COMMANDS[text.toLowerCase()] : undefined;
  if (make === undefined) throw new QueryError(`unexpected symbol found ${text}`, at);
  return make(parser);
}

interface Column {
  readonly name: string;
  readonly value: Expression;
}

/** `bin(5m)` means the event's time; other expressions stand as written. `as` gives a name. */
function column(parser: Parser): Column {
  const from = parser.position();
  const value = parser.isWord("bin") ? binned(parser) : parser.expression();
  const written = parser.textSince(from);
  return { name: parser.takeWord("as") ? parser.name() : written, value };
}

function binned(parser: Parser): Expression {
  parser.advance();
  parser.expectMark("(");
  const period = parser.advance();
  parser.expectMark(")");
  const parts = /^(\d+)(ms|s|m|h|d|w)$/.exec(period.text);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[parts?.[2] ?? ""];
  if (parts === null || unit === undefined || Number(parts[1]) === 0)
    throw new QueryError(`bin needs a period such as 5m, not ${period.text}`, period.at);
  const ms = Number(parts[1]) * unit;
  return (row) => Math.floor(numberOf(row.get("@timestamp") ?? null) / ms) * ms;
}

function columns(parser: Parser): Column[] {
  const all = [column(parser)];
  while (parser.takeMark(",")) all.push(column(parser));
  return all;
}

function fields(parser: Parser): Step {
  const added = columns(parser);
  return (state) => {
    for (const row of state.rows) for (const { name, value } of added) row.set(name, value(row));
    state.columns.push(...added.map(({ name }) => name).filter((name) => !state.columns.includes(name)));
  };
}

function displayOnly(parser: Parser): Step {
  const shown = columns(parser);
  return (state) => {
    for (const row of state.rows) for (const { name, value } of shown) row.set(name, value(row));
    state.columns = shown.map(({ name }) => name);
  };
}

function filter(parser: Parser): Step {
  const test = parser.expression();
  return (state) => {
    state.rows = state.rows.filter((row) => truthy(test(row)));
    if (!state.isAggregated) state.matched = state.rows.length;
  };
}

/** `parse @message "user=*, took *" as user, ms` or `parse @message /(?<user>\w+)/`. */
function parse(parser: Parser): Step {
  const source = parser.next.kind === "name" ? parser.name() : "@message";
  const { kind, text, at } = parser.advance();
  if (kind !== "string" && kind !== "regex") throw new QueryError("parse needs a text with * or a regular expression", at);
  const names: string[] = [];
  if (parser.takeWord("as")) {
    do names.push(parser.name());
    while (parser.takeMark(","));
  }
  const expression = kind === "regex" ? regexOf(text, at) : globExpression(text);
  if (kind === "string" && text.split("*").length - 1 !== names.length)
    throw new QueryError(`parse has ${text.split("*").length - 1} * and ${names.length} names`, at);
  return (state) => {
    for (const row of state.rows) {
      const match = expression.exec(textOf(row.get(source) ?? null));
      if (match === null) continue;
      for (const [name, value] of Object.entries(match.groups ?? {})) if (value !== undefined) row.set(name, value);
      names.forEach((name, index) => {
        const value = match[index + 1];
        if (value !== undefined) row.set(name, value);
      });
    }
  };
}

/** Each star takes as little as it can, the last one all that is left. */
function globExpression(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const source = parts.reduce(
    (out, part, index) => (index === 0 ? part : `${out}${index === parts.length - 1 && part === "" ? "(.*)" : "(.*?)"}${part}`),
    "",
  );
  return new RegExp(source, "s");
}

interface Counted {
  readonly name: string;
  readonly aggregate: Aggregate;
  readonly values: readonly Expression[];
}

function counted(parser: Parser): Counted {
  const from = parser.position();
  const found = parser.aggregate();
  if (found === undefined) return parser.fail("an aggregate function was expected");
  const written = parser.textSince(from);
  return { name: parser.takeWord("as") ? parser.name() : written, ...found };
}

function stats(parser: Parser): Step {
  const counts = [counted(parser)];
  while (parser.takeMark(",")) counts.push(counted(parser));
  const by = parser.takeWord("by") ? columns(parser) : [];
  return (state) => {
    const groups = new Map<string, { key: Value[]; rows: Row[] }>();
    // Oldest first, for earliest and latest.
    for (const row of [...state.rows].reverse()) {
      const key = by.map(({ value }) => value(row));
      const id = JSON.stringify(key);
      const group = groups.get(id) ?? { key, rows: [] };
      group.rows.push(row);
      groups.set(id, group);
    }
    if (by.length === 0 && groups.size === 0) groups.set("", { key: [], rows: [] });
    state.rows = [...groups.values()].map(({ key, rows }) => {
      const out = new Map<string, Value>(by.map(({ name }, index) => [name, key[index] ?? null]));
      for (const { name, aggregate, values } of counts)
        out.set(name, aggregate(rows.map((row) => values.map((value) => value(row)))));
      return out;
    });
    state.columns = [...by.map(({ name }) => name), ...counts.map(({ name }) => name)];
    state.isAggregated = true;
  };
}

function sort(parser: Parser): Step {
  parser.takeWord("by");
  const keys: { value: Expression; isDescending: boolean }[] = [];
  do {
    const from = parser.position();
    const aggregate = parser.aggregate();
    const written = parser.textSince(from);
    // `sort count(*) desc` names a column of stats.
    const value: Expression = aggregate === undefined ? column(parser).value : (row) => row.get(written) ?? null;
    const isDescending = parser.takeWord("desc");
    if (!isDescending) parser.takeWord("asc");
    keys.push({ value, isDescending });
  } while (parser.takeMark(","));
  return (state) => {
    const compared = (a: Row, b: Row) => {
      for (const { value, isDescending } of keys) {
        const order = orderOf(value(a), value(b));
        if (order !== 0) return isDescending ? -order : order;
      }
      return 0;
    };
    state.rows.sort(compared);
  };
}

/** Missing values come last in ascending order; numbers by size, the rest by text. */
function orderOf(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function limit(parser: Parser): Step {
  const { kind, text, at } = parser.advance();
  const count = Number(text);
  if (kind !== "number" || !Number.isInteger(count) || count < 1 || count > LIMIT)
    throw new QueryError(`limit needs a number between 1 and ${LIMIT}`, at);
  return (state) => {
    state.rows = state.rows.slice(0, count);
  };
}

/** `pattern @message`: a row for each pattern. */
function pattern(parser: Parser): Step {
  const field = parser.name();
  return (state) => {
    state.rows = patternsOf(state.rows, field);
    state.columns = ["@pattern", "@ratio", "@sampleCount", "@severityLabel"];
    state.isAggregated = true;
  };
}

const UNNESTED_MAX = 10_000;

/** `unnest items into item`: a row for each element of a list that JSON events have under the field. */
function unnest(parser: Parser): Step {
  const field = parser.name();
  if (!parser.takeWord("into")) parser.fail("into was expected");
  const name = parser.name();
  return (state) => {
    const out: Map<string, Value>[] = [];
    for (const row of state.rows)
      for (const inner of elementsOf(row, field)) {
        if (out.length >= UNNESTED_MAX) break;
        out.push(new Map([...row, ...inner.map(([key, value]) => [`${name}${key}`, value] as const)]));
      }
    state.rows = out;
    state.columns.push(name);
  };
}

/** The discovered fields `field.0`, `field.1.id`, … by element, without its number. */
function elementsOf(row: Row, field: string): (readonly [string, Value])[][] {
  const elements = new Map<string, (readonly [string, Value])[]>();
  for (const [key, value] of row) {
    const [, index, rest] = key.startsWith(`${field}.`) ? (/^(\d+)(.*)$/.exec(key.slice(field.length + 1)) ?? []) : [];
    if (index === undefined) continue;
    elements.set(index, [...(elements.get(index) ?? []), [rest ?? "", value]]);
  }
  return [...elements.values()];
}

/** Of the rows with the same values the first one stays. */
function dedup(parser: Parser): Step {
  const keys = columns(parser);
  return (state) => {
    const seen = new Set<string>();
    state.rows = state.rows.filter((row) => {
      const values = keys.map(({ value }) => value(row));
      if (values.some((value) => value === null)) return true;
      const id = JSON.stringify(values);
      const isNew = !seen.has(id);
      seen.add(id);
      return isNew;
    });
  };
}
