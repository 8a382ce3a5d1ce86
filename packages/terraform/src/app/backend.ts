import { isAbsolute, join } from "node:path";
import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import { type BackendRecord, parseBackendRecord } from "../backend/backend-record.ts";
import { type ConfiguredBackend, readBackend } from "../backend/read-backend.ts";
import { DEFAULT_BACKEND, type SelectedBackend, selectBackend } from "../backend/select-backend.ts";
import type { ModuleTree } from "../configuration/model.ts";
import { Problems } from "../configuration/problems.ts";
import type { Files } from "../files.ts";

/** Where a root's states are kept: what its backend block says, what the folder was initialised for, and what that comes to. */
export interface RootBackend {
  readonly selected: SelectedBackend;
  readonly configured: ConfiguredBackend | undefined;
  readonly record: BackendRecord | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface BackendOptions {
  readonly root: string;
  readonly cwd: string;
  readonly files: Files;
  /** `.terraform`. */
  readonly dataFolder: string;
  readonly isBackendIgnored?: boolean;
  /** Of `init`: the record is not held against the block, as it is about to be written anew. */
  readonly backendArguments?: readonly string[];
  readonly isValidation?: boolean;
}

/** The file in the data folder that says which backend the folder was initialised for. */
export function backendRecordFile(dataFolder: string): string {
  return join(dataFolder, "terraform.tfstate");
}

export function backendOf(tree: ModuleTree | undefined, options: BackendOptions): RootBackend {
  const { root, cwd, files, dataFolder, isBackendIgnored, backendArguments, isValidation } = options;
  if (isBackendIgnored === true) return { selected: DEFAULT_BACKEND, configured: undefined, record: undefined, diagnostics: [] };
  const problems = new Problems(root);
  const block = tree?.config.backend;
  const given = backendArguments === undefined ? undefined : { given: backendArguments, files, cwd };
  const configured = block === undefined ? undefined : readBackend(block, problems, given);
  const record = readRecord(files, backendRecordFile(dataFolder), problems);
  const isUsed = isValidation !== true && backendArguments === undefined && !problems.hasErrors;
  // Without a configuration that can be read, what the folder was initialised for is what there is to go by.
  const fallback = record ?? configured ?? DEFAULT_BACKEND;
  const selected = isUsed && tree !== undefined ? selectBackend(configured, record, problems) : fallback;
  return { selected, configured, record, diagnostics: problems.found };
}

function readRecord(files: Files, file: string, problems: Problems): BackendRecord | undefined {
  const bytes = files.read(file);
  if (bytes === undefined) return undefined;
  try {
    return parseBackendRecord(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.add([
      errorDiagnostic("DVT5009", "Backend record is damaged", {
        detail: `${file}, which says which backend this folder was initialised for, cannot be read: ${reason}. It is no state: no resource is recorded in it.`,
        fix: `Remove it and initialise again:\n    rm ${file}\n    dovetail init`,
      }),
    ]);
    return undefined;
  }
}

/** Absolute places of a `local` backend's states. */
export function localPlaces(config: ValueObject, root: string): { readonly path: string; readonly workspaceFolder: string } {
  const below = (place: string) => (isAbsolute(place) ? place : join(root, place));
  const text = (name: string) => (typeof config[name] === "string" && config[name] !== "" ? config[name] : undefined);
  return {
    path: below(text("path") ?? "terraform.tfstate"),
    workspaceFolder: below(text("workspace_dir") ?? "terraform.tfstate.d"),
  };
}
