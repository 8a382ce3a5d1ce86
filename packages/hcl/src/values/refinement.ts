import { BigFloat } from "./big-float.ts";
import { isWhollyKnown } from "./deep.ts";
import { isUnknown, makeVal, type Raw, type Refinements, UnknownRaw, unknownVal, type Val } from "./value.ts";

/** Bounds of a number that is known, or of what is known of it; infinite where nothing is known. */
export interface NumberBounds {
  readonly min: BigFloat;
  readonly max: BigFloat;
}

export function numberBounds(value: Val): NumberBounds {
  if (value.raw instanceof BigFloat) return { min: value.raw, max: value.raw };
  const known = value.raw instanceof UnknownRaw ? value.raw.refinements : {};
  return { min: known.numberMin ?? BigFloat.NEGATIVE_INFINITY, max: known.numberMax ?? BigFloat.POSITIVE_INFINITY };
}

/** Bounds of a collection's length; 0 and Infinity where nothing is known. */
export function lengthBounds(value: Val): { readonly min: number; readonly max: number } {
  const { raw } = value;
  if (raw instanceof UnknownRaw)
    return { min: raw.refinements.lengthMin ?? 0, max: raw.refinements.lengthMax ?? Number.POSITIVE_INFINITY };
  if (raw instanceof Map) return { min: raw.size, max: raw.size };
  if (!Array.isArray(raw)) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (value.type.kind === "set" && raw.length > 1 && !isWhollyKnown(value)) return { min: 1, max: raw.length };
  return { min: raw.length, max: raw.length };
}

/** What the text is known to begin with; all of it where it is known. */
export function knownPrefix(value: Val): string {
  if (typeof value.raw === "string") return value.raw;
  return value.raw instanceof UnknownRaw ? (value.raw.refinements.prefix ?? "") : "";
}

/** Whether the unknown value may turn out to be the known one, for what its refinements tell; types apart. */
export function couldBe(unknown: Val, known: Val): boolean {
  if (!(unknown.raw instanceof UnknownRaw)) return true;
  if (known.raw === null) return !unknown.raw.isNotNull;
  const { refinements } = unknown.raw;
  if (typeof known.raw === "string") return known.raw.startsWith(refinements.prefix ?? "");
  if (known.raw instanceof BigFloat) {
    const { min, max } = numberBounds(unknown);
    return known.raw.compare(min) >= 0 && known.raw.compare(max) <= 0;
  }
  if (!("element" in unknown.type)) return true;
  const wanted = lengthBounds(unknown);
  const given = lengthBounds(known);
  return given.max >= wanted.min && given.min <= wanted.max;
}

/** The unknown value with more known of it; a known one as it is. A collection whose length is known to be nothing is that empty collection. */
export function refined(value: Val, more: Refinements & { readonly isNotNull?: boolean }): Val {
  if (!(value.raw instanceof UnknownRaw)) return value;
  const { isNotNull, ...refinements } = more;
  const merged = { ...value.raw.refinements, ...refinements };
  const isKnownNotNull = isNotNull === true || value.raw.isNotNull;
  const elements = isKnownNotNull ? elementsOfKnownLength(value, merged) : undefined;
  if (elements !== undefined) return makeVal(value.type, elements, value.marks);
  if (isKnownNotNull && isOneNumber(merged)) return makeVal(value.type, merged.numberMin ?? null, value.marks);
  return makeVal(value.type, new UnknownRaw(isKnownNotNull, merged), value.marks);
}

/** A list of a known length is a known list of unknown elements; so is a set of one. */
function elementsOfKnownLength({ type }: Val, { lengthMin, lengthMax }: Refinements): Raw | undefined {
  if (!("element" in type)) return undefined;
  if (lengthMax === 0) return type.kind === "map" ? new Map() : [];
  if (lengthMin !== lengthMax || lengthMax === undefined) return undefined;
  const isCountable = type.kind === "list" || (type.kind === "set" && lengthMax === 1);
  return isCountable ? Array.from({ length: lengthMax }, () => unknownVal(type.element)) : undefined;
}

function isOneNumber({ numberMin, numberMax }: Refinements): boolean {
  return numberMin !== undefined && numberMax !== undefined && numberMin.equals(numberMax);
}

/** An unknown value of a type is not null; others as they are. */
export function refinedNotNull(value: Val): Val {
  return isUnknown(value) && value.type.kind !== "dynamic" ? refined(value, { isNotNull: true }) : value;
}
