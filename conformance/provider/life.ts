/**
 * Lives of objects under two providers at once: the real one 5.100.0, hosted behind our own contract, works on one embedded cloud, ours on
 * another. A row costs milliseconds, since the provider's process is started once for all.
 */
import { type Cloud, startCloud } from "@dovetail/cloud";
import type { Path, Value, ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { proposedNew } from "../../packages/engine/src/values/proposed.ts";
import { ACCOUNT, startOurs, startReal } from "./judge/parties.ts";
import { compareStates, leavesOf, sayings, unequal } from "./leaves.ts";

/** An attribute (`a` or `a.0.b`) of the object that an earlier row made. */
export type Made = (name: string, path: string) => Value;
type Config = (made: Made) => ValueObject;

/** One object: how it is made, changed in turn, imported, deleted. */
export interface Life {
  readonly type: string;
  /** One name a group: later rows refer to it. */
  readonly name: string;
  readonly config: Config;
  /** Further configurations, each reached from the one before; a change that replaces is only planned. */
  readonly changes?: readonly Config[];
  /** Import id; null: the type has no import. Default: the object's id. */
  readonly importId?: ((made: Made) => string) | null;
  /** Paths (`a.0.b`, as patterns) at which ours differs on purpose, with the reason. */
  readonly differs?: readonly (readonly [path: RegExp, why: string])[];
  /** Nothing is read as gone after the deletion: a setting that stays. */
  readonly remains?: boolean;
  /** Changes that are planned from its last state and not made: the real provider would wait seconds for each. */
  readonly plans?: readonly Config[];
}

/** A data source read by both providers in the cloud of the real one. */
export interface Look {
  readonly data: string;
  readonly name: string;
  readonly config: Config;
  readonly differs?: Life["differs"];
}

/** A configuration that both providers refuse in the same words, in the plan or when the data source is read. */
export interface Refusal {
  readonly refused: string;
  readonly name: string;
  readonly config: ValueObject;
}

/** By name, what is put into a cloud beforehand: its attributes. */
export interface Things {
  readonly [name: string]: (endpoint: string) => Promise<ValueObject>;
}

/** Rows in order, which stand alone together: later ones may refer to earlier ones. */
export interface Group {
  readonly name: string;
  readonly things?: Things;
  readonly rows: readonly Life[];
  readonly looks: readonly Look[];
  readonly refusals: readonly Refusal[];
}

export interface World {
  readonly real: Provider;
  readonly ours: Provider;
  /** Ours in the cloud of the real one. */
  readonly beside: Provider;
  readonly states: Map<string, { readonly real: ValueObject; readonly ours: ValueObject }>;
  /** Of the real one's cloud and of ours. */
  readonly endpoints: readonly [real: string, ours: string];
  close(): Promise<void>;
}

/** Puts into both clouds what no row can make; rows find it by its name. */
export async function put(world: World, things: Things): Promise<void> {
  for (const [name, make] of Object.entries(things)) {
    const [real, ours] = [await make(world.endpoints[0]), await make(world.endpoints[1])];
    world.states.set(name, { real, ours });
  }
}

/** What providers are put in front of. */
type Served = Pick<Cloud, "endpoint" | "stop">;

const startEmbedded = (): Promise<Served> => startCloud({ volatile: true, accountId: ACCOUNT });

/** Two clouds and the providers on them. */
export async function openWorld(binary: string, start = startEmbedded): Promise<World> {
  const clouds = await Promise.all([start(), start()]);
  const [first, second] = clouds;
  const real = await startReal(binary, first.endpoint);
  const [beside, ours] = [await startOurs(first.endpoint), await startOurs(second.endpoint)];
  return {
    real,
    ours,
    beside,
    states: new Map(),
    endpoints: [first.endpoint, second.endpoint],
    async close() {
      await Promise.all([real, beside, ours].map((provider) => provider.close()));
      await Promise.all(clouds.map((cloud) => cloud.stop()));
    },
  };
}

function whole(provider: Provider, kind: "resource" | "data", type: string, config: ValueObject): ValueObject {
  const schema = provider.getSchema(kind, type);
  if (schema === undefined) throw new Error(`${provider.version} has no ${kind} ${type}`);
  return shapeObject(schema, config);
}

function madeBy(world: World, side: "real" | "ours"): Made {
  return (name, path) => {
    let value: Value | undefined = world.states.get(name)?.[side];
    for (const step of path.split(".")) value = (value as { readonly [step: string]: Value } | undefined)?.[step];
    if (value === undefined) throw new Error(`no ${path} of ${name}`);
    return value;
  };
}

async function planWith(provider: Provider, type: string, prior: ValueObject | null, raw: ValueObject) {
  const config = whole(provider, "resource", type, raw);
  const schema = provider.getSchema("resource", type) ?? {};
  const plan = await provider.planChange({ type, prior, proposed: proposedNew(schema, prior, config), config });
  return { config, plan };
}

async function applyWith(
  provider: Provider,
  type: string,
  prior: ValueObject | null,
  { config, plan }: Awaited<ReturnType<typeof planWith>>,
) {
  const { planned, plannedPrivate } = plan;
  return provider.applyChange({ type, prior, planned, config, ...(plannedPrivate === undefined ? {} : { plannedPrivate }) });
}

/** Makes, changes, and imports the row's object with both; answers where they differ. */
export async function live(world: World, row: Life): Promise<string[]> {
  const problems = await step(world, row, row.config, null);
  if (!world.states.has(row.name)) return problems;
  problems.push(...(await importWithBoth(world, row)).map((problem) => `import: ${problem}`));
  for (const [i, change] of (row.changes ?? []).entries()) {
    const prior = world.states.get(row.name);
    if (prior === undefined) break;
    problems.push(...(await step(world, row, change, prior)).map((problem) => `change ${i}: ${problem}`));
  }
  return problems;
}

async function step(
  world: World,
  row: Life,
  config: Config,
  prior: { readonly real: ValueObject; readonly ours: ValueObject } | null,
): Promise<string[]> {
  const { type, name, differs } = row;
  const given = { real: config(madeBy(world, "real")), ours: config(madeBy(world, "ours")) };
  const real = await planWith(world.real, type, prior?.real ?? null, given.real);
  const beside = await planWith(world.beside, type, prior?.real ?? null, given.real);
  const problems: string[] = [];
  const replaces = prior !== null && (real.plan.requiresReplace.length > 0 || beside.plan.requiresReplace.length > 0);
  if (replaces) problems.push(...replacedAlike(real.plan.requiresReplace, beside.plan.requiresReplace));
  else problems.push(...unequal("plan", leavesOf(real.plan.planned), leavesOf(beside.plan.planned), differs));
  const errors = [...sayings(real.plan.diagnostics), ...sayings(beside.plan.diagnostics).map((text) => `ours: ${text}`)];
  if (errors.length > 0 || replaces) return [...problems, ...errors];
  const mine = await planWith(world.ours, type, prior?.ours ?? null, given.ours);
  const [done, own] = await Promise.all([
    applyWith(world.real, type, prior?.real ?? null, real),
    applyWith(world.ours, type, prior?.ours ?? null, mine),
  ]);
  problems.push(...sayings(done.diagnostics).map((text) => `apply: ${text}`));
  problems.push(...sayings(own.diagnostics).map((text) => `apply, ours: ${text}`));
  if (done.state === null || own.state === null) return problems;
  world.states.set(name, { real: done.state, ours: own.state });
  const schema = world.ours.getSchema("resource", type) ?? {};
  problems.push(...compareStates(schema, done.state, own.state, given, differs));
  return [...problems, ...(await settled(world, row, given, { real: done.state, ours: own.state }))];
}

/** The provider SDK names the id too whenever it replaces. */
function replacedAlike(real: readonly Path[], ours: readonly Path[]): string[] {
  const names = (paths: readonly Path[]) => [...new Set(paths.map((path) => String(path[0])))].filter((name) => name !== "id");
  const [theirs, mine] = [names(real).sort().join(), names(ours).sort().join()];
  return theirs === mine ? [] : [`replaces because of [${theirs}], ours [${mine}]`];
}

/** What was stored is read as it is by both, and planned again without a change. */
async function settled(
  world: World,
  { type, differs }: Life,
  given: { readonly real: ValueObject; readonly ours: ValueObject },
  state: { readonly real: ValueObject; readonly ours: ValueObject },
): Promise<string[]> {
  const real = await world.real.read({ type, state: state.real });
  const beside = await world.beside.read({ type, state: state.real });
  const ours = await world.ours.read({ type, state: state.ours });
  const problems = [
    ...sayings([...beside.diagnostics, ...ours.diagnostics]).map((text) => `read: ${text}`),
    ...unequal("read of the real one's", leavesOf(real.state), leavesOf(beside.state), differs),
    ...unequal("read of ours", leavesOf(state.ours), leavesOf(ours.state)),
  ];
  if (beside.state === null || ours.state === null) return problems;
  const again = await planWith(world.beside, type, beside.state, given.real);
  const own = await planWith(world.ours, type, ours.state, given.ours);
  const wanted = await planWith(world.real, type, real.state, given.real);
  problems.push(...unequal("second plan", leavesOf(wanted.plan.planned), leavesOf(again.plan.planned), differs));
  // What the real one would change for ever, ours may too.
  if (unequal("", leavesOf(real.state), leavesOf(wanted.plan.planned)).length === 0)
    problems.push(...unequal("second plan, ours", leavesOf(ours.state), leavesOf(own.plan.planned), differs));
  return problems;
}

async function importWithBoth(world: World, row: Life): Promise<string[]> {
  if (row.importId === null) return [];
  const { type } = row;
  const id = row.importId?.(madeBy(world, "real")) ?? String(madeBy(world, "real")(row.name, "id"));
  const problems: string[] = [];
  const found: (ValueObject | null)[] = [];
  for (const provider of [world.real, world.beside]) {
    const { imported, diagnostics } = await provider.importState(type, id);
    const state = imported[0]?.state;
    const read = state === undefined ? undefined : await provider.read({ type, state });
    found.push(read?.state ?? null);
    problems.push(...sayings([...diagnostics, ...(read?.diagnostics ?? [])]));
  }
  const [real = null, ours = null] = found;
  return [...problems, ...unequal("read", leavesOf(real), leavesOf(ours), row.differs)];
}

/** Deletes the row's object with both; the other provider must then find it gone. */
export async function end(world: World, row: Life): Promise<string[]> {
  const state = world.states.get(row.name);
  if (state === undefined) return [];
  const { type } = row;
  const problems: string[] = [];
  for (const [provider, prior] of [
    [world.real, state.real],
    [world.ours, state.ours],
  ] as const) {
    const done = await provider.applyChange({ type, prior, planned: null, config: null });
    problems.push(...sayings(done.diagnostics).map((text) => `delete: ${text}`));
  }
  const gone = await world.beside.read({ type, state: state.real });
  const own = await world.ours.read({ type, state: state.ours });
  problems.push(...sayings([...gone.diagnostics, ...own.diagnostics]).map((text) => `read of what is gone: ${text}`));
  if (row.remains !== true && (gone.state !== null || own.state !== null)) problems.push("is there after its deletion");
  const again = await world.ours.applyChange({ type, prior: state.ours, planned: null, config: null });
  return [...problems, ...sayings(again.diagnostics).map((text) => `delete of what is gone: ${text}`)];
}

/** Reads a data source with both. */
export async function look(world: World, { data, config, differs }: Look): Promise<string[]> {
  const given = config(madeBy(world, "real"));
  const real = await world.real.readData(data, whole(world.real, "data", data, given));
  const ours = await world.beside.readData(data, whole(world.beside, "data", data, given));
  const problems = [...sayings(real.diagnostics), ...sayings(ours.diagnostics).map((text) => `ours: ${text}`)];
  return [...problems, ...unequal("state", leavesOf(real.state), leavesOf(ours.state), differs)];
}

/** Refusals of both: the first is what the real one says, the second what ours does. */
export async function refuse(world: World, { refused, config }: Refusal): Promise<readonly [string[], string[]]> {
  const ask = async (provider: Provider) => {
    const isData = world.ours.getSchema("resource", refused) === undefined;
    if (isData) return sayings((await provider.readData(refused, whole(provider, "data", refused, config))).diagnostics);
    return sayings((await planWith(provider, refused, null, config)).plan.diagnostics);
  };
  return [await ask(world.real), await ask(world.beside)];
}
