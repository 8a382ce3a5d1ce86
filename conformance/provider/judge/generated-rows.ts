/**
 * Rows that nobody writes: for a type's legal configurations each optional argument alone, with values of its type that are plausible,
 * absurd, empty and unknown. Whether one is legal the real provider says; ours must say the same.
 */
import {
  type AttributeSchema,
  type BlockSchema,
  type NestedBlockSchema,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Case } from "../cases.ts";

export interface Row {
  readonly type: string;
  /** `full: visibility_timeout_seconds = -1`. */
  readonly name: string;
  readonly config: ValueObject;
  /** Set: the object exists as this configuration was planned, and `config` is the new one. */
  readonly before?: ValueObject;
}

interface Variant {
  readonly path: readonly (string | number)[];
  readonly value: Value;
}

const ROLE = "arn:aws:iam::123456789012:role/r";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:q";
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** Generated rows of one type. `bases`: its legal configurations, the first being the one that arguments are added to. */
export function generatedRows(schema: BlockSchema, type: string, bases: readonly Case[]): readonly Row[] {
  const [base] = bases;
  if (base === undefined) return [];
  const rows: Row[] = [];
  for (const variant of variantsOf(schema, [], base.config)) {
    const config = withValue(base.config, variant);
    const name = `${base.name}: ${variant.path.join(".")} = ${shown(variant.value)}`;
    rows.push({ type, name, config });
    if (variant.value === UNKNOWN) continue;
    rows.push({ type, name: `change of ${name}`, config, before: base.config });
    rows.push({ type, name: `change back of ${name}`, config: base.config, before: config });
  }
  for (const other of bases) {
    if (other === base) continue;
    rows.push({ type, name: `change of ${base.name} to ${other.name}`, config: other.config, before: base.config });
    rows.push({ type, name: `change of ${other.name} to ${base.name}`, config: base.config, before: other.config });
    rows.push(...removals(type, other));
  }
  return rows;
}

/** A full configuration without each of its arguments in turn. */
function removals(type: string, { name, config }: Case): Row[] {
  return Object.keys(config).map((gone) => {
    const rest = Object.fromEntries(Object.entries(config).filter(([key]) => key !== gone));
    return { type, name: `change of ${name} without ${gone}`, config: rest, before: config };
  });
}

export function shown(value: Value): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "symbol" ? "(known after apply)" : inner)) ?? "";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function variantsOf(schema: BlockSchema, path: Variant["path"], base: ValueObject): Variant[] {
  const found: Variant[] = [];
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    if (attribute.optional !== true && attribute.required !== true) continue;
    if (attribute.type === undefined) continue;
    for (const value of valuesOf(name, attribute.type)) found.push({ path: [...path, name], value });
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) found.push(...blockVariants(name, block, path, base[name]));
  return found;
}

const DEPTH_MAX = 4;

function blockVariants(name: string, block: NestedBlockSchema, path: Variant["path"], base: Value | undefined): Variant[] {
  const at = [...path, name];
  if (name === "timeouts") return [{ path: at, value: { create: "3m" } }].filter(() => block.attributes?.create !== undefined);
  if (block.nesting === "single" || block.nesting === "map") return [];
  const existing = Array.isArray(base) ? base[0] : undefined;
  const smallest: Value = typeof existing === "object" && existing !== null ? existing : smallestBlock(block);
  const found: Variant[] = [
    { path: at, value: [smallest] },
    { path: at, value: [smallest, smallest] },
  ];
  if (path.length >= DEPTH_MAX) return found;
  const inner = smallest as ValueObject;
  for (const variant of variantsOf(block, [], inner)) found.push({ path: at, value: [withValue(inner, variant)] });
  return found;
}

/** A block with what is required only. */
function smallestBlock(block: BlockSchema): ValueObject {
  const out: { [name: string]: Value } = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {}))
    if (attribute.required === true) out[name] = plausible(name, attribute);
  for (const [name, nested] of Object.entries(block.blocks ?? {})) if ((nested.min ?? 0) > 0) out[name] = [smallestBlock(nested)];
  return out;
}

function plausible(name: string, attribute: AttributeSchema): Value {
  return valuesOf(name, attribute.type ?? "string")[0] ?? null;
}

function valuesOf(name: string, type: TypeExpr): readonly Value[] {
  if (type === "string") return [plausibleText(name), "bogus!", "", UNKNOWN];
  if (type === "number") return [1, 0, -1, 100_000, UNKNOWN];
  if (type === "bool") return [true, false, UNKNOWN];
  if (!Array.isArray(type)) return [UNKNOWN];
  const [kind, inner] = type as readonly [string, TypeExpr];
  if (kind === "map") return [{ a: valuesOf(name, inner)[0] ?? null }, {}, UNKNOWN];
  if (kind === "list" || kind === "set") {
    const [first, second] = valuesOf(name, inner);
    return [[first ?? null], [first ?? null, second ?? null], [], UNKNOWN];
  }
  return [UNKNOWN];
}

/** By what arguments of that name usually hold. */
export function plausibleText(name: string): string {
  if (/(^|_)arns?$/.test(name)) return name.includes("role") ? ROLE : QUEUE;
  if (/role$/.test(name)) return ROLE;
  if (/policy$/.test(name) || /_body$/.test(name)) return POLICY;
  if (/(date|time|expiration)$/.test(name)) return "2030-01-01T00:00:00Z";
  if (/url$/.test(name)) return "https://example.com/a";
  if (/email/.test(name)) return "a@example.com";
  if (/prefix$/.test(name)) return "pre-";
  return "abc";
}

function withValue(base: ValueObject, { path, value }: Variant): ValueObject {
  const [head, ...rest] = path;
  if (typeof head !== "string") return base;
  if (rest.length === 0) return { ...base, [head]: value };
  const inner = base[head];
  return {
    ...base,
    [head]: withValue(typeof inner === "object" && inner !== null ? (inner as ValueObject) : {}, { path: rest, value }),
  };
}
