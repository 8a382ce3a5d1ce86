import { DiagnosticError, errorDiagnostic, type Random, randomUuid } from "@dovetail/model";
import type { EngineOptions } from "../engine-api.ts";
import { errorCode, type FileSystem } from "../files/file-system.ts";
import { STATE_TERRAFORM_VERSION, type State } from "./state.ts";
import { formatState, parseState } from "./state-file.ts";

/** The state's files: `<stage>.tfstate` and the one before it, `.backup`. Nothing else writes them. */

export interface StagePaths {
  readonly state: string;
  readonly backup: string;
  readonly journal: string;
  readonly lock: string;
  readonly sidecar: string;
}

/** Where the files of a stage lie. */
export function stagePaths(place: Pick<EngineOptions, "directory" | "stage" | "stateFile">): StagePaths {
  const base = `${place.directory}/${place.stage}`;
  const state = place.stateFile ?? `${base}.tfstate`;
  return {
    state,
    backup: `${state}.backup`,
    journal: `${base}.journal`,
    lock: `${base}.lock`,
    sidecar: `${base}.sidecar.json`,
  };
}

/**
 * What the file shall be for the state's content to be `state`: with the next serial, and a lineage where it had none.
 * undefined where the file has that content already (or there is nothing to write and no file).
 */
export async function nextState(
  files: FileSystem,
  paths: Pick<StagePaths, "state">,
  state: State,
  random: Random,
): Promise<State | undefined> {
  const old = await guardWrite(paths.state, () => files.read(paths.state));
  const present = old === undefined ? undefined : parseState(old, paths.state);
  if (present === undefined && state.instances.size === 0 && Object.keys(state.outputs).length === 0) return undefined;
  if (present !== undefined && present.lineage === state.lineage && sameContent(present, state)) return undefined;
  return {
    ...state,
    terraformVersion: newerVersion(state.terraformVersion),
    serial: Math.max(present?.serial ?? 0, state.serial) + 1,
    lineage: state.lineage === "" ? randomUuid(random) : state.lineage,
  };
}

/** Terraform refuses a state that a newer version wrote, so what a newer one wrote stays marked so. */
function newerVersion(version: string): string {
  const parts = (text: string) => text.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [parts(version), parts(STATE_TERRAFORM_VERSION)];
  const different = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
  return different !== undefined && (a[different] ?? 0) > (b[different] ?? 0) ? version : STATE_TERRAFORM_VERSION;
}

/** Writes `next` as it is; what was there becomes the backup. Throws DVT5005 when the disk refuses, and then the file is as it was. */
export async function writeState(files: FileSystem, paths: Pick<StagePaths, "state" | "backup">, next: State): Promise<State> {
  await guardWrite(paths.state, async () => {
    const before = await files.read(paths.state);
    if (before !== undefined) await files.replace(paths.backup, before);
    await files.replace(paths.state, Buffer.from(formatState(next)));
  });
  return next;
}

/** Whether two states differ in nothing but serial and the version that wrote them. */
export function sameContent(a: State, b: State): boolean {
  const bare = (state: State) => formatState({ ...state, serial: 0, terraformVersion: "" });
  return bare(a) === bare(b);
}

/** Runs a write; an operating-system error becomes DVT5005, naming the file and what to do. */
export async function guardWrite<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new DiagnosticError(
      errorDiagnostic("DVT5005", "State cannot be written", {
        detail: `Writing ${path} failed: ${error instanceof Error ? error.message : code}. The file is as it was, and what this run did until then is in the journal beside it.`,
        fix:
          code === "ENOSPC" || code === "EDQUOT"
            ? "Make room on the disk, then deploy again: it goes on from there."
            : "Mend that, then deploy again: it goes on from there.",
      }),
      { cause: error },
    );
  }
}
