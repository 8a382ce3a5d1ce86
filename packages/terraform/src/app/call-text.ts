import { isIdentifier, quoteText } from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { ModuleDeclaration } from "./module-declaration.ts";

/** Name of the file that is only in memory: a root module's call of a module that a program declares. */
export const CALL_FILE = "dovetail-module-of-the-program.tf";

/** The call as a root module would write it, its inputs as variables and its outputs as outputs of their own. Throws DiagnosticError. */
export function callText(
  { name, source, version, inputs, moved, range }: ModuleDeclaration,
  outputs: ReadonlyMap<string, { readonly isSensitive: boolean }>,
): string {
  const named = [["module", name] as const, ...[...inputs.keys()].map((input) => ["input", input] as const)];
  const bad = named.find(([, text]) => !isIdentifier(text));
  if (bad !== undefined) {
    const detail = `"${bad[1]}" is no name of a Terraform ${bad[0]}: letters, digits, underscores and hyphens, a letter first.`;
    throw new DiagnosticError(errorDiagnostic("DVT1005", "Unsupported argument", { detail, ...(range ? { range } : {}) }));
  }
  return [
    `module ${JSON.stringify(name)} {`,
    `  source = ${quoteText(source)}`,
    ...(version === undefined ? [] : [`  version = ${quoteText(version)}`]),
    ...[...inputs.keys()].map((input) => `  ${input} = var.${input}`),
    "}",
    ...[...inputs.keys()].map((input) => `variable ${JSON.stringify(input)} {}`),
    ...[...outputs].map(
      ([output, { isSensitive }]) =>
        `output ${JSON.stringify(output)} {\n  value = module.${name}.${output}\n  sensitive = ${isSensitive}\n}`,
    ),
    ...[...moved].map(([to, from]) => `moved {\n  from = ${from}\n  to = module.${name}.${to}\n}`),
    "",
  ].join("\n");
}
