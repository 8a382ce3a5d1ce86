import { elementsOf, textOf } from "../values/contents.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { knownPrefix, lengthBounds, refined } from "../values/refinement.ts";
import { compareText } from "../values/text-order.ts";
import { BOOL, listOf, NUMBER, STRING } from "../values/type.ts";
import { boolVal, isNull, isUnknown, listVal, stringVal, unknownNotNull, unknownVal } from "../values/value.ts";
import { integerOf } from "./argument-numbers.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { goLower, goTitle, goUpper, isSpace } from "./go-case.ts";
import { graphemesOf } from "./graphemes.ts";
import { type Allowed, type FunctionTable, parameter } from "./parameters.ts";

/** A function from texts to a text. */
function ofTexts(
  description: string,
  names: readonly string[],
  change: (...texts: string[]) => string,
  ...allows: readonly Allowed[]
): LanguageFunction {
  return {
    description,
    parameters: names.map((name) => parameter(name, STRING, ...allows)),
    returns: STRING,
    isNeverNull: true,
    implementation: (texts) => stringVal(change(...texts.map(textOf))),
  };
}

function asking(description: string, second: string, ask: (text: string, other: string) => boolean): LanguageFunction {
  return {
    description,
    parameters: [parameter("str", STRING), parameter(second, STRING)],
    returns: BOOL,
    isNeverNull: true,
    implementation: ([text, other]) => boolVal(ask(textOf(text), textOf(other))),
  };
}

const startswith: LanguageFunction = {
  description: "Whether a text begins with another.",
  parameters: [parameter("str", STRING, "unknown"), parameter("prefix", STRING)],
  returns: BOOL,
  isNeverNull: true,
  implementation([text, prefixGiven]) {
    const prefix = textOf(prefixGiven);
    if (text === undefined || !isUnknown(text)) return boolVal(textOf(text).startsWith(prefix));
    const known = knownPrefix(text);
    if (known.startsWith(prefix)) return boolVal(true);
    return known !== "" && Buffer.byteLength(known) >= Buffer.byteLength(prefix) ? boolVal(false) : unknownVal(BOOL);
  },
};

const join: LanguageFunction = {
  description: "The elements of lists as one text, with a separator between them.",
  parameters: [parameter("separator", STRING)],
  variadic: parameter("lists", listOf(STRING)),
  returns: STRING,
  isNeverNull: true,
  implementation([separator, ...lists]) {
    if (lists.length === 0) throw new FunctionError("at least one list is required");
    if (!lists.every(isWhollyKnown)) return unknownVal(STRING);
    lists.forEach((list, i) => {
      elementsOf(list).forEach((element, position) => {
        if (!isNull(element)) return;
        const where = lists.length > 1 ? `element ${position} of list ${i + 1}` : `element ${position}`;
        throw new FunctionError(`${where} is null; cannot concatenate null values`, i + 1);
      });
    });
    return stringVal(lists.flatMap((list) => elementsOf(list).map(textOf)).join(textOf(separator)));
  },
};

const sort: LanguageFunction = {
  description: "A list of texts in the order of their bytes.",
  parameters: [parameter("list", listOf(STRING), "unknown")],
  returns: listOf(STRING),
  isNeverNull: true,
  implementation([list = unknownVal(listOf(STRING))], returns) {
    if (!isWhollyKnown(list)) {
      const { min, max } = lengthBounds(list);
      return refined(unknownNotNull(returns), { lengthMin: min, ...(Number.isFinite(max) && { lengthMax: max }) });
    }
    elementsOf(list).forEach((element, i) => {
      if (isNull(element)) throw new FunctionError(`given list element ${i} is null; a null string cannot be sorted`);
    });
    return listVal(STRING, elementsOf(list).map(textOf).sort(compareText).map(stringVal));
  },
};

const split: LanguageFunction = {
  description: "The pieces of a text between a separator.",
  parameters: [parameter("separator", STRING), parameter("str", STRING)],
  returns: listOf(STRING),
  isNeverNull: true,
  implementation([separator, text]) {
    const by = textOf(separator);
    const pieces = by === "" ? [...textOf(text)] : textOf(text).split(by);
    return listVal(STRING, pieces.map(stringVal));
  },
};

const substr: LanguageFunction = {
  description:
    "A number of characters of a text from an offset on; a negative offset counts from its end, a negative length takes all.",
  parameters: [
    parameter("str", STRING, "dynamic"),
    parameter("offset", NUMBER, "dynamic"),
    parameter("length", NUMBER, "dynamic"),
  ],
  returns: STRING,
  isNeverNull: true,
  implementation([text, offset, length]) {
    return stringVal(substring(graphemesOf(textOf(text)), integerOf(offset), integerOf(length)));
  },
};

/** An offset before the start is the start; then, as after any negative offset, a length of none takes all (cty's own behaviour). */
function substring(characters: readonly string[], offset: number, length: number): string {
  if (offset >= 0 && length === 0) return "";
  const start = offset < 0 ? offset + characters.length : offset;
  const rest = characters.slice(Math.max(start, 0));
  return (length > 0 ? rest.slice(0, length) : rest).join("");
}

const indent: LanguageFunction = {
  description: "A text with spaces before each of its lines but the first.",
  parameters: [parameter("spaces", NUMBER), parameter("str", STRING)],
  returns: STRING,
  isNeverNull: true,
  implementation([spaces, text]) {
    const count = integerOf(spaces);
    const isTooMany = count > INDENT_MAX && textOf(text).includes("\n");
    if (count < 0 || isTooMany) throw new FunctionError(`the number of spaces must be between 0 and ${INDENT_MAX}`, 0);
    return stringVal(textOf(text).replaceAll("\n", `\n${" ".repeat(Math.min(count, INDENT_MAX))}`));
  },
};
const INDENT_MAX = 1_000_000;

function trimmed(text: string, isCut: (character: string) => boolean): string {
  const characters = [...text];
  const start = characters.findIndex((character) => !isCut(character));
  const end = characters.findLastIndex((character) => !isCut(character));
  return start < 0 ? "" : characters.slice(start, end + 1).join("");
}

export const TEXT_FUNCTIONS: FunctionTable = {
  chomp: ofTexts("A text without the line ends at its end.", ["str"], (text) => text.replace(/[\r\n]+$/, "")),
  endswith: asking("Whether a text ends with another.", "suffix", (text, suffix) => text.endsWith(suffix)),
  indent,
  join,
  lower: ofTexts("A text in small letters.", ["str"], goLower, "dynamic"),
  sort,
  split,
  startswith,
  strcontains: asking("Whether a text is found in another.", "substr", (text, part) => text.includes(part)),
  strrev: ofTexts("A text from its end to its start.", ["str"], (text) => graphemesOf(text).toReversed().join(""), "dynamic"),
  substr,
  title: ofTexts("A text whose words begin with capitals.", ["str"], goTitle),
  trim: ofTexts("A text without some characters at its start and end.", ["str", "cutset"], (text, cutset) => {
    const cut = new Set(cutset);
    return trimmed(text, (character) => cut.has(character));
  }),
  trimprefix: ofTexts("A text without a prefix.", ["str", "prefix"], (text, prefix) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimspace: ofTexts("A text without space at its start and end.", ["str"], (text) => trimmed(text, isSpace)),
  trimsuffix: ofTexts("A text without a suffix.", ["str", "suffix"], (text, suffix) =>
    suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  upper: ofTexts("A text in capitals.", ["str"], goUpper, "dynamic"),
};
