import { AWS_FUNCTIONS } from "../catalog/aws-functions.ts";
import type { Catalog, Descriptor } from "../catalog/descriptor.ts";
import type { EnumTexts, ModuleText } from "./module-text.ts";
import { nestedTypeTexts } from "./nested-types.ts";
import { bodyText, membersOf } from "./type-text.ts";

/** The typings of a package: one module for each namespace, and the package's own that holds them all. */
export function packageTexts(catalog: Catalog, enums: EnumTexts): ModuleText[] {
  const module = `@pulumi/${catalog.name}`;
  const bodies = new Map<string, string[]>([["", [providerText(catalog)]]]);
  const add = (path: string, text: string) => {
    const space = path.includes(".") ? (path.split(".")[0] ?? "") : "";
    const body = bodies.get(space) ?? [];
    if (body.length === 0) bodies.set(space, body);
    body.push(text);
  };
  for (const [path, members] of enums) add(path, enumText(path.split(".").at(-1) ?? "", members));
  if (catalog.name === "aws") for (const [path, { typing }] of Object.entries(AWS_FUNCTIONS)) add(path, typing);
  for (const path of catalog.paths("resource")) {
    const descriptor = catalog.describe("resource", path);
    if (descriptor !== undefined) add(path, classText(descriptor, path.split(".").at(-1) ?? ""));
  }
  for (const path of catalog.paths("data")) {
    const descriptor = catalog.describe("data", path);
    if (descriptor !== undefined) add(path, functionText(descriptor, path.split(".").at(-1) ?? ""));
  }
  const spaces = [...bodies.keys()].filter((space) => space !== "").sort();
  const texts = spaces.map((space) => ({
    name: `${catalog.name}/${space}`,
    text: moduleText(`${module}/${space}`, bodies.get(space) ?? []),
  }));
  const nested = catalog.name === "aws" ? nestedTypeTexts(catalog, enums) : [];
  const own = [...(bodies.get("") ?? []), ...spacesText(module, nested.length > 0 ? [...spaces, "types"] : spaces)];
  return [...texts, ...nested, { name: catalog.name, text: moduleText(module, own) }];
}

function spacesText(module: string, spaces: readonly string[]): string[] {
  return spaces.map((space) => `import * as ${space}_ from "${module}/${space}"; export import ${space} = ${space}_;`);
}

function moduleText(module: string, body: readonly string[]): string {
  return `declare module "${module}" {\nimport * as pulumi from "@pulumi/pulumi";\n${body.join("\n")}\n}\n`;
}

function classText(descriptor: Descriptor, name: string): string {
  const args = membersOf(descriptor, "input");
  const optional = args.every((member) => member.optional) ? "?" : "";
  const deprecated =
    descriptor.map.deprecated === undefined ? "" : `/** @deprecated ${descriptor.map.deprecated.replace(/\*\//g, "")} */\n`;
  const outputs = membersOf(descriptor, "output").map(
    (member) => `readonly ${member.name}: pulumi.Output<${member.type}${member.optional ? " | undefined" : ""}>;\n`,
  );
  return `export interface ${name}Args { ${bodyText(args)} }
${deprecated}export class ${name} extends pulumi.CustomResource {
constructor(name: string, args${optional}: ${name}Args, opts?: pulumi.CustomResourceOptions);
static get(name: string, id: pulumi.Input<pulumi.ID>, state?: { [key: string]: any }, opts?: pulumi.CustomResourceOptions): ${name};
static isInstance(value: unknown): value is ${name};
${outputs.join("")}}`;
}

function functionText(descriptor: Descriptor, name: string): string {
  const Name = (name[0] ?? "").toUpperCase() + name.slice(1);
  const plain = membersOf(descriptor, "plain");
  const optional = plain.every((member) => member.optional) ? "?" : "";
  return `export interface ${Name}Args { ${bodyText(plain)} }
export interface ${Name}OutputArgs { ${bodyText(membersOf(descriptor, "input"))} }
export interface ${Name}Result { ${bodyText(membersOf(descriptor, "output"))} }
export function ${name}(args${optional}: ${Name}Args, opts?: pulumi.InvokeOptions): Promise<${Name}Result>;
export function ${name}Output(args${optional}: ${Name}OutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<${Name}Result>;`;
}

function enumText(name: string, members: { readonly [name: string]: string }): string {
  const rows = Object.entries(members).map(
    ([key, value]) => `readonly ${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${JSON.stringify(value)};`,
  );
  return `export const ${name}: { ${rows.join(" ")} };\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`;
}

function providerText(catalog: Catalog): string {
  const descriptor = catalog.provider();
  const args = descriptor ? bodyText(membersOf(descriptor, "input")) : "";
  return `export interface ProviderArgs { ${args} }
export const config: { readonly region?: string; readonly profile?: string; readonly [setting: string]: any };
export class Provider extends pulumi.ProviderResource { constructor(name: string, args?: ProviderArgs, opts?: pulumi.ResourceOptions); }`;
}
