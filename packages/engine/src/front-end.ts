import type { Diagnostic, Path, ResourceSchema, SourceRange, Value, ValueObject } from "@dovetail/model";
import type { FunctionAnswer, FunctionSchema } from "@dovetail/provider";
import type { ActionReason } from "./plan/plan.ts";
import type { PlanDocument } from "./plan/plan-document.ts";
import type { Json } from "./state/state.ts";
import type { DynamicTypes } from "./values/dynamic-types.ts";

/**
 * What a front end and the engine say to each other. A front end registers resources while its program runs;
 * each registration answers with the planned (plan pass) or applied (apply pass) object.
 * So one streaming walk serves every front end: a resource starts as soon as its inputs are known.
 */

/** One app's program, evaluated once per pass. The second evaluation starts from a clean module context. */
export interface FrontEnd {
  /** Configurations of providers are only known while it is evaluated: nothing is read before. */
  readonly configuresLate?: boolean;
  /** Two resources that own one remote thing are warned of, and the later one wins, as in Terraform. Absent: they are refused. */
  readonly ownersMayShare?: boolean;
  evaluate(host: EvaluationHost): Promise<EvaluationResult>;
  /**
   * Runs what the program wants to be done before an object goes (Terraform's provisioners with `when = destroy`). Answers with what
   * went wrong; an error keeps the object.
   * @param tell takes lines that its commands print
   */
  beforeDelete?(address: string, object: RegisteredObject, tell: (line: string) => void): Promise<readonly Diagnostic[]>;
  /** A hook of the program by its name, whether or not the program has been evaluated; undefined when it has none. */
  hook?(name: string): Promise<Hook | undefined>;
}

/** Where in a resource's life a hook runs. */
export type HookPoint = "beforeCreate" | "afterCreate" | "beforeUpdate" | "afterUpdate" | "beforeDelete" | "afterDelete";

/** Names of a resource's hooks, in the order they run. */
export type HookNames = { readonly [point in HookPoint]?: readonly string[] };

/** Code of the program's that runs beside an operation on a resource. */
export interface Hook {
  /** It also runs when the operation is only planned. */
  readonly runsInPlan: boolean;
  /** Its failure is a warning, wherever it runs. */
  readonly onlyWarns?: boolean;
  /** Rejects when it fails: before the operation that keeps it from happening, after it that is a warning. */
  run(call: HookCall): Promise<void>;
}

/** What a hook is told: objects shaped by the schema, `new…` as it will be or is, `old…` as it was. */
export interface HookCall {
  readonly point: HookPoint;
  readonly address: string;
  readonly type: string;
  /** The name that the program gave it. */
  readonly name: string;
  readonly component: readonly { readonly type: string; readonly name: string }[];
  readonly id?: string;
  readonly newConfig?: ValueObject;
  readonly newValue?: ValueObject;
  readonly oldValue?: ValueObject;
}

export interface EvaluationResult {
  /** Root outputs, as Terraform keeps them. May hold unknowns in the plan pass. */
  readonly outputs: { readonly [name: string]: OutputValue };
  /** Resources and modules (without keys) that left the program on purpose; where `destroy` is false their objects stay. */
  readonly removed?: readonly { readonly from: string; readonly destroy: boolean }[];
  /** Why an instance of the state is not in the program. */
  readonly whyGone?: (address: string) => ActionReason;
  /** Parts of the plan document that only the front end can tell, as Terraform's JSON has them. */
  readonly document?: PlanDocument;
  /** `check_results` of the state, where the front end has conditions. */
  readonly checkResults?: Json;
  /** Something failed and with it what it would have registered: what is missing then is no difference from the plan. */
  readonly isIncomplete?: boolean;
}

export interface OutputValue {
  readonly value: Value;
  readonly sensitive: boolean;
  /** Absent: as the value itself tells it, lists being tuples. */
  readonly type?: Json;
}

/** Which schema is asked for. */
export interface SchemaRequest {
  readonly kind: "provider" | "resource" | "data" | "ephemeral";
  /** `aws` or `aws.alias`. */
  readonly provider: string;
  /** The provider's own name (`aws`) where its own schema is asked for. */
  readonly type: string;
  /** What asks, for diagnostics. */
  readonly address?: string;
  readonly range?: SourceRange;
}

/** Functions that programs can call (`provider::aws::arn_parse`), by name; the same arguments have the same answer. */
export interface FunctionsOfProvider {
  readonly functions: { readonly [name: string]: FunctionSchema };
  call(name: string, values: readonly Value[]): Promise<FunctionAnswer>;
}

export interface EvaluationHost {
  readonly pass: "plan" | "apply";
  /** What the run is for. Absent: `normal`. */
  readonly mode?: "normal" | "destroy" | "refresh-only";
  /** When the plan was made, or is being made; milliseconds since the epoch. */
  readonly plannedAtMs?: number;
  /** Only what there is and what depends on what is found out: nothing is read or planned, so more than usual is unknown. */
  readonly isDiscovery?: boolean;
  /** A schema, whether or not its provider can be configured yet. Rejects with DiagnosticError where there is none. */
  schema?(request: SchemaRequest): Promise<ResourceSchema>;
  /** Registers a managed resource. Rejects with DiagnosticError when it, or something it depends on, failed. */
  register(registration: ResourceRegistration): Promise<RegisteredObject>;
  /** Registers a data source; in the plan pass its object is unknown when its config or dependencies are. */
  readData(registration: DataRegistration): Promise<RegisteredObject>;
  /**
   * Reads an object that exists and is not managed here (`aws.sqs.Queue.get(name, id)`), by its import id; it is in no plan and no state.
   * In the plan pass the object is unknown when its id is. Absent: this engine cannot, and front ends refuse it by name.
   */
  readExisting?(registration: ExistingRegistration): Promise<RegisteredObject>;
  /**
   * Opens an ephemeral resource: its object is kept nowhere, and unknown while its config is. It stays open until the pass is done
   * with. Absent: this engine cannot, and front ends refuse it by name.
   */
  openEphemeral?(registration: EphemeralRegistration): Promise<RegisteredObject>;
  /** The functions of a provider, which need not be configured for them. Absent: none can be called. */
  functionsOf?(provider: string): Promise<FunctionsOfProvider>;
  /** Reports something found while evaluating; an error stops the run after the pass has collected everything. */
  report(diagnostic: Diagnostic): void;
}

export interface RegisteredObject {
  /** The whole object, shaped by the schema. */
  readonly value: ValueObject;
  /** Paths of `value` that are sensitive (schema, config and provider's answer together). */
  readonly sensitive: readonly Path[];
}

interface RegistrationBase {
  readonly type: string;
  /** The logical name: with `type` the address `type.name`. Unique per type and module. */
  readonly name: string;
  /** The name as the program has it, where the address could not take it as it is (`Route-GET /x/{id}`). For display only. */
  readonly displayName?: string;
  /** `module.kms` or `module.a["k"].module.b`; absent in the root module. */
  readonly module?: string;
  readonly index?: number | string;
  /** Whole config object in schema shape; unset attributes may be left out. May hold unknowns in the plan pass. */
  readonly config: ValueObject;
  /** Paths of config whose values are secret. */
  readonly sensitive: readonly Path[];
  /** Addresses this one depends on: explicit (dependsOn) and through values. They must have been registered before. */
  readonly dependencies: readonly string[];
  /** Terraform's types of what the schema leaves open, by attribute: the values alone don't tell a list from a tuple. */
  readonly dynamicTypes?: DynamicTypes;
  /** What the state records as dependencies. Absent: `dependencies`. */
  readonly recordedDependencies?: readonly string[];
  /** Which configuration of the provider: `aws` or `aws.alias`; absent: the default one of the type's provider. */
  readonly provider?: string;
  /** Where the user wrote it. */
  readonly range?: SourceRange;
  /** Puts what was found about this resource, in the schema's words, into the program's own words and at the argument's place. Pure. */
  readonly inProgramWords?: (diagnostic: Diagnostic) => Diagnostic;
}

export interface ResourceRegistration extends RegistrationBase {
  readonly lifecycle?: Lifecycle;
  /** The object's id where it exists already and is to be taken over instead of created. */
  readonly importId?: string;
  /**
   * The physical name, where the user gave none: the engine derives it from app, stage, address and generation, so that a crashed
   * create is found again; an existing object keeps its name; a replacement that is created first gets the next generation.
   */
  readonly autoname?: Autoname;
  /** Earlier addresses of this resource: state found there moves here. */
  readonly aliases?: readonly string[];
  /** Kept in the sidecar, shown as a tree: the components it belongs to, outermost first. */
  readonly component?: readonly { readonly type: string; readonly name: string }[];
  readonly hooks?: HookNames;
  /**
   * Runs once the object is made and before anything that depends on it (Terraform's provisioners). Answers with what went wrong; an
   * error taints the object.
   */
  readonly provision?: (object: RegisteredObject, tell: (line: string) => void) => Promise<readonly Diagnostic[]>;
  /** Custom timeouts, as Terraform's `timeouts` block; also used where the type has no such block. */
  readonly timeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

export interface DataRegistration extends RegistrationBase {
  /** Addresses whose pending changes put the reading off until apply. Absent: `dependencies`. */
  readonly waitsFor?: readonly string[];
  /** It serves a check alone (Terraform's `check` block): it is read in every pass, and what goes wrong with it is a warning. */
  readonly isChecked?: boolean;
}

export interface EphemeralRegistration
  extends Pick<RegistrationBase, "type" | "config" | "sensitive" | "dependencies" | "provider" | "range"> {
  /** `module.a.ephemeral.random_password.p[0]`. */
  readonly address: string;
  /** Nothing that this run does needs it: it is not opened, and its object stays unknown. */
  readonly isUnneeded?: boolean;
}

/** `config` is empty. */
export interface ExistingRegistration extends RegistrationBase {
  readonly id: Value;
}

export interface Lifecycle {
  readonly createBeforeDestroy?: boolean;
  /** Destroying or replacing it is an error (Pulumi protect, Terraform prevent_destroy). */
  readonly preventDestroy?: boolean;
  /** Removing it from the program forgets it and leaves the object (retainOnDelete, `destroy = false`). */
  readonly retainOnDelete?: boolean;
  /** Paths (schema names) that keep their prior value once the object exists; "all" for every one. */
  readonly ignoreChanges?: readonly Path[] | "all";
  /** A change of any of these paths replaces the object. */
  readonly replaceOnChanges?: readonly Path[] | "all";
  /** Addresses, each among the dependencies: where one of them is replaced, this one is. */
  readonly replaceWith?: readonly string[];
  /** Where one of these, each among the dependencies, is updated or replaced (with a path: where that part of it changes), this one is replaced. */
  readonly replaceTriggeredBy?: readonly { readonly address: string; readonly path?: Path }[];
  /** Where it differs from what it was when the object was made or last looked at, the object is replaced. May be unknown. */
  readonly replacementTrigger?: Value;
  /** An address among the dependencies whose object takes this one with it when it goes: then nothing is asked of the provider. */
  readonly deletedWith?: string;
}

export interface Autoname {
  /** Schema attribute that takes the name. */
  readonly attribute: string;
  /** `prefix + separator + hash + suffix`, the prefix cut so that the whole is at most `maxLength` characters. */
  readonly prefix: string;
  readonly separator: string;
  readonly suffix: string;
  readonly maxLength: number;
  readonly hashLength: number;
  /** Characters the hash is written in: `0123456789abcdef`. */
  readonly charset: string;
}
