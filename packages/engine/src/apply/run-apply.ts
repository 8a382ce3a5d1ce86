import { DiagnosticError, errorDiagnostic, hasErrors, isWhollyKnown } from "@dovetail/model";
import type { ApplyOptions, ApplyResult, EngineOptions } from "../engine-api.ts";
import type { EvaluationResult, OutputValue } from "../front-end.ts";
import { Journal } from "../journal/journal.ts";
import { type BeginRecord, decodeJournal, type IntentRecord } from "../journal/record.ts";
import { sha256 } from "../journal/recover.ts";
import type { Lease } from "../lock/lease.ts";
import { evaluateProgram } from "../plan/make-plan.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import { Types } from "../plan/typed.ts";
import type { Stage } from "../stage.ts";
import { type Sidecar, type SidecarResource, writeSidecar } from "../state/sidecar.ts";
import type { State, StateOutput } from "../state/state.ts";
import { formatState } from "../state/state-file.ts";
import { guardWrite, nextState, type StagePaths, stagePaths, storageOf, writeState } from "../state/state-store.ts";
import { WorkingState } from "../state/working-state.ts";
import { plain, typeOf } from "../values/state-attributes.ts";
import { sortDiagnostics } from "../walk/diagnostics.ts";
import { Gate } from "../walk/gate.ts";
import { Walk } from "../walk/walk.ts";
import type { ApplyContext } from "./apply-context.ts";
import { ApplyPass } from "./apply-pass.ts";

/** Carrying out a plan: prior state written, journal begun, program evaluated, deletes done, everything folded. */

export interface ApplyRun {
  readonly options: EngineOptions;
  readonly stage: Stage;
  readonly lease: Lease;
  readonly plan: Plan;
  readonly apply: ApplyOptions;
  readonly parallelism: number;
}

/** Throws DiagnosticError when it can't begin (stale or errored plan) or its files can't be written. */
export async function runApply(run: ApplyRun): Promise<ApplyResult> {
  const { options, plan } = run;
  checkApplicable(run);
  const paths = stagePaths(options);
  const base = await writePrior(run, paths);
  const context = await begin(run, paths, base);
  const forgotten = plan.changes.filter((change) => change.action === "forget");
  context.counts.forgotten = forgotten.length;
  const evaluated = await carryOut(run, context);
  const evaluatedState = context.state.toState(finalOutputs(base, plan, evaluated?.outputs, context.walk));
  const { checkResults } = evaluated ?? {};
  const final = checkResults === undefined ? evaluatedState : { ...evaluatedState, checkResults };
  const written = await finish(run, paths, context, final);
  return result(context, written, evaluated === undefined || evaluated.isIncomplete === true);
}

function checkApplicable(run: ApplyRun): void {
  const { plan, stage, apply } = run;
  if (plan.isErrored) throw new DiagnosticError(plan.diagnostics.filter((d) => d.severity === "error"));
  if (plan.app !== run.options.app || plan.stage !== run.options.stage) {
    throw stale(`The plan is for app "${plan.app}", stage "${plan.stage}".`);
  }
  if (plan.lineage !== stage.state.lineage || plan.serial !== stage.state.serial) {
    throw stale(`The plan was made from serial ${plan.serial} of the state; it has serial ${stage.state.serial} now.`);
  }
  if (plan.mode === "normal" && apply.frontEnd === undefined) throw new Error("a normal plan needs its program to be applied");
}

function stale(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT5008", "Plan is stale", { detail, fix: "Plan again." }));
}

/** The refreshed, moved, imported state is on the disk before anything is changed: the journal counts from it. */
async function writePrior(run: ApplyRun, paths: StagePaths): Promise<State> {
  const { options, plan, lease } = run;
  const working = new WorkingState(plan.priorState);
  for (const change of plan.changes) if (change.action === "forget") working.delete(change.address);
  const outputs =
    plan.mode === "refresh-only" ? finalOutputs(plan.priorState, plan, plannedOutputs(plan)) : plan.priorState.outputs;
  const state = working.toState(outputs);
  const storage = storageOf(options);
  const next = await nextState(storage, state, options.random);
  if (next === undefined) return state;
  await lease.check();
  if (run.stage.hasJournal) await commitLeft(run, paths, next);
  return await writeState(storage, next);
}

/** The journal that a dead run left and that is not done with: it must know the state that is written now. */
async function commitLeft(run: ApplyRun, paths: StagePaths, next: State): Promise<void> {
  const { files } = run.options;
  const { records, length } = decodeJournal((await files.read(paths.journal)) ?? new Uint8Array());
  const journal = await Journal.resume(files, paths.journal, { count: records.length, length }, () => run.lease.check());
  try {
    await journal.append({ kind: "commit", sha256: sha256(Buffer.from(formatState(next))) });
  } finally {
    await journal.close();
  }
}

function plannedOutputs(plan: Plan): EvaluationResult["outputs"] {
  const kept = Object.entries(plan.outputs).filter(([, output]) => output.action !== "delete");
  return Object.fromEntries(
    kept.map(([name, { after, afterSensitive, type }]) => [
      name,
      { value: after, sensitive: afterSensitive, ...(type === undefined ? {} : { type }) },
    ]),
  );
}

async function begin(run: ApplyRun, paths: StagePaths, base: State): Promise<ApplyContext> {
  const { options, plan, lease, stage } = run;
  let operations = 0;
  const first: BeginRecord = {
    kind: "begin",
    epoch: lease.info.epoch,
    operation: lease.info.Operation,
    lineage: base.lineage,
    serial: base.serial,
    app: options.app,
    stage: options.stage,
  };
  const carried: IntentRecord[] = [...stage.pending.values()]
    .filter((intent) => base.instances.get(intent.slot.address)?.current === undefined)
    .map((intent) => ({ ...intent, op: operations++ }));
  await lease.check();
  await writeSidecar(options.files, paths.sidecar, sidecarBefore(stage.sidecar, plan, base));
  return {
    plan,
    clock: options.clock,
    registry: options.providers,
    types: new Types(options.providers),
    gate: new Gate(run.parallelism),
    journal: await Journal.start(options.files, paths.journal, [first, ...carried], () => lease.check()),
    state: new WorkingState(base),
    walk: new Walk(run.apply.signal),
    emit: options.onEvent ?? (() => undefined),
    frontEnd: run.apply.frontEnd,
    doubts: stage.pending,
    adopting: new Gate(1),
    triggers: new Map(),
    counts: { added: 0, changed: 0, destroyed: 0, imported: 0, forgotten: 0 },
    unanswered: new Set(),
    nextOperation: () => operations++,
  };
}

async function carryOut(run: ApplyRun, context: ApplyContext): Promise<EvaluationResult | undefined> {
  const { plan } = run;
  if (plan.mode === "refresh-only") return { outputs: plannedOutputs(plan) };
  const pass = new ApplyPass(context);
  try {
    return await carriedOutBy(pass, run, context);
  } finally {
    await pass.ephemerals.close();
  }
}

async function carriedOutBy(
  pass: ApplyPass,
  { plan, apply }: ApplyRun,
  context: ApplyContext,
): Promise<EvaluationResult | undefined> {
  if (plan.mode === "destroy") {
    await pass.deletions.rest();
    return undefined;
  }
  if (apply.frontEnd === undefined) return undefined;
  const evaluated = await evaluateProgram(apply.frontEnd, pass);
  if (evaluated === undefined) return undefined;
  for (const address of context.walk.skipped()) {
    const action = plan.changes.find((change) => change.address === address)?.action ?? "no-op";
    context.emit({ type: "skipped", address, action });
  }
  if (evaluated.isIncomplete !== true) reportMissing(context);
  if (context.walk.mayStart() && context.journal.failure === undefined) await pass.deletions.rest();
  return evaluated;
}

/** What the plan has from the program and the program did not declare this time. */
function reportMissing(context: ApplyContext): void {
  const isDeclared = (change: ResourceChange) => change.config !== undefined && !context.walk.has(change.address);
  for (const change of context.plan.changes.filter(isDeclared)) {
    context.walk.report(
      errorDiagnostic("DVT4002", "Apply differs from the plan", {
        address: change.address,
        ...(change.range === undefined ? {} : { range: change.range }),
        detail: `${change.address} is in the plan, and the program did not declare it when it was carried out.`,
        fix: "Plan again and look at what it says.",
      }),
    );
  }
}

/** Outputs as the state shall have them. Where something failed, what could not be worked out keeps its last value. */
function finalOutputs(
  base: State,
  plan: Plan,
  outputs: EvaluationResult["outputs"] | undefined,
  walk?: Walk,
): { readonly [name: string]: StateOutput } {
  const isWholeDestroy = plan.mode === "destroy" && plan.targets.length === 0 && plan.excludes.length === 0;
  if (isWholeDestroy) return walk !== undefined && hasErrors(walk.diagnostics()) ? base.outputs : {};
  if (outputs === undefined) return base.outputs;
  const entries = Object.entries(outputs)
    .filter(([name, output]) => output.value !== null && (isWhollyKnown(output.value) || Object.hasOwn(base.outputs, name)))
    .map(([name, output]): [string, StateOutput | undefined] => [
      name,
      stateOutput(output, Object.hasOwn(base.outputs, name) ? base.outputs[name] : undefined),
    ]);
  return Object.fromEntries(entries.flatMap(([name, output]) => (output === undefined ? [] : [[name, output]])));
}

function stateOutput(output: OutputValue, before: StateOutput | undefined): StateOutput | undefined {
  if (!isWhollyKnown(output.value)) return before;
  const value = plain(output.value);
  const isSame = before !== undefined && JSON.stringify(plain(before.value)) === JSON.stringify(value);
  return { value, type: output.type ?? (isSame ? before.type : typeOf(output.value)), sensitive: output.sensitive };
}

/** Writes what came of it. What can't be written stays in the journal, and that is said. */
async function finish(run: ApplyRun, paths: StagePaths, context: ApplyContext, final: State): Promise<State> {
  const { files, random } = run.options;
  const { journal } = context;
  const { failure } = journal;
  try {
    if (failure instanceof DiagnosticError && failure.diagnostics.some((d) => d.code === "DVT5004")) throw failure;
    await run.lease.check();
    const storage = storageOf(run.options);
    const next = await nextState(storage, final, random);
    if (next !== undefined) {
      // A journal that takes no more records is folded again by the next run, to the same end.
      if (failure === undefined) await journal.append({ kind: "commit", sha256: sha256(Buffer.from(formatState(next))) });
      await writeState(storage, next);
    }
    const written = next ?? final;
    if (context.unanswered.size === 0) await guardWrite(paths.journal, () => files.remove(paths.journal));
    await writeSidecar(files, paths.sidecar, sidecarAfter(run.stage.sidecar, context.plan, written, context.triggers));
    return written;
  } catch (error) {
    reportUnique(context, error);
    return final;
  } finally {
    await journal.close().catch(() => undefined);
  }
}

function reportUnique(context: ApplyContext, error: unknown): void {
  if (!(error instanceof DiagnosticError)) throw error;
  context.walk.report(...error.diagnostics);
}

/** Marks of what is in the state now; what left it is dropped. */
function sidecarAfter(sidecar: Sidecar, plan: Plan, state: State, triggers: ReadonlyMap<string, string>): Sidecar {
  const changes = new Map(
    plan.changes.filter((change) => change.deposed === undefined).map((change) => [change.address, change]),
  );
  const managed = [...state.instances.values()].filter((instance) => instance.mode === "managed");
  const entries = managed.map(({ address }) => [address, sidecarEntry(sidecar, plan, address, changes.get(address), triggers)]);
  return { ...sidecar, lineage: state.lineage, resources: Object.fromEntries(entries) };
}

/** Marks of what there will be, beside those of what there is: written before anything is made, so that a crash forgets none. */
function sidecarBefore(sidecar: Sidecar, plan: Plan, base: State): Sidecar {
  const entries = plan.changes
    .filter((change) => change.mode === "managed" && change.config !== undefined)
    .map((change) => [change.address, sidecarEntry(sidecar, plan, change.address, change, new Map())]);
  return { ...sidecar, lineage: base.lineage, resources: { ...sidecar.resources, ...Object.fromEntries(entries) } };
}

/** A replacement trigger counts only once it was carried out (`triggers`): a run that dies before it replaces, the next one does. */
function sidecarEntry(
  sidecar: Sidecar,
  plan: Plan,
  address: string,
  change: ResourceChange | undefined,
  triggers: ReadonlyMap<string, string>,
): SidecarResource {
  const before = sidecar.resources[change?.previousAddress ?? address] ?? {};
  if (change?.config === undefined || change.isExcluded === true) return before;
  const generation = change.generation ?? before.generation;
  const { trigger: wanted, ...marks } = plan.marks[address] ?? {};
  const trigger = wanted === undefined ? undefined : (triggers.get(address) ?? before.trigger);
  return {
    ...(change.component === undefined || change.component.length === 0 ? {} : { component: change.component }),
    ...(generation === undefined ? {} : { generation }),
    ...marks,
    ...(trigger === undefined ? {} : { trigger }),
  };
}

/** What was to be changed and was never reached, the program having ended before. */
function unreached(context: ApplyContext): readonly string[] {
  const isWaiting = (change: ResourceChange) =>
    change.config !== undefined && change.action !== "no-op" && change.mode === "managed";
  return context.plan.changes
    .filter((change) => isWaiting(change) && !context.walk.has(change.address))
    .map((change) => change.address);
}

function result(context: ApplyContext, state: State, hasEnded: boolean): ApplyResult {
  const diagnostics = sortDiagnostics(context.walk.diagnostics());
  return {
    ok: !hasErrors(diagnostics),
    diagnostics,
    outputs: Object.fromEntries(
      Object.entries(state.outputs).map(([name, output]) => [name, { value: output.value, sensitive: output.sensitive }]),
    ),
    ...context.counts,
    skipped: [...context.walk.skipped(), ...(hasEnded && context.plan.mode === "normal" ? unreached(context) : [])].sort(),
    state,
  };
}
