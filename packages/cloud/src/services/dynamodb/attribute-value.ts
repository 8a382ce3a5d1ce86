/** Attribute values in their wire form (`{"S":"x"}`), checked, measured and compared. */
import { invalid, invalidParameter } from "./errors.ts";
import { compareNumbers, normaliseNumber, numberBytes } from "./numbers.ts";

export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: Item };
export interface Item {
  [attribute: string]: AttributeValue;
}
export type TypeName = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M";

/** Lists and maps inside one another, below the attribute (32 levels with the scalar; Developer Guide, "Service, account, and table quotas"). */
const NESTING_MAX = 31;
export const ITEM_BYTES_MAX = 400 * 1024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown, type: string): string {
  if (typeof value === "string") return value;
  throw new SerializationError(`Expected string or null for ${type}`);
}

/** What AWS's JSON layer refuses before the service sees it. */
class SerializationError extends Error {}

export function typeOf(value: AttributeValue): TypeName {
  for (const key in value) return key as TypeName;
  throw new Error("assertion: an attribute value without a type was stored");
}

function base64Bytes(value: unknown): number {
  const encoded = text(value, "B");
  if (!BASE64.test(encoded)) throw new SerializationError("Invalid length for a base-64 char array or not base-64");
  return (encoded.length / 4) * 3 - (encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0);
}

function list(value: unknown, type: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new SerializationError(`Start of list expected for ${type}`);
}

function stringSet(members: unknown[]): number {
  if (members.length === 0) throw invalidParameter("An string set  may not be empty");
  let bytes = 0;
  for (const member of members) {
    if (member === "") throw invalidParameter("An string set may not have a empty string as a member");
    bytes += Buffer.byteLength(text(member, "SS"));
  }
  if (new Set(members).size < members.length)
    throw invalidParameter(`Input collection [${members.join(", ")}] contains duplicates.`);
  return bytes;
}

function numberSet(members: unknown[]): number {
  if (members.length === 0) throw invalidParameter("An number set  may not be empty");
  let bytes = 0;
  members.forEach((member, i) => {
    const normal = normaliseNumber(text(member, "NS"));
    members[i] = normal;
    bytes += numberBytes(normal);
  });
  if (new Set(members).size < members.length) throw invalid("Input collection contains duplicates");
  return bytes;
}

function binarySet(members: unknown[]): number {
  if (members.length === 0) throw invalidParameter("Binary sets should not be empty");
  let bytes = 0;
  for (const member of members) {
    if (member === "") throw invalidParameter("Binary sets may not contain empty values");
    bytes += base64Bytes(member);
  }
  if (new Set(members).size < members.length) throw invalidParameter("Input collection of type BS contains duplicates.");
  return bytes;
}

function nested(value: unknown, type: "L" | "M", depth: number): number {
  if (depth >= NESTING_MAX)
    throw invalid(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    );
  if (type === "M") {
    if (!isRecord(value)) throw new SerializationError("Start of structure or map found where not expected.");
    return 3 + itemSize(value, depth + 1, 1);
  }
  let bytes = 3;
  for (const member of list(value, "L")) bytes += 1 + checkValue(member, depth + 1);
  return bytes;
}

/** Checks one value, normalises its numbers in place, and answers its size in bytes by DynamoDB's rules. */
export function checkValue(value: unknown, depth = 0): number {
  if (!isRecord(value)) throw new SerializationError("Unexpected value type in payload");
  let type: string | undefined;
  for (const key in value) {
    if (value[key] === null || value[key] === undefined) continue;
    if (type !== undefined)
      throw invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    type = key;
  }
  const content = type === undefined ? undefined : value[type];
  switch (type) {
    case "S":
      return Buffer.byteLength(text(content, "S"));
    case "N": {
      const normal = normaliseNumber(text(content, "N"));
      value.N = normal;
      return numberBytes(normal);
    }
    case "B":
      return base64Bytes(content);
    case "BOOL":
      if (typeof content !== "boolean") throw new SerializationError("Expected Boolean or null");
      return 1;
    case "NULL":
      if (content !== true) throw invalidParameter("Null attribute value types must have the value of true");
      return 1;
    case "SS":
      return stringSet(list(content, "SS"));
    case "NS":
      return numberSet(list(content, "NS"));
    case "BS":
      return binarySet(list(content, "BS"));
    case "L":
    case "M":
      return nested(content, type, depth);
    default:
      throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
}

/** Size of all attributes; `overhead` is what each costs beyond name and value (1 inside a map). */
function itemSize(item: Record<string, unknown>, depth: number, overhead: number): number {
  let bytes = 0;
  for (const name in item) {
    if (name === "" && depth === 0) throw invalid("Empty attribute name");
    bytes += overhead + Buffer.byteLength(name) + checkValue(item[name], depth);
  }
  return bytes;
}

/** Checks an item from the wire, normalises its numbers in place, and answers its size in bytes. */
export function checkItem(item: unknown): number {
  try {
    if (!isRecord(item)) throw new SerializationError("Unexpected value type in payload");
    return itemSize(item, 0, 0);
  } catch (error) {
    if (error instanceof SerializationError) throw serialization(error.message);
    throw error;
  }
}

/** As `checkValue`, for a value that stands alone (`:v`, a key condition's operand). */
export function checkAlone(value: unknown): AttributeValue {
  try {
    checkValue(value);
    return value as AttributeValue;
  } catch (error) {
    if (error instanceof SerializationError) throw serialization(error.message);
    throw error;
  }
}

function serialization(message: string) {
  const error = invalid(message);
  return Object.assign(error, { code: "SerializationException", name: "SerializationException" });
}

/** An object that can be indexed by any name, `__proto__` too. */
export function setAttribute(item: Item, name: string, value: AttributeValue): void {
  if (name === "__proto__") Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  else item[name] = value;
}

export function getAttribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, "base64"), Buffer.from(b, "base64"));
}

/** UTF-8 byte order, which differs from JavaScript's where surrogates meet U+E000–FFFF. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Order of two scalars of one type; undefined when they cannot be ordered. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("S" in a && "S" in b) return compareText(a.S, b.S);
  if ("N" in a && "N" in b) return compareNumbers(a.N, b.N);
  if ("B" in a && "B" in b) return compareBytes(a.B, b.B);
  return undefined;
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}

export function valuesEqual(a: AttributeValue, b: AttributeValue): boolean {
  if ("S" in a) return "S" in b && a.S === b.S;
  if ("N" in a) return "N" in b && a.N === b.N;
  if ("B" in a) return "B" in b && a.B === b.B;
  if ("BOOL" in a) return "BOOL" in b && a.BOOL === b.BOOL;
  if ("NULL" in a) return "NULL" in b;
  if ("SS" in a) return "SS" in b && sameMembers(a.SS, b.SS);
  if ("NS" in a) return "NS" in b && sameMembers(a.NS, b.NS);
  if ("BS" in a) return "BS" in b && sameMembers(a.BS, b.BS);
  if ("L" in a) return "L" in b && a.L.length === b.L.length && a.L.every((value, i) => equalOrNone(value, b.L[i]));
  if (!("M" in b)) return false;
  const names = Object.keys(a.M);
  return names.length === Object.keys(b.M).length && names.every((name) => equalOrNone(a.M[name], getAttribute(b.M, name)));
}

export function equalOrNone(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : valuesEqual(a, b);
}

/** What `size()` answers; undefined for numbers, booleans and null. */
export function sizeOfValue(value: AttributeValue): number | undefined {
  if ("S" in value) return value.S.length;
  if ("B" in value) return base64Bytes(value.B);
  if ("SS" in value) return value.SS.length;
  if ("NS" in value) return value.NS.length;
  if ("BS" in value) return value.BS.length;
  if ("L" in value) return value.L.length;
  if ("M" in value) return Object.keys(value.M).length;
  return undefined;
}
