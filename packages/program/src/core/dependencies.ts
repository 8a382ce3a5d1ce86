import type { Evaluation } from "../evaluate/evaluation.ts";
import type { Registered, ResourceLike, ResourceOptions } from "./contract.ts";
import { type Lifted, lift } from "./lift.ts";
import { asList } from "./resource-options.ts";

export interface Dependencies {
  /** Addresses, each registered already, sorted. */
  readonly addresses: readonly string[];
  /** One of them never reached the engine: then neither can what depends on it. */
  readonly someUnknownToEngine: boolean;
}

/**
 * Everything a resource depends on: what its inputs came from, `dependsOn` (a component stands for all that is below it)
 * and its provider's inputs. Waits until each has been announced to the engine.
 */
export async function dependenciesOf(
  evaluation: Evaluation,
  self: ResourceLike,
  inputs: Lifted,
  opts: ResourceOptions,
): Promise<Dependencies> {
  const found = new Set<ResourceLike>(inputs.resources);
  for (const item of [...asList(opts.dependsOn), ...asList(opts.replaceWith), ...asList(opts.deletedWith)]) {
    const lifted = await liftDependency(evaluation, item);
    for (const resource of lifted) found.add(resource);
  }
  await Promise.all([...found].map((resource) => resource.__membersKnown));
  const managed = new Set<ResourceLike>();
  for (const resource of found) expand(resource, managed);
  managed.delete(self);
  await Promise.all([...managed].map((resource) => resource.__announced));
  const addresses: string[] = [];
  let someUnknownToEngine = inputs.failed && [...managed].length === 0;
  for (const resource of managed) {
    const outcome = await outcomeOf(resource);
    if (outcome?.isKnownToEngine === false) someUnknownToEngine = true;
    else if (outcome?.isManaged !== false && resource.__opts.id === undefined) addresses.push(resource.__address ?? "");
  }
  return { addresses: addresses.sort(), someUnknownToEngine };
}

/** Resources themselves are not waited for: that they were announced is enough. */
async function liftDependency(evaluation: Evaluation, item: unknown): Promise<readonly ResourceLike[]> {
  if (isResource(item)) return [item];
  const settled = item instanceof Promise ? await item : item;
  if (isResource(settled)) return [settled];
  if (Array.isArray(settled)) return (await Promise.all(settled.map((inner) => liftDependency(evaluation, inner)))).flat();
  const lifted = await lift(evaluation, settled);
  const values = asList(lifted.value).filter(isResource);
  return [...values, ...lifted.resources];
}

function isResource(value: unknown): value is ResourceLike {
  return typeof value === "object" && value !== null && "__pulumiResource" in value;
}

function expand(resource: ResourceLike, into: Set<ResourceLike>): void {
  if (resource.__announced !== undefined) into.add(resource);
  else for (const child of resource.__children) expand(child, into);
}

/** How a registration went, undefined while it is under way. `__announced` is settled: whether it reached the engine is decided. */
async function outcomeOf(resource: ResourceLike): Promise<Registered | undefined> {
  return Promise.race([resource.__registered, Promise.resolve(undefined)]);
}
