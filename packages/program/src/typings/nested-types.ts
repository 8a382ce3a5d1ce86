import type { BlockSchema } from "@dovetail/model";
import type { Catalog, Descriptor } from "../catalog/descriptor.ts";
import { camelCase } from "../catalog/descriptor.ts";
import type { EnumTexts, ModuleText } from "./module-text.ts";

/**
 * `aws.types.input.lambda.FunctionEnvironment` and its like: names for the objects inside arguments and properties. Each is an alias that
 * leads into the class's own typing, so that nothing is written twice. Deeper objects have no name of their own here.
 */
const DEPTH_MAX = 4;

const HEAD = `import * as pulumi from "@pulumi/pulumi";
type Plain<T> = NonNullable<Exclude<T, Promise<any> | pulumi.OutputInstance<any>>>;
type In<T> = Plain<T> extends (infer E)[] ? Plain<E> : Plain<T>;
type Of<T> = T extends pulumi.OutputInstance<infer U> ? U : T;
type Out<T> = NonNullable<Of<T>> extends (infer E)[] ? NonNullable<E> : NonNullable<Of<T>>;`;

/** The modules `@pulumi/<name>/types`, `/types/input`, `/types/output` and `/types/enums`. */
export function nestedTypeTexts(catalog: Catalog, enums: EnumTexts): ModuleText[] {
  const module = `@pulumi/${catalog.name}/types`;
  const sides = (["input", "output"] as const).map((side) => ({
    name: `${catalog.name}/types/${side}`,
    text: `declare module "${module}/${side}" {\n${HEAD}\n${spacesText(catalog, side)}\n}\n`,
  }));
  const names = [...enums.keys()].filter((path) => path.includes("."));
  const constants = bySpace(names).map(
    ([space, paths]) =>
      `import * as ${space}_ from "@pulumi/${catalog.name}/${space}";\nexport namespace ${space} {\n${paths
        .map((path) => path.split(".")[1] ?? "")
        .map((name) => `export import ${name} = ${space}_.${name};`)
        .join("\n")}\n}`,
  );
  return [
    ...sides,
    { name: `${catalog.name}/types/enums`, text: `declare module "${module}/enums" {\n${constants.join("\n")}\n}\n` },
    {
      name: `${catalog.name}/types`,
      text: `declare module "${module}" {\n${["input", "output", "enums"].map((part) => `import * as ${part}_ from "${module}/${part}"; export import ${part} = ${part}_;`).join("\n")}\n}\n`,
    },
  ];
}

function bySpace(paths: readonly string[]): [string, string[]][] {
  const spaces = new Map<string, string[]>();
  for (const path of paths) {
    const space = path.split(".")[0] ?? "";
    spaces.set(space, [...(spaces.get(space) ?? []), path]);
  }
  return [...spaces].sort(([a], [b]) => (a < b ? -1 : 1));
}

function spacesText(catalog: Catalog, side: "input" | "output"): string {
  const spaces = new Map<string, Space>();
  for (const kind of ["resource", "data"] as const) {
    for (const path of catalog.paths(kind)) {
      const [name = "", own] = path.split(".");
      const descriptor = own === undefined ? undefined : catalog.describe(kind, path);
      if (own === undefined || descriptor === undefined) continue;
      const space = spaces.get(name) ?? { taken: new Set(), lines: [] };
      spaces.set(name, space);
      for (const root of rootsOf(kind, `${name}_.`, own, side)) within(space, descriptor, descriptor.schema, "", root);
    }
  }
  return [...spaces]
    .filter(([, { lines }]) => lines.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, { lines }]) =>
        `import * as ${name}_ from "@pulumi/${catalog.name}/${name}";\nexport namespace ${name} {\n${lines.join("\n")}\n}`,
    )
    .join("\n");
}

/** What one namespace has. Two classes may come to one name (`WebAcl` + `RuleAction`, `WebAclRule` + `Action`): the first one keeps it. */
interface Space {
  readonly taken: Set<string>;
  readonly lines: string[];
}

/** Where aliases begin: the name they carry on, and the typing that has the members. */
interface Root {
  readonly name: string;
  readonly type: string;
  readonly wrapper: "In" | "Out";
  readonly suffix: "" | "Args";
  readonly depth: number;
}

function rootsOf(kind: "resource" | "data", prefix: string, own: string, side: "input" | "output"): Root[] {
  const name = pascal(own);
  const root = (type: string, suffix: "" | "Args" = ""): Root => ({
    name,
    type: `${prefix}${type}`,
    wrapper: side === "input" ? "In" : "Out",
    suffix,
    depth: 0,
  });
  if (kind === "resource") return [root(side === "input" ? `${own}Args` : own)];
  return side === "output" ? [root(`${name}Result`)] : [root(`${name}Args`), root(`${name}OutputArgs`, "Args")];
}

function within(space: Space, descriptor: Descriptor, block: BlockSchema, path: string, root: Root): void {
  if (root.depth >= DEPTH_MAX) return;
  for (const member of descriptor.members(path, block).values()) {
    const attribute = block.attributes?.[member.tf];
    const nested = block.blocks?.[member.tf] ?? attribute?.nested_type;
    if (nested === undefined || nested.nesting === "map" || member.tf === "timeouts") continue;
    if (root.wrapper === "In" && attribute !== undefined && attribute.required !== true && attribute.optional !== true) continue;
    const name = `${root.name}${pascal(camelCase(member.tf))}`;
    const type = `${name}${root.suffix}`;
    if (space.taken.has(type)) continue;
    space.taken.add(type);
    space.lines.push(`export type ${type} = ${root.wrapper}<${root.type}[${JSON.stringify(member.js)}]>;`);
    within(space, descriptor, nested, member.path, { ...root, name, type, depth: root.depth + 1 });
  }
}

function pascal(name: string): string {
  return (name[0] ?? "").toUpperCase() + name.slice(1);
}
