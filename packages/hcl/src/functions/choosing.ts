/** Functions that choose among their arguments. */
import { isElements } from "../values/contents.ts";
import { unifyTypes } from "../values/conversion.ts";
import { DYNAMIC, sameType } from "../values/type.ts";
import { isNull, isUnknown, unknownVal } from "../values/value.ts";
import { convertOrBlame } from "./convert-or-blame.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

const coalesce: LanguageFunction = {
  description: "The first argument that is neither null nor an empty text.",
  parameters: [],
  variadic: parameter("vals", DYNAMIC, "unknown", "dynamic", "null"),
  returns(values) {
    const common = unifyTypes(values.map(({ type }) => type));
    if (common === undefined) throw new FunctionError("all arguments must have the same type");
    return common.type;
  },
  isNeverNull: true,
  implementation(values, returns) {
    for (const given of values) {
      const value = convertOrBlame(given, returns);
      if (isUnknown(value)) return unknownVal(returns);
      if (!isNull(value) && !(returns.kind === "string" && value.raw === "")) return value;
    }
    throw new FunctionError("no non-null, non-empty-string arguments");
  },
};

const coalescelist: LanguageFunction = {
  description: "The first list that has an element.",
  parameters: [],
  variadic: parameter("vals", DYNAMIC, "unknown", "dynamic", "null"),
  returns(lists) {
    const first = lists[0];
    if (first === undefined) throw new FunctionError("at least one argument is required");
    for (const list of lists) {
      if (isUnknown(list)) return DYNAMIC;
      if (list.type.kind !== "list" && list.type.kind !== "tuple")
        throw new FunctionError("coalescelist arguments must be lists or tuples");
    }
    return lists.every(({ type }) => sameType(type, first.type)) ? first.type : DYNAMIC;
  },
  isNeverNull: true,
  implementation(lists, returns) {
    for (const list of lists) {
      if (isUnknown(list)) return unknownVal(returns);
      if (isElements(list.raw) && list.raw.length > 0) return list;
    }
    throw new FunctionError("no non-null arguments");
  },
};

/** `list` and `map` left the language in Terraform 0.12; they answer what to write instead. */
function removed(name: "list" | "map", replacement: string): LanguageFunction {
  return {
    description: `Left the language in Terraform 0.12; says what to write instead.`,
    parameters: [],
    variadic: parameter("vals", DYNAMIC, "unknown", "dynamic", "null"),
    returns() {
      throw new FunctionError(
        `the "${name}" function was deprecated in Terraform v0.12 and is no longer available; use ${replacement} syntax to write a literal ${name}`,
      );
    },
    implementation: () => unknownVal(DYNAMIC),
  };
}

export const CHOOSING_FUNCTIONS: FunctionTable = {
  coalesce,
  coalescelist,
  list: removed("list", "tolist([ ... ])"),
  map: removed("map", "tomap({ ... })"),
};
