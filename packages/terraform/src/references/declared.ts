import { didYouMean } from "@dovetail/hcl";
import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { ModuleConfig } from "../configuration/model.ts";
import type { Reference, ResourceReference } from "./reference.ts";

/**
 * What is wrong with a reference, in Terraform's words; undefined where nothing is.
 * @param names which of `each`, `count` and `self` mean something where it stands
 */
export function referenceProblem(
  reference: Reference,
  config: ModuleConfig,
  path: readonly string[],
  names: { has(name: string): boolean },
): Diagnostic | undefined {
  switch (reference.kind) {
    case "variable":
      return undeclared(
        config.variables,
        reference,
        (name, hint) =>
          hint === ""
            ? `An input variable with the name "${name}" has not been declared. This variable can be declared with a variable "${name}" {} block.`
            : `An input variable with the name "${name}" has not been declared.${hint}`,
        "input variable",
      );
    case "local":
      return undeclared(
        config.locals,
        reference,
        (name, hint) => `A local value with the name "${name}" has not been declared.${hint}`,
        "local value",
      );
    case "module":
      return undeclared(
        config.calls,
        reference,
        (name, hint) => `No module call named "${name}" is declared in ${moduleText(path)}.${hint}`,
        "module",
      );
    case "resource":
      return resourceProblem(reference, config, path);
    case "count":
    case "each":
    case "self":
      return names.has(reference.kind) ? attributeProblem(reference) : outOfPlace(reference.kind, reference.range);
    case "path":
    case "terraform":
      return attributeProblem(reference);
  }
}

function undeclared(
  declared: ReadonlyMap<string, unknown>,
  { name, range }: { readonly name: string; readonly range: SourceRange },
  detail: (name: string, hint: string) => string,
  what: string,
): Diagnostic | undefined {
  if (declared.has(name)) return undefined;
  const hint = didYouMean(name, [...declared.keys()].sort());
  return problem(`Reference to undeclared ${what}`, detail(name, hint), range);
}

const MODE_WORDS = { managed: "managed resource", data: "data resource", ephemeral: "ephemeral resource" } as const;

function resourceProblem(reference: ResourceReference, config: ModuleConfig, path: readonly string[]): Diagnostic | undefined {
  const { key, mode, type, name, range } = reference;
  const declared = config.resources.get(key);
  if (declared === undefined) {
    const asData = mode === "managed" && config.resources.has(`data.${type}.${name}`);
    const hint = asData ? `\n\nDid you mean the data resource data.${type}.${name}?` : "";
    const article = mode === "ephemeral" ? "An" : "A";
    const detail = `${article} ${MODE_WORDS[mode]} "${type}" "${name}" has not been declared in ${moduleText(path)}.${hint}`;
    return problem("Reference to undeclared resource", detail, range);
  }
  const isRepeated = declared.count !== undefined || declared.forEach !== undefined;
  if (!isRepeated && reference.index !== undefined && reference.index.type.kind !== "dynamic") {
    const detail = `Because ${key} does not have "count" or "for_each" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource.`;
    return problem("Unexpected resource instance key", detail, range);
  }
  const [next] = reference.rest;
  if (!isRepeated || reference.index !== undefined || next?.kind !== "attribute" || reference.hasSplat) return undefined;
  const by = declared.count === undefined ? ["for_each", "each.key"] : ["count", "count.index"];
  const detail = `Because ${key} has "${by[0]}" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    ${key}[${by[1]}]`;
  return problem("Missing resource instance key", detail, range);
}

const OUT_OF_PLACE = {
  count: [
    'Reference to "count" in non-counted context',
    'The "count" object can only be used in "module", "resource", and "data" blocks, and only when the "count" argument is set.',
  ],
  each: [
    'Reference to "each" in context without for_each',
    'The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.',
  ],
  self: [
    'Invalid "self" reference',
    'The "self" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.',
  ],
} as const;

function outOfPlace(kind: keyof typeof OUT_OF_PLACE, range: SourceRange): Diagnostic {
  const [summary, detail] = OUT_OF_PLACE[kind];
  return problem(summary, detail, range);
}

const ATTRIBUTES: { readonly [kind: string]: readonly string[] } = {
  count: ["index"],
  each: ["key", "value"],
  path: ["cwd", "module", "root"],
  terraform: ["workspace", "applying"],
};

function attributeProblem(reference: Reference): Diagnostic | undefined {
  if (!("name" in reference)) return undefined;
  const allowed = ATTRIBUTES[reference.kind] ?? [];
  if (allowed.includes(reference.name)) return undefined;
  const detail =
    reference.kind === "terraform"
      ? `The "terraform" object does not have an attribute named "${reference.name}". The only supported attributes are terraform.workspace, the name of the currently-selected workspace, and terraform.applying, a boolean which is true only during apply.`
      : reference.kind === "path"
        ? `The "${reference.kind}" object does not have an attribute named "${reference.name}".${didYouMean(reference.name, allowed)}`
        : `The "${reference.kind}" object does not have an attribute named ${JSON.stringify(reference.name)}. The supported attributes are ${words(allowed)}.`;
  return problem(`Invalid "${reference.kind}" attribute`, detail, reference.range);
}

function words(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(" and ");
}

/** `the root module`, `module.a`, as messages have it. */
export function moduleText(path: readonly string[]): string {
  return path.length === 0 ? "the root module" : path.map((name) => `module.${name}`).join(".");
}

function problem(summary: string, detail: string, range: SourceRange): Diagnostic {
  return errorDiagnostic("DVT2023", summary, { detail, range });
}
