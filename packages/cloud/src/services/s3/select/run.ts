/** Carries a query out over rows. */
import { s3Error } from "../errors.ts";
import { compare, evaluate, type Value } from "./evaluate.ts";
import type { Expression, Query } from "./expression.ts";
import type { SelectedRow } from "./records.ts";

type Aggregate = Extract<Expression, { kind: "aggregate" }>;

class Total {
  private readonly aggregate: Aggregate;
  private count = 0;
  private sum = 0;
  private extreme: Value;

  constructor(aggregate: Aggregate) {
    this.aggregate = aggregate;
  }

  add(row: SelectedRow): void {
    const { name, of } = this.aggregate;
    const value = of === undefined ? true : evaluate(of, { row, totals: [] });
    if (value === null || value === undefined) return;
    this.count++;
    if (name === "SUM" || name === "AVG") this.sum += numeric(value);
    if (name !== "MIN" && name !== "MAX") return;
    const order = this.extreme === undefined ? undefined : compare(value, this.extreme);
    if (this.extreme === undefined || (order ?? 0) * (name === "MIN" ? 1 : -1) < 0) this.extreme = value;
  }

  get value(): Value {
    const { name } = this.aggregate;
    if (name === "COUNT") return this.count;
    if (this.count === 0) return null;
    if (name === "SUM") return this.sum;
    return name === "AVG" ? this.sum / this.count : this.extreme;
  }
}

function numeric(value: Value): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw s3Error("CastFailed", 400, "Attempt to convert from one data type to another using CAST failed in the SQL expression.");
}

export type Cells = readonly (readonly [name: string, value: Value])[];

function cellsOf(query: Query, row: SelectedRow, totals: readonly Value[]): Cells {
  return (
    query.columns?.map(({ value, name }, i) => [name ?? `_${i + 1}`, evaluate(value, { row, totals })] as const) ?? row.all()
  );
}

const NO_ROW: SelectedRow = { whole: undefined, column: () => undefined, all: () => [] };

/** The answer's rows. Rejects with S3 Select's errors, some rows perhaps answered before. */
export async function* selected(query: Query, rows: AsyncIterable<SelectedRow>): AsyncGenerator<Cells> {
  const totals = query.aggregates.map((aggregate) => new Total(aggregate));
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  if (left > 0)
    for await (const row of rows) {
      if (query.where !== undefined && evaluate(query.where, { row, totals: [] }) !== true) continue;
      if (totals.length > 0) for (const total of totals) total.add(row);
      else yield cellsOf(query, row, []);
      if (--left <= 0) break;
    }
  if (totals.length > 0)
    yield cellsOf(
      query,
      NO_ROW,
      totals.map(({ value }) => value),
    );
}
