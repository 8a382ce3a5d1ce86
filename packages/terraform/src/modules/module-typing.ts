import { resolve } from "node:path";
import type { Type } from "@dovetail/hcl";
import { loadModule } from "../configuration/load-module.ts";
import type { ModuleConfig, OutputConfig, VariableConfig } from "../configuration/model.ts";
import { Problems } from "../configuration/problems.ts";
import { type Files, nodeModuleFiles } from "../files.ts";

/**
 * The typing of local modules that programs declare by `new terraform.Module(name, { source, inputs })`: what each source takes
 * and gives. A source that holds no module that can be read is left out: the plan says what is wrong with it.
 * @param root the app's folder, which sources are relative to
 */
export function moduleTypings(root: string, sources: readonly string[], files: Files = nodeModuleFiles()): string {
  const entries = [...new Set(sources)].sort().flatMap((source) => {
    const config = loadModule(files, resolve(root, source), new Problems(root));
    return config === undefined ? [] : [`      ${JSON.stringify(source)}: ${entryText(config)};`];
  });
  return [
    "// What Terraform modules take and give. Written by `dovetail types` and by every deploy.",
    'import type { Input, Output } from "@pulumi/pulumi";',
    "declare global {",
    "  namespace terraform {",
    "    interface Modules {",
    ...entries,
    "    }",
    "  }",
    "}",
    "",
  ].join("\n");
}

function entryText({ variables, outputs }: ModuleConfig): string {
  const inputs = [...variables.values()].map(inputText).join(" ");
  const given = [...outputs.values()]
    .map((output) => `${comment(output.description)}readonly ${nameText(output.name)}: Output<${shapeText(output)}>;`)
    .join(" ");
  return `{ inputs: { ${inputs} }; outputs: { ${given} } }`;
}

/** An output's type is only known once it is evaluated; what it is written as tells its members. */
function shapeText({ expression }: OutputConfig): string {
  const names = (expression?.asMap() ?? []).map(({ key }) => key.asKeyword());
  if (names.length === 0 || names.includes(undefined)) return "any";
  return `{ ${names.map((name) => `${nameText(name ?? "")}: any;`).join(" ")} }`;
}

function inputText({ name, description, type, constraint, default: fallback }: VariableConfig): string {
  const own = typeText(constraint?.type ?? type);
  return `${comment(description)}${nameText(name)}${fallback === undefined ? "" : "?"}: ${own};`;
}

/** A type as inputs have it: an Output may stand at every depth. */
function typeText(type: Type): string {
  switch (type.kind) {
    case "string":
    case "number":
      return `Input<${type.kind}>`;
    case "bool":
      return "Input<boolean>";
    case "dynamic":
      return "any";
    case "list":
    case "set":
      return `Input<${typeText(type.element)}[]>`;
    case "map":
      return `Input<{ [key: string]: ${typeText(type.element)} }>`;
    case "tuple":
      return `Input<[${type.elements.map(typeText).join(", ")}]>`;
    case "object": {
      const members = [...type.attributes].map(
        ([name, member]) => `${nameText(name)}${type.optional.has(name) ? "?" : ""}: ${typeText(member)};`,
      );
      return `Input<{ ${members.join(" ")} }>`;
    }
  }
}

function nameText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function comment(description: string | undefined): string {
  return description === undefined ? "" : `/** ${description.replaceAll("*/", "* /").replaceAll(/\s+/g, " ")} */ `;
}
