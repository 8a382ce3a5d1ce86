import type { Clock, Diagnostic, MutableValueObject, Path, Random, Value, ValueObject } from "@dovetail/model";

/** What the utility providers are handed. */
export interface UtilityOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Folder that relative paths of local and archive start from; default: the process's. */
  readonly cwd?: string;
  /** Where http and tls_certificate may connect to; default: this machine only. */
  readonly network?: "loopback" | "any";
  /**
   * Reads an object of S3 with the access that the arguments of a backend describe (`profile`, `assume_role`, `endpoints`, …); undefined
   * where there is none. Absent: states in S3 cannot be read.
   */
  readonly readStateObject?: (
    access: ValueObject,
    object: { readonly bucket: string; readonly key: string },
  ) => Promise<Uint8Array | undefined>;
  /** What a state of elsewhere is when it is decrypted, where it is encrypted; as it is otherwise. Throws DiagnosticError. */
  readonly decryptState?: (stored: Uint8Array) => Promise<Uint8Array>;
}

/** A resource type whose objects live in the state, or in a file. Schema, defaults and what replaces are data. */
export interface UtilityResource {
  readonly type: string;
  /** Attributes that can change in place, beside those that the schema says nothing of; every other change replaces. */
  readonly updatable?: readonly string[];
  validate?(config: ValueObject): readonly Diagnostic[];
  /** Fills in what is known before apply. */
  plan?(prior: ValueObject | null, planned: ValueObject, config: ValueObject, options: UtilityOptions): MutableValueObject;
  /** Attributes that make a new object necessary, beside the rule above. */
  replaces?(prior: ValueObject, planned: ValueObject, options: UtilityOptions): readonly string[];
  create(options: UtilityOptions, planned: ValueObject): Promise<ValueObject>;
  /** null: gone, or run out. */
  read?(options: UtilityOptions, state: ValueObject): Promise<ValueObject | null>;
  update?(options: UtilityOptions, prior: ValueObject, planned: ValueObject): Promise<ValueObject>;
  delete?(options: UtilityOptions, state: ValueObject): Promise<void>;
  /** The whole object from an import id; absent: the type cannot be imported. */
  importState?(id: string, options: UtilityOptions): ValueObject | Promise<ValueObject>;
  /** A state of an older schema version; absent: what the schema knows of it is kept. Throws where it cannot be read. */
  upgrade?(options: UtilityOptions, version: number, state: ValueObject): ValueObject | Promise<ValueObject>;
}

export interface UtilityDataSource {
  readonly type: string;
  validate?(config: ValueObject): readonly Diagnostic[];
  /** `markSensitive` takes paths of what is secret though the schema does not say so. */
  read(options: UtilityOptions, config: ValueObject, markSensitive: (path: Path) => void): Promise<ValueObject>;
  /** What is to be said of what was read. */
  warn?(state: ValueObject): readonly Diagnostic[];
}

/** Answers a call, or throws `ArgumentProblem`. Arguments are known, and as the function's schema wants them. */
export type UtilityFunction = (options: UtilityOptions, ...values: readonly Value[]) => Value;

/** What a function says of its argument at a position. */
export class ArgumentProblem extends Error {
  readonly argument: number;

  constructor(text: string, argument = 0) {
    super(text);
    this.argument = argument;
  }
}

/** The types of one provider. */
export interface UtilityModule {
  readonly resources: readonly UtilityResource[];
  readonly dataSources: readonly UtilityDataSource[];
  /** Read like data sources, and kept nowhere. */
  readonly ephemerals?: readonly UtilityDataSource[];
  readonly functions?: { readonly [name: string]: UtilityFunction };
}
