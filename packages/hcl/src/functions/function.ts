import type { Diagnostic } from "@dovetail/model";
import type { Type } from "../values/type.ts";
import type { Val } from "../values/value.ts";

/**
 * A function of the language, in cty's terms. `callFunction` (call.ts) checks the number and types of the arguments, converts them,
 * answers unknown for unknown arguments and carries marks, so that `implementation` sees only what its parameters allow.
 */
export interface LanguageFunction {
  /** What it is for, in a sentence; for the page of functions. */
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly variadic?: Parameter;
  /** The result's type, where it depends on the arguments. Throws FunctionError. */
  readonly returns: Type | ((arguments_: readonly Val[]) => Type);
  /** Its result is never null: an unknown one is known not to be. */
  readonly isNeverNull?: boolean;
  /** Throws FunctionError. */
  implementation(arguments_: readonly Val[], returns: Type): Val;
  /**
   * In place of all of the above, for a function that looks at its arguments before they are evaluated (`try`, `can`, `templatestring`).
   * Whoever evaluates a call asks for this first. Throws FunctionError.
   */
  readonly callLazily?: (arguments_: readonly LazyArgument[]) => Val;
}

/** An argument that is not evaluated yet. */
export interface LazyArgument {
  evaluate(): { readonly value: Val; readonly diagnostics: readonly Diagnostic[] };
  /** Whether it is only a name with attributes and keys (`local.x`, `data.y.z["k"]`). */
  readonly isReference: boolean;
  /** What it is where it is a template: text without anything in it, one `${…}` and nothing else, or more. */
  readonly template?: "text" | "wrapped" | "mixed" | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly allowsNull?: boolean;
  readonly allowsUnknown?: boolean;
  readonly allowsDynamic?: boolean;
  readonly allowsMarked?: boolean;
}

/** Says why a call cannot be answered; `argument` is the position of the argument that is to blame. */
export class FunctionError extends Error {
  readonly argument: number | undefined;
  constructor(message: string, argument?: number) {
    super(message);
    this.name = "FunctionError";
    this.argument = argument;
  }
}
