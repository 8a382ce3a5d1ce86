import {
  CODES,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  isObject,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { UtilityDataSource } from "../utility.ts";
import { text } from "../values.ts";
import { BACKENDS, invalid, OTHER_BACKENDS, type ReadState } from "./backends.ts";
import { outputsOf, type StateOutputs } from "./state-outputs.ts";

/**
 * `terraform_remote_state`, built into Terraform: the outputs of another root's state, over `defaults`. Behaviour and texts: OpenTofu,
 * `internal/builtin/providers/tf/data_source_state.go` (read 2026-11).
 */
export const remoteState: UtilityDataSource = {
  type: "terraform_remote_state",
  async read(options, config, markSensitive) {
    const backend = text(config, "backend") ?? "";
    const workspace = text(config, "workspace") || "default";
    const stored = await readerOf(backend)(options, objectAt(config, "config"), workspace);
    // A file without content is one that Terraform made to lock it.
    const bytes = stored === undefined || stored.length === 0 ? undefined : await (options.decryptState?.(stored) ?? stored);
    if (bytes === undefined && (config.defaults ?? null) === null) throw new DiagnosticError(noState(backend, workspace));
    const defaults = objectAt(config, "defaults");
    if (bytes === undefined) return { outputs: defaults };
    const { outputs, sensitive } = readOutputs(bytes, backend, workspace);
    for (const name of sensitive) markSensitive(["outputs", name]);
    return { outputs: { ...defaults, ...outputs } };
  },
};

function objectAt(config: ValueObject, name: string): ValueObject {
  const value: Value = config[name] ?? null;
  if (value === null) return {};
  if (isObject(value)) return value;
  throw new DiagnosticError(invalid(`The argument "${name}" must be an object.`, name));
}

function readerOf(backend: string): ReadState {
  const read = Object.hasOwn(BACKENDS, backend) ? BACKENDS[backend] : undefined;
  if (read !== undefined) return read;
  if (!OTHER_BACKENDS.includes(backend))
    throw new DiagnosticError(invalid(`There is no backend type named "${backend}".`, "backend"));
  const detail = `The backend "${backend}" is Terraform's, and Dovetail does not read states from it: it reads ${Object.keys(BACKENDS).join(" and ")}.`;
  const fix = "Copy the state with terraform state pull to a file, and read that with the backend local.";
  throw new DiagnosticError(errorDiagnostic("DVT3006", CODES.DVT3006, { detail, attribute: "backend", fix }));
}

function noState(backend: string, workspace: string): Diagnostic {
  const detail = `No stored state was found for the given workspace in the given backend (workspace "${workspace}", backend "${backend}").`;
  const fix = "Apply the root that the state belongs to, or give defaults for its outputs.";
  return errorDiagnostic("DVT4001", "Unable to find remote state", { detail, fix });
}

function readOutputs(bytes: Uint8Array, backend: string, workspace: string): StateOutputs {
  try {
    return outputsOf(bytes);
  } catch (error) {
    const detail = `The state of workspace "${workspace}" in the backend "${backend}" cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    throw new DiagnosticError(errorDiagnostic("DVT4001", "Error loading state", { detail }), { cause: error });
  }
}
