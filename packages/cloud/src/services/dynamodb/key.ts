/** Primary and index keys: checked against the schema, and as parts of store keys. */
import { hash } from "node:crypto";
import { type AttributeValue, getAttribute, type Item, typeOf } from "./attribute-value.ts";
import { invalid, invalidParameter } from "./errors.ts";
import { numberKey } from "./numbers.ts";
import type { IndexRecord, KeySchema, TableRecord } from "./table.ts";

const HASH_BYTES_MAX = 2048;
const RANGE_BYTES_MAX = 1024;

/** A key as stored: a digest of the hash attribute (items lie in its order, as AWS's partitions do), and the range's ordered bytes. */
export interface StoreKey {
  readonly hash: Uint8Array;
  readonly range: Uint8Array | null;
}

/** Bytes whose order is DynamoDB's for the type: UTF-8, numeric, unsigned bytes. */
export function orderedBytes(value: AttributeValue): Uint8Array {
  if ("S" in value) return Buffer.from(value.S);
  if ("N" in value) return numberKey(value.N);
  if ("B" in value) return Buffer.from(value.B, "base64");
  throw new Error("assertion: a key attribute is a scalar");
}

function digest(bytes: Uint8Array): Uint8Array {
  return hash("md5", bytes, "buffer");
}

export function hashOf(value: AttributeValue): Uint8Array {
  return digest(orderedBytes(value));
}

/** The digest that tells items apart in an index. */
export function primaryDigest(key: StoreKey): Uint8Array {
  return key.range === null ? key.hash : digest(Buffer.concat([key.hash, key.range]));
}

function checkBytes(bytes: Uint8Array, role: "hash" | "range"): Uint8Array {
  if (role === "hash" && bytes.length > HASH_BYTES_MAX)
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${HASH_BYTES_MAX} bytes`);
  if (role === "range" && bytes.length > RANGE_BYTES_MAX)
    throw invalidParameter(`Aggregated size of all range keys has exceeded the size limit of ${RANGE_BYTES_MAX} bytes`);
  return bytes;
}

function isEmpty(value: AttributeValue): "string" | "binary" | undefined {
  if ("S" in value && value.S === "") return "string";
  return "B" in value && value.B === "" ? "binary" : undefined;
}

function requireFilled(value: AttributeValue, name: string): void {
  const kind = isEmpty(value);
  if (kind !== undefined)
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
}

/** The primary key of an item to be written. Throws ValidationException where a key attribute is missing, empty, too long or of another type. */
export function keyOfItem(table: TableRecord, item: Item): StoreKey {
  const part = (name: string, role: "hash" | "range") => {
    const value = getAttribute(item, name);
    if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
    const expected = table.attributes[name];
    const actual = typeOf(value);
    if (actual !== expected) throw invalidParameter(`Type mismatch for key ${name} expected: ${expected} actual: ${actual}`);
    requireFilled(value, name);
    return checkBytes(orderedBytes(value), role);
  };
  const hashBytes = part(table.keys.hash, "hash");
  return { hash: digest(hashBytes), range: table.keys.range === undefined ? null : part(table.keys.range, "range") };
}

const NO_MATCH = "The provided key element does not match the schema";

/** The key of a `Key` parameter: exactly the key attributes. `checked` values come from `checkItem`. */
export function keyOfKey(table: TableRecord, key: Item): StoreKey {
  const wanted = table.keys.range === undefined ? 1 : 2;
  if (Object.keys(key).length !== wanted) throw invalid(NO_MATCH);
  const part = (name: string, role: "hash" | "range") => {
    const value = getAttribute(key, name);
    if (value === undefined || typeOf(value) !== table.attributes[name]) throw invalid(NO_MATCH);
    requireFilled(value, name);
    return checkBytes(orderedBytes(value), role);
  };
  const hashBytes = part(table.keys.hash, "hash");
  return { hash: digest(hashBytes), range: table.keys.range === undefined ? null : part(table.keys.range, "range") };
}

/** The index key of an item; undefined when the item is not in the index. Types were checked by `checkIndexKeys`. */
export function keyInIndex(index: IndexRecord, item: Item): StoreKey | undefined {
  const hashValue = getAttribute(item, index.keys.hash);
  const rangeValue = index.keys.range === undefined ? undefined : getAttribute(item, index.keys.range);
  if (hashValue === undefined || (index.keys.range !== undefined && rangeValue === undefined)) return undefined;
  return { hash: hashOf(hashValue), range: rangeValue === undefined ? null : orderedBytes(rangeValue) };
}

/** Index key attributes of an item have the defined type and are not empty. `verb` chooses AWS's text for an update. */
export function checkIndexKeys(table: TableRecord, item: Item, verb: "put" | "update"): void {
  for (const index of table.indexes) {
    for (const name of [index.keys.hash, index.keys.range]) {
      const value = name === undefined ? undefined : getAttribute(item, name);
      if (name === undefined || value === undefined) continue;
      checkIndexKey(table, index, name, value, verb);
    }
  }
}

function checkIndexKey(
  table: TableRecord,
  index: IndexRecord,
  name: string,
  value: AttributeValue,
  verb: "put" | "update",
): void {
  const expected = table.attributes[name];
  const actual = typeOf(value);
  if (actual !== expected)
    throw invalidParameter(
      `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${index.name}`,
    );
  refuseEmpty(index, name, value, verb);
  checkBytes(orderedBytes(value), name === index.keys.hash ? "hash" : "range");
}

function refuseEmpty(index: IndexRecord, name: string, value: AttributeValue, verb: "put" | "update"): void {
  const empty = isEmpty(value);
  if (empty === undefined) return;
  const rule = `The AttributeValue for a key attribute cannot contain an empty ${empty} value.`;
  if (verb === "update")
    throw invalid(
      "One or more parameter values are not valid. The update expression attempted to update a secondary index key " +
        `to a value that is not supported. ${rule}`,
    );
  throw invalid(
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
      `${rule} IndexName: ${index.name}, IndexKey: ${name}`,
  );
}

/** An update that sets an index key to an empty text or binary is refused before any item is looked at. */
export function refuseEmptyIndexKey(table: TableRecord, name: string, value: AttributeValue): void {
  for (const index of table.indexes)
    if (name === index.keys.hash || name === index.keys.range) refuseEmpty(index, name, value, "update");
}

/** The key attributes alone, as `Key` and LastEvaluatedKey show them. */
export function keyAttributes(item: Item, ...schemas: readonly KeySchema[]): Item {
  const out: Item = {};
  for (const schema of schemas)
    for (const name of [schema.hash, schema.range]) {
      const value = name === undefined ? undefined : getAttribute(item, name);
      if (name !== undefined && value !== undefined) out[name] = value;
    }
  return out;
}
