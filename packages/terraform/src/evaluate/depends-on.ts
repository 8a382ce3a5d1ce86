import type { Traversal } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { ResourceConfig } from "../configuration/model.ts";
import { referenceProblem } from "../references/declared.ts";
import { parseReference } from "../references/reference.ts";
import type { ModuleScope, Sources } from "./nodes.ts";
import { allOf, NO_SOURCES, unitedSources } from "./result.ts";

/** The resources that `depends_on` names. Throws DiagnosticError, Unavailable. */
export async function dependsOnSources(traversals: readonly Traversal[], module: ModuleScope): Promise<Sources> {
  if (traversals.length === 0) return NO_SOURCES;
  return unitedSources(await allOf(traversals.map((traversal) => sourcesOf(traversal, module))));
}

/**
 * The managed resources that a data source's own expressions name, `count`, `for_each` and conditions among them: it is read after what is
 * pending for them (Terraform: "Data Sources", "Data Resource Dependencies"). What locals, variables and modules lead to does not count.
 */
export function directSources({ config, module, references }: Referring): Sources {
  const { count, forEach, lifecycle } = config;
  const rules = [...lifecycle.preconditions, ...lifecycle.postconditions];
  const expressions = [count, forEach, ...rules.flatMap(({ condition, errorMessage }) => [condition, errorMessage])];
  const traversals = [...references, ...expressions.flatMap((each) => each?.references() ?? [])];
  const nodes = traversals.flatMap((traversal) => {
    const parsed = parseReference(traversal);
    if ("problem" in parsed || parsed.reference.kind !== "resource" || parsed.reference.mode !== "managed") return [];
    return module.resource(parsed.reference.key) ?? [];
  });
  return new Set(nodes);
}

interface Referring {
  readonly config: ResourceConfig;
  readonly module: ModuleScope;
  /** Of the body. */
  readonly references: readonly Traversal[];
}

const NO_NAMES: ReadonlySet<string> = new Set();

async function sourcesOf(traversal: Traversal, module: ModuleScope): Promise<Sources> {
  const parsed = parseReference(traversal);
  if ("problem" in parsed) throw new DiagnosticError(parsed.problem);
  const { reference } = parsed;
  const problem = dependsOnProblem(traversal) ?? referenceProblem(reference, module.tree.config, module.tree.path, NO_NAMES);
  if (problem !== undefined) throw new DiagnosticError(problem);
  switch (reference.kind) {
    case "resource": {
      const node = module.resource(reference.key);
      return node === undefined ? NO_SOURCES : new Set([node]);
    }
    case "module":
      return (await module.call(reference.name)?.allResources()) ?? NO_SOURCES;
    case "variable":
      return (await module.variable(reference.name)).from;
    case "local":
      return (await module.local(reference.name)).from;
    default:
      return NO_SOURCES;
  }
}

/** A `depends_on` item names a whole object. */
export function dependsOnProblem(traversal: Traversal): Diagnostic | undefined {
  const parsed = parseReference(traversal);
  if ("problem" in parsed || !("rest" in parsed.reference) || parsed.reference.rest.length === 0) return undefined;
  return errorDiagnostic("DVT2023", "Invalid depends_on reference", {
    detail: "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.",
    range: traversal.range,
  });
}
