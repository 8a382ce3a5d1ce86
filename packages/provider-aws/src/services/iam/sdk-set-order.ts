import { crc32 } from "node:zlib";
import { isList, isObject, type Value, type ValueObject } from "@dovetail/model";

/**
 * Elements of a set in the order in which the provider SDK hands them to a provider: by hash, as decimal texts. Where it shows in what is
 * written (policy documents with several principals blocks) the same order is needed.
 * Source: terraform-plugin-sdk v2, helper/schema/{serialize,set}.go (read 2026-11), confirmed by conformance/provider.
 */
export function inSdkOrder(blocks: readonly ValueObject[], lists: readonly string[]): readonly ValueObject[] {
  const keyed = blocks.map((block) => ({ block, key: String(crc32(serializeBlock(block, lists))) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ block }) => block);
}

/** `lists`: members that are lists, where the others with several values are sets. */
function serializeBlock(block: ValueObject, lists: readonly string[]): string {
  const names = Object.keys(block).sort();
  return names.map((name) => `${name}:${serialize(block[name] ?? null, lists.includes(name))}`).join("");
}

function serialize(value: Value, asList: boolean): string {
  if (value === null) return ";";
  if (typeof value === "boolean") return value ? "1;" : "0;";
  if (isObject(value)) return `${JSON.stringify(value)};`;
  if (!isList(value)) return `${String(value)};`;
  const members = value.map((item) => serialize(item, false));
  if (asList) return `(${members.join("")});`;
  const sorted = members.map((text) => ({ text, key: String(crc32(text)) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return `{${sorted.map(({ text }) => text).join("")}};`;
}
