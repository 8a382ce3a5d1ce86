import type { LanguageFunction } from "../functions/function.ts";
import type { Val } from "../values/value.ts";
import type { Scope } from "./scope.ts";

/** A scope of the names given, with no parent. */
export function scopeOf(
  variables: { readonly [name: string]: Val },
  functions: { readonly [name: string]: LanguageFunction } = {},
): Scope {
  return {
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    variableNames: () => Object.keys(variables),
    function: (name) => (Object.hasOwn(functions, name) ? functions[name] : undefined),
    functionNames: () => Object.keys(functions),
  };
}

/** Where only literal values may stand: there is nothing to refer to, and JSON syntax's texts are no templates. */
export const NO_SCOPE: Scope = scopeOf({});
