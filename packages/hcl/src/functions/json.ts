import { textOf } from "../values/contents.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { isDefinitelyNotNull, isWhollyKnown } from "../values/deep.ts";
import { jsonOfValue, valueOfJson } from "../values/json.ts";
import { JsonSyntaxError, type JsonTree, parseJsonText } from "../values/json-text.ts";
import { knownPrefix } from "../values/refinement.ts";
import { BOOL, DYNAMIC, NUMBER, STRING, type Type } from "../values/type.ts";
import { DYNAMIC_NULL, isUnknown, stringVal, unknownNotNull, unknownVal, type Val } from "../values/value.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

const jsonencode: LanguageFunction = {
  description: "A value as JSON text.",
  parameters: [parameter("val", DYNAMIC, "unknown", "dynamic", "null")],
  returns: STRING,
  isNeverNull: true,
  implementation([value = DYNAMIC_NULL]) {
    if (!isWhollyKnown(value)) return unknownJson(value);
    try {
      return stringVal(jsonOfValue(value));
    } catch (error) {
      throw error instanceof ConversionError ? new FunctionError(error.message) : error;
    }
  },
};

/** Of a value that is not null, the first character of its JSON is known. */
function unknownJson(value: Val): Val {
  const { kind } = value.type;
  if (kind === "dynamic" || !isDefinitelyNotNull(value)) return unknownVal(STRING);
  if (kind === "string") return unknownNotNull(STRING, { prefix: '"' });
  if (kind === "object" || kind === "map") return unknownNotNull(STRING, { prefix: "{" });
  if (kind === "tuple" || kind === "list" || kind === "set") return unknownNotNull(STRING, { prefix: "[" });
  return unknownVal(STRING);
}

const jsondecode: LanguageFunction = {
  description: "The value that a JSON text means.",
  parameters: [parameter("str", STRING)],
  returns([text]) {
    if (text === undefined) return DYNAMIC;
    return isUnknown(text) ? typeByPrefix(knownPrefix(text).trim()) : decoded(text).type;
  },
  implementation: ([text]) => (text === undefined ? DYNAMIC_NULL : decoded(text)),
};

function decoded(text: Val): Val {
  try {
    const tree: JsonTree = parseJsonText(textOf(text));
    return valueOfJson(tree);
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof ConversionError) throw new FunctionError(error.message);
    throw error;
  }
}

function typeByPrefix(prefix: string): Type {
  const [first] = prefix;
  if (first === undefined || "{[n".includes(first)) return DYNAMIC;
  if (first === '"') return STRING;
  if ("tf".includes(first)) return BOOL;
  if ("-.0123456789".includes(first)) return NUMBER;
  throw new FunctionError(`a JSON document cannot begin with the character '${first}'`, 0);
}

export const JSON_FUNCTIONS: FunctionTable = { jsondecode, jsonencode };
