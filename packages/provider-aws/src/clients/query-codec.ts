import type { Member, Shape, Traits } from "./shapes.ts";
import { formatTimestamp } from "./timestamps.ts";

/** Which query protocol: EC2's writes all lists flat, leaves empty ones out and capitalizes the names of members. */
export type QueryForm = "query" | "ec2";

/**
 * The body of a request in the query protocol, without `Action` and `Version`: `&Name=value`, escaped.
 * Source: Smithy 2.0, "AWS query protocol" and "AWS EC2 query protocol".
 */
export function queryBody(shape: Shape, input: unknown, token: () => string, form: QueryForm = "query"): string {
  const pairs: string[] = [];
  writeStructure(shape, input as Plain, "", { pairs, token, form });
  return pairs.join("");
}

type Plain = { readonly [name: string]: unknown };

interface Writer {
  readonly pairs: string[];
  readonly token: () => string;
  readonly form: QueryForm;
}

function write(shape: Shape, traits: Traits, value: unknown, key: string, writer: Writer): void {
  switch (shape.kind) {
    case "structure":
      writeStructure(shape, value as Plain, `${key}.`, writer);
      break;
    case "list":
      writeList(shape, traits, value as readonly unknown[], key, writer);
      break;
    case "map":
      writeMap(shape, traits, value as Plain, key, writer);
      break;
    default:
      pair(key, plainText(shape, value), writer);
  }
}

function writeStructure({ members }: Shape, value: Plain, prefix: string, writer: Writer): void {
  for (const member of members) {
    const given = value[member.name] ?? (member.traits.idempotencyToken === 1 ? writer.token() : undefined);
    if (given === undefined) continue;
    write(member.shape, member.traits, given, prefix + memberName(member, writer.form), writer);
  }
}

function memberName({ name, traits }: Member, form: QueryForm): string {
  const written = traits.xmlName ?? name;
  if (form === "query") return written;
  return traits.ec2QueryName ?? written.charAt(0).toUpperCase() + written.slice(1);
}

function writeList(shape: Shape, traits: Traits, value: readonly unknown[], key: string, writer: Writer): void {
  // An empty list is said, so that it can empty what is there.
  if (value.length === 0 && writer.form === "query") pair(key, "", writer);
  const { item } = shape;
  const prefix = traits.xmlFlattened === 1 || writer.form === "ec2" ? key : `${key}.${item.traits.xmlName ?? "member"}`;
  let position = 0;
  for (const each of value) {
    if (each !== null && each !== undefined) write(item.shape, item.traits, each, `${prefix}.${++position}`, writer);
  }
}

function writeMap(shape: Shape, traits: Traits, value: Plain, key: string, writer: Writer): void {
  const prefix = traits.xmlFlattened === 1 ? key : `${key}.entry`;
  const name = (member: Member, otherwise: string) => member.traits.xmlName ?? otherwise;
  let position = 0;
  for (const [entry, each] of Object.entries(value)) {
    if (each === null || each === undefined) continue;
    position += 1;
    pair(`${prefix}.${position}.${name(shape.key, "key")}`, entry, writer);
    write(shape.item.shape, shape.item.traits, each, `${prefix}.${position}.${name(shape.item, "value")}`, writer);
  }
}

function pair(key: string, value: string, { pairs }: Writer): void {
  pairs.push(`&${escapeUri(key)}=${escapeUri(value)}`);
}

/** A simple value as text: as it stands in query strings, headers, paths and XML. Timestamps are `date-time` where nothing else is said. */
export function plainText(shape: Shape, value: unknown, otherwise: "date-time" | "http-date" = "date-time"): string {
  if (shape.kind === "timestamp" && value instanceof Date) return String(formatTimestamp(value, shape.format ?? otherwise));
  if ((shape.kind === "blob" || shape.kind === "stream") && value instanceof Uint8Array)
    return Buffer.from(value).toString("base64");
  if (shape.kind === "blob") return Buffer.from(String(value)).toString("base64");
  return String(value);
}

/** Escaped as RFC 3986 has it: everything but unreserved characters. */
export function escapeUri(text: string): string {
  // Most of what is escaped needs it nowhere.
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
