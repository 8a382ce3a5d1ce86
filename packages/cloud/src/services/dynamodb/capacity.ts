/** Capacity units (Developer Guide, "DynamoDB read and write operations"), and how answers report them. */
import type { TableRecord } from "./table.ts";

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

export function readUnits(bytes: number, consistent: boolean): number {
  const blocks = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
  return consistent ? blocks : blocks / 2;
}

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** Units that a request used of one table and its indexes. */
export class Consumption {
  table = 0;
  readonly indexes = new Map<string, number>();

  addIndex(name: string, units: number): void {
    this.indexes.set(name, (this.indexes.get(name) ?? 0) + units);
  }

  get total(): number {
    let sum = this.table;
    for (const units of this.indexes.values()) sum += units;
    return sum;
  }
}

export type CapacityDetail = "NONE" | "TOTAL" | "INDEXES" | undefined;

/** The `ConsumedCapacity` member; `kind` adds Read- or WriteCapacityUnits as transactions do. */
export function describeConsumption(
  table: TableRecord,
  used: Consumption,
  detail: CapacityDetail,
  kind?: "Read" | "Write",
): object | undefined {
  if (detail !== "TOTAL" && detail !== "INDEXES") return undefined;
  const units = (value: number) => ({ CapacityUnits: value, ...(kind === undefined ? {} : { [`${kind}CapacityUnits`]: value }) });
  const total = { TableName: table.name, ...units(used.total) };
  if (detail === "TOTAL") return total;
  const ofKind = (which: "global" | "local") => {
    const rows = [...used.indexes].filter(([name]) => table.indexes.some((index) => index.name === name && index.kind === which));
    return rows.length === 0 ? undefined : Object.fromEntries(rows.map(([name, value]) => [name, units(value)]));
  };
  const global = ofKind("global");
  const local = ofKind("local");
  return {
    ...total,
    Table: units(used.table),
    ...(local === undefined ? {} : { LocalSecondaryIndexes: local }),
    ...(global === undefined ? {} : { GlobalSecondaryIndexes: global }),
  };
}
