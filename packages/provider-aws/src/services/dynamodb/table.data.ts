import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { resource } from "./table.resource.ts";

/** `aws_dynamodb_table` (data source): what the resource reads. Behaviour: `internal/service/dynamodb/table_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_dynamodb_table",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const table = await resource.read(aws, { id: name });
    if (table === null) throw notFound(`Dynamodb Table (${name})`);
    return { ...table, tags: table.tags_all ?? {} };
  },
};
