import { unknownVal } from "../values/value.ts";
import { BUILDING_FUNCTIONS } from "./building.ts";
import { CHOOSING_FUNCTIONS } from "./choosing.ts";
import { CONVERTING_FUNCTIONS } from "./converting.ts";
import { CSV_FUNCTIONS } from "./csv.ts";
import { dateFunctions } from "./dates.ts";
import { encodingFunctions, TOFU_ENCODING_FUNCTIONS } from "./encoding.ts";
import { fileFunctions } from "./files.ts";
import { FORMAT_FUNCTIONS } from "./format.ts";
import type { LanguageFunction } from "./function.ts";
import { hashFunctions } from "./hashing.ts";
import type { FunctionHost } from "./host.ts";
import { IP_FUNCTIONS, TOFU_IP_FUNCTIONS } from "./ip.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { NUMERIC_FUNCTIONS } from "./numeric.ts";
import type { FunctionTable } from "./parameters.ts";
import { READING_FUNCTIONS } from "./reading.ts";
import { REGEX_FUNCTIONS } from "./regex.ts";
import { SET_FUNCTIONS } from "./sets.ts";
import { templateFunctions } from "./templates.ts";
import { TEXT_FUNCTIONS } from "./text.ts";
import { yamlFunctions } from "./yaml.ts";

/** Functions that need nothing but their arguments. */
const PURE: FunctionTable = {
  ...BUILDING_FUNCTIONS,
  ...CHOOSING_FUNCTIONS,
  ...CONVERTING_FUNCTIONS,
  ...CSV_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...IP_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...NUMERIC_FUNCTIONS,
  ...READING_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...SET_FUNCTIONS,
  ...TEXT_FUNCTIONS,
};

/** What OpenTofu has beyond Terraform. */
const TOFU_FUNCTIONS: FunctionTable = { ...TOFU_ENCODING_FUNCTIONS, ...TOFU_IP_FUNCTIONS };

/** They answer something else each time: a plan cannot say what. */
const IMPURE = ["bcrypt", "timestamp", "uuid"];

/** All functions of the language by name, each also as `core::name`. One table serves a whole run. */
export function coreFunctions(host: FunctionHost): ReadonlyMap<string, LanguageFunction> {
  const isTofu = host.language === "opentofu";
  const table: FunctionTable = {
    ...PURE,
    ...(isTofu && TOFU_FUNCTIONS),
    ...dateFunctions(host),
    ...encodingFunctions(isTofu ? "OpenTofu" : "Terraform"),
    ...fileFunctions(host),
    ...hashFunctions(host),
    ...templateFunctions(host, () => functions),
    ...yamlFunctions(isTofu),
  };
  const named = Object.entries(table).map(([name, called]): [string, LanguageFunction] => {
    return [name, host.isPlanning === true && IMPURE.includes(name) ? unpredictable(called) : called];
  });
  const functions: ReadonlyMap<string, LanguageFunction> = new Map([
    ...named,
    ...named.map(([name, called]): [string, LanguageFunction] => [`core::${name}`, called]),
  ]);
  return functions;
}

/** The function, whose answer is not known yet. */
function unpredictable(called: LanguageFunction): LanguageFunction {
  return { ...called, implementation: (_, returns) => unknownVal(returns) };
}
