/** Conversions between types: what Terraform does wherever a value meets a type (cty's `convert` package, read 2026-11-21). */
import { collectionToSequence, mapToMap, objectToMap, tupleToSequence } from "./conversion-collections.ts";
import { primitiveConversion } from "./conversion-primitives.ts";
import { type Conversion, ConversionError, type ConversionRules, type Path } from "./conversion-rules.ts";
import { mapToObject, objectToObject, tupleToTuple } from "./conversion-structures.ts";
import { unknownConverted } from "./conversion-unknown.ts";
import { mismatchBy } from "./mismatch.ts";
import { sameType, type Type } from "./type.ts";
import { unifyBy } from "./unify.ts";
import { isNull, isUnknown, unmarked, type Val, withMarks } from "./value.ts";
import { withoutOptional } from "./without-optional.ts";

const RULES: ConversionRules = {
  between: conversionBetween,
  unify: (types, isUnsafe) => unifyBy(RULES, types, isUnsafe),
  mismatch: mismatchMessage,
};

/**
 * The value as one of the wanted type: `"1"` as the number 1, a tuple as a list. Unknown and null stay so, marks stay where they are,
 * attributes that the type has not are dropped, optional ones that the value has not are null.
 * @throws ConversionError with the part of the value that is to blame
 */
export function convert(value: Val, wanted: Type): Val {
  if (sameType(value.type, withoutOptional(wanted))) return value;
  const conversion = conversionBetween(value.type, wanted, true);
  if (conversion === undefined) throw new ConversionError(mismatchMessage(value.type, wanted));
  return conversion(value, []);
}

/** The type that several types have in common; `conversions` take a value of each there (ConversionError), undefined where it is of that type already. */
export interface CommonType {
  readonly type: Type;
  readonly conversions: readonly (((value: Val) => Val) | undefined)[];
}

/** undefined where the types have nothing in common, or there are none. Unsafe conversions (text to number) count, unless `isSafe`. */
export function unifyTypes(types: readonly Type[], options: { readonly isSafe?: boolean } = {}): CommonType | undefined {
  const unified = RULES.unify(types, options.isSafe !== true);
  if (unified === undefined) return undefined;
  return {
    type: unified.type,
    conversions: unified.conversions.map((conversion) => conversion && ((value: Val) => conversion(value, []))),
  };
}

/** Why values of one type are none of another: `string required`, `attribute "x" is required`, `element 0: a number is required`. */
export function mismatchMessage(from: Type, to: Type): string {
  return mismatchBy(conversionBetween, from, to);
}

/** How values of one type become values of another; undefined where they never do. Without `isUnsafe`, only what can never fail. */
export function conversionBetween(from: Type, to: Type, isUnsafe: boolean): Conversion | undefined {
  const known = knownConversion(from, to, isUnsafe);
  if (known === undefined) return undefined;
  return (value, path) => withMarks(converted(known, unmarked(value), to, path), value.marks);
}

function converted(known: Conversion, value: Val, to: Type, path: Path): Val {
  if (to.kind === "dynamic") return value;
  if (isUnknown(value) || isNull(value)) return unknownConverted(RULES, value, withoutOptional(to));
  return known(value, path);
}

function knownConversion(from: Type, to: Type, isUnsafe: boolean): Conversion | undefined {
  if (to.kind === "dynamic") return (value) => value;
  if (from.kind === "dynamic") return isUnsafe ? lateConversion(to) : undefined;
  switch (to.kind) {
    case "object":
      if (from.kind === "object") return objectToObject(RULES, from, to, isUnsafe);
      return from.kind === "map" && isUnsafe ? mapToObject(RULES, from, to, isUnsafe) : undefined;
    case "tuple":
      return from.kind === "tuple" ? tupleToTuple(RULES, from, to, isUnsafe) : undefined;
    case "map":
      if (from.kind === "object") return objectToMap(RULES, from, to, isUnsafe);
      return from.kind === "map" ? mapToMap(RULES, from, to, isUnsafe) : undefined;
    case "list":
    case "set":
      if (from.kind === "tuple") return tupleToSequence(RULES, from, to, isUnsafe);
      if (from.kind === "list" && to.kind === "set" && !isUnsafe) return undefined;
      return from.kind === "list" || from.kind === "set" ? collectionToSequence(RULES, from, to, isUnsafe) : undefined;
    default:
      return primitiveConversion(from, to, isUnsafe);
  }
}

/** A value whose type could not be told before is converted when it comes. */
function lateConversion(to: Type): Conversion {
  return (value, path) => {
    try {
      return convert(value, to);
    } catch (error) {
      throw error instanceof ConversionError ? new ConversionError(error.message, [...path, ...error.path]) : error;
    }
  };
}
