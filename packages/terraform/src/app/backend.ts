import { isAbsolute, join } from "node:path";
import { type Diagnostic, errorDiagnostic } from "@dovetail/model";
import { literalString } from "../configuration/literals.ts";
import type { BackendBlock, ModuleTree } from "../configuration/model.ts";
import { Problems } from "../configuration/problems.ts";

/** Where the state lies: the `local` backend (Terraform: "Backend Type: local"). Others are refused by name. */

export interface StatePlace {
  /** Absolute path. */
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
}

export function stateFileOf(
  tree: ModuleTree | undefined,
  {
    root,
    workspace,
    isBackendIgnored,
  }: { readonly root: string; readonly workspace: string; readonly isBackendIgnored?: boolean },
): StatePlace {
  const backend = isBackendIgnored === true ? undefined : tree?.config.backend;
  if (backend !== undefined && backend.type !== "local")
    return { file: localFile(root, workspace), diagnostics: [refused(backend)] };
  const problems = new Problems(root);
  const attributes = backend?.body.justAttributes().attributes;
  const path = literalString(attributes?.get("path"), problems);
  const folder = literalString(attributes?.get("workspace_dir"), problems);
  return { file: localFile(root, workspace, path, folder), diagnostics: problems.found };
}

function localFile(root: string, workspace: string, path = "terraform.tfstate", folder = "terraform.tfstate.d"): string {
  const below = (place: string) => (isAbsolute(place) ? place : join(root, place));
  return workspace === "default" ? below(path) : join(below(folder), workspace, "terraform.tfstate");
}

function refused({ type, range }: BackendBlock): Diagnostic {
  return errorDiagnostic("DVT2028", "Backend is not supported", {
    detail: `The state is configured to be kept in the backend "${type}". Dovetail keeps states in local files only.`,
    fix: "Keep it in terraform.tfstate for this run:\n    dovetail deploy -backend=false",
    range,
  });
}
