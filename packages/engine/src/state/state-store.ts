import { DiagnosticError, errorDiagnostic, type Random, randomUuid } from "@dovetail/model";
import type { StateStorage } from "../backends/backend.ts";
import type { EngineOptions } from "../engine-api.ts";
import { errorCode, type FileSystem } from "../files/file-system.ts";
import { STATE_TERRAFORM_VERSION, type State } from "./state.ts";
import { formatState, parseState } from "./state-file.ts";

/** The state, wherever it is kept, and the files of a stage. */

export interface StagePaths {
  readonly state: string;
  readonly backup: string;
  readonly journal: string;
  readonly lock: string;
  /** The lock that this stage took at its backend, for whoever comes after a run that died with it. */
  readonly stateLock: string;
  readonly sidecar: string;
}

/** Where the files of a stage lie. */
export function stagePaths(place: Pick<EngineOptions, "directory" | "stage">): StagePaths {
  const base = `${place.directory}/${place.stage}`;
  return {
    state: `${base}.tfstate`,
    backup: `${base}.tfstate.backup`,
    journal: `${base}.journal`,
    lock: `${base}.lock`,
    stateLock: `${base}.state-lock.json`,
    sidecar: `${base}.sidecar.json`,
  };
}

/** Where the stage's state is kept: where the options say, else in `<stage>.tfstate`, with the one before it in `.backup`. */
export function storageOf(options: Pick<EngineOptions, "directory" | "stage" | "files" | "storage">): StateStorage {
  return options.storage ?? stageFile(options.files, stagePaths(options));
}

/** Nothing but this stage's runs writes these files, so they need no lock of their own. */
function stageFile(files: FileSystem, { state, backup }: StagePaths): StateStorage {
  return {
    place: state,
    read: () => files.read(state),
    write: (bytes) =>
      guardWrite(state, async () => {
        const before = await files.read(state);
        if (before !== undefined) await files.replace(backup, before);
        await files.replace(state, bytes);
      }),
  };
}

/**
 * What is to be stored for the state's content to be `state`: with the next serial, and a lineage where it had none.
 * undefined where that is stored already (or there is nothing to write and no state).
 */
export async function nextState(storage: StateStorage, state: State, random: Random): Promise<State | undefined> {
  const old = await guardWrite(storage.place, () => storage.read());
  const present = old === undefined ? undefined : parseState(old, storage.place);
  if (present === undefined && state.instances.size === 0 && Object.keys(state.outputs).length === 0) return undefined;
  const isStored = present !== undefined && present.lineage === state.lineage && sameContent(present, state);
  if (isStored && storage.isToBeRewritten?.() !== true) return undefined;
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

/** Writes `next` as it is. Throws DVT5005 when it cannot be written, and then the state is as it was. */
export async function writeState(storage: StateStorage, next: State): Promise<State> {
  await storage.write(Buffer.from(formatState(next)));
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
