import type { Diagnostic, Path, ResourceSchema, SchemaKind, TypeExpr, Value, ValueObject } from "@dovetail/model";

/**
 * The one contract between the engine and whatever manages objects, in the shape of tfplugin6: a native provider,
 * a hosted provider binary and our provider served to terraform are interchangeable behind it.
 *
 * Values are whole objects of the type's schema: every attribute and block present, `null` where unset,
 * an empty array for an unset list or set block, `UNKNOWN` where known after apply.
 */
export interface Provider {
  /** The provider's source address, `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  /** The edition it presents, `5.100.0`. */
  readonly version: string;

  /** The type's schema, loaded on demand; undefined when the provider has no such type. */
  getSchema(kind: SchemaKind, type: string): ResourceSchema | undefined;
  /** All type names of a kind. */
  listTypes(kind: SchemaKind): readonly string[];
  /** Whether `listTypes` has the type, where that is known without making the list. */
  hasType?(kind: SchemaKind, type: string): boolean;

  /** Takes the provider's configuration (may hold unknowns during plan). Called once before any other operation below. */
  configure(config: ValueObject): Promise<readonly Diagnostic[]>;

  validateConfig(kind: "resource" | "data", type: string, config: ValueObject): readonly Diagnostic[];

  /**
   * All that can be said against a configuration without a plan: what `validateConfig` says, and what takes loading a type or asking
   * another process. Absent: `validateConfig` says it all.
   */
  checkConfig?(kind: "resource" | "data", type: string, config: ValueObject): Promise<readonly Diagnostic[]>;

  planChange(request: PlanRequest): Promise<PlanResponse>;
  applyChange(request: ApplyRequest): Promise<ApplyResponse>;
  /**
   * The planned object of a create with what the provider would only choose while it creates (generated names): asked before the
   * create's intent is journaled, so that `recover` can find the object of a create that never answers. Absent: it chooses nothing.
   */
  completeCreate?(type: string, planned: ValueObject): Promise<ValueObject>;
  read(request: ReadRequest): Promise<ReadResponse>;
  importState(type: string, id: string): Promise<ImportResponse>;
  upgradeState(type: string, version: number, state: ValueObject): Promise<UpgradeResponse>;
  readData(type: string, config: ValueObject): Promise<ReadDataResponse>;

  /**
   * Finds the object that a create with this planned object would have made, when the run that asked for it died before the answer:
   * looked up by name or whatever else identifies it (`planned` may hold UNKNOWN). null: there is none, or a type that
   * cannot be looked up. Throws DiagnosticError where it could not ask: the run then stops. Absent: creates of this provider leave nothing behind outside the state.
   * @param held objects of the type that the state has already: none of them is the answer. Where several are left that look
   *   alike, any of them is.
   */
  recover?(
    type: string,
    planned: ValueObject,
    held?: readonly ValueObject[],
  ): Promise<{ readonly state: ValueObject; readonly private?: PrivateData } | null>;

  /**
   * Names the one remote thing that a planned object is or sets (`the policy of queue orders`), where that is known; two resources
   * of a program with the same answer are refused (DVT3002). undefined: nobody else can own it, or it is not known yet.
   * @param comesFrom address of the only resource of a type that this one depends on: it stands for an attribute that is not known yet
   */
  owns?(type: string, planned: ValueObject, comesFrom?: (type: string) => string | undefined): string | undefined;

  /** It has something to say when an object is to be destroyed: `planChange` is then asked with `proposed: null`. */
  readonly plansDestroy?: boolean;

  /** Functions that configurations can call (`provider::aws::arn_parse`), by name. */
  listFunctions?(): { readonly [name: string]: FunctionSchema };
  callFunction?(name: string, values: readonly Value[]): Promise<FunctionAnswer>;

  /** Ephemeral resources: opened for a run, never kept in plan or state. */
  listEphemeral?(): readonly string[];
  getEphemeralSchema?(type: string): ResourceSchema | undefined;
  openEphemeral?(type: string, config: ValueObject): Promise<EphemeralOpened>;
  renewEphemeral?(type: string, privateData: PrivateData): Promise<EphemeralRenewed>;
  closeEphemeral?(type: string, privateData: PrivateData): Promise<readonly Diagnostic[]>;

  /** Asks it to end soon what it is doing; the operations under way then answer, with errors where they did not get done. */
  interrupt?(): Promise<void>;

  /** Ends it: connections closed, child processes gone. Idempotent. */
  close(): Promise<void>;
}

/** Bytes the provider keeps beside an object in the state; the engine never looks inside. */
export type PrivateData = string | undefined;

export interface PlanRequest {
  readonly type: string;
  /** null: the object is to be created. */
  readonly prior: ValueObject | null;
  /** Config merged over prior as Terraform's core does it (computed attributes that config leaves unset keep their prior value). null: to be destroyed. */
  readonly proposed: ValueObject | null;
  readonly config: ValueObject | null;
  /**
   * The config as it was written, where `config` has prior values in the place of changes to be ignored: what is to be checked.
   * null: whoever asks has checked it. Absent: `config` is what was written.
   */
  readonly written?: ValueObject | null;
  readonly priorPrivate?: PrivateData;
}

export interface PlanResponse {
  readonly planned: ValueObject | null;
  /** Paths whose change makes a new object necessary. */
  readonly requiresReplace: readonly Path[];
  readonly plannedPrivate?: PrivateData;
  readonly diagnostics: readonly Diagnostic[];
  /** tfplugin's `legacy_type_system`: small inconsistencies between config, plan and result are not held against it. */
  readonly legacyTypeSystem?: boolean;
}

export interface ApplyRequest {
  readonly type: string;
  readonly prior: ValueObject | null;
  /** null: destroy. */
  readonly planned: ValueObject | null;
  readonly config: ValueObject | null;
  readonly plannedPrivate?: PrivateData;
  /** Custom timeouts (`30m`), where the resource has them and its schema no block for them. */
  readonly timeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
  /**
   * Called by the provider as soon as the object exists remotely, with what is known of it then
   * (at least its id): the engine journals it, so that a crash during waiting loses nothing.
   */
  readonly onPartial?: (state: ValueObject, privateData: PrivateData) => Promise<void>;
}

export interface ApplyResponse {
  /** The object after the call; on errors what exists of it (then it is tainted); null when it is gone. */
  readonly state: ValueObject | null;
  readonly private?: PrivateData;
  readonly diagnostics: readonly Diagnostic[];
  readonly legacyTypeSystem?: boolean;
  /** A request went out and its answer never came: the object may exist all the same. */
  readonly isAnswerLost?: boolean;
}

export interface ReadRequest {
  readonly type: string;
  readonly state: ValueObject;
  readonly private?: PrivateData;
}

export interface ReadResponse {
  /** null: the object is gone. */
  readonly state: ValueObject | null;
  readonly private?: PrivateData;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ImportResponse {
  readonly imported: readonly { readonly type: string; readonly state: ValueObject; readonly private?: PrivateData }[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface UpgradeResponse {
  readonly state: ValueObject;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadDataResponse {
  readonly state: ValueObject;
  /** What of it is secret though the schema does not say so. */
  readonly sensitive?: readonly Path[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface FunctionSchema {
  readonly parameters: readonly FunctionParameter[];
  /** Takes all arguments beyond the others. */
  readonly variadicParameter?: FunctionParameter;
  readonly returns: TypeExpr;
  readonly summary: string;
}

export interface FunctionParameter {
  readonly name: string;
  readonly type: TypeExpr;
  readonly isNullable: boolean;
  readonly takesUnknown: boolean;
}

/** A function's answer, or what it says is wrong; `argument`: position of the argument that is to blame. */
export type FunctionAnswer =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly error: { readonly text: string; readonly argument?: number } };

export interface EphemeralOpened {
  /** null: it could not be opened. */
  readonly result: ValueObject | null;
  readonly private?: PrivateData;
  /** When it is to be renewed; absent: never. */
  readonly renewAtMs?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface EphemeralRenewed {
  readonly private?: PrivateData;
  readonly renewAtMs?: number;
  readonly diagnostics: readonly Diagnostic[];
}
