import { createHash } from "node:crypto";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { FileSystem } from "../files/file-system.ts";
import type { LiveObject } from "../plan/live-object.ts";
import { readObject } from "../plan/read-object.ts";
import { liveFromState, type Typed, type Types } from "../plan/typed.ts";
import type { State, StateObject } from "../state/state.ts";
import { toStateObject } from "../state/working-state.ts";
import { type Folded, foldJournal, identityOfSlot, putResult } from "./fold.ts";
import { decodeJournal, type IntentRecord, type ResultRecord } from "./record.ts";
import { recoverCreate } from "./recover-create.ts";

/** What a dead run left: read, folded, and its unanswered operations looked up. */

export interface LeftJournal extends Folded {
  /** Records and bytes that are whole. */
  readonly count: number;
  readonly length: number;
  /** The state file has all of it; only the journal's removal is missing. */
  readonly isCommitted: boolean;
}

/** Reads the journal, undefined where there is none. Throws DVT5006 when it is damaged or belongs to another state. */
export async function readJournal(
  files: FileSystem,
  path: string,
  state: State,
  stateBytes: Uint8Array | undefined,
): Promise<LeftJournal | undefined> {
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  const decoded = decodeJournal(bytes);
  if (decoded.damagedLine !== undefined) throw damaged(path, decoded.damagedLine);
  const folded = foldJournal(decoded.records, state);
  const isCommitted = folded.commit !== undefined && folded.commit === sha256(stateBytes ?? new Uint8Array());
  const { begin } = folded;
  if (begin !== undefined && !isCommitted && (begin.lineage !== state.lineage || begin.serial !== state.serial)) {
    throw otherState(path, begin.serial, state);
  }
  const position = { count: decoded.records.length, length: decoded.length, isCommitted };
  if (!isCommitted) return { ...folded, ...position };
  const unresolved = folded.unresolved.map(({ intent }) => ({ intent, hasPartial: false }));
  return { ...folded, ...position, unresolved, state: foldJournal([], state).state };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function damaged(path: string, line: number): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5006", "Journal is damaged", {
      detail: `${path} is damaged at line ${line}, before its end, which no crash of ours does. What an interrupted run did after that place cannot be told. Nothing was changed.`,
      fix: `Restore the file, or put it aside and look for what the state does not know with a plan:\n    mv ${path} ${path}.damaged`,
    }),
  );
}

function otherState(path: string, serial: number, state: State): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5006", "Journal is damaged", {
      detail: `${path} was left by a run that worked on serial ${serial} of the state, and the state now has serial ${state.serial}${state.lineage === "" ? " (it is missing)" : ""}: something else wrote it in between. Nothing was changed.`,
      fix: `Put back the state of that serial (see the .backup file beside it), or, where the present one is right, put the journal aside:\n    mv ${path} ${path}.old`,
    }),
  );
}

export interface Resolution {
  /** Records that answer the intents, to be appended. */
  readonly results: readonly ResultRecord[];
  /** Addresses of objects found that no state knew. */
  readonly adopted: readonly string[];
  /** Intents whose provider can't be had before the program has run. */
  readonly pending: readonly IntentRecord[];
  /** Creates that seem never to have happened. What was on its way when the run died may still arrive. */
  readonly unfound: readonly IntentRecord[];
}

/**
 * Looks up what became of operations that were never answered; `left.state` then has it. Throws DiagnosticError where a provider can't answer.
 * @param settle waited for once before the creates that were not found are looked for a second time
 */
export async function resolveIntents(types: Types, left: LeftJournal, settle?: () => Promise<void>): Promise<Resolution> {
  const results: ResultRecord[] = [];
  const adopted: string[] = [];
  const pending: IntentRecord[] = [];
  const unfound: IntentRecord[] = [];
  let hasSettled = settle === undefined;
  for (const { intent, hasPartial } of left.unresolved) {
    const typed = await typedOf(types, intent);
    if (typed === undefined) {
      pending.push(intent);
      continue;
    }
    const isNew = intent.action === "create" && !hasPartial;
    let object = isNew ? await lookUp(typed, left, intent) : await readAgain(typed, left, intent);
    if (isNew && object === null && canBeFound(typed, intent)) {
      if (!hasSettled) {
        await settle?.();
        hasSettled = true;
        object = await lookUp(typed, left, intent);
      }
      if (object === null) unfound.push(intent);
    }
    const answer = isNew && object === null ? undefined : object;
    putResult(left.state, hasPartial ? withoutDeposing(intent) : intent, answer);
    if (isNew && answer !== undefined) adopted.push(intent.slot.address);
    const final = hasPartial && answer === undefined ? left.state.get(intent.slot.address)?.current : answer;
    results.push({ kind: "result", op: intent.op, ...(final === undefined ? {} : { object: final }) });
  }
  return { results, adopted, pending, unfound };
}

/** The fold of its partial object has put the old one aside already. */
function withoutDeposing(intent: IntentRecord): IntentRecord {
  const { deposes: _, ...rest } = intent;
  return rest;
}

async function typedOf(types: Types, intent: IntentRecord): Promise<Typed | undefined> {
  const { slot } = intent;
  try {
    return await types.find({ mode: slot.mode, type: slot.type, provider: slot.localProvider, address: slot.address });
  } catch {
    return undefined;
  }
}

function canBeFound(typed: Typed, intent: IntentRecord): boolean {
  return typed.provider.recover !== undefined && intent.planned !== undefined;
}

async function lookUp(typed: Typed, left: LeftJournal, intent: IntentRecord): Promise<StateObject | null> {
  const live = await recoverCreate(typed, intent, left.state, { address: intent.slot.address });
  return live === null ? null : objectOf(typed, intent, live);
}

function objectOf(typed: Typed, intent: IntentRecord, live: LiveObject): StateObject {
  const { dependencies, createBeforeDestroy } = intent;
  return toStateObject(typed, live, { dependencies, createBeforeDestroy, isTainted: false });
}

/** What the slot's object is now; undefined: as the state has it. */
async function readAgain(typed: Typed, left: LeftJournal, intent: IntentRecord): Promise<StateObject | null | undefined> {
  const { address } = identityOfSlot(intent.slot);
  const instance = left.state.get(address);
  const object = intent.slot.deposed === undefined ? instance?.current : instance?.deposed[intent.slot.deposed];
  if (object === undefined) return undefined;
  const { live } = await readObject(typed, await liveFromState(typed, object, address), { address });
  return live === null ? null : toStateObject(typed, live, object);
}
