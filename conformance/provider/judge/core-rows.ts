/** Bodies that do not fit their type's schema, each in another way, made from the schema: Terraform's core refuses them before it asks a provider. */
import { type BlockSchema, isList, isObject, type NestedBlockSchema, type TypeExpr, type ValueObject } from "@dovetail/model";
import { bodyOf } from "./native-syntax.ts";

/** A row's name within its type, and its body in Terraform's native syntax. */
export type WrongBody = readonly [name: string, body: string];

const DEPTH_MAX = 3;

/** @param legal a configuration that fits */
export function wrongBodies(schema: BlockSchema, legal: ValueObject, depth = 0): readonly WrongBody[] {
  const whole = bodyOf(schema, legal);
  return [
    ["an argument that is not there", `${whole}frobnicate = 1\n`],
    ["a block that is not there", `${whole}frobnicate {\n}\n`],
    ...Object.keys(schema.attributes ?? {}).flatMap((name) => wrongArgument(schema, legal, name)),
    ...Object.keys(schema.blocks ?? {}).flatMap((name) => wrongBlock(schema, legal, name, depth)),
  ];
}

function wrongArgument(schema: BlockSchema, legal: ValueObject, name: string): readonly WrongBody[] {
  const { required, optional, type } = schema.attributes?.[name] ?? {};
  const rest = bodyOf(schema, without(legal, name));
  if (required !== true && optional !== true) return [[`${name}, which is computed`, `${rest}${name} = ${fitting(type)}\n`]];
  return [
    ...(required === true
      ? ([
          [`without ${name}`, rest],
          [`${name} = null`, `${rest}${name} = null\n`],
        ] as const)
      : []),
    [`${name} misspelt`, `${rest}${misspelt(name)} = 1\n`],
    ...unfitting(type).map((wrong): WrongBody => [`${name} = ${wrong}`, `${rest}${name} = ${wrong}\n`]),
    [`${name} as a block`, `${rest}${name} {\n}\n`],
  ];
}

function wrongBlock(schema: BlockSchema, legal: ValueObject, name: string, depth: number): readonly WrongBody[] {
  const block = schema.blocks?.[name];
  if (block === undefined) return [];
  const rest = bodyOf(schema, without(legal, name));
  const given = legal[name];
  const first = isList(given) ? given[0] : given;
  const inner = isObject(first) ? first : smallest(block);
  const one = `${name} {\n${bodyOf(block, inner)}}\n`;
  const rows: WrongBody[] = [
    [`${name} as an argument`, `${rest}${name} = {}\n`],
    [`${name} with a label`, `${rest}${name} "label" {\n}\n`],
    [`${name} misspelt`, `${rest}${misspelt(name)} {\n}\n`],
  ];
  if ((block.min ?? 0) > 0) rows.push([`without ${name}`, rest]);
  if (block.max !== undefined && block.max > 0) rows.push([`${name} too often`, rest + one.repeat(block.max + 1)]);
  if (block.nesting === "single") rows.push([`${name} twice`, rest + one.repeat(2)]);
  if (depth >= DEPTH_MAX) return rows;
  const within = wrongBodies(block, inner, depth + 1);
  return [...rows, ...within.map(([row, body]): WrongBody => [`${name}: ${row}`, `${rest}${name} {\n${body}}\n`])];
}

/** Expressions of other types, which do not convert. */
function unfitting(type: TypeExpr | undefined): readonly string[] {
  if (type === "string") return ["[]", "{}"];
  if (type === "number") return ['"many"', "true", "[]"];
  if (type === "bool") return ['"maybe"', "2", "{}"];
  if (!Array.isArray(type)) return [];
  const [kind, inner]: readonly unknown[] = type;
  if (kind === "map") return ['"x"', "[]", "{ a = [] }"];
  return inner === "string" || inner === "number" ? ['"x"', "{ a = 1 }", "[[]]"] : ['"x"', "[{}]"];
}

function fitting(type: TypeExpr | undefined): string {
  if (!Array.isArray(type)) return type === "bool" ? "true" : "1";
  return type[0] === "map" || type[0] === "object" ? "{}" : "[]";
}

/** What is required only, with a text that converts to anything scalar. */
function smallest(block: NestedBlockSchema): ValueObject {
  const attributes = Object.entries(block.attributes ?? {}).filter(([, { required }]) => required === true);
  const blocks = Object.entries(block.blocks ?? {}).filter(([, { min = 0 }]) => min > 0);
  return {
    ...Object.fromEntries(
      attributes.map(([name, { type }]) => [
        name,
        Array.isArray(type) ? (type[0] === "map" ? {} : []) : type === "bool" ? true : "1",
      ]),
    ),
    ...Object.fromEntries(blocks.map(([name, inner]) => [name, [smallest(inner)]])),
  };
}

function without(config: ValueObject, name: string): ValueObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== name));
}

/** Without its second letter: near enough for a suggestion. */
function misspelt(name: string): string {
  return name.slice(0, 1) + name.slice(2);
}
