import type { Type } from "../values/type.ts";
import type { Val } from "../values/value.ts";

/**
 * A function of the language, in cty's terms. `callFunction` (call.ts) checks the number and types of the arguments, converts them,
 * answers unknown for unknown arguments and carries marks, so that `implementation` sees only what its parameters allow.
 */
export interface LanguageFunction {
  readonly parameters: readonly Parameter[];
  readonly variadic?: Parameter;
  /** The result's type, where it depends on the arguments. Throws FunctionError. */
  readonly returns: Type | ((arguments_: readonly Val[]) => Type);
  /** Throws FunctionError. */
  implementation(arguments_: readonly Val[], returns: Type): Val;
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
