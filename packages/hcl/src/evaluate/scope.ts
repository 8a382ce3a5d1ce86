import type { LanguageFunction } from "../functions/function.ts";
import type { Val } from "../values/value.ts";

export interface UnknownFunction {
  readonly summary: string;
  readonly detail: string;
}

/** What names mean where an expression is evaluated. A name that a scope has not is looked for in its parent. */
export interface Scope {
  variable(name: string): Val | undefined;
  /** All names, for "did you mean". */
  variableNames(): readonly string[];
  /** `upper`, `provider::aws::arn_parse`. */
  function(name: string): LanguageFunction | undefined;
  functionNames(): readonly string[];
  /** What is said of a call of a function that there is not; absent, or undefined: what HCL says. */
  unknownFunction?(name: string): UnknownFunction | undefined;
  readonly parent?: Scope;
}
