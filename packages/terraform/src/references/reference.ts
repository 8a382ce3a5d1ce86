import type { Traversal, TraversalStep, Val } from "@dovetail/hcl";
import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { ResourceKind } from "../configuration/model.ts";

/** What a traversal refers to (Terraform: "References to Named Values"). Pure. */

export type Reference =
  | {
      readonly kind: "variable" | "local" | "count" | "each" | "path" | "terraform";
      readonly name: string;
      readonly range: SourceRange;
    }
  | { readonly kind: "self"; readonly range: SourceRange }
  | ResourceReference
  | ModuleReference;

export interface ResourceReference {
  readonly kind: "resource";
  readonly mode: ResourceKind;
  readonly type: string;
  readonly name: string;
  /** Its key in `ModuleConfig.resources`. */
  readonly key: string;
  /** Of one instance. */
  readonly index?: Val;
  readonly hasSplat: boolean;
  /** Written as `resource.type.name`. */
  readonly isSpelledOut: boolean;
  /** What follows the resource or its instance. */
  readonly rest: readonly TraversalStep[];
  readonly range: SourceRange;
}

export interface ModuleReference {
  readonly kind: "module";
  readonly name: string;
  readonly index?: Val;
  /** undefined: all of them. */
  readonly output?: string;
  readonly rest: readonly TraversalStep[];
  readonly range: SourceRange;
}

export type ParsedReference = { readonly reference: Reference } | { readonly problem: Diagnostic };

const ONE_WORD = { var: "variable", local: "local", count: "count", each: "each", path: "path", terraform: "terraform" } as const;
const RESERVED: readonly string[] = ["template", "lazy", "arg"];

/** Reads a traversal as Terraform does. */
export function parseReference(traversal: Traversal): ParsedReference {
  const { root, steps, range } = traversal;
  if (isOneWord(root)) return oneWord(root, traversal);
  if (root === "self") return { reference: { kind: "self", range } };
  if (root === "module") return moduleReference(traversal);
  if (root === "data" || root === "ephemeral") return resourceReference(traversal, root, steps);
  if (root === "resource") return resourceReference(traversal, "managed", steps);
  if (RESERVED.includes(root)) {
    const detail = `The symbol name "${root}" is reserved for use in a future Terraform version. If you are using a provider that already uses this as a resource type name, add the prefix "resource." to force interpretation as a resource type name.`;
    return invalid("Reserved symbol name", detail, range);
  }
  return resourceReference(traversal, "managed", [{ kind: "attribute", name: root, range }, ...steps]);
}

function isOneWord(root: string): root is keyof typeof ONE_WORD {
  return Object.hasOwn(ONE_WORD, root);
}

function invalid(summary: string, detail: string, range: SourceRange): ParsedReference {
  return { problem: errorDiagnostic("DVT2023", summary, { detail, range }) };
}

function oneWord(root: keyof typeof ONE_WORD, { steps, range }: Traversal): ParsedReference {
  const [first] = steps;
  if (first?.kind === "attribute") return { reference: { kind: ONE_WORD[root], name: first.name, range } };
  if (first === undefined)
    return invalid(
      "Invalid reference",
      `The "${root}" object cannot be accessed directly. Instead, access one of its attributes.`,
      range,
    );
  return invalid("Invalid reference", `The "${root}" object does not support this operation.`, first.range);
}

function resourceReference(traversal: Traversal, mode: ResourceKind, steps: readonly TraversalStep[]): ParsedReference {
  const [type, name, next, ...others] = steps;
  if (type?.kind !== "attribute" || name?.kind !== "attribute") return incomplete(traversal, mode, type);
  const hasIndex = next?.kind === "index";
  const own = mode === "managed" ? `${type.name}.${name.name}` : `${mode}.${type.name}.${name.name}`;
  return {
    reference: {
      kind: "resource",
      mode,
      type: type.name,
      name: name.name,
      key: own,
      ...(hasIndex ? { index: next.key } : {}),
      hasSplat: next?.kind === "splat",
      isSpelledOut: traversal.root === "resource",
      rest: next === undefined || hasIndex ? others : [next, ...others],
      range: traversal.range,
    },
  };
}

function incomplete({ root, range }: Traversal, mode: ResourceKind, type: TraversalStep | undefined): ParsedReference {
  if (mode === "managed") {
    if (type !== undefined && type.kind !== "attribute")
      return invalid("Invalid reference", `The "${root}" object does not support this operation.`, type.range);
    const detail =
      "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.";
    return invalid("Invalid reference", detail, range);
  }
  const what = mode === "data" ? "data source" : "ephemeral resource";
  const detail = `The "${mode}" object must be followed by two attribute names: the ${what} type and the resource name.`;
  return invalid("Invalid reference", detail, range);
}

function moduleReference({ steps, range }: Traversal): ParsedReference {
  const [name, ...after] = steps;
  if (name?.kind !== "attribute") {
    const detail = `The "module" object cannot be accessed directly. Instead, access one of its attributes.`;
    return invalid("Invalid reference", detail, range);
  }
  const [next] = after;
  const hasIndex = next?.kind === "index";
  const [output, ...rest] = hasIndex ? after.slice(1) : after;
  const isOne = output?.kind === "attribute";
  return {
    reference: {
      kind: "module",
      name: name.name,
      ...(hasIndex ? { index: next.key } : {}),
      ...(isOne ? { output: output.name, rest } : { rest: output === undefined ? [] : [output, ...rest] }),
      range,
    },
  };
}
