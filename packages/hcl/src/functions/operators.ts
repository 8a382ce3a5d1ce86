/** The operators of the language, as functions of their operands: they convert, refuse null, and carry unknown and marks like any function. */
import type { BigFloat } from "../values/big-float.ts";
import { boolOf, numberOf } from "../values/contents.ts";
import { equals } from "../values/equality.ts";
import { numberBounds } from "../values/refinement.ts";
import { BOOL, DYNAMIC, NUMBER, type Type } from "../values/type.ts";
import { boolVal, isUnknown, numberVal, unknownNotNull, unmarked, type Val, withMarks } from "../values/value.ts";
import { FunctionError, type LanguageFunction, type Parameter } from "./function.ts";

function parameters(type: Type, more: Partial<Parameter> = {}): readonly Parameter[] {
  return ["a", "b"].map((name) => ({ name, type, allowsDynamic: true, ...more }));
}

function arithmetic(compute: (a: BigFloat, b: BigFloat) => BigFloat, impossible: string): LanguageFunction {
  return {
    parameters: parameters(NUMBER),
    returns: NUMBER,
    isNeverNull: true,
    implementation([a, b]) {
      try {
        return numberVal(compute(numberOf(a), numberOf(b)));
      } catch (error) {
        if (error instanceof RangeError) throw new FunctionError(impossible);
        throw error;
      }
    },
  };
}

const logic = (compute: (a: boolean, b: boolean) => boolean): LanguageFunction => ({
  parameters: parameters(BOOL),
  returns: BOOL,
  isNeverNull: true,
  implementation: ([a, b]) => boolVal(compute(boolOf(a), boolOf(b))),
});

const equality = (answer: (equal: Val) => Val): LanguageFunction => ({
  parameters: parameters(DYNAMIC, { allowsNull: true, allowsUnknown: true, allowsMarked: true }),
  returns: BOOL,
  isNeverNull: true,
  implementation: ([a, b]) => answer(equals(a as Val, b as Val)),
});

/** Bounds of unknown numbers may be enough: a length is never less than zero. */
function comparison(isTrueFor: (order: number) => boolean): LanguageFunction {
  return {
    parameters: parameters(NUMBER, { allowsUnknown: true, allowsMarked: true }),
    returns: BOOL,
    isNeverNull: true,
    implementation([a, b]) {
      const answer = compared(unmarked(a as Val), unmarked(b as Val), isTrueFor);
      return withMarks(withMarks(answer, (a as Val).marks), (b as Val).marks);
    },
  };
}

function compared(a: Val, b: Val, isTrueFor: (order: number) => boolean): Val {
  const left = numberBounds(a);
  const right = numberBounds(b);
  if (!isUnknown(a) && !isUnknown(b)) return boolVal(isTrueFor(left.min.compare(right.min)));
  if (a.type.kind === "number" && b.type.kind === "number") {
    if (left.max.compare(right.min) < 0) return boolVal(isTrueFor(-1));
    if (left.min.compare(right.max) > 0) return boolVal(isTrueFor(1));
  }
  return unknownNotNull(BOOL);
}

const not = (value: Val): Val => (isUnknown(value) ? value : withMarks(boolVal(value.raw !== true), value.marks));

/** By how they are written. */
export const BINARY_OPERATORS = {
  "+": arithmetic((a, b) => a.plus(b), "can't compute sum of opposing infinities"),
  "-": arithmetic((a, b) => a.minus(b), "can't subtract infinity from itself"),
  "*": arithmetic((a, b) => a.times(b), "can't multiply zero by infinity"),
  "/": arithmetic((a, b) => a.dividedBy(b), "can't divide zero by zero or infinity by infinity"),
  "%": arithmetic((a, b) => a.modulo(b), "can't use modulo with zero and infinity"),
  "==": equality((equal) => equal),
  "!=": equality(not),
  "<": comparison((order) => order < 0),
  "<=": comparison((order) => order <= 0),
  ">": comparison((order) => order > 0),
  ">=": comparison((order) => order >= 0),
  "&&": logic((a, b) => a && b),
  "||": logic((a, b) => a || b),
} as const satisfies { readonly [operator: string]: LanguageFunction };

/** `-x` and `!x`. */
export const UNARY_OPERATORS = {
  "-": {
    parameters: [{ name: "num", type: NUMBER, allowsDynamic: true }],
    returns: NUMBER,
    isNeverNull: true,
    implementation: ([value]) => numberVal(numberOf(value).negated()),
  },
  "!": {
    parameters: [{ name: "val", type: BOOL, allowsDynamic: true }],
    returns: BOOL,
    isNeverNull: true,
    implementation: ([value]) => not(value as Val),
  },
} as const satisfies { readonly [operator: string]: LanguageFunction };
