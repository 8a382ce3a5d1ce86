/** The lives of the tables as one configuration, for whoever makes it: as HCL with references, and as values of objects that exist. */
import { type BlockSchema, isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { Group, Life, Made } from "../life.ts";

export interface MatrixRow {
  readonly type: string;
  /** Unique in the whole configuration. */
  readonly name: string;
  /** `type.name`. */
  readonly address: string;
  /** Of the row before it in its group: lives are made in order. */
  readonly after: string | undefined;
  readonly life: Life;
  /** Address of a row of the same group by its name there; of what was put into the cloud beforehand, that of a local value. */
  readonly addressOf: (name: string) => string;
}

/** Rows of every group in their order. */
export function matrixRows(groups: readonly Group[]): readonly MatrixRow[] {
  return groups.flatMap((group, i) => {
    const nameOf = (name: string) => `g${i}_${name.replaceAll(" ", "_")}`;
    const addresses = new Map(group.rows.map(({ type, name }) => [name, `${type}.${nameOf(name)}`]));
    for (const name of Object.keys(group.things ?? {})) addresses.set(name, thingAddress(i, name));
    const addressOf = (name: string): string => {
      const address = addresses.get(name);
      if (address === undefined) throw new Error(`no row ${name} in ${group.name}`);
      return address;
    };
    return group.rows.map(
      (life, at): MatrixRow => ({
        type: life.type,
        name: nameOf(life.name),
        address: addressOf(life.name),
        after: at === 0 ? undefined : addressOf(group.rows[at - 1]?.name ?? life.name),
        life,
        addressOf,
      }),
    );
  });
}

/** By address, what no row can make, put into a cloud: its attributes. */
export async function putThings(groups: readonly Group[], endpoint: string): Promise<ReadonlyMap<string, ValueObject>> {
  const things = new Map<string, ValueObject>();
  for (const [i, group] of groups.entries())
    for (const [name, make] of Object.entries(group.things ?? {})) things.set(thingAddress(i, name), await make(endpoint));
  return things;
}

function thingAddress(group: number, name: string): string {
  return `local.g${group}_${name.replaceAll(" ", "_")}`;
}

/** What an object that exists answered; throws where it did not. */
export function madeFrom(row: MatrixRow, objects: ReadonlyMap<string, ValueObject>): Made {
  return (name, path) => {
    let value: Value | undefined = objects.get(row.addressOf(name));
    for (const step of path.split(".")) value = isList(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined;
    if (value === undefined) throw new Error(`no ${path} of ${name}`);
    return value;
  };
}

/** Of the private use area, which JSON leaves as it is. */
const OPEN = "\uE000";
const CLOSE = "\uE001";
const MARKED = /\uE000([^\uE001]*)\uE001/g;

/** In Terraform's JSON syntax, in which objects of an attribute's list name every attribute they have. */
export function hclOfRow(row: MatrixRow, schema: BlockSchema): object {
  const escaped = (text: string) => text.replaceAll("${", "$${").replaceAll("%{", "%%{");
  const config = row.life.config((name, path) => `${OPEN}${row.addressOf(name)}.${path}${CLOSE}`);
  const written = withTexts(config, (text) =>
    escaped(text).replaceAll(MARKED, (_all, path: string) => `\${${path.replaceAll(/\.(\d+)(?=\.|$)/g, "[$1]")}}`),
  );
  const completed = Object.entries(written).map(([name, value]: [string, unknown]) => {
    const { type } = schema.attributes?.[name] ?? {};
    return [name, Array.isArray(type) ? completeObjects(type, value) : value];
  });
  return { ...Object.fromEntries(completed), ...(row.after === undefined ? {} : { depends_on: [row.after] }) };
}

function withTexts(value: ValueObject, map: (text: string) => string): object {
  const walk = (inner: Value): unknown => {
    if (typeof inner === "string") return map(inner);
    if (isList(inner)) return inner.map(walk);
    return isObject(inner) ? withTexts(inner, map) : inner;
  };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
}

function completeObjects([kind, inner]: readonly unknown[], value: unknown): unknown {
  if ((kind !== "list" && kind !== "set") || !Array.isArray(inner) || !Array.isArray(value)) return value;
  const [within, attributes]: readonly unknown[] = inner;
  if (within !== "object" || typeof attributes !== "object" || attributes === null) return value;
  const unset = Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));
  return value.map((item: unknown) => ({ ...unset, ...(item as object) }));
}

/** With what other objects answered; what they do not tell yet, and a text with it in it, is unknown. */
export function knownConfig(row: MatrixRow, objects: ReadonlyMap<string, ValueObject>): ValueObject {
  const made = madeFrom(row, objects);
  const told: Made = (name, path) => {
    const value = objects.has(row.addressOf(name)) ? made(name, path) : UNKNOWN;
    return value === UNKNOWN ? OPEN : value;
  };
  return withUnknown(row.life.config(told)) as ValueObject;
}

function withUnknown(value: Value): Value {
  if (typeof value === "string") return value.includes(OPEN) ? UNKNOWN : value;
  if (isList(value)) return value.map(withUnknown);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withUnknown(item)])) : value;
}

/** The whole as `resource` and `locals` of a configuration. */
export function hclOfRows(
  rows: readonly MatrixRow[],
  things: ReadonlyMap<string, ValueObject>,
  schemaOf: (type: string) => BlockSchema,
): object {
  const resource: { [type: string]: { [name: string]: object } } = {};
  for (const row of rows) resource[row.type] = { ...resource[row.type], [row.name]: hclOfRow(row, schemaOf(row.type)) };
  const locals = Object.fromEntries([...things].map(([address, value]) => [address.slice("local.".length), value]));
  return { resource, locals };
}
