import { BigFloat } from "../values/big-float.ts";
import { numberOf, textOf } from "../values/contents.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { DYNAMIC, NUMBER } from "../values/type.ts";
import { intVal, numberVal, type Val } from "../values/value.ts";
import { doubleOf, integerOf } from "./argument-numbers.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { goLogarithm, goPower } from "./go-math.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

function unary(name: string, description: string, compute: (number: BigFloat) => BigFloat): LanguageFunction {
  return {
    description,
    parameters: [parameter(name, NUMBER, "dynamic")],
    returns: NUMBER,
    isNeverNull: true,
    implementation: ([number]) => numberVal(compute(numberOf(number))),
  };
}

function ofTwoDoubles(
  description: string,
  names: readonly [string, string],
  compute: (a: number, b: number) => number,
): LanguageFunction {
  return {
    description,
    parameters: names.map((name) => parameter(name, NUMBER)),
    returns: NUMBER,
    isNeverNull: true,
    implementation([a, b]) {
      const result = compute(doubleOf(a), doubleOf(b));
      if (Number.isNaN(result)) throw new FunctionError("the result is not a number");
      return numberVal(BigFloat.fromDouble(result));
    },
  };
}

function extreme(description: string, isBetter: (order: number) => boolean): LanguageFunction {
  return {
    description,
    parameters: [],
    variadic: parameter("numbers", NUMBER, "dynamic"),
    returns: NUMBER,
    isNeverNull: true,
    implementation(numbers) {
      if (numbers.length === 0) throw new FunctionError("must pass at least one number");
      return numbers.reduce((best, number) => (isBetter(numberOf(number).compare(numberOf(best))) ? number : best));
    },
  };
}

function floor(number: BigFloat): BigFloat {
  if (number.isInfinite) return number;
  const whole = number.toBigInt();
  return BigFloat.fromInteger(number.isNegative && !number.isInteger ? whole - 1n : whole, number.precision);
}
function ceil(number: BigFloat): BigFloat {
  if (number.isInfinite) return number;
  const whole = number.toBigInt();
  return BigFloat.fromInteger(!number.isNegative && !number.isInteger ? whole + 1n : whole, number.precision);
}

function parseInteger(text: string, base: number): BigFloat | undefined {
  const match = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text);
  if (match === null) return undefined;
  let value = 0n;
  for (const character of match[2] ?? "") {
    const digit = digitValue(character, base);
    if (digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return BigFloat.fromInteger(match[1] === "-" ? -value : value);
}
/** Up to base 36 capitals are as small letters; above, they come after them. */
function digitValue(character: string, base: number): number {
  const code = character.charCodeAt(0);
  if (code < 58) return code - 48;
  if (code >= 97) return code - 87;
  return base <= 36 ? code - 55 : code - 29;
}

function parseint(number: Val | undefined, base: Val | undefined): Val {
  const radix = integerOf(base, 1);
  if (radix < 2 || radix > 62) throw new FunctionError("base must be a whole number between 2 and 62 inclusive", 1);
  const parsed = parseInteger(textOf(number), radix);
  if (parsed === undefined) throw new FunctionError(`cannot parse ${goQuote(textOf(number))} as a base ${radix} integer`, 0);
  return numberVal(parsed);
}

export const NUMERIC_FUNCTIONS: FunctionTable = {
  abs: unary("num", "The number without its sign.", (number) => number.absolute()),
  ceil: unary("num", "The nearest whole number that is not less than the given one.", ceil),
  floor: unary("num", "The nearest whole number that is not greater than the given one.", floor),
  log: ofTwoDoubles("The logarithm of a number to a base.", ["num", "base"], (num, base) => goLogarithm(num) / goLogarithm(base)),
  max: extreme("The greatest of the numbers.", (order) => order > 0),
  min: extreme("The least of the numbers.", (order) => order < 0),
  parseint: {
    description: "The whole number that a text spells in a base from 2 to 62.",
    parameters: [parameter("number", DYNAMIC), parameter("base", NUMBER)],
    returns([number]) {
      if (number?.type.kind !== "string") {
        throw new FunctionError(`first argument must be a string, not ${friendlyName(number?.type ?? DYNAMIC)}`, 0);
      }
      return NUMBER;
    },
    isNeverNull: true,
    implementation: ([number, base]) => parseint(number, base),
  },
  pow: ofTwoDoubles("A number raised to a power.", ["num", "power"], goPower),
  signum: {
    description: "-1, 0 or 1, as the number is negative, zero or positive.",
    parameters: [parameter("num", NUMBER)],
    returns: NUMBER,
    isNeverNull: true,
    implementation: ([number]) => intVal(Math.sign(integerOf(number))),
  },
};
