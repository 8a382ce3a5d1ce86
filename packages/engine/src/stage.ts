import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { EngineOptions } from "./engine-api.ts";
import { Journal } from "./journal/journal.ts";
import type { IntentRecord } from "./journal/record.ts";
import { type LeftJournal, readJournal, resolveIntents, sha256 } from "./journal/recover.ts";
import type { Lease } from "./lock/lease.ts";
import { Types } from "./plan/typed.ts";
import { readSidecar, type Sidecar, writeSidecar } from "./state/sidecar.ts";
import { emptyState, type State } from "./state/state.ts";
import { formatState, parseState } from "./state/state-file.ts";
import { guardWrite, nextState, type StagePaths, stagePaths, storageOf, writeState } from "./state/state-store.ts";

/** The stage's files, read and put in order: what every operation begins with. */

export interface Stage {
  readonly state: State;
  readonly sidecar: Sidecar;
  readonly hasSidecar: boolean;
  /** Creates of a dead run that are still to be looked up, or were and may arrive late, by address. */
  readonly pending: ReadonlyMap<string, IntentRecord>;
  /** `pending` has some that the journal still asks about. */
  readonly hasJournal: boolean;
}

/** Creates of dead runs that an engine has looked for and not found, by address: they stay in doubt as long as it lives. */
export type Doubts = Map<string, IntentRecord>;

/**
 * Reads the stage. With a lease, a dead run's journal is folded into the state for good; without, only in memory.
 * Throws DVT5002, DVT5003, DVT5005, DVT5006.
 */
export async function openStage(options: EngineOptions, lease: Lease | undefined, doubts: Doubts = new Map()): Promise<Stage> {
  const paths = stagePaths(options);
  const storage = storageOf(options);
  const bytes = await storage.read();
  const state = bytes === undefined ? emptyState() : parseState(bytes, storage.place);
  const found = await readSidecar(options.files, paths.sidecar, options.app, options.stage);
  // What others keep in common is changed from elsewhere: then what this machine remembers of it is of another state.
  const isForeign = storage.lock?.outlivesHolder === true && isOtherLineage(state, found.sidecar);
  const { sidecar, isPresent } = isForeign
    ? { sidecar: { ...found.sidecar, lineage: "", resources: {} }, isPresent: false }
    : found;
  checkLineage(storage.place, state, sidecar);
  const left = await readJournal(options.files, paths.journal, state, bytes);
  if (left === undefined) return { state, sidecar, hasSidecar: isPresent, pending: doubts, hasJournal: false };
  const grown = withGenerations(sidecar, left);
  if (lease === undefined) {
    const pending = pendingMap(left.unresolved.filter((u) => !u.hasPartial).map((u) => u.intent));
    return { state: left.state.toState(), sidecar: grown, hasSidecar: isPresent, pending, hasJournal: true };
  }
  return { hasSidecar: isPresent, ...(await recover(options, paths, lease, left, grown, doubts)) };
}

function pendingMap(intents: readonly IntentRecord[]): ReadonlyMap<string, IntentRecord> {
  return new Map(intents.filter((intent) => intent.action === "create").map((intent) => [intent.slot.address, intent]));
}

function isOtherLineage(state: State, sidecar: Sidecar): boolean {
  return sidecar.lineage !== "" && state.lineage !== "" && sidecar.lineage !== state.lineage;
}

function checkLineage(place: string, state: State, sidecar: Sidecar): void {
  if (!isOtherLineage(state, sidecar)) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      detail: `${place} has lineage ${state.lineage}; this stage's is ${sidecar.lineage}. It was put there from elsewhere. Nothing was changed.`,
      fix: `Put this stage's own state back (see ${place}.backup), or take the other over on purpose:\n    dovetail state push --force FILE`,
    }),
  );
}

function withGenerations(sidecar: Sidecar, left: LeftJournal): Sidecar {
  const entries = [...left.generations].map(([address, generation]) => [address, { ...sidecar.resources[address], generation }]);
  return { ...sidecar, resources: { ...sidecar.resources, ...Object.fromEntries(entries) } };
}

async function recover(
  options: EngineOptions,
  paths: StagePaths,
  lease: Lease,
  left: LeftJournal,
  sidecar: Sidecar,
  doubts: Doubts,
) {
  const { files, random } = options;
  options.onEvent?.({ type: "phase", phase: "recover" });
  const { results, adopted, pending, unfound } = await resolveIntents(new Types(options.providers), left, settling(options));
  for (const intent of unfound) doubts.set(intent.slot.address, intent);
  const journal = await Journal.resume(files, paths.journal, left, () => lease.check());
  let state = left.state.toState();
  try {
    await Promise.all(results.map((record) => journal.append(record)));
    const storage = storageOf(options);
    const next = await nextState(storage, state, random);
    if (next !== undefined) {
      await journal.append({ kind: "commit", sha256: sha256(Buffer.from(formatState(next))) });
      state = await writeState(storage, next);
    }
  } finally {
    await journal.close();
  }
  await writeSidecar(files, paths.sidecar, { ...sidecar, lineage: state.lineage });
  if (pending.length === 0) await guardWrite(paths.journal, () => files.remove(paths.journal));
  if (left.completed + left.unresolved.length > 0) {
    options.onEvent?.({ type: "recovered", operations: left.completed + left.unresolved.length, adopted });
  }
  return { state, sidecar, pending: new Map([...doubts, ...pendingMap(pending)]), hasJournal: pending.length > 0 };
}

/** Lets pass what a request of the dead run may take to arrive. */
function settling({ clock, settleMs }: EngineOptions): (() => Promise<void>) | undefined {
  if (settleMs === undefined || settleMs <= 0) return undefined;
  return () => new Promise((done) => clock.at(clock.now() + settleMs, done));
}
