import { textOf } from "../values/contents.ts";
import { DYNAMIC, listOf, STRING, type Type } from "../values/type.ts";
import { isUnknown, listVal, stringVal, type Val } from "../values/value.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import {
  allMatches,
  compilePattern,
  matchValue,
  type Pattern,
  PatternError,
  replaceMatches,
  resultType,
} from "./regular-expression.ts";

function patternOf(argument: Val | undefined): Pattern {
  try {
    return compilePattern(textOf(argument));
  } catch (error) {
    if (error instanceof PatternError) throw new FunctionError(`invalid regexp pattern: ${error.reason} in ${error.part}`, 0);
    throw error;
  }
}

function typeOf(argument: Val | undefined): Type {
  if (argument === undefined || isUnknown(argument)) return DYNAMIC;
  const type = resultType(patternOf(argument));
  if (type === undefined) throw new FunctionError("invalid regexp pattern: cannot mix both named and unnamed capture groups", 0);
  return type;
}

const regex: LanguageFunction = {
  description:
    "What a regular expression (RE2) matches first in a text: the match, or its groups as a tuple, or as an object where they have names.",
  parameters: [parameter("pattern", STRING), parameter("string", STRING)],
  returns: ([pattern]) => typeOf(pattern),
  isNeverNull: true,
  implementation([patternGiven, text]) {
    const pattern = patternOf(patternGiven);
    const match = pattern.matchFrom(textOf(text), 0);
    if (match === undefined) throw new FunctionError("pattern did not match any part of the given string");
    return matchValue(pattern, textOf(text), match);
  },
};

const regexall: LanguageFunction = {
  description: "All that a regular expression (RE2) matches in a text, each as `regex` answers it.",
  parameters: [parameter("pattern", STRING), parameter("string", STRING)],
  returns: ([pattern]) => listOf(typeOf(pattern)),
  isNeverNull: true,
  implementation([patternGiven, text], returns) {
    const pattern = patternOf(patternGiven);
    const matches = allMatches(pattern, textOf(text)).map((match) => matchValue(pattern, textOf(text), match));
    return listVal("element" in returns ? returns.element : DYNAMIC, matches);
  },
};

const replace: LanguageFunction = {
  description:
    "A text with every occurrence of another replaced; one between slashes is a regular expression, whose groups are `$1` in the replacement.",
  parameters: [parameter("str", STRING), parameter("substr", STRING), parameter("replace", STRING)],
  returns: STRING,
  isNeverNull: true,
  implementation([text, searched, replacement]) {
    const wanted = textOf(searched);
    if (wanted.length > 1 && wanted.startsWith("/") && wanted.endsWith("/")) {
      return stringVal(replaceMatches(replacePattern(wanted.slice(1, -1)), textOf(text), textOf(replacement)));
    }
    return stringVal(replaceAllText(textOf(text), wanted, textOf(replacement)));
  },
};

function replacePattern(source: string): Pattern {
  try {
    return compilePattern(source);
  } catch (error) {
    throw error instanceof PatternError ? new FunctionError(error.message) : error;
  }
}

/** An empty text is found before, between and after all characters. */
function replaceAllText(text: string, wanted: string, replacement: string): string {
  if (wanted !== "") return text.replaceAll(wanted, () => replacement);
  return replacement + Array.from(text, (character) => character + replacement).join("");
}

export const REGEX_FUNCTIONS: FunctionTable = { regex, regexall, replace };
