import { AWS_ENUMS } from "../catalog/aws-enums.ts";
import { AWS_FUNCTIONS } from "../catalog/aws-functions.ts";
import { PACKAGES } from "../catalog/catalogs.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { ProgramContext } from "../evaluate/program-run.ts";

/** Where a module made here finds the evaluation. */
export const TESTING: unique symbol = Symbol.for("dovetail.testing") as never;

/**
 * The source of an ES module that gives what `specifier` gives to a program. Its names have to be written out: a module has no others.
 * A function is looked up when it is called, since most never are.
 */
export function moduleSource(evaluation: Evaluation, context: ProgramContext, specifier: string): string {
  const { names, functions } = exportedNames(evaluation, context, specifier);
  const valid = [...new Set(names)].filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default");
  const exports = valid.map((name, i) => {
    const key = JSON.stringify(name);
    const value = functions.has(name) ? `(...args) => module[${key}](...args)` : `module[${key}]`;
    return `const _${i} = ${value}; export { _${i} as ${name} };`;
  });
  return `const module = globalThis[Symbol.for("dovetail.testing")].module(${JSON.stringify(specifier)});
export default module;
${exports.join("\n")}
`;
}

interface Names {
  readonly names: readonly string[];
  /** Those of them that are functions of the provider. */
  readonly functions: ReadonlySet<string>;
}

function exportedNames(evaluation: Evaluation, context: ProgramContext, specifier: string): Names {
  const [, name = "", space = "index", ...deeper] = specifier.split("/");
  const known = PACKAGES.find((candidate) => candidate === name);
  if (known === undefined) return { names: Object.keys(Object(context.module(specifier))), functions: new Set() };
  if (deeper.length > 0) return { names: [], functions: new Set() };
  const catalog = evaluation.setting.catalogs.get(known);
  const handwritten = known === "aws" ? Object.keys(AWS_FUNCTIONS) : [];
  const functions = [...catalog.paths("data").flatMap((path) => [path, `${path}Output`]), ...handwritten];
  const others = [...(known === "aws" ? AWS_ENUMS : []), ...catalog.paths("resource")];
  const all = [...functions, ...others];
  if (space === "index" || space === "index.js") {
    const isTop = (path: string) => !path.includes(".");
    const names = [...all.map((path) => path.split(".")[0] ?? ""), "Provider", "config"];
    return { names, functions: new Set(functions.filter(isTop)) };
  }
  const prefix = `${space.replace(/\.js$/, "")}.`;
  const below = (paths: readonly string[]) =>
    paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return { names: below(all), functions: new Set(below(functions)) };
}
