import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { each, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";
import { attributeJson, type Item, itemOf, itemProblem, keyText, sameItem } from "./item-json.ts";

const MISSING = ["ResourceNotFoundException"];

const CHECKS = [
  each("item", (value, key) => {
    const why = typeof value === "string" && value !== "" ? itemProblem(value) : undefined;
    return why === undefined ? undefined : `Invalid format of "${key}": ${why}`;
  }),
];

/** aws_dynamodb_table_item. Behaviour: `internal/service/dynamodb/table_item.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_dynamodb_table_item",
  importId: noImport("aws_dynamodb_table_item"),
  noun: "DynamoDB Table Item",
  forceNew: ["hash_key", "range_key", "table_name"],
  equivalence: { item: sameItem },
  customizePlan: (prior, planned) => ({ planned: withKeysUnknown(prior, planned) }),
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const item = itemOf(requiredText(planned, "item"));
    await aws.clients.dynamodb.putItem({
      TableName: requiredText(planned, "table_name"),
      Item: item,
      // What somebody else put there is not overwritten.
      ConditionExpression: "attribute_not_exists(#hk)",
      ExpressionAttributeNames: { "#hk": requiredText(planned, "hash_key") },
    });
    await onCreated({ id: idOf(planned, item) });
  },
  async read(aws, state) {
    const wanted = itemOf(requiredText(state, "item"));
    const found = await getItem(aws, state, wanted);
    if (found === undefined) return null;
    const out: MutableValueObject = {
      id: idOf(state, wanted),
      table_name: requiredText(state, "table_name"),
      hash_key: requiredText(state, "hash_key"),
      range_key: state.range_key ?? null,
      item: attributeJson(found),
    };
    if (aws.edition !== "5.100.0") {
      out.hash_key_value = keyText(wanted[requiredText(state, "hash_key")]);
      out.range_key_value = keyText(wanted[textAt(state, "range_key") ?? ""]);
    }
    return out;
  },
  async update(aws, prior, planned) {
    const TableName = requiredText(prior, "table_name");
    const [before, after] = [itemOf(requiredText(prior, "item")), itemOf(requiredText(planned, "item"))];
    await aws.clients.dynamodb.putItem({ TableName, Item: after });
    if (idOf(prior, before) !== idOf(planned, after))
      await aws.clients.dynamodb.deleteItem({ TableName, Key: keyOf(prior, before) });
  },
  async delete(aws, state) {
    const Key = keyOf(state, itemOf(requiredText(state, "item")));
    await unlessMissing(MISSING, () => aws.clients.dynamodb.deleteItem({ TableName: requiredText(state, "table_name"), Key }));
  },
  async find(_aws, planned) {
    return ["table_name", "hash_key", "item"].every((name) => textAt(planned, name) !== undefined)
      ? { ...planned, id: idOf(planned, itemOf(requiredText(planned, "item"))) }
      : null;
  },
};

/** Edition 6 shows the values of the keys, known only after apply when another item comes. */
function withKeysUnknown(prior: ValueObject | null, planned: ValueObject): ValueObject {
  if (prior === null || prior.item === planned.item || !Object.hasOwn(planned, "hash_key_value")) return planned;
  return { ...planned, hash_key_value: UNKNOWN, range_key_value: UNKNOWN };
}

/** Those attributes of the stored item that state names: others may be somebody else's. */
async function getItem(aws: AwsContext, state: ValueObject, wanted: Item): Promise<Item | undefined> {
  const names = Object.keys(wanted);
  const answer = await unlessMissing(MISSING, () =>
    aws.clients.dynamodb.getItem({
      TableName: requiredText(state, "table_name"),
      Key: keyOf(state, wanted),
      ConsistentRead: true,
      ProjectionExpression: names.map((_, i) => `#a_${i}`).join(", "),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#a_${i}`, name])),
    }),
  );
  return answer?.Item;
}

function keyOf(state: ValueObject, item: Item): Record<string, AttributeValue> {
  const names = [requiredText(state, "hash_key"), textAt(state, "range_key")];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = name === undefined ? undefined : item[name];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function idOf(state: ValueObject, item: Item): string {
  const hash = requiredText(state, "hash_key");
  const range = textAt(state, "range_key");
  const parts = [requiredText(state, "table_name"), hash, keyText(item[hash])];
  return [...parts, ...(range === undefined ? [] : [keyText(item[range])])].join("|");
}
