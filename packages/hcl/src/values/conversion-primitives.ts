import { numberText, parseNumber } from "./big-float-text.ts";
import { numberOf } from "./contents.ts";
import { type Conversion, ConversionError } from "./conversion-rules.ts";
import type { Type } from "./type.ts";
import { FALSE, numberVal, stringVal, TRUE } from "./value.ts";

/** What becomes of one primitive type as another: anything becomes text; text becomes a number or a bool where it spells one. */
export function primitiveConversion(from: Type, to: Type, isUnsafe: boolean): Conversion | undefined {
  if (to.kind === "string" && from.kind === "number") return (value) => stringVal(numberText(numberOf(value)));
  if (to.kind === "string" && from.kind === "bool") return (value) => stringVal(String(value.raw));
  if (!isUnsafe || from.kind !== "string") return undefined;
  if (to.kind === "number") return numberFromText;
  return to.kind === "bool" ? boolFromText : undefined;
}

const numberFromText: Conversion = (value, path) => {
  const number = parseNumber(String(value.raw));
  if (number === undefined) throw new ConversionError("a number is required", path);
  return numberVal(number);
};

const boolFromText: Conversion = (value, path) => {
  const text = String(value.raw);
  if (text === "true" || text === "1") return TRUE;
  if (text === "false" || text === "0") return FALSE;
  const lower = text.toLowerCase();
  const hint = lower === "true" || lower === "false" ? `; to convert from string, use lowercase "${lower}"` : "";
  throw new ConversionError(`a bool is required${hint}`, path);
};
