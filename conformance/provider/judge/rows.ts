/** All rows of a type: those of the tables, and those generated from the schema. */
import type { BlockSchema, Value, ValueObject } from "@dovetail/model";
import type { Case } from "../cases.ts";
import type { Group, Made } from "../life.ts";
import { endsTheRealOne } from "./crashing-rows.ts";
import { generatedRows, plausibleText, type Row } from "./generated-rows.ts";
import type { Tables } from "./tables.ts";

/** What another object would have answered, where a table's configuration asks one. */
const pretended: Made = (_name, path) => plausibleText(path.split(".").at(-1) ?? path);

export function rowsOf(tables: Tables, type: string, schema: BlockSchema): readonly Row[] {
  const bases = [...tables.cases.filter((row) => row.type === type), ...livesAsCases(tables.groups, type)];
  const rows = [...bases, ...tables.refused.filter((row) => row.type === type), ...generatedRows(schema, type, bases)];
  return [...new Map(rows.map((row) => [row.name, row])).values()].filter(({ name }) => !endsTheRealOne(type, name));
}

function livesAsCases(groups: readonly Group[], type: string): Case[] {
  return groups
    .flatMap(({ rows }) => rows)
    .filter((life) => life.type === type)
    .flatMap(({ name, config, changes = [] }) =>
      [config, ...changes].flatMap((each, i): Case[] => {
        const known = tryConfig(each);
        return known === undefined ? [] : [{ type, name: i === 0 ? name : `${name} ${i}`, config: known }];
      }),
    );
}

/** undefined where a configuration wants more than a text of another object. */
function tryConfig(config: (made: Made) => ValueObject): ValueObject | undefined {
  try {
    const value: Value = config(pretended);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
