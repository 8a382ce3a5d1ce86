import {
  configAddress,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  isWhollyKnown,
  targetIncludes,
  type Value,
  valuesEqual,
  warningDiagnostic,
} from "@dovetail/model";
import type { EvaluationHost, EvaluationResult, FrontEnd } from "../front-end.ts";
import type { State } from "../state/state.ts";
import { sameContent } from "../state/state-store.ts";
import { sortDiagnostics } from "../walk/diagnostics.ts";
import type { Walk } from "../walk/walk.ts";
import { marksOf, sameMarks } from "./lifecycle-marks.ts";
import { planOrphans, spreadCreateFirst } from "./orphans.ts";
import type { OutputChange, Plan, ResourceChange } from "./plan.ts";
import { planHasChanges } from "./plan.ts";
import type { PassSettings, PlanContext } from "./plan-context.ts";
import { runPlanHooks } from "./plan-hooks.ts";
import { PlanPass, targetNotFound } from "./plan-pass.ts";
import { readAhead } from "./read-recorded.ts";

/** Evaluating a program until the plan stands: usually once, again where targets or the spread of create-before-destroy ask for it. */

export interface PlanRequest {
  readonly frontEnd?: FrontEnd;
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

/** Create-before-destroy spreads along dependencies at once, so a second evaluation settles it; this only guards against our own mistakes. */
const EVALUATIONS_MAX = 8;

interface Evaluated {
  readonly pass: PlanPass;
  readonly result: EvaluationResult | undefined;
}

/** Throws nothing but bugs: all that is found is in the plan's diagnostics. */
export async function makePlan(given: PlanContext, request: PlanRequest): Promise<Plan> {
  const isWhole = request.targets.length === 0 && request.excludes.length === 0;
  const mayReadAhead = given.refresh && given.mode === "normal" && isWhole && request.frontEnd?.configuresLate !== true;
  const context = mayReadAhead ? { ...given, ahead: readAhead(given) } : given;
  const selection = await select(context, request);
  const ownersMayShare = request.frontEnd?.ownersMayShare === true;
  let settings: PassSettings = { isExcluded: selection.isExcluded, createFirst: new Set(), isDiscovery: false, ownersMayShare };
  let evaluated = await evaluate(context, request.frontEnd, settings);
  for (let i = 1; i < EVALUATIONS_MAX; i++) {
    const spread = spreadCreateFirst(evaluated.pass);
    if (!needsAnother(evaluated.pass, settings, spread)) {
      markCreateFirst(context, evaluated.pass, spread);
      break;
    }
    settings = { ...settings, createFirst: spread };
    await evaluated.pass.ephemerals.close();
    evaluated = await evaluate(context, request.frontEnd, settings);
  }
  const { pass, result } = evaluated;
  if (!hasErrors(pass.walk.diagnostics())) {
    await planOrphans(context, settings, pass, result);
    await runPlanHooks(request.frontEnd, pass);
  }
  await pass.ephemerals.close();
  return assemble(context, request, evaluated, selection.diagnostics);
}

/**
 * Something is replaced that must create first and did not know of it: its successor may need another name, so the program is
 * evaluated again. (What still does not create first, knowing it, has its reason.)
 */
function needsAnother(pass: PlanPass, settings: PassSettings, spread: ReadonlySet<string>): boolean {
  return [...spread].some((address) => {
    const change = pass.changes.get(address);
    return change?.action === "replace" && !change.createBeforeDestroy && !settings.createFirst.has(address);
  });
}

/** Where nothing is replaced, to create first is only a mark that the state keeps: no second evaluation for it. */
function markCreateFirst(context: PlanContext, pass: PlanPass, spread: ReadonlySet<string>): void {
  if (context.mode === "refresh-only") return;
  for (const address of spread) {
    const change = pass.changes.get(address);
    if (change?.mode !== "managed" || change.isExcluded === true || change.createBeforeDestroy) continue;
    if (["create", "update", "no-op"].includes(change.action))
      pass.changes.set(address, { ...change, createBeforeDestroy: true });
  }
}

async function evaluate(context: PlanContext, frontEnd: FrontEnd | undefined, settings: PassSettings): Promise<Evaluated> {
  const pass = new PlanPass(context, settings);
  if (frontEnd === undefined) return { pass, result: undefined };
  return { pass, result: await evaluateProgram(frontEnd, pass) };
}

/** Runs the program against a host and waits for all it registered; undefined when it failed, which is then reported. */
export async function evaluateProgram(
  frontEnd: FrontEnd,
  host: EvaluationHost & { readonly walk: Walk },
): Promise<EvaluationResult | undefined> {
  try {
    const result = await frontEnd.evaluate(host);
    await host.walk.close();
    return result;
  } catch (error) {
    await host.walk.close();
    const diagnostics = error instanceof DiagnosticError ? error.diagnostics : [thrown(error)];
    host.walk.report(...diagnostics);
    return undefined;
  }
}

function thrown(error: unknown): Diagnostic {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return errorDiagnostic("DVT1003", "Program threw an exception", { detail });
}

interface Selection {
  readonly isExcluded: (address: string) => boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** What targets and excludes leave out. To know it the program is evaluated once only to see what depends on what. */
async function select(context: PlanContext, request: PlanRequest): Promise<Selection> {
  const { targets, excludes } = request;
  if (targets.length === 0 && excludes.length === 0) return { isExcluded: () => false, diagnostics: [] };
  const noExclusion = { isExcluded: () => false, createFirst: new Set<string>(), isDiscovery: true, ownersMayShare: false };
  const { pass } = await evaluate(context, request.frontEnd, noExclusion);
  const dependencies = dependencyMap(context, pass);
  const all = [...dependencies.keys()];
  const diagnostics = [
    ...targets.filter((t) => !all.some((a) => targetIncludes(t, a))).map((t) => targetNotFound("The target", t)),
    ...excludes.filter((t) => !all.some((a) => targetIncludes(t, a))).map((t) => targetNotFound("The exclusion", t)),
  ];
  const isDestroy = context.mode === "destroy";
  const dependents = reverse(dependencies);
  const seeds = all.filter((address) => targets.some((target) => targetIncludes(target, address)));
  const included = targets.length === 0 ? new Set(all) : closure(seeds, isDestroy ? dependents : dependencies);
  const out = all.filter((address) => excludes.some((exclude) => targetIncludes(exclude, address)));
  const excluded = closure(out, isDestroy ? dependencies : dependents);
  return { diagnostics, isExcluded: (address) => !included.has(address) || excluded.has(address) };
}

/** Address -> addresses it depends on, of program and state together. */
function dependencyMap(context: PlanContext, pass: PlanPass): Map<string, readonly string[]> {
  const known = new Set<string>([...pass.registrations.keys(), ...context.base.instances.keys()]);
  const byConfig = Map.groupBy(known, configAddress);
  return new Map(
    [...known].map((address) => {
      const registered = pass.registrations.get(address);
      const recorded = context.base.instances.get(address)?.current?.dependencies ?? [];
      const wanted = registered?.dependencies ?? recorded.flatMap((config) => byConfig.get(config) ?? []);
      return [address, wanted];
    }),
  );
}

function reverse(dependencies: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const [address, list] of dependencies) {
    for (const dependency of list) {
      const known = out.get(dependency);
      if (known === undefined) out.set(dependency, [address]);
      else known.push(address);
    }
  }
  return out;
}

function closure(seeds: readonly string[], edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set(seeds);
  const open = [...seeds];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of edges.get(at) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}

function assemble(context: PlanContext, request: PlanRequest, evaluated: Evaluated, extra: readonly Diagnostic[]): Plan {
  const { pass, result } = evaluated;
  const changes = sortChanges([...pass.changes.values()]);
  const diagnostics = sortDiagnostics([
    ...pass.walk.diagnostics(),
    ...extra,
    ...unknownReplace(context, changes),
    ...lostSidecar(context, changes),
  ]);
  const priorState = pass.state.toState();
  const isErrored = hasErrors(diagnostics);
  const drift = sortChanges(pass.existing.drift);
  for (const change of drift) context.emit({ type: "drift", change });
  // Once the plan stands: an evaluation that had to be repeated tells nothing.
  for (const change of changes) context.emit({ type: "planned", change });
  const plan: Plan = {
    app: context.app,
    stage: context.stage,
    mode: context.mode,
    createdAtMs: context.startedAtMs,
    lineage: context.base.lineage,
    serial: context.base.serial,
    changes,
    drift,
    outputs: outputChanges(context, request, result?.outputs),
    diagnostics,
    priorState,
    isStateChanged: !sameContent(context.base, priorState) || marksDiffer(context, pass),
    isErrored,
    isApplyable: false,
    targets: request.targets,
    excludes: request.excludes,
    replace: [...context.replace],
    marks: lifecycleMarks(pass),
    ...(result?.document === undefined ? {} : { document: result.document }),
  };
  return { ...plan, isApplyable: !isErrored && (planHasChanges(plan) || plan.isStateChanged) };
}

function lifecycleMarks(pass: PlanPass): Plan["marks"] {
  const entries = [...pass.registrations].flatMap(([address, registration]) => {
    const marks = marksOf(registration);
    return Object.keys(marks).length === 0 ? [] : [[address, marks] as const];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => compare(a, b)));
}

/** A mark set or taken away on a resource that has nothing else to do must be recorded too. */
function marksDiffer(context: PlanContext, pass: PlanPass): boolean {
  if (context.mode !== "normal") return false;
  const wanted = lifecycleMarks(pass);
  return [...pass.registrations.keys()].some((address) => {
    const known = context.sidecar.resources[address] ?? {};
    const want = wanted[address] ?? {};
    return !sameMarks(known, want);
  });
}

function unknownReplace(context: PlanContext, changes: readonly ResourceChange[]): readonly Diagnostic[] {
  const known = new Set(changes.map((change) => change.address));
  return [...context.replace].filter((address) => !known.has(address)).map((a) => targetNotFound("The replacement", a));
}

/** Marks of retained and protected resources lie in the sidecar only: without it a removal is told apart from nothing. */
function lostSidecar(context: PlanContext, changes: readonly ResourceChange[]): readonly Diagnostic[] {
  if (context.hasSidecar || context.mode !== "normal" || context.base.instances.size === 0) return [];
  const removed = changes.filter((c) => c.reason === "delete_because_no_resource_config" && c.action === "delete");
  if (removed.length === 0) return [];
  return [
    warningDiagnostic("DVT5003", "Sidecar is missing", {
      detail: `${context.stage}.sidecar.json is not there, so it is not known whether resources that left the program were marked to be retained or protected: ${removed.map((c) => c.address).join(", ")} would be deleted.`,
      fix: "Restore the file, or take what shall stay out of the state first:\n    dovetail state rm ADDRESS",
    }),
  ];
}

/** By module, then data before managed, then address; deposed objects after the current one. */
export function sortChanges(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  const key = (c: ResourceChange) => `${c.module ?? ""}\u0000${c.mode}\u0000${c.type}\u0000${c.name}`;
  return [...changes].sort(
    (a, b) =>
      compare(key(a), key(b)) ||
      (typeof a.index === "number" && typeof b.index === "number"
        ? a.index - b.index
        : compare(String(a.index ?? ""), String(b.index ?? ""))) ||
      compare(a.deposed ?? "", b.deposed ?? ""),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function outputChanges(
  context: PlanContext,
  request: PlanRequest,
  outputs: EvaluationResult["outputs"] | undefined,
): Plan["outputs"] {
  const before = context.base.outputs;
  const after = wantedOutputs(context, request, outputs);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(
    names.map((name): [string, OutputChange] => {
      const was = Object.hasOwn(before, name) ? before[name] : undefined;
      const will = Object.hasOwn(after, name) ? after[name] : undefined;
      const beforeValue: Value = was?.value ?? null;
      const afterValue: Value = will?.value ?? null;
      const isSame =
        will !== undefined &&
        valuesEqual(beforeValue, afterValue) &&
        (was === undefined ? afterValue === null : was.sensitive === will.sensitive);
      const action = isSame ? "no-op" : was === undefined ? "create" : will === undefined ? "delete" : "update";
      return [
        name,
        {
          action,
          before: beforeValue,
          after: afterValue,
          beforeSensitive: was?.sensitive ?? false,
          afterSensitive: will?.sensitive ?? false,
          ...(will?.type === undefined ? {} : { type: will.type }),
        },
      ];
    }),
  );
}

/** Null outputs don't exist, as in Terraform, but that a plan of typed ones shows them. Where only refreshing, what is not known stays. */
function wantedOutputs(
  context: PlanContext,
  request: PlanRequest,
  outputs: EvaluationResult["outputs"] | undefined,
): EvaluationResult["outputs"] {
  const isWhole = request.targets.length === 0 && request.excludes.length === 0;
  const recorded = recordedOutputs(context.base);
  if (context.mode === "destroy") return isWhole ? {} : recorded;
  if (outputs === undefined) return recorded;
  const set = Object.entries(outputs).filter(([, output]) => output.value !== null || output.type !== undefined);
  if (context.mode !== "refresh-only") return Object.fromEntries(set);
  const known = set.filter(([, output]) => isWhollyKnown(output.value));
  const waiting = set.filter(([, output]) => !isWhollyKnown(output.value)).map(([name]) => name);
  const kept = Object.entries(recorded).filter(([name]) => waiting.includes(name));
  return Object.fromEntries([...kept, ...known]);
}

/** The state's outputs, their types left to the values. */
function recordedOutputs({ outputs }: State): EvaluationResult["outputs"] {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value, sensitive }]) => [name, { value, sensitive }]));
}
