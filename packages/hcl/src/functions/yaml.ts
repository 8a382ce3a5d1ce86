import { textOf } from "../values/contents.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { DYNAMIC, STRING } from "../values/type.ts";
import { DYNAMIC_NULL, isUnknown, stringVal, unknownVal, type Val } from "../values/value.ts";
import { FunctionError } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { valueOfYaml, YamlError } from "./yaml-decode.ts";
import { yamlOfValue } from "./yaml-encode.ts";

function decoded(source: Val | undefined): Val {
  try {
    return valueOfYaml(textOf(source));
  } catch (error) {
    throw error instanceof YamlError ? new FunctionError(error.message) : error;
  }
}

export const YAML_FUNCTIONS: FunctionTable = {
  yamldecode: {
    description: "The value that a YAML document means.",
    parameters: [parameter("src", STRING)],
    returns: ([source]) => (source === undefined || isUnknown(source) ? DYNAMIC : decoded(source).type),
    implementation: ([source]) => decoded(source),
  },
  yamlencode: {
    description: "A value as a YAML document.",
    parameters: [parameter("value", DYNAMIC, "null", "dynamic")],
    returns: STRING,
    implementation: ([value = DYNAMIC_NULL]) => (isWhollyKnown(value) ? stringVal(yamlOfValue(value)) : unknownVal(STRING)),
  },
};
