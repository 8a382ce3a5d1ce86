/** The native provider in front of an embedded cloud of its own, and the life of an object in it, step by step. */
import { startCloud } from "@dovetail/cloud";
import {
  type Diagnostic,
  formatPath,
  systemClock,
  systemRandom,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { createAwsProvider } from "../src/provider.ts";
import type { Edition } from "../src/schema/load-schema.ts";

export const ACCOUNT = "123456789012";
export const EDITIONS: readonly Edition[] = ["5.100.0", "6.66.0"];

export interface Lab {
  readonly provider: Provider;
  close(): Promise<void>;
}

export async function openLab(edition: Edition): Promise<Lab> {
  const cloud = await startCloud({ volatile: true, port: 0, accountId: ACCOUNT });
  const target = { kind: "local" as const, endpoint: cloud.endpoint, accountId: ACCOUNT };
  const provider = createAwsProvider({ edition, target, env: {}, clock: systemClock(), random: systemRandom() });
  const schema = provider.getSchema("provider", "aws");
  if (schema === undefined) throw new Error("the provider has no schema of its own");
  await provider.configure(shapeObject(schema, { region: "us-east-1" }));
  return {
    provider,
    async close() {
      await provider.close();
      await cloud.stop();
    },
  };
}

/** What an object is made with; `made` are the states of the steps before, by name. */
export type Config = (made: Made) => ValueObject;

/** An attribute of an earlier step's object. */
export type Made = (name: string, attribute: string) => string;

export interface Step {
  readonly type: string;
  readonly name: string;
  readonly config: Config;
  /** A second configuration that is reached without replacing the object. */
  readonly update?: Config;
  /** A third one that replaces it, and the path that says why. */
  readonly replace?: { readonly config: Config; readonly path: string };
  /** Import id, where it is not the object's id. */
  readonly importId?: (made: Made) => string;
  /** Attributes that an import cannot know. */
  readonly importLeaves?: readonly string[];
  /** A crash after the create cannot find it again: its name is drawn, or nothing tells it from another. */
  readonly anonymous?: boolean;
  /** Something is still read after the deletion: a setting that goes back to the service's own. */
  readonly remains?: boolean;
}

/** Creates, reads, plans again, imports, updates, and in reverse order deletes each step's object. Answers what went wrong, empty when nothing did. */
export async function liveThrough(lab: Lab, steps: readonly Step[]): Promise<string[]> {
  const problems: string[] = [];
  const states = new Map<string, ValueObject>();
  const made: Made = (name, attribute) => String(states.get(name)?.[attribute] ?? `no ${attribute} of ${name}`);
  for (const step of steps) {
    const found = await makeAndImport(lab, step, made, states);
    problems.push(...found.map((problem) => `${step.type}.${step.name}: ${problem}`));
  }
  for (const step of steps)
    problems.push(...(await change(lab, step, made, states)).map((problem) => `${step.type}.${step.name}: ${problem}`));
  for (const step of [...steps].reverse())
    problems.push(...(await end(lab, step, states)).map((problem) => `${step.type}.${step.name}: ${problem}`));
  return problems;
}

async function makeAndImport(lab: Lab, step: Step, made: Made, states: Map<string, ValueObject>): Promise<string[]> {
  const { plan } = await planConfig(lab, step, null, step.config(made));
  const before = await recovered(lab, step, plan.planned);
  const created = await applyConfig(lab, step, null, step.config(made));
  if (created.state === undefined) return created.problems;
  states.set(step.name, created.state);
  const problems = [...created.problems];
  if (before !== undefined) problems.push(`${String(before)} was found before it was made`);
  const after = await recovered(lab, step, plan.planned);
  const wanted = step.anonymous === true ? undefined : created.state.id;
  if (after !== wanted) problems.push(`a crashed create would find ${String(after)}, not ${String(wanted)}`);
  const id = step.importId?.(made) ?? String(created.state.id);
  const imported = await lab.provider.importState(step.type, id);
  problems.push(...errorsOf(imported.diagnostics).map((text) => `import: ${text}`));
  const [first] = imported.imported;
  if (first === undefined) return [...problems, "import: found nothing"];
  const read = await lab.provider.read({ type: step.type, state: first.state });
  const leaves = new Set(step.importLeaves ?? []);
  const lost = differences(created.state, read.state ?? {}).filter(({ name, before }) => !leaves.has(name) && !isZero(before));
  return [...problems, ...lost.map(({ text }) => `import leaves out ${text}`)];
}

/** The id of what a crashed create of `planned` would find. */
async function recovered(lab: Lab, step: Step, planned: ValueObject | null): Promise<Value | undefined> {
  const found = planned === null ? null : await lab.provider.recover?.(step.type, planned);
  return found?.state.id;
}

async function change(lab: Lab, step: Step, made: Made, states: Map<string, ValueObject>): Promise<string[]> {
  const prior = states.get(step.name);
  if (prior === undefined) return [];
  const problems: string[] = [];
  if (step.replace !== undefined) {
    const { plan } = await planConfig(lab, step, prior, step.replace.config(made));
    const paths = plan.requiresReplace.map(formatPath);
    if (!paths.includes(step.replace.path)) problems.push(`${step.replace.path} does not replace, only: ${paths.join(", ")}`);
  }
  if (step.update === undefined) return problems;
  const updated = await applyConfig(lab, step, prior, step.update(made));
  if (updated.state !== undefined) states.set(step.name, updated.state);
  return [...problems, ...updated.problems.map((text) => `update: ${text}`)];
}

async function end(lab: Lab, step: Step, states: Map<string, ValueObject>): Promise<string[]> {
  const prior = states.get(step.name);
  if (prior === undefined) return [];
  const gone = { type: step.type, prior, planned: null, config: null };
  const problems: string[] = [];
  for (const doing of ["delete", "delete of what is gone"]) {
    const answer = await lab.provider.applyChange(gone);
    problems.push(...errorsOf(answer.diagnostics).map((text) => `${doing}: ${text}`));
  }
  const read = await lab.provider.read({ type: step.type, state: prior });
  return read.state === null || step.remains === true ? problems : [...problems, "is there after its deletion"];
}

function configOf(lab: Lab, step: Step, config: ValueObject): ValueObject {
  const schema = lab.provider.getSchema("resource", step.type);
  if (schema === undefined) throw new Error(`no schema of ${step.type}`);
  return shapeObject(schema, config);
}

async function planConfig(lab: Lab, step: Step, prior: ValueObject | null, raw: ValueObject) {
  const config = configOf(lab, step, raw);
  return { config, plan: await lab.provider.planChange({ type: step.type, prior, proposed: config, config }) };
}

/** Plans and applies; then what is read must be what was stored, and the next plan must be empty. */
async function applyConfig(
  lab: Lab,
  step: Step,
  prior: ValueObject | null,
  raw: ValueObject,
): Promise<{ readonly state?: ValueObject; readonly problems: string[] }> {
  const { type } = step;
  const { config, plan } = await planConfig(lab, step, prior, raw);
  const refused = errorsOf(plan.diagnostics);
  if (prior !== null && plan.requiresReplace.length > 0)
    refused.push(`would replace because of ${plan.requiresReplace.map(formatPath).join(", ")}`);
  if (refused.length > 0) return { problems: refused };
  const applied = await lab.provider.applyChange({ type, prior, planned: plan.planned, config });
  const { state } = applied;
  const problems = errorsOf(applied.diagnostics);
  if (state === null || problems.length > 0) return { ...(state === null ? {} : { state }), problems };
  const read = await lab.provider.read({ type, state });
  problems.push(
    ...errorsOf(read.diagnostics),
    ...differences(state, read.state ?? {}).map(({ text }) => `stored, then read: ${text}`),
  );
  const again = await planConfig(lab, step, state, raw);
  problems.push(...differences(state, again.plan.planned ?? {}).map(({ text }) => `second plan: ${text}`));
  return { state, problems };
}

function errorsOf(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.filter((d) => d.severity === "error").map((d) => `${d.code} ${d.detail ?? d.summary}`);
}

function differences(
  before: ValueObject,
  after: ValueObject,
): { readonly name: string; readonly before: Value; readonly text: string }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [a, b] = [before[name] ?? null, after[name] ?? null] as [Value, Value];
    return valuesEqual(a, b) ? [] : [{ name, before: a, text: `${name} ${shown(a)} -> ${shown(b)}` }];
  });
}

function shown(value: Value): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "symbol" ? "(known after apply)" : inner));
}

function isZero(value: Value): boolean {
  return value === null || value === "" || value === false || value === 0 || shown(value) === "[]" || shown(value) === "{}";
}
