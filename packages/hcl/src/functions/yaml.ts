import { textOf } from "../values/contents.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { DYNAMIC, STRING } from "../values/type.ts";
import { DYNAMIC_NULL, isUnknown, stringVal, unknownVal, type Val } from "../values/value.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { valueOfYaml, YamlError } from "./yaml-decode.ts";
import { yamlOfValue } from "./yaml-encode.ts";

function decoded(source: Val | undefined, mergesLists: boolean): Val {
  try {
    return valueOfYaml(textOf(source), { mergesLists });
  } catch (error) {
    throw error instanceof YamlError ? new FunctionError(error.message) : error;
  }
}

/** @param mergesLists whether `<<` takes a list of maps, as OpenTofu's does from 1.12 on */
export function yamlFunctions(mergesLists: boolean): FunctionTable {
  return { yamldecode: yamldecode(mergesLists), yamlencode };
}

const yamldecode = (mergesLists: boolean): LanguageFunction => ({
  description: "The value that a YAML document means.",
  parameters: [parameter("src", STRING)],
  returns: ([source]) => (source === undefined || isUnknown(source) ? DYNAMIC : decoded(source, mergesLists).type),
  implementation: ([source]) => decoded(source, mergesLists),
});

const yamlencode: LanguageFunction = {
  description: "A value as a YAML document.",
  parameters: [parameter("value", DYNAMIC, "null", "dynamic")],
  returns: STRING,
  implementation: ([value = DYNAMIC_NULL]) => (isWhollyKnown(value) ? stringVal(yamlOfValue(value)) : unknownVal(STRING)),
};
