import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { attributeJson, itemOf, keyText } from "./item-json.ts";

/** `aws_dynamodb_table_item` (data source). Behaviour: `internal/service/dynamodb/table_item_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_dynamodb_table_item",
  async read(aws, config) {
    const TableName = requiredText(config, "table_name");
    const projection = textAt(config, "projection_expression");
    const names = textMapAt(config, "expression_attribute_names");
    const { Item } = await aws.clients.dynamodb.getItem({
      TableName,
      Key: itemOf(requiredText(config, "key")),
      ConsistentRead: true,
      ...(projection === undefined ? {} : { ProjectionExpression: projection }),
      ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    });
    if (Item === undefined) throw notFound(`DynamoDB Table Item (${TableName})`);
    const key = itemOf(requiredText(config, "key"));
    // As Go's encoder ends a text.
    return { id: [TableName, ...Object.values(key).map(keyText)].join("|"), item: `${attributeJson(Item)}\n` };
  },
};
