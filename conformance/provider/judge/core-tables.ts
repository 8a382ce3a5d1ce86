/** The rows of what Terraform's core refuses, for every native type that has a legal configuration in the tables. */
import type { Provider } from "@dovetail/provider";
import { wrongBodies } from "./core-rows.ts";
import type { CoreRow } from "./judge-core.ts";
import { schemaOf } from "./judge-plans.ts";
import { rowsOf } from "./rows.ts";
import type { Tables } from "./tables.ts";

export function coreRowsOf(ours: Provider, tables: Tables, wanted: (type: string) => boolean): readonly CoreRow[] {
  return ours
    .listTypes("resource")
    .filter(wanted)
    .flatMap((type) => {
      const schema = schemaOf(ours, type);
      const legal = rowsOf(tables, type, schema).find(({ before }) => before === undefined);
      if (legal === undefined) return [];
      return wrongBodies(schema, legal.config).map(([name, body]): CoreRow => ({ kind: "resource", type, name, body }));
    });
}
