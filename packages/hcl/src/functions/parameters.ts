import type { Type } from "../values/type.ts";
import type { LanguageFunction, Parameter } from "./function.ts";

/** A parameter; `allows` names what its function sees besides known values without marks. */
export function parameter(name: string, type: Type, ...allows: readonly Allowed[]): Parameter {
  return {
    name,
    type,
    ...(allows.includes("null") && { allowsNull: true }),
    ...(allows.includes("unknown") && { allowsUnknown: true }),
    ...(allows.includes("dynamic") && { allowsDynamic: true }),
    ...(allows.includes("marked") && { allowsMarked: true }),
  };
}

export type Allowed = "null" | "unknown" | "dynamic" | "marked";

/** Functions by name. */
export type FunctionTable = { readonly [name: string]: LanguageFunction };
