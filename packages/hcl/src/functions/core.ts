import { BUILDING_FUNCTIONS } from "./building.ts";
import { CHOOSING_FUNCTIONS } from "./choosing.ts";
import { CONVERTING_FUNCTIONS } from "./converting.ts";
import type { LanguageFunction } from "./function.ts";
import type { FunctionHost } from "./host.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { NUMERIC_FUNCTIONS } from "./numeric.ts";
import type { FunctionTable } from "./parameters.ts";
import { READING_FUNCTIONS } from "./reading.ts";
import { REGEX_FUNCTIONS } from "./regex.ts";
import { SET_FUNCTIONS } from "./sets.ts";
import { TEXT_FUNCTIONS } from "./text.ts";

/** Functions that need nothing but their arguments. */
const PURE: FunctionTable = {
  ...BUILDING_FUNCTIONS,
  ...CHOOSING_FUNCTIONS,
  ...CONVERTING_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...NUMERIC_FUNCTIONS,
  ...READING_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...SET_FUNCTIONS,
  ...TEXT_FUNCTIONS,
};

/** All functions of the language by name, each also as `core::name`. */
export function coreFunctions(_host: FunctionHost): ReadonlyMap<string, LanguageFunction> {
  const named = Object.entries(PURE);
  return new Map([...named, ...named.map(([name, called]): [string, LanguageFunction] => [`core::${name}`, called])]);
}
