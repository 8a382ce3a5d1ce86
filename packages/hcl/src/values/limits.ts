/**
 * How much one value may hold and one evaluation may do. A few lines of configuration can ask for more than any machine has (a text
 * doubled forty times); no configuration that somebody means comes near.
 */

/** A value, of which only what it holds matters here. */
interface Part {
  readonly raw: unknown;
}

const TEXT_LENGTH_MAX = 64 * 1024 * 1024;
const PARTS_MAX = 2_000_000;
const STEPS_MAX = 3_000_000;

/** Something would become too large; an evaluation turns it into a diagnostic. */
export class LimitError extends Error {}

/** Throws LimitError for a text that is too long. */
export function limitedText(text: string): string {
  if (text.length > TEXT_LENGTH_MAX) throw new LimitError(`a text of more than ${TEXT_LENGTH_MAX} characters`);
  return text;
}

const PARTS = new WeakMap<object, number>();

function partsOf(raw: readonly Part[] | ReadonlyMap<string, Part>): number {
  const known = PARTS.get(raw);
  if (known !== undefined) return known;
  limitedParts(raw, raw.values());
  return PARTS.get(raw) ?? 1;
}

/** A composite's raw value whose parts, at any depth and each as often as it occurs, are counted. Throws LimitError where they are too many. */
export function limitedParts<R extends object>(raw: R, parts: Iterable<Part>): R {
  const gathered = new Gathered();
  for (const part of parts) gathered.add(part);
  PARTS.set(raw, gathered.count);
  return raw;
}

/** Counts what is still being put together. */
export class Gathered {
  count = 1;

  /** Throws LimitError. */
  add({ raw }: Part): void {
    this.addMany(Array.isArray(raw) || raw instanceof Map ? partsOf(raw) : 1);
  }

  /** Throws LimitError. */
  addMany(count: number): void {
    this.count += count;
    if (this.count > PARTS_MAX) throw new LimitError(`a value of more than ${PARTS_MAX} parts`);
  }
}

let depth = 0;
let steps = 0;

/** Runs an evaluation; those inside it share its steps. */
export function withinLimits<T>(work: () => T): T {
  if (depth === 0) steps = 0;
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
  }
}

/** One turn of a loop. Throws LimitError. */
export function step(): void {
  steps += 1;
  if (steps > STEPS_MAX) throw new LimitError(`an expression of more than ${STEPS_MAX} steps`);
}

/** What is thrown where something is too large: by the limits, or by the machine before them. */
export function whatIsTooLarge(error: unknown): string | undefined {
  if (error instanceof LimitError) return error.message;
  return error instanceof RangeError ? "a value larger than the machine can hold" : undefined;
}
