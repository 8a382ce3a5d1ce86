/**
 * Names that a Pulumi package gives what a Terraform provider has, by the rules that its bridge makes them with where nobody says otherwise.
 * Source: pulumi-terraform-bridge, `pkg/tfbridge/names.go` (read 2026-11): snake_case becomes camelCase, and what is a list of any
 * length becomes plural. Pure.
 */
import type { AttributeSchema, BlockSchema, NestedBlockSchema, TypeExpr } from "@dovetail/model";
import { camelCase } from "./descriptor.ts";

/** Whether the installed package's typing has a property of the name; undefined where nothing is installed. */
export type HasProperty = (name: string) => boolean | undefined;

export interface SchemaNames {
  /** Schema path -> name in the program, where it is not the camelCase form. */
  readonly names: { readonly [tfPath: string]: string };
  /** Blocks that are a single object in the program. */
  readonly flat: readonly string[];
}

const SAME_IN_PLURAL = /(data|info|information|equipment|series|species|news|software)$/i;
const PLURAL = /[^su]s$|ies$/;

/** `rule` -> `rules`, `policy` -> `policies`; what is plural already stays. */
export function plural(name: string): string {
  if (SAME_IN_PLURAL.test(name) || PLURAL.test(name)) return name;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

/** The names of everything in a schema. */
export function namesOf(schema: BlockSchema, hasProperty: HasProperty): SchemaNames {
  const names: { [tfPath: string]: string } = {};
  const flat: string[] = [];
  const walk = (block: BlockSchema, prefix: string): void => {
    for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
      const path = `${prefix}${name}`;
      if (isMany(attribute)) names[path] = chosen(name, hasProperty);
      const inner = innerOf(attribute);
      if (inner !== undefined) walk(inner, `${path}.`);
    }
    for (const [name, nested] of Object.entries(block.blocks ?? {})) {
      const path = `${prefix}${name}`;
      if (isSingle(nested)) flat.push(path);
      else if (isRepeated(nested)) names[path] = chosen(name, hasProperty);
      walk(nested, `${path}.`);
    }
  };
  walk(schema, "");
  return { names, flat };
}

/** What the package's typing has decides; without one, the rule. */
function chosen(name: string, hasProperty: HasProperty): string {
  const one = camelCase(name);
  const many = plural(one);
  return hasProperty(many) === false && hasProperty(one) === true ? one : many;
}

function isRepeated({ nesting }: NestedBlockSchema): boolean {
  return nesting === "list" || nesting === "set";
}

function isSingle(block: NestedBlockSchema): boolean {
  return isRepeated(block) && (block.max === 1 || block.max_hint === 1);
}

function isMany({ type, nested_type }: AttributeSchema): boolean {
  if (nested_type !== undefined) return nested_type.nesting === "list" || nested_type.nesting === "set";
  return Array.isArray(type) && (type[0] === "list" || type[0] === "set");
}

/** What lies inside an attribute that holds objects. */
function innerOf({ type, nested_type }: AttributeSchema): BlockSchema | undefined {
  if (nested_type !== undefined) return { attributes: nested_type.attributes };
  let inner: TypeExpr | undefined = type;
  while (Array.isArray(inner) && (inner[0] === "list" || inner[0] === "set" || inner[0] === "map")) inner = inner[1] as TypeExpr;
  if (!Array.isArray(inner) || inner[0] !== "object") return undefined;
  const members = Object.entries(inner[1] as { readonly [name: string]: TypeExpr });
  return { attributes: Object.fromEntries(members.map(([name, member]) => [name, { type: member }])) };
}

/** `acme_dns_record` of the provider `acme` -> `DnsRecord`. */
export function className(tf: string): string {
  const camel = camelCase(tf.slice(tf.indexOf("_") + 1));
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** Names without case and separators: `DNSRecord`, `DnsRecord` and `dns_record` are the same. */
export function sameName(name: string): string {
  return name.replace(/[^a-z0-9]/gi, "").toLowerCase();
}

/**
 * The type behind a class: `DnsRecord`, with its module before it (`dns.Record`, `dns/record.Record`) or with the provider's own name
 * (`AcmeDnsRecord`).
 * @param types all types of the kind
 */
export function typeOfClass(types: readonly string[], path: string): string | undefined {
  const parts = path.split(".");
  const name = parts.at(-1) ?? "";
  const byName = new Map<string, string>();
  for (const tf of types) {
    byName.set(sameName(tf), tf);
    const short = sameName(tf.slice(tf.indexOf("_") + 1));
    if (!byName.has(short)) byName.set(short, tf);
  }
  return byName.get(sameName(parts.join(""))) ?? byName.get(sameName(name));
}
