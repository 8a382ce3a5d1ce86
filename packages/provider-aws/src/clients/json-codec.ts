import type { Member, Shape } from "./shapes.ts";
import { formatTimestamp, parseTimestamp } from "./timestamps.ts";

/** Where two JSON protocols differ. Sources: Smithy 2.0, "AWS JSON 1.0 protocol", "AWS restJson1 protocol". */
export interface JsonSettings {
  /** restJson1 renames members (`jsonName`). */
  readonly usesJsonName: boolean;
  /** What fills a member that makes a request idempotent. */
  readonly token: () => string;
}

type Plain = { [name: string]: unknown };

/** A value as JSON.stringify writes it on the wire. Members that the shape lacks are left out. */
export function toJson(shape: Shape, value: unknown, settings: JsonSettings): unknown {
  if (value === null || value === undefined) return null;
  switch (shape.kind) {
    case "structure":
      return structureToJson(shape.members, value as Plain, settings);
    case "list":
      return Array.isArray(value) ? value.map((item) => toJson(shape.item.shape, item, settings)) : value;
    case "map":
      return mapValues(value as Plain, (item) => toJson(shape.item.shape, item, settings));
    case "timestamp":
      return value instanceof Date ? formatTimestamp(value, shape.format ?? "epoch") : value;
    case "blob":
      return Buffer.from(value as string | Uint8Array).toString("base64");
    case "number":
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    default:
      return value;
  }
}

/** The members given, as one JSON object. */
export function structureToJson(members: readonly Member[], value: Plain, settings: JsonSettings): unknown {
  const out: Plain = {};
  for (const member of members) {
    const { name, ownTraits: traits } = member;
    const given = value[name];
    const wireName = settings.usesJsonName ? (traits.jsonName ?? name) : name;
    if (given !== undefined && given !== null) out[wireName] = toJson(member.shape, given, settings);
    else if (traits.idempotencyToken === 1) out[wireName] = settings.token();
  }
  return out;
}

/** A value from parsed JSON: what the shape lacks is dropped, null members are absent. Throws TypeError for a malformed timestamp. */
export function fromJson(shape: Shape, value: unknown, settings: JsonSettings): unknown {
  if (value === null || value === undefined) return value;
  switch (shape.kind) {
    case "structure":
      return typeof value === "object" ? structureFromJson(shape.members, value as Plain, settings) : value;
    case "list":
      return Array.isArray(value) ? value.map((item) => fromJson(shape.item.shape, item, settings)) : value;
    case "map":
      return typeof value === "object" ? mapValues(value as Plain, (item) => fromJson(shape.item.shape, item, settings)) : value;
    case "timestamp":
      return parseTimestamp(value);
    case "blob":
      return typeof value === "string" ? new Uint8Array(Buffer.from(value, "base64")) : value;
    case "number":
      return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : value;
    default:
      return value;
  }
}

/** The members given, from one JSON object. */
export function structureFromJson(members: readonly Member[], value: Plain, settings: JsonSettings): Plain {
  const out: Plain = {};
  for (const member of members) {
    const given = value[settings.usesJsonName ? (member.ownTraits.jsonName ?? member.name) : member.name];
    if (given !== undefined && given !== null) out[member.name] = fromJson(member.shape, given, settings);
  }
  return out;
}

/** An object's own members; one called `__proto__` is a member like any other. */
function mapValues(value: Plain, change: (item: unknown) => unknown): Plain {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
