/** The lives of the tables as one configuration, for whoever makes it: as HCL with references, and as values of objects that exist. */
import { isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
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
  /** Address of a row of the same group by its name there. */
  readonly addressOf: (name: string) => string;
}

/** Rows of every group in their order. */
export function matrixRows(groups: readonly Group[]): readonly MatrixRow[] {
  return groups.flatMap((group, i) => {
    const nameOf = (name: string) => `g${i}_${name}`;
    const addresses = new Map(group.rows.map(({ type, name }) => [name, `${type}.${nameOf(name)}`]));
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

/** The row's configuration with a mark for each value of another object, which `map` puts something in the place of. */
function marked(row: MatrixRow, map: (text: string) => unknown): unknown {
  const config = row.life.config((name, path) => `${OPEN}${row.addressOf(name)}.${path}${CLOSE}`);
  const walk = (value: Value): unknown => {
    if (typeof value === "string") return map(value);
    if (isList(value)) return value.map(walk);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    return value;
  };
  return walk(config);
}

/** In Terraform's JSON syntax. */
export function hclOfRow(row: MatrixRow): object {
  const escaped = (text: string) => text.replaceAll("${", "$${").replaceAll("%{", "%%{");
  const config = marked(row, (text) =>
    escaped(text).replaceAll(MARKED, (_all, path: string) => `\${${path.replaceAll(/\.(\d+)(?=\.|$)/g, "[$1]")}}`),
  );
  return { ...(config as object), ...(row.after === undefined ? {} : { depends_on: [row.after] }) };
}

/** With what is not known yet as unknown. */
export function unknownConfig(row: MatrixRow): ValueObject {
  return marked(row, (text) => (text.includes(OPEN) ? UNKNOWN : text)) as ValueObject;
}

/** The whole as `resource` of a configuration. */
export function hclOfRows(rows: readonly MatrixRow[]): object {
  const resource: { [type: string]: { [name: string]: object } } = {};
  for (const row of rows) resource[row.type] = { ...resource[row.type], [row.name]: hclOfRow(row) };
  return { resource };
}
