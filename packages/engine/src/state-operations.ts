import { configAddress, DiagnosticError, errorDiagnostic, isModuleAddress, parseAddress, targetIncludes } from "@dovetail/model";
import { parsePayload } from "./encryption/payload.ts";
import type { EngineOptions, ShownResource, StateOperations } from "./engine-api.ts";
import type { Lease } from "./lock/lease.ts";
import { instanceIdentity } from "./plan/identity.ts";
import { liveFromState, localProvider, Types } from "./plan/typed.ts";
import { openStage, type Stage } from "./stage.ts";
import { providerSource, replaceProvider } from "./state/replace-provider.ts";
import { type Sidecar, writeSidecar } from "./state/sidecar.ts";
import type { State, StateInstance } from "./state/state.ts";
import { formatState, parseState } from "./state/state-file.ts";
import { nextState, stagePaths, storageOf, writeState } from "./state/state-store.ts";
import { WorkingState } from "./state/working-state.ts";
import { decodePaths } from "./values/sensitive-paths.ts";

/** `state list|show|mv|rm|pull|push`: what changes it does so under the lock, with backup and journal in order. */

export type Locked = <T>(operation: string, work: (lease: Lease) => Promise<T>) => Promise<T>;

export function stateOperations(options: EngineOptions, locked: Locked): StateOperations {
  const read = () => openStage(options, undefined);
  return {
    read: async () => (await read()).state,
    list: async (filters = []) => list((await read()).state, filters),
    show: async (address) => show(options, await read(), address),
    move: (from, to) => locked("state mv", (lease) => move(options, lease, from, to)),
    remove: (addresses) => locked("state rm", (lease) => remove(options, lease, addresses)),
    taint: (address, isTainted) => locked("taint", (lease) => taint(options, lease, address, isTainted)),
    replaceProvider: (from, to) => locked("state replace-provider", (lease) => replace(options, lease, from, to)),
    pull: async () => formatState((await read()).state),
    push: (text, push = {}) => locked("state push", () => pushState(options, text, push.force === true)),
  };
}

function list(state: State, filters: readonly string[]): readonly string[] {
  for (const filter of filters) {
    if (![...state.instances.keys()].some((address) => targetIncludes(filter, address))) throw notFound(filter);
  }
  // The formatted state has Terraform's order.
  const sorted = parseState(Buffer.from(formatState(state)), "state").instances;
  const isWanted = (address: string) => filters.length === 0 || filters.some((filter) => targetIncludes(filter, address));
  return [...sorted.values()].filter((i) => i.current !== undefined && isWanted(i.address)).map((i) => i.address);
}

function notFound(address: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5007", "State object not found", {
      detail: `The state has nothing at ${address}.`,
      fix: "List what it has:\n    dovetail state list",
    }),
  );
}

async function show(options: EngineOptions, stage: Stage, address: string): Promise<ShownResource> {
  const instance = stage.state.instances.get(address);
  const current = instance?.current;
  if (instance === undefined || current === undefined) throw notFound(address);
  const shown = await typedValue(options, instance);
  return {
    address,
    mode: instance.mode,
    type: instance.type,
    ...shown,
    isTainted: current.isTainted,
    dependencies: current.dependencies,
    deposedKeys: Object.keys(instance.deposed).sort(),
    component: stage.sidecar.resources[address]?.component ?? [],
  };
}

/** In the schema's shape where the provider can be had, as in the file otherwise. */
async function typedValue(options: EngineOptions, instance: StateInstance) {
  const current = instance.current;
  if (current === undefined) throw notFound(instance.address);
  try {
    const provider = localProvider(options.providers, instance);
    const typed = await new Types(options.providers).find({ ...instance, ...(provider === undefined ? {} : { provider }) });
    const { value, sensitive } = await liveFromState(typed, current, instance.address);
    return { value, sensitive };
  } catch {
    return { value: current.attributes, sensitive: decodePaths(current.sensitive) };
  }
}

async function save(options: EngineOptions, lease: Lease, state: State, sidecar: Sidecar): Promise<void> {
  const paths = stagePaths(options);
  const storage = storageOf(options);
  const next = await nextState(storage, state, options.random);
  await lease.check();
  if (next !== undefined) await writeState(storage, next);
  await writeSidecar(options.files, paths.sidecar, { ...sidecar, lineage: (next ?? state).lineage });
}

async function move(options: EngineOptions, lease: Lease, from: string, to: string) {
  const stage = await openStage(options, lease);
  const pairs = movePairs(stage.state, from, to);
  if (pairs.length === 0) throw notFound(from);
  const working = new WorkingState(stage.state);
  for (const pair of pairs) moveOne(working, pair);
  const renamed = new Map(pairs.map((pair) => [configAddress(pair.from), configAddress(pair.to)]));
  const state = renameDependencies(working.toState(), renamed);
  const resources = Object.fromEntries(
    Object.entries(stage.sidecar.resources).map(([address, entry]) => [
      pairs.find((p) => p.from === address)?.to ?? address,
      entry,
    ]),
  );
  await save(options, lease, state, { ...stage.sidecar, resources });
  return pairs;
}

function movePairs(state: State, from: string, to: string): readonly { readonly from: string; readonly to: string }[] {
  const isModule = isModuleAddress(from);
  const source = parseAddress(from);
  const target = parseAddress(to);
  if (
    isModule
      ? !isModuleAddress(to)
      : source === undefined || target === undefined || source.type !== target.type || source.mode !== target.mode
  ) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Invalid address", {
        detail: `${from} cannot become ${to}: both must be modules, or resources of one type.`,
      }),
    );
  }
  const found = [...state.instances.keys()].filter((address) => targetIncludes(from, address));
  const pairs = found.map((address) => ({ from: address, to: `${to}${address.slice(from.length)}` }));
  const taken = pairs.find((pair) => state.instances.has(pair.to) && !found.includes(pair.to));
  if (taken === undefined) return pairs;
  throw new DiagnosticError(
    errorDiagnostic("DVT5003", "Address is taken", {
      detail: `The state has something at ${taken.to} already. Nothing was changed.`,
    }),
  );
}

function moveOne(working: WorkingState, pair: { readonly from: string; readonly to: string }): void {
  const instance = working.get(pair.from);
  const target = parseAddress(pair.to);
  if (instance === undefined || target === undefined) throw notFound(pair.from);
  const { provider } = instanceIdentity(instance);
  working.move(pair.from, { ...target, address: pair.to, provider });
}

function renameDependencies(state: State, renamed: ReadonlyMap<string, string>): State {
  const instances = [...state.instances].map(([address, instance]): [string, StateInstance] => {
    const current = instance.current;
    if (current === undefined || !current.dependencies.some((d) => renamed.has(d))) return [address, instance];
    const dependencies = current.dependencies.map((d) => renamed.get(d) ?? d).sort();
    return [address, { ...instance, current: { ...current, dependencies } }];
  });
  return { ...state, instances: new Map(instances) };
}

async function taint(options: EngineOptions, lease: Lease, address: string, isTainted: boolean): Promise<void> {
  const stage = await openStage(options, lease);
  const instance = stage.state.instances.get(address);
  if (instance?.current === undefined) throw notFound(address);
  const working = new WorkingState(stage.state);
  working.setCurrent(instanceIdentity(instance), { ...instance.current, isTainted });
  await save(options, lease, working.toState(), stage.sidecar);
}

async function remove(options: EngineOptions, lease: Lease, addresses: readonly string[]): Promise<readonly string[]> {
  const stage = await openStage(options, lease);
  const removed = new Set<string>();
  for (const wanted of addresses) {
    const found = [...stage.state.instances.keys()].filter((address) => targetIncludes(wanted, address));
    if (found.length === 0) throw notFound(wanted);
    for (const address of found) removed.add(address);
  }
  const working = new WorkingState(stage.state);
  for (const address of removed) working.delete(address);
  const resources = Object.fromEntries(Object.entries(stage.sidecar.resources).filter(([address]) => !removed.has(address)));
  await save(options, lease, working.toState(), { ...stage.sidecar, resources });
  return [...removed].sort();
}

async function replace(options: EngineOptions, lease: Lease, from: string, to: string): Promise<readonly string[]> {
  const [source, target] = [sourceOf(from), sourceOf(to)];
  const stage = await openStage(options, lease);
  const { state, addresses } = replaceProvider(stage.state, source, target);
  if (addresses.length > 0) await save(options, lease, state, stage.sidecar);
  return addresses;
}

function sourceOf(text: string): string {
  const source = providerSource(text);
  if (source !== undefined) return source;
  throw new DiagnosticError(
    errorDiagnostic("DVT7001", "Usage", {
      detail: `"${text}" is no address of a provider.`,
      fix: "Write it as in:\n    dovetail state replace-provider hashicorp/aws registry.example.com/acme/aws",
    }),
  );
}

async function pushState(options: EngineOptions, text: string, isForced: boolean): Promise<void> {
  const paths = stagePaths(options);
  const storage = storageOf(options);
  const given = Buffer.from(text);
  const isEncrypted = storage.decode !== undefined && parsePayload(given) !== undefined;
  const pushed = parseState(isEncrypted ? ((await storage.decode?.(given)) ?? given) : given, "the pushed state");
  const present = await storage.read();
  if (!isForced && present !== undefined) checkPush(parseState(present, storage.place), pushed);
  if (!isForced && (await options.files.read(paths.journal)) !== undefined) throw journalInTheWay(paths.journal);
  if (pushed.lineage === "") throw refusedPush("It has no lineage.");
  await writeState(storage, pushed);
  if (isForced) await options.files.remove(paths.journal);
  const sidecar = await options.files.read(paths.sidecar);
  const isForeign = sidecar !== undefined && !Buffer.from(sidecar).toString("utf8").includes(JSON.stringify(pushed.lineage));
  if (isForeign) await options.files.remove(paths.sidecar);
}

function checkPush(present: State, pushed: State): void {
  if (present.lineage !== pushed.lineage) throw refusedPush(`Its lineage is ${pushed.lineage}, this stage's ${present.lineage}.`);
  if (pushed.serial < present.serial)
    throw refusedPush(`Its serial is ${pushed.serial}, older than this stage's ${present.serial}.`);
  const isSameSerial = pushed.serial === present.serial && formatState(pushed) !== formatState(present);
  if (isSameSerial) throw refusedPush(`It has this stage's serial ${present.serial} and other content.`);
}

function refusedPush(detail: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      detail: `The pushed state was refused. ${detail} Nothing was changed.`,
      fix: "To overwrite this stage's state all the same:\n    dovetail state push --force FILE",
    }),
  );
}

function journalInTheWay(path: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      detail: `A run that died left ${path}, whose results would be lost.`,
      fix: "Fold it in first:\n    dovetail refresh",
    }),
  );
}
