/** Configurations of a type in Terraform's native syntax. */
import { type BlockSchema, isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { quoteText } from "../../../packages/hcl/src/format/quote-text.ts";

/** A variable of any type and without a value, which stands for what is known after apply. */
export const UNKNOWN_VARIABLE = 'variable "later" {\n}\n';

/** The body of a block: what the schema says is a block becomes one, the rest arguments. */
export function bodyOf(schema: BlockSchema, config: ValueObject): string {
  return Object.entries(config)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => itemOf(schema, name, value))
    .join("");
}

function itemOf(schema: BlockSchema, name: string, value: Value): string {
  const block = schema.blocks?.[name];
  if (block === undefined) return `${name} = ${literal(value)}\n`;
  if (value === UNKNOWN) return `dynamic "${name}" {\nfor_each = var.later\ncontent {\n}\n}\n`;
  const items = isList(value) ? value : [value];
  return items.map((item) => `${name} {\n${isObject(item) ? bodyOf(block, item) : ""}}\n`).join("");
}

/** An expression that evaluates to the value. */
export function literal(value: Value): string {
  if (value === UNKNOWN) return "var.later";
  if (typeof value === "string") return quoteText(value);
  if (isList(value)) return `[${value.map(literal).join(", ")}]`;
  if (isObject(value))
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${quoteText(key)} = ${literal(item)}`)
      .join(", ")} }`;
  return String(value);
}
