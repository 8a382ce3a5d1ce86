import type { EvaluationResult } from "@dovetail/engine";
import { type Diagnostic, errorDiagnostic } from "@dovetail/model";
import type { ModuleTree } from "../configuration/model.ts";
import { configText, endpointOf } from "./endpoint.ts";
import { declaredAt } from "./moves.ts";

type Removed = NonNullable<EvaluationResult["removed"]>[number];

/** What `removed` blocks name, in a module and those that it calls. */
export function removalsOf(tree: ModuleTree): readonly Removed[] {
  const own = tree.config.removed.flatMap(({ from, destroy }) => {
    const endpoint = endpointOf(from);
    return endpoint === undefined ? [] : [{ from: configText(tree.path, endpoint), destroy }];
  });
  return [...own, ...[...tree.children.values()].flatMap(removalsOf)];
}

/** Blocks that remove what is still declared. */
export function removalProblems(tree: ModuleTree, root: ModuleTree = tree): readonly Diagnostic[] {
  const own = tree.config.removed.flatMap(({ from, range }) => {
    const endpoint = endpointOf(from);
    const still = endpoint === undefined ? undefined : declaredAt(root, configText(tree.path, endpoint));
    if (endpoint === undefined || still === undefined) return [];
    const what = endpoint.resource === undefined ? "module" : "resource";
    const detail = `This statement declares that ${configText([], endpoint)} was removed, but it is still declared in the configuration.`;
    const related = [{ range: still, message: "It is declared here." }];
    return [errorDiagnostic("DVT2030", `Removed ${what} still exists`, { detail, range, related })];
  });
  return [...own, ...[...tree.children.values()].flatMap((child) => removalProblems(child, root))];
}
