import type { Type } from "./type.ts";
import type { Val } from "./value.ts";

/** Where in a value something is: the names and keys on the way to it. */
export type Path = readonly PathStep[];
export type PathStep = { readonly attribute: string } | { readonly key: string | number };

/** Why a value does not become a value of the wanted type, and which part of it is to blame. */
export class ConversionError extends Error {
  readonly path: Path;
  constructor(message: string, path: Path = []) {
    super(message);
    this.name = "ConversionError";
    this.path = path;
  }
}

/** Turns a value of one type into one of another. @throws ConversionError */
export type Conversion = (value: Val, path: Path) => Val;

/** The type that several types have in common and how each gets there; undefined where it is there already. */
export interface Unified {
  readonly type: Type;
  readonly conversions: readonly (Conversion | undefined)[];
}

/** What the kinds of conversions need of each other. */
export interface ConversionRules {
  /** How values of one type become values of another; undefined where they never do. Without `isUnsafe` only what can never fail. */
  between(from: Type, to: Type, isUnsafe: boolean): Conversion | undefined;
  /** undefined where the types have nothing in common. */
  unify(types: readonly Type[], isUnsafe: boolean): Unified | undefined;
  /** Why values of one type are none of another. */
  mismatch(from: Type, to: Type): string;
}

/** A path as Terraform writes it before a message: `.a["b"][0]`. */
export function pathText(path: Path): string {
  return path.map((step) => ("attribute" in step ? `.${step.attribute}` : `[${JSON.stringify(step.key)}]`)).join("");
}
