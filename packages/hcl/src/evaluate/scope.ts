import type { LanguageFunction } from "../functions/function.ts";
import type { Val } from "../values/value.ts";

/** What names mean where an expression is evaluated. A name that a scope has not is looked for in its parent. */
export interface Scope {
  variable(name: string): Val | undefined;
  /** All names, for "did you mean". */
  variableNames(): readonly string[];
  /** `upper`, `provider::aws::arn_parse`. */
  function(name: string): LanguageFunction | undefined;
  functionNames(): readonly string[];
  readonly parent?: Scope;
}
