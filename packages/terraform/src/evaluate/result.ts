import type { Sources } from "./nodes.ts";

export const NO_SOURCES: Sources = new Set();

export function unitedSources(all: readonly Sources[]): Sources {
  const [first, ...others] = all.filter((each) => each.size > 0);
  if (first === undefined) return NO_SOURCES;
  return others.length === 0 ? first : new Set(all.flatMap((each) => [...each]));
}

/** Something cannot be had because what it needs failed, which has been reported where it did. */
export class Unavailable extends Error {
  /** Addresses of the resources that failed, where resources did. */
  readonly addresses: readonly string[];
  constructor(addresses: readonly string[] = []) {
    super("what it needs has failed");
    this.name = "Unavailable";
    this.addresses = addresses;
  }
}

/** Works once, when first asked; a failure may be left unwatched. */
export function lazily<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    if (running === undefined) {
      running = Promise.resolve().then(work);
      running.catch(() => undefined);
    }
    return running;
  };
}

/** Waits for all; when some fail, for the others too, and then fails as the first did. */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(works);
  const failed = settled.filter((each) => each.status === "rejected");
  if (failed.length === 0) return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const known = failed.find(({ reason }) => !(reason instanceof Unavailable));
  if (known !== undefined) throw known.reason;
  throw new Unavailable([...new Set(failed.flatMap(({ reason }) => (reason instanceof Unavailable ? reason.addresses : [])))]);
}
