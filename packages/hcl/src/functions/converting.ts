/** Functions between types, and those that look at what is known of a value or hide it. */

import { formatPlace } from "../evaluate/place.ts";
import { conversionBetween, convert, mismatchMessage } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { deepMarks, isWhollyKnown, mapParts } from "../values/deep.ts";
import { friendlyConstraintName, friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, STRING, sameType, setOf, type Type } from "../values/type.ts";
import {
  boolVal,
  DYNAMIC_NULL,
  DYNAMIC_UNKNOWN,
  FALSE,
  isNull,
  isUnknown,
  type Mark,
  makeVal,
  nullVal,
  TRUE,
  unknownVal,
  type Val,
  withMarks,
} from "../values/value.ts";
import { FunctionError, type LanguageFunction, type LazyArgument } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

function conversionTo(wanted: Type): LanguageFunction {
  return {
    description: `A value as ${friendlyConstraintName(wanted)}.`,
    parameters: [parameter("v", DYNAMIC, "null", "marked", "dynamic")],
    returns([value = DYNAMIC_NULL]) {
      const given = value.type;
      if (sameType(given, wanted) || conversionBetween(given, wanted, true) !== undefined) return wanted;
      throw new FunctionError(notPossible(given, wanted), 0);
    },
    implementation([value = DYNAMIC_NULL], returns) {
      try {
        return convert(value, returns);
      } catch (error) {
        throw error instanceof ConversionError ? new FunctionError(whyNot(value, wanted), 0) : error;
      }
    },
  };
}

function notPossible(given: Type, wanted: Type): string {
  const isAlike = given.kind === wanted.kind && (given.kind === "object" || given.kind === "tuple");
  if (isAlike) return `incompatible ${given.kind} type for conversion: ${mismatchMessage(given, wanted)}`;
  return `cannot convert ${friendlyName(given)} to ${friendlyConstraintName(wanted)}`;
}

function whyNot(value: Val, wanted: Type): string {
  const given = value.type;
  const marks = deepMarks(value);
  const hidden = marks.has("ephemeral") ? "ephemeral" : marks.has("sensitive") ? "sensitive" : undefined;
  if (hidden !== undefined) return `cannot convert this ${hidden} ${friendlyName(given)} to ${friendlyConstraintName(wanted)}`;
  const shown = typeof value.raw === "string" ? goQuote(value.raw) : "string";
  if (given.kind === "string" && wanted.kind === "bool") {
    return `cannot convert ${shown} to bool; only the strings "true" or "false" are allowed`;
  }
  if (given.kind === "string" && wanted.kind === "number") {
    return `cannot convert ${shown} to number; given string must be a decimal representation of a number`;
  }
  return `cannot convert ${friendlyName(given)} to ${friendlyConstraintName(wanted)}`;
}

const ANYTHING = [parameter("value", DYNAMIC, "unknown", "null", "marked", "dynamic")];

function withoutMark(value: Val, mark: Mark): Val {
  return makeVal(value.type, value.raw, new Set([...value.marks].filter((other) => other !== mark)));
}

const sensitive: LanguageFunction = {
  description: "A value that is not shown.",
  parameters: ANYTHING,
  returns: ([value]) => value?.type ?? DYNAMIC,
  implementation: ([value = DYNAMIC_UNKNOWN]) => withMarks(value, new Set(["sensitive"])),
};

const nonsensitive: LanguageFunction = {
  description: "A value that may be shown after all.",
  parameters: ANYTHING,
  returns: ([value]) => value?.type ?? DYNAMIC,
  implementation: ([value = DYNAMIC_UNKNOWN]) => withoutMark(value, "sensitive"),
};

const issensitive: LanguageFunction = {
  description: "Whether a value is not to be shown.",
  parameters: ANYTHING,
  returns: BOOL,
  isNeverNull: true,
  implementation([value = DYNAMIC_UNKNOWN]) {
    if (value.marks.has("sensitive")) return TRUE;
    return isUnknown(value) ? unknownVal(BOOL) : FALSE;
  },
};

function ephemeralAsNull(value: Val): Val {
  const isEphemeral = value.marks.has("ephemeral");
  const kept = withoutMark(value, "ephemeral").marks;
  if (isNull(value) || (isEphemeral && !isUnknown(value))) return withMarks(nullVal(value.type), kept);
  if (isUnknown(value)) return withMarks(isEphemeral ? unknownVal(value.type) : value, kept);
  return makeVal(value.type, mapParts(value.raw, ephemeralAsNull), kept);
}

const ephemeralasnull: LanguageFunction = {
  description: "A value with null in place of what is ephemeral in it.",
  parameters: ANYTHING,
  returns: ([value]) => value?.type ?? DYNAMIC,
  implementation: ([value = DYNAMIC_UNKNOWN]) => ephemeralAsNull(value),
};

/** A function whose arguments are evaluated one at a time, by itself. */
function lazy(
  description: string,
  names: readonly string[],
  callLazily: (arguments_: readonly LazyArgument[]) => Val,
): LanguageFunction {
  const isVariadic = names.length > 1;
  return {
    description,
    parameters: isVariadic ? [] : names.map((name) => parameter(name, DYNAMIC)),
    ...(isVariadic && { variadic: parameter("expressions", DYNAMIC) }),
    returns: DYNAMIC,
    implementation: () => DYNAMIC_UNKNOWN,
    callLazily,
  };
}

function tryEach(expressions: readonly LazyArgument[]): Val {
  if (expressions.length === 0) throw new FunctionError("at least one argument is required");
  const failures: string[] = [];
  for (const expression of expressions) {
    const { value, diagnostics } = expression.evaluate();
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length === 0) return isWhollyKnown(value) ? value : DYNAMIC_UNKNOWN;
    for (const { summary, detail = "", range } of errors) {
      const place = range === undefined ? "" : ` (at ${formatPlace(range)})`;
      failures.push(`- ${summary}${place}\n  ${detail}\n`);
    }
  }
  throw new FunctionError(
    `no expression succeeded:\n${failures.join("")}\nAt least one expression must produce a successful result`,
  );
}

function can(expression: LazyArgument | undefined, count: number): Val {
  if (expression === undefined || count !== 1) throw new FunctionError(`wrong number of arguments (1 required; ${count} given)`);
  const { value, diagnostics } = expression.evaluate();
  if (diagnostics.some(({ severity }) => severity === "error")) return FALSE;
  return isWhollyKnown(value) ? boolVal(true) : unknownVal(BOOL);
}

export const CONVERTING_FUNCTIONS: FunctionTable = {
  can: lazy("Whether an expression can be evaluated without an error.", ["expression"], (given) => can(given[0], given.length)),
  ephemeralasnull,
  issensitive,
  nonsensitive,
  sensitive,
  tobool: conversionTo(BOOL),
  tolist: conversionTo(listOf(DYNAMIC)),
  tomap: conversionTo(mapOf(DYNAMIC)),
  tonumber: conversionTo(NUMBER),
  toset: conversionTo(setOf(DYNAMIC)),
  tostring: conversionTo(STRING),
  try: lazy("The value of the first expression that can be evaluated without an error.", ["expression", "expressions"], tryEach),
};
