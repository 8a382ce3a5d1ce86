/**
 * The one value model. A value that crosses a contract is plain JSON plus one sentinel, `UNKNOWN`
 * ("known after apply"); which parts of it are sensitive is a list of paths beside it.
 * Sets are arrays here: only the schema knows that their order means nothing.
 */

/** Stands for a value that is known after apply. A registered symbol, so copies of this module agree on it. */
export const UNKNOWN: unique symbol = Symbol.for("dovetail.unknown") as never;
export type Unknown = typeof UNKNOWN;

export type Value = null | boolean | number | string | Unknown | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}

/** A mutable object under construction; assignable to `ValueObject`. */
export type MutableValueObject = { [key: string]: Value };

/** Steps from the root of a value: attribute and map keys are strings, list and set positions numbers. */
export type Path = readonly (string | number)[];

export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True when no part of the value is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value === UNKNOWN) return false;
  if (isList(value)) return value.every(isWhollyKnown);
  if (isObject(value)) return Object.values(value).every(isWhollyKnown);
  return true;
}

/** Structural equality; two unknowns are equal to each other and to nothing else. */
export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => valuesEqual(item, b[i] ?? null));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && valuesEqual(a[k] ?? null, b[k] ?? null))
    );
  }
  return false;
}

/** The value at `path`, or undefined where a step does not exist. */
export function valueAt(value: Value, path: Path): Value | undefined {
  let at: Value | undefined = value;
  for (const step of path) {
    if (typeof step === "number" && isList(at)) at = at[step];
    else if (typeof step === "string" && isObject(at)) at = Object.hasOwn(at, step) ? at[step] : undefined;
    else return undefined;
  }
  return at;
}

/** `a.b[0].c`, as Terraform writes attribute paths. */
export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

export function pathStartsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, i) => step === path[i]);
}
