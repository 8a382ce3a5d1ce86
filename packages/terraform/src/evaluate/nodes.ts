import type { EvaluationHost } from "@dovetail/engine";
import type { LanguageFunction, Val } from "@dovetail/hcl";
import type { Diagnostic, DiagnosticError, ResourceSchema, SourceRange } from "@dovetail/model";
import type { ModuleCallConfig, ModuleConfig, ModuleTree, ProviderBlock, ResourceConfig } from "../configuration/model.ts";
import type { Step } from "../refactoring/endpoint.ts";
import type { Moves } from "../refactoring/moves.ts";
import type { Reference } from "../references/reference.ts";
import type { CheckResults } from "./check-results.ts";
import type { ProviderFunctions } from "./provider-functions.ts";
import type { Instance } from "./repetition.ts";

/** What the parts of an evaluation know of each other. */

/** One instance of a module: everything in it is evaluated once, when something first asks for it. */
export interface ModuleScope {
  readonly run: Run;
  readonly tree: ModuleTree;
  /** `module.a["k"]`; "" for the root. */
  readonly address: string;
  /** The same, step by step. */
  readonly steps: readonly Step[];
  readonly parent: ModuleScope | undefined;
  /** The block that calls it. */
  readonly madeBy: ModuleCallConfig | undefined;
  /** Where expressions outside of any block with instances stand. */
  readonly place: Place;
  /** What everything in it waits for: `depends_on` of the calls that lead here. */
  waitsFor(): Promise<Sources>;
  /** A variable's value, held to its rules. */
  variable(name: string): Promise<Result>;
  /** The value alone: what rules of variables refer to, which may ask for each other's variables. */
  variableValue(name: string): Promise<Result>;
  local(name: string): Promise<Result>;
  output(name: string): Promise<Result>;
  /** @param key as in `ModuleConfig.resources` */
  resource(key: string): ResourceSource | undefined;
  call(name: string): CallSource | undefined;
  /** Every resource of this module and of those that it calls. */
  allResources(): Promise<Sources>;
  /** The values that references mean here, by their path of names. */
  valuesOf(
    references: readonly Reference[],
    options?: { readonly isRule?: boolean },
  ): Promise<{ readonly values: readonly (readonly [readonly string[], Val])[]; readonly from: Sources }>;
  /** Evaluates everything that is declared here and below. What fails is reported; never rejects. */
  evaluateAll(): Promise<void>;
}

/** Where an expression stands. */
export interface Place {
  readonly module: ModuleScope;
  /** `each`, `count`, `self`, where they mean something. */
  readonly names: ReadonlyMap<string, Val>;
  /** The variable whose rules are evaluated: its value is not asked of the module, which waits for the rules. */
  readonly own?: { readonly name: string; readonly value: Val };
}

/** A value, and the resources that it was made from: what depends on the value depends on them. */
export interface Result {
  readonly value: Val;
  readonly from: Sources;
}

export type Sources = ReadonlySet<ResourceSource>;

/** A `resource`, `data` or `ephemeral` block in one instance of its module. */
export interface ResourceSource {
  /** What is opened for this evaluation alone: the engine has no address of it, and who needs it needs what it was made from. */
  readonly isEphemeral?: boolean;
  /** Of an ephemeral one: what its instances were made from. Rejects with Unavailable. */
  madeFrom?(): Promise<Sources>;
  /** Addresses, without keys and in order, of itself and all that it depends on, directly or through others. Rejects with Unavailable. */
  closure(): Promise<readonly string[]>;
  /** Every instance, once all of them are registered. Rejects with Unavailable where it is not known which there are. */
  instances(): Promise<readonly RegisteredInstance[]>;
  /** The block as an expression sees it. Rejects with Unavailable. */
  value(): Promise<Val>;
  /** When nothing of it is under way any more; never rejects. */
  settled(): Promise<void>;
}

/** An instance that the engine was told of. */
export interface RegisteredInstance {
  readonly instance: Instance;
  readonly address: string;
  /** false: its configuration could not be had. */
  readonly isRegistered: boolean;
  /** The object as an expression sees it. Rejects with Unavailable. */
  readonly object: Promise<Val>;
}

/** A `module` block in one instance of the module that has it. */
export interface CallSource {
  /** The module as an expression sees it: an object of its outputs, by key where it is repeated. */
  value(wanted: ReadonlySet<string> | "all"): Promise<Result>;
  allResources(): Promise<Sources>;
  /** Never rejects. */
  evaluateAll(): Promise<void>;
}

/** Which existing objects are taken over. */
export interface ImportIds {
  /** The id of the object that a resource instance takes over. Throws DiagnosticError, Unavailable. */
  idOf(config: string, address: string): Promise<string | undefined>;
}

/** Which provider configuration a resource has. */
export interface ProviderUse {
  /** As the registry of providers knows it: `aws`, `aws.west`. */
  readonly name: string;
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  /** Resolves when its configuration is known. Rejects with Unavailable. */
  configured(): Promise<Sources>;
}

export interface Providers {
  /** The configuration that a resource of a module has. Throws DiagnosticError. */
  of(module: ModuleScope, resource: Pick<ResourceConfig, "provider" | "type" | "range">): ProviderUse;
  /** Every configuration that a root module has, used or not. Never rejects. */
  evaluateAll(root: ModuleScope): Promise<void>;
  /** The schema of a provider's own configuration. */
  schemaOf(run: Run, config: ModuleConfig, block: ProviderBlock): Promise<ResourceSchema>;
}

/** What one evaluation of a configuration works with. */
export interface Run {
  readonly host: EvaluationHost;
  readonly settings: RunSettings;
  readonly providers: Providers;
  readonly checks: CheckResults;
  readonly moves: Moves;
  /** Set once there is a root. */
  imports: ImportIds | undefined;
  /** Which ephemeral resources are opened, by address without keys. Absent: all of them. */
  opens: ((config: string) => boolean) | undefined;
  /** Addresses of the module instances that there are. */
  readonly modules: Set<string>;
  /** Of the language, by name. */
  readonly functions: ReadonlyMap<string, LanguageFunction>;
  readonly providerFunctions: ProviderFunctions;
  schema(request: SchemaRequest): Promise<ResourceSchema>;
  /** `main.tf:1,1-13`, from the user's folder. */
  placeText(range: SourceRange): string;
  /** Something failed, here or in the engine: not everything that the configuration declares was registered. */
  hasFailed(): boolean;
  failed(): void;
  report(diagnostics: readonly Diagnostic[] | DiagnosticError): void;
}

export interface SchemaRequest {
  readonly kind: "provider" | "resource" | "data" | "ephemeral";
  /** As the registry of providers knows it: `aws`, `aws.west`. */
  readonly provider: string;
  readonly type: string;
  readonly address?: string;
  readonly range?: SourceRange;
}

/** The same in every evaluation. */
export interface RunSettings {
  /** Absolute folder of the root module. */
  readonly root: string;
  /** Where the user stands. */
  readonly cwd: string;
  readonly workspace: string;
  /** What commands of provisioners get to see. */
  readonly commandEnvironment?: () => { readonly [name: string]: string | undefined };
  /** Values of the root module's variables, where something gives one. */
  readonly variables: ReadonlyMap<string, GivenVariable>;
  /** Values of the root module's variables that are there later: what a program gives a module. */
  readonly later?: ReadonlyMap<string, LaterVariable>;
}

export type LaterVariable = () => Promise<Result>;

export interface GivenVariable {
  readonly value: Val;
  /** Where it was given; undefined on the command line and in the environment. */
  readonly range?: SourceRange;
  /** `the command line`, for messages. */
  readonly origin: string;
}
