/** Items as Terraform's arguments hold them: DynamoDB's JSON, bytes as base64. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { jsonProblem } from "../checks.ts";
import { normalizeJson } from "../json-text.ts";

export type Item = Record<string, AttributeValue>;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The item of a JSON text. Throws SyntaxError for no JSON. */
export function itemOf(text: string): Item {
  const parsed: { readonly [name: string]: Json } = JSON.parse(text);
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, fromJson(value)]));
}

/** Why a text is no item, in the provider's words; undefined when it is one. */
export function itemProblem(text: string): string | undefined {
  const why = jsonProblem(text);
  if (why !== undefined) return why === "unexpected end of JSON input" ? "unexpected EOF" : why;
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return "expected an object";
  const raw = Object.values(parsed).find((value) => typeof value !== "object" || value === null);
  return raw === undefined ? undefined : `unexpected raw attribute type: ${typeof raw}`;
}

function fromJson(value: Json): AttributeValue {
  const [kind = "", content = null] = Object.entries(Object(value) as { readonly [kind: string]: Json })[0] ?? [];
  if (kind === "B" && typeof content === "string") return { B: Buffer.from(content, "base64") };
  if (kind === "BS" && Array.isArray(content)) return { BS: content.map((each) => Buffer.from(String(each), "base64")) };
  if (kind === "L" && Array.isArray(content)) return { L: content.map(fromJson) };
  if (kind === "M")
    return { M: Object.fromEntries(Object.entries(Object(content) as object).map(([name, each]) => [name, fromJson(each)])) };
  return { [kind]: content } as unknown as AttributeValue;
}

/** The JSON text of an item, keys in order. */
export function attributeJson(item: Item): string {
  return normalizeJson(JSON.stringify(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toJson(value)]))));
}

function toJson(value: AttributeValue): Json {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString("base64") };
  if (value.BS !== undefined) return { BS: value.BS.map((each) => Buffer.from(each).toString("base64")) };
  if (value.L !== undefined) return { L: value.L.map(toJson) };
  if (value.M !== undefined)
    return { M: Object.fromEntries(Object.entries(value.M).map(([name, each]) => [name, toJson(each)])) };
  return value as unknown as Json;
}

/** A key's value as a part of an id. */
export function keyText(value: AttributeValue | undefined): string {
  if (value?.B !== undefined) return Buffer.from(value.B).toString("base64");
  return value?.S ?? value?.N ?? "";
}

/** True when both texts are the same item: sets have no order. */
export function sameItem(a: string, b: string): boolean {
  try {
    return canonical(itemOf(a)) === canonical(itemOf(b));
  } catch {
    return a === b;
  }
}

function canonical(item: Item): string {
  return normalizeJson(
    JSON.stringify(JSON.parse(attributeJson(item)), (key, value: unknown) =>
      ["SS", "NS", "BS"].includes(key) && Array.isArray(value) ? [...value].sort() : value,
    ),
  );
}
