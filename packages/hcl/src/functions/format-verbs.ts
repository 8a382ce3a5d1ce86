/** The little language of `format`: verbs with flags, width, precision and the number of an argument (cty's `format_fsm.rl`, read 2026-11-21). */
import { BigFloat } from "../values/big-float.ts";
import { formatNumber } from "../values/big-float-text.ts";
import { boolOf, numberOf, textOf } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { goQuote } from "../values/go-quote.ts";
import { jsonOfValue } from "../values/json.ts";
import { jsonString } from "../values/json-text.ts";
import { BOOL, NUMBER, STRING, type Type } from "../values/type.ts";
import { isNull, type Val } from "../values/value.ts";
import { type Flags, formatFloat, formatInteger } from "./format-number.ts";
import { FunctionError } from "./function.ts";
import { graphemesOf } from "./graphemes.ts";

const WIDTH_MAX = 1_000_000;
/** Flags, width, precision, argument number, letter; each but the first may fail to go on, which is then an unrecognized character. */
const VERB = /%([0#\-+ ]*)([1-9][0-9]*)?(?:\.([0-9]*))?(?:\[([1-9][0-9]*)\])?([a-zA-Z])/y;
/** The longest beginning of a verb. */
const BEGINNING = /%[0#\-+ ]*(?:[1-9][0-9]*)?(?:\.[0-9]*)?(?:\[(?:[1-9][0-9]*)?)?\]?/y;

interface Verb extends Flags {
  readonly text: string;
  readonly letter: string;
  /** From 1. */
  readonly argument: number;
  /** Where it stands, in bytes. */
  readonly offset: number;
}

/** A format with its verbs filled in. @throws FunctionError that blames the position of an argument of the function too many */
export function formatValues(format: string, values: readonly Val[]): string {
  let result = "";
  let position = 0;
  let next = 1;
  let highest = 0;
  while (position < format.length) {
    const percent = format.indexOf("%", position);
    result += format.slice(position, percent < 0 ? undefined : percent);
    if (percent < 0) break;
    if (format[percent + 1] === "%") {
      result += "%";
      position = percent + 2;
      continue;
    }
    const verb = verbAt(format, percent, next);
    highest = Math.max(highest, verb.argument);
    result += written(verb, values);
    next = verb.argument + 1;
    position = percent + verb.text.length;
  }
  if (highest < values.length) {
    const used = highest === 0 ? "no verbs in format string" : `only ${highest} used by format string`;
    throw new FunctionError(`too many arguments; ${used}`, highest + 1);
  }
  return result;
}

function verbAt(format: string, position: number, next: number): Verb {
  VERB.lastIndex = position;
  const match = VERB.exec(format);
  if (match === null) throw badVerb(format, position);
  const [text, flags = "", width, precision, argument, letter = ""] = match;
  if (Number(width ?? 0) > WIDTH_MAX || Number(precision ?? 0) > WIDTH_MAX) {
    throw new FunctionError(`width or precision of ${goQuote(text)} is more than ${WIDTH_MAX}`);
  }
  return {
    text,
    letter,
    argument: argument === undefined ? next : Number(argument),
    offset: Buffer.byteLength(format.slice(0, position)),
    hasZero: flags.includes("0"),
    hasSharp: flags.includes("#"),
    hasPlus: flags.includes("+"),
    hasMinus: flags.includes("-"),
    hasSpace: flags.includes(" "),
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
}

function badVerb(format: string, position: number): FunctionError {
  BEGINNING.lastIndex = position;
  const end = position + (BEGINNING.exec(format)?.[0].length ?? 1);
  const offset = Buffer.byteLength(format.slice(0, end));
  const [character] = format.slice(end);
  if (character === undefined) return new FunctionError(`invalid format string starting at offset ${offset}`);
  return new FunctionError(`unrecognized format character ${quotedCharacter(character)} at offset ${offset}`);
}
function quotedCharacter(character: string): string {
  if (character === "'") return "'\\''";
  return character === '"' ? "'\"'" : `'${goQuote(character).slice(1, -1)}'`;
}

function written(verb: Verb, values: readonly Val[]): string {
  const where = `${goQuote(verb.text)} at ${verb.offset}`;
  const value = values[verb.argument - 1];
  if (value === undefined) {
    throw new FunctionError(`not enough arguments for ${where}: need index ${verb.argument} but have ${values.length} total`);
  }
  if (verb.letter !== "v" && isNull(value))
    throw new FunctionError(`unsupported value for ${where}: null value cannot be formatted`);
  const as = (type: Type): Val => convertedFor(value, type, where);
  switch (verb.letter) {
    case "v":
      return asItIs(verb, value, where);
    case "t":
      return String(boolOf(as(BOOL)));
    case "b":
    case "d":
    case "o":
    case "x":
    case "X":
      return formatInteger(wholeOf(numberOf(as(NUMBER)), where), verb.letter, verb);
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return formatFloat(numberOf(as(NUMBER)), verb.letter, verb);
    case "s":
      return padded(verb, cut(textOf(as(STRING)), verb.precision));
    case "q":
      return padded(verb, jsonString(cut(textOf(as(STRING)), verb.precision)));
    default:
      throw new FunctionError(`unsupported format verb '${verb.letter}' in ${goQuote(verb.text)} at offset ${verb.offset}`);
  }
}

function convertedFor(value: Val, type: Type, where: string): Val {
  try {
    return convert(value, type);
  } catch (error) {
    throw error instanceof ConversionError ? new FunctionError(`unsupported value for ${where}: ${error.message}`) : error;
  }
}

function wholeOf(number: BigFloat, where: string): bigint {
  if (!number.isInteger) throw new FunctionError(`unsupported value for ${where}: an integer is required`);
  return number.toBigInt();
}

function asItIs(verb: Verb, value: Val, where: string): string {
  if (!verb.hasSharp && typeof value.raw === "string") return padded(verb, value.raw);
  if (!verb.hasSharp && value.raw instanceof BigFloat) return padded(verb, formatNumber(value.raw, "g"));
  try {
    return padded(verb, jsonOfValue(value));
  } catch (error) {
    throw error instanceof ConversionError ? new FunctionError(`unsupported value for ${where}: ${error.message}`) : error;
  }
}

function cut(text: string, characters: number | undefined): string {
  return characters === undefined || characters === 0 ? text : graphemesOf(text).slice(0, characters).join("");
}

function padded(verb: Verb, text: string): string {
  const missing = (verb.width ?? 0) - graphemesOf(text).length;
  if (missing <= 0) return text;
  const padding = (verb.hasZero ? "0" : " ").repeat(missing);
  return verb.hasMinus ? text + padding : padding + text;
}
