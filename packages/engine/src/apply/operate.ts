import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  formatPath,
  hasErrors,
  isWhollyKnown,
  type Path,
  type ValueObject,
} from "@dovetail/model";
import type { ApplyResponse } from "@dovetail/provider";
import type { ResourceRegistration } from "../front-end.ts";
import type { IntentRecord, Slot } from "../journal/record.ts";
import { recoverCreate } from "../journal/recover-create.ts";
import { recordedFacts } from "../plan/change-parts.ts";
import type { LiveObject } from "../plan/live-object.ts";
import { idOf, withEvents } from "../plan/plan-context.ts";
import { callProvider, inconsistent, type ObjectPlan, planUpdate, shaped } from "../plan/plan-object.ts";
import type { Typed } from "../plan/typed.ts";
import type { StateObject } from "../state/state.ts";
import { type InstanceIdentity, toStateObject } from "../state/working-state.ts";
import { pathText } from "../values/cty-text.ts";
import { resultBreaches } from "../values/provider-conduct.ts";
import { mergePaths } from "../values/sensitive-paths.ts";
import { schemaSensitivePaths } from "../values/state-attributes.ts";
import { toWire } from "../values/wire.ts";
import { diagnosticsOf, type Place, placed } from "../walk/diagnostics.ts";
import type { ApplyContext } from "./apply-context.ts";

/** One provider operation: intent journaled, provider called, answer checked, result journaled and put into the state. */

export interface PutOperation {
  readonly kind: "create" | "update";
  readonly typed: Typed;
  readonly identity: InstanceIdentity;
  readonly plan: ObjectPlan;
  readonly prior: LiveObject | null;
  readonly registration: ResourceRegistration;
  readonly createBeforeDestroy: boolean;
  readonly generation?: number;
  /** Key under which the current object is deposed once the new one exists. */
  readonly deposes?: string;
  readonly place: Place;
}

interface Outcome {
  readonly isAnswerLost?: boolean;
  /** null: nothing exists. undefined: what was there still is. */
  readonly live: LiveObject | null | undefined;
  readonly isTainted: boolean;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Creates or updates; returns the object. Throws DiagnosticError, then the state has what exists. */
export async function putObject(context: ApplyContext, operation: PutOperation): Promise<LiveObject> {
  const { identity, kind } = operation;
  return await context.gate.run(async () => {
    if (!context.walk.mayStart()) throw interrupted(operation.place);
    return await withEvents(
      context,
      identity.address,
      kind,
      () => put(context, operation),
      (live) => idOf(live),
    );
  });
}

/** Refused by an interrupt: quiet, since the run says it once. */
export function interrupted(place: Place): DiagnosticError {
  const diagnostic: Diagnostic = { severity: "error", code: "DVT4008", summary: "Not attempted because a dependency failed" };
  return new DiagnosticError(placed([diagnostic], place));
}

async function put(context: ApplyContext, wanted: PutOperation): Promise<LiveObject> {
  const operation = await completed(wanted);
  const op = context.nextOperation();
  const intent = intentOf(operation, op);
  await context.journal.append(intent);
  context.unanswered.add(op);
  const { outcome: made, isFound } = await putOrFind(context, operation, intent);
  const outcome = await provisioned(context, operation, op, made);
  const object =
    outcome.live === undefined || outcome.live === null ? outcome.live : stateObject(operation, outcome.live, outcome.isTainted);
  // Into the state first: should the journal's disk be full, the state's last write may still succeed.
  if (object !== undefined) settleState(context, operation, object);
  context.unanswered.delete(op);
  await context.journal.append({ kind: "result", op, ...(object === undefined ? {} : { object }) });
  context.walk.report(...outcome.warnings);
  if (outcome.errors.length > 0) throw new DiagnosticError(outcome.errors);
  if (outcome.live === undefined || outcome.live === null) throw new Error("an operation without error and object");
  return isFound ? await bringUp(context, operation, outcome.live) : outcome.live;
}

/** Runs what the program wants to be done to a new object: until that is done the object is one whose creation did not end. */
async function provisioned(context: ApplyContext, operation: PutOperation, op: number, made: Outcome): Promise<Outcome> {
  const { kind, registration, identity, place } = operation;
  if (kind !== "create" || registration.provision === undefined || made.errors.length > 0) return made;
  if (made.live === undefined || made.live === null) return made;
  await context.journal.append({ kind: "partial", op, object: stateObject(operation, made.live, true) });
  const tell = (line: string) => context.emit({ type: "printed", address: identity.address, line });
  const found = placed(await registration.provision(made.live, tell), place);
  const errors = found.filter((each) => each.severity === "error");
  const warnings = [...made.warnings, ...found.filter((each) => each.severity !== "error")];
  return { ...made, warnings, errors, isTainted: errors.length > 0 };
}

/** With the names that the provider chooses, so that the intent has them. */
async function completed(operation: PutOperation): Promise<PutOperation> {
  const { kind, typed, plan, place } = operation;
  if (kind !== "create" || typed.provider.completeCreate === undefined) return operation;
  const planned = await callProvider(`naming ${operation.identity.address}`, place, async () =>
    typed.provider.completeCreate?.(typed.type, plan.planned),
  );
  return planned === undefined ? operation : { ...operation, plan: { ...plan, planned } };
}

/** Makes the object, unless a create whose answer was lost (of a dead run, or this one) has made it. */
async function putOrFind(
  context: ApplyContext,
  operation: PutOperation,
  intent: IntentRecord,
): Promise<{ readonly outcome: Outcome; readonly isFound: boolean }> {
  const isDoubted = operation.kind === "create" && context.doubts.get(operation.identity.address)?.slot.type === intent.slot.type;
  if (isDoubted && operation.deposes === undefined) {
    const early = await findMade(context, operation, intent);
    if (early !== null) return { outcome: { ...FOUND, live: early }, isFound: true };
  }
  const outcome = await callPut(context, operation, intent.op);
  const mayExist = operation.kind === "create" && outcome.live === null && (isDoubted || outcome.isAnswerLost === true);
  const late = mayExist ? await findMade(context, operation, intent).catch(() => null) : null;
  return late === null ? { outcome, isFound: false } : { outcome: { ...FOUND, live: late }, isFound: true };
}

const FOUND = { isTainted: false, errors: [], warnings: [] } as const;

/** The state has it before the next one is looked for. */
async function findMade(context: ApplyContext, operation: PutOperation, intent: IntentRecord): Promise<LiveObject | null> {
  return await context.adopting.run(async () => {
    // A dead run may have chosen another name.
    const doubt = context.doubts.get(operation.identity.address);
    const { typed, place } = operation;
    const before = doubt?.slot.type === intent.slot.type ? await recoverCreate(typed, doubt, context.state, place) : null;
    const found = before ?? (await recoverCreate(typed, intent, context.state, place));
    if (found === null) return null;
    const made = live(operation, found.value, found.private);
    settleState(context, operation, stateObject(operation, made, false));
    return made;
  });
}

/** What was found is as an earlier run wanted it: brought to what is wanted now. */
async function bringUp(context: ApplyContext, operation: PutOperation, found: LiveObject): Promise<LiveObject> {
  const { typed, registration, place, deposes: _, ...rest } = operation;
  const { lifecycle = {}, sensitive } = registration;
  const plan = await planUpdate(typed, found, operation.plan.config, lifecycle, sensitive, place);
  if (plan.isNoop) return found;
  const [path] = plan.replacePaths;
  if (path !== undefined) throw madeDifferently(operation, path);
  return await put(context, { ...rest, kind: "update", typed, registration, place, plan, prior: found });
}

function madeDifferently(operation: PutOperation, path: Path): DiagnosticError {
  const { address } = operation.identity;
  const diagnostic = errorDiagnostic("DVT4002", "Apply differs from the plan", {
    attribute: formatPath(path),
    detail: `A create that an interrupted run had asked for has made ${address} meanwhile, with another "${formatPath(path)}" than is wanted now. The state has it.`,
    fix: "Deploy again: the plan then says that it is replaced.",
  });
  return new DiagnosticError(placed([diagnostic], operation.place));
}

function settleState(context: ApplyContext, operation: PutOperation, object: StateObject | null): void {
  const { identity, deposes } = operation;
  const old = context.state.get(identity.address)?.current;
  if (deposes !== undefined && object !== null && old !== undefined) context.state.setDeposed(identity, deposes, old);
  if (deposes === undefined || object !== null) context.state.setCurrent(identity, object);
}

function stateObject(operation: PutOperation, live: LiveObject, isTainted: boolean): StateObject {
  const { typed, registration, createBeforeDestroy } = operation;
  return toStateObject(typed, live, { ...recordedFacts(registration), isTainted, createBeforeDestroy });
}

function intentOf(operation: PutOperation, op: number): IntentRecord {
  const { kind, typed, identity, plan, registration, createBeforeDestroy, generation, deposes } = operation;
  return {
    kind: "intent",
    op,
    action: kind,
    slot: slotOf(identity, typed),
    planned: toWire(plan.planned),
    ...(deposes === undefined ? {} : { deposes }),
    dependencies: registration.dependencies,
    createBeforeDestroy,
    ...(generation === undefined ? {} : { generation }),
  };
}

export function slotOf(identity: InstanceIdentity, typed: Typed, deposed?: string): Slot {
  return { ...identity, localProvider: typed.local, ...(deposed === undefined ? {} : { deposed }) };
}

async function callPut(context: ApplyContext, operation: PutOperation, op: number): Promise<Outcome> {
  const { typed, plan, prior, registration, place, kind } = operation;
  let partial: LiveObject | undefined;
  const onPartial = async (state: ValueObject, privateData: string | undefined) => {
    partial = live(operation, shaped(typed, knownOnly(state), place), privateData);
    // Until the provider answers it is an object whose creation did not end.
    await context.journal.append({ kind: "partial", op, object: stateObject(operation, partial, kind === "create") });
  };
  try {
    const response = await typed.provider.applyChange({
      type: typed.type,
      prior: prior?.value ?? null,
      planned: plan.planned,
      config: plan.config,
      ...(plan.plannedPrivate === undefined ? {} : { plannedPrivate: plan.plannedPrivate }),
      ...(registration.timeouts === undefined ? {} : { timeouts: registration.timeouts }),
      onPartial,
    });
    const judged: Outcome = {
      ...judge(operation, response, partial),
      ...(response.isAnswerLost === true ? { isAnswerLost: true } : {}),
    };
    return kind === "create" ? { ...judged, errors: await namingTheObject(operation, judged.errors) } : judged;
  } catch (error) {
    const errors = diagnosticsOf(error, `${kind === "create" ? "creating" : "updating"} ${operation.identity.address}`, place);
    return { live: kind === "create" ? (partial ?? null) : partial, isTainted: kind === "create", errors, warnings: [] };
  }
}

const TAKE_OVER = "dovetail import ADDRESS ID";

/** Where an object is there already, the command that takes it over is written out, with the id that the provider finds it by. */
async function namingTheObject(operation: PutOperation, errors: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
  if (!errors.some(({ code, fix }) => code === "DVT4004" && fix?.includes(TAKE_OVER))) return errors;
  const { typed, plan, identity } = operation;
  const found = await typed.provider.recover?.(typed.type, plan.planned).catch(() => null);
  const id = found?.state.id;
  const command = `dovetail import ${quoted(identity.address)} ${typeof id === "string" && id !== "" ? quoted(id) : "ID"}`;
  return errors.map((error) => (error.fix === undefined ? error : { ...error, fix: error.fix.replace(TAKE_OVER, command) }));
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Partial objects come before everything is known; what is not yet is left unset. */
function knownOnly(state: ValueObject): ValueObject {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, isWhollyKnown(value) ? value : null]));
}

function live(operation: PutOperation, value: ValueObject, privateData: string | undefined): LiveObject {
  const sensitive: readonly Path[] = mergePaths(
    operation.registration.sensitive,
    schemaSensitivePaths(operation.typed.schema, value),
  );
  return { value, sensitive, ...(privateData === undefined ? {} : { private: privateData }) };
}

/** Terraform: a create that reports errors leaves a tainted object, an update leaves what it says, or the prior. */
function judge(operation: PutOperation, response: ApplyResponse, partial: LiveObject | undefined): Outcome {
  const { typed, plan, place, kind } = operation;
  const told = placed(response.diagnostics, place);
  const errors = told.filter((d) => d.severity === "error");
  const warnings = told.filter((d) => d.severity !== "error");
  if (response.state === null) {
    const found = errors.length > 0 ? errors : inconsistent(typed, place, "It answered with no object.").diagnostics;
    return { live: kind === "create" ? (partial ?? null) : undefined, isTainted: kind === "create", errors: found, warnings };
  }
  const value = shaped(typed, knownOnly(response.state), place);
  const all = errors.length > 0 ? errors : inconsistencies(operation, response, value);
  const object = live(operation, value, response.private ?? plan.plannedPrivate);
  return { live: object, isTainted: kind === "create" && hasErrors(all), errors: all, warnings };
}

function inconsistencies(operation: PutOperation, response: ApplyResponse, value: ValueObject): readonly Diagnostic[] {
  const { typed, plan, place } = operation;
  const unknown = Object.entries(response.state ?? {}).find(([, item]) => !isWhollyKnown(item))?.[0];
  if (unknown !== undefined) {
    const detail = `After the apply operation, the provider still indicated an unknown value for ${operation.identity.address}.${unknown}. All values must be known after apply.`;
    return inconsistent(typed, place, detail, unknown, "Provider returned invalid result object after apply").diagnostics;
  }
  if (plan.legacyTypeSystem || response.legacyTypeSystem === true) return [];
  return resultBreaches(typed.schema, plan.planned, value).flatMap(({ path, text }) => {
    const begins = `When applying changes to ${operation.identity.address}, provider ${JSON.stringify(operation.identity.provider)}`;
    const detail = `${begins} produced an unexpected new value: ${pathText(path)}: ${text}.`;
    return inconsistent(typed, place, detail, formatPath(path)).diagnostics;
  });
}

export interface DeleteOperation {
  readonly typed: Typed;
  readonly identity: InstanceIdentity;
  readonly object: LiveObject;
  /** As the state has it, to be kept where the delete fails. */
  readonly recorded: StateObject;
  readonly deposed?: string;
  /** The object goes when another one's does: it is taken off the state, and nothing is asked of the provider. */
  readonly goesWithAnother: boolean;
  readonly place: Place;
}

/** Deletes; when it throws the state still has what is left. */
export async function deleteObject(context: ApplyContext, operation: DeleteOperation): Promise<void> {
  await context.gate.run(async () => {
    if (!context.walk.mayStart()) throw interrupted(operation.place);
    await withEvents(
      context,
      operation.identity.address,
      "delete",
      () => remove(context, operation),
      () => idOf(operation.object),
    );
  });
}

const GONE: Outcome = { live: null, isTainted: false, errors: [], warnings: [] };

async function remove(context: ApplyContext, operation: DeleteOperation): Promise<void> {
  const { typed, identity, recorded, deposed, place } = operation;
  const op = context.nextOperation();
  await context.journal.append({
    kind: "intent",
    op,
    action: "delete",
    slot: slotOf(identity, typed, deposed),
    dependencies: recorded.dependencies,
    createBeforeDestroy: recorded.createBeforeDestroy,
  });
  context.unanswered.add(op);
  const left = operation.goesWithAnother ? GONE : await callDelete(operation);
  const kept = left.live === null ? null : left.live === undefined ? undefined : toStateObject(typed, left.live, recorded);
  if (kept !== undefined) {
    if (deposed === undefined) context.state.setCurrent(identity, kept);
    else context.state.setDeposed(identity, deposed, kept);
  }
  context.unanswered.delete(op);
  await context.journal.append({ kind: "result", op, ...(kept === undefined ? {} : { object: kept }) });
  context.walk.report(...placed(left.warnings, place));
  if (left.errors.length > 0) throw new DiagnosticError(left.errors);
}

async function callDelete(operation: DeleteOperation): Promise<Outcome> {
  const { typed, object, identity, place } = operation;
  try {
    const response = await typed.provider.applyChange({
      type: typed.type,
      prior: object.value,
      planned: null,
      config: null,
      ...(object.private === undefined ? {} : { plannedPrivate: object.private }),
    });
    const told = placed(response.diagnostics, place);
    const errors = told.filter((d) => d.severity === "error");
    const warnings = told.filter((d) => d.severity !== "error");
    if (response.state === null) return { live: errors.length > 0 ? undefined : null, isTainted: false, errors, warnings };
    const value = shaped(typed, knownOnly(response.state), place);
    const isSilent = errors.length === 0;
    const found = isSilent ? inconsistent(typed, place, "It answered a delete with an object.").diagnostics : errors;
    return { live: { ...object, value }, isTainted: false, errors: found, warnings };
  } catch (error) {
    const errors = diagnosticsOf(error, `deleting ${identity.address}`, place);
    return { live: undefined, isTainted: false, errors, warnings: [] };
  }
}
