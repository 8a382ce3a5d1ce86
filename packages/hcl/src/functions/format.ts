import { elementsOf, isElements, textOf } from "../values/contents.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { DYNAMIC, listOf, STRING } from "../values/type.ts";
import { isNull, isUnknown, listVal, stringVal, unknownNotNull, unknownVal, type Val } from "../values/value.ts";
import { formatValues } from "./format-verbs.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { knownLength } from "./lengths.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { safePrefix } from "./safe-prefix.ts";

const PARAMETERS = {
  parameters: [parameter("format", STRING)],
  variadic: parameter("args", DYNAMIC, "null", "unknown"),
};

const format: LanguageFunction = {
  description: "A text with values in place of verbs such as `%s` and `%05.2f`.",
  ...PARAMETERS,
  returns: STRING,
  isNeverNull: true,
  implementation([format, ...values]) {
    const text = textOf(format);
    if (values.every(isWhollyKnown)) return stringVal(formatValues(text, values));
    const percent = text.indexOf("%");
    const prefix = percent > 0 ? safePrefix(text.slice(0, percent)) : "";
    return prefix === "" ? unknownVal(STRING) : unknownNotNull(STRING, { prefix });
  },
};

interface Iteration {
  /** undefined where it is not known. */
  readonly length: number | undefined;
  readonly at: (position: number) => Val;
}

const formatlist: LanguageFunction = {
  description: "A list of texts, each made as `format` makes it, of the elements of lists at the same position.",
  ...PARAMETERS,
  returns: listOf(STRING),
  isNeverNull: true,
  implementation([format, ...values], returns) {
    const text = textOf(format);
    if (values.length === 0) return listVal(STRING, [stringVal(formatValues(text, []))]);
    const iterations = values.map(iterationOf);
    const lengths = commonLength(iterations);
    if (iterations.some((iteration) => iteration?.length === undefined && iteration !== undefined)) return unknownVal(returns);
    if (values.some((value) => value.type.kind === "dynamic" && isUnknown(value))) return unknownVal(returns);
    const results = Array.from({ length: lengths ?? 1 }, (_, i) => {
      const arguments_ = values.map((value, at) => iterations[at]?.at(i) ?? value);
      return arguments_.every(isWhollyKnown) ? formattedAt(text, arguments_, i) : unknownNotNull(STRING);
    });
    return listVal(STRING, results);
  },
};

function iterationOf(value: Val): Iteration | undefined {
  const { kind } = value.type;
  if (isNull(value) || (kind !== "list" && kind !== "set" && kind !== "tuple")) return undefined;
  const elements = isElements(value.raw) ? elementsOf(value) : [];
  return { length: isElements(value.raw) ? knownLength(value) : undefined, at: (position) => elements[position] ?? value };
}

function commonLength(iterations: readonly (Iteration | undefined)[]): number | undefined {
  let chosen: { readonly length: number; readonly argument: number } | undefined;
  for (const [i, iteration] of iterations.entries()) {
    if (iteration?.length === undefined) continue;
    chosen ??= { length: iteration.length, argument: i };
    if (iteration.length !== chosen.length) {
      const other = `argument ${chosen.argument + 1} of length ${chosen.length}`;
      throw new FunctionError(`argument ${i + 1} has length ${iteration.length}, which is inconsistent with ${other}`, i + 1);
    }
  }
  return chosen?.length;
}

function formattedAt(text: string, values: readonly Val[], position: number): Val {
  try {
    return stringVal(formatValues(text, values));
  } catch (error) {
    if (error instanceof FunctionError) throw new FunctionError(`error on format iteration ${position}: ${error.message}`);
    throw error;
  }
}

export const FORMAT_FUNCTIONS: FunctionTable = { format, formatlist };
