import type { Path, SourceRange, Value } from "@dovetail/model";

/** A value that a program gives a module. */
export interface ModuleInput {
  readonly value: Value;
  readonly sensitive: readonly Path[];
  /** Addresses of the program's resources that it was made from, each registered already. */
  readonly dependencies: readonly string[];
}

/** A module as a program declares it (`new terraform.Module(name, { source, … })`). */
export interface ModuleDeclaration {
  readonly name: string;
  /** As in a `module` block; a local path is from the app's folder. */
  readonly source: string;
  /** A constraint, for sources that have versions. */
  readonly version?: string;
  readonly inputs: ReadonlyMap<string, () => Promise<ModuleInput>>;
  /** Where its resources were before: address inside the module -> earlier address in the app. */
  readonly moved: ReadonlyMap<string, string>;
  /** Addresses that everything in it waits for. */
  readonly waitsFor: () => Promise<readonly string[]>;
  /** Where the program declares it: what is wrong with the call is told there. */
  readonly range?: SourceRange;
}
