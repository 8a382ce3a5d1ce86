import type { Attribute, Body, Defaults, Expression, Traversal, Type } from "@dovetail/hcl";
import type { SourceRange } from "@dovetail/model";

/** What a module's files declare, before anything is evaluated. Everything knows where it was written. */

export interface ModuleConfig {
  /** Absolute folder. */
  readonly folder: string;
  readonly variables: ReadonlyMap<string, VariableConfig>;
  readonly locals: ReadonlyMap<string, LocalConfig>;
  readonly outputs: ReadonlyMap<string, OutputConfig>;
  /** By `type.name`, data sources by `data.type.name`, ephemeral resources by `ephemeral.type.name`. */
  readonly resources: ReadonlyMap<string, ResourceConfig>;
  readonly calls: ReadonlyMap<string, ModuleCallConfig>;
  /** By `name` or `name.alias`. */
  readonly providers: ReadonlyMap<string, ProviderBlock>;
  readonly requiredProviders: ReadonlyMap<string, RequiredProvider>;
  readonly requiredVersions: readonly VersionRequirement[];
  readonly backend?: BackendBlock;
  readonly encryption?: EncryptionBlock;
  readonly moved: readonly MovedBlock[];
  readonly removed: readonly RemovedBlock[];
  readonly imports: readonly ImportBlock[];
  readonly checks: ReadonlyMap<string, CheckConfig>;
}

export interface VariableConfig {
  readonly name: string;
  readonly range: SourceRange;
  readonly description?: string;
  /** As converted to: optional attributes are plain ones here. */
  readonly type: Type;
  /** With `optional(...)` and its defaults, to be applied before the conversion. */
  readonly constraint?: TypeConstraint;
  /** Whether the block has a `type`. */
  readonly isTyped: boolean;
  readonly default?: Attribute;
  readonly isSensitive: boolean;
  readonly isEphemeral: boolean;
  readonly isNullable: boolean;
  readonly validations: readonly CheckRule[];
  readonly deprecated?: string;
}

export interface TypeConstraint {
  readonly type: Type;
  readonly defaults: Defaults | undefined;
}

export interface LocalConfig {
  readonly name: string;
  readonly expression: Expression;
  readonly range: SourceRange;
}

export interface OutputConfig {
  readonly name: string;
  readonly range: SourceRange;
  readonly expression?: Expression;
  readonly description?: string;
  readonly isSensitive: boolean;
  readonly isEphemeral: boolean;
  readonly dependsOn: readonly Traversal[];
  readonly preconditions: readonly CheckRule[];
  readonly deprecated?: string;
}

/** A condition and what is said where it is false. */
export interface CheckRule {
  readonly condition: Expression;
  readonly errorMessage: Expression;
  readonly range: SourceRange;
}

export type ResourceKind = "managed" | "data" | "ephemeral";

export interface ResourceConfig {
  readonly kind: ResourceKind;
  readonly type: string;
  readonly name: string;
  /** Its key in `ModuleConfig.resources`. */
  readonly key: string;
  readonly range: SourceRange;
  readonly count?: Expression;
  readonly forEach?: Expression;
  /** `provider = aws.west`. */
  readonly provider?: ProviderReference;
  readonly dependsOn: readonly Traversal[];
  readonly lifecycle: LifecycleConfig;
  readonly provisioners: readonly ProvisionerConfig[];
  /** What the type's schema describes. */
  readonly body: Body;
  /** It stands in this check block. */
  readonly check?: string;
}

export interface LifecycleConfig {
  readonly createBeforeDestroy?: boolean;
  readonly preventDestroy?: boolean;
  readonly ignoreChanges?: readonly Traversal[] | "all";
  readonly replaceTriggeredBy: readonly Expression[];
  readonly preconditions: readonly CheckRule[];
  readonly postconditions: readonly CheckRule[];
}

export interface ProvisionerConfig {
  readonly type: string;
  readonly when: "create" | "destroy";
  readonly onFailure: "fail" | "continue";
  readonly body: Body;
  readonly range: SourceRange;
}

export interface ProviderReference {
  readonly name: string;
  readonly alias?: string;
  readonly range: SourceRange;
}

export interface ProviderBlock {
  readonly name: string;
  readonly alias?: string;
  readonly range: SourceRange;
  readonly body: Body;
  readonly version?: VersionRequirement;
}

export interface RequiredProvider {
  readonly name: string;
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  readonly version?: VersionRequirement;
  readonly aliases: readonly ProviderReference[];
  readonly range: SourceRange;
}

export interface VersionRequirement {
  readonly text: string;
  readonly range: SourceRange;
}

export interface BackendBlock {
  readonly type: string;
  readonly range: SourceRange;
  readonly body: Body;
}

export interface EncryptionBlock {
  readonly range: SourceRange;
  readonly body: Body;
}

export interface ModuleCallConfig {
  readonly name: string;
  readonly range: SourceRange;
  readonly source: string;
  readonly sourceRange: SourceRange;
  readonly version?: VersionRequirement;
  readonly count?: Expression;
  readonly forEach?: Expression;
  readonly providers: readonly PassedProvider[];
  readonly dependsOn: readonly Traversal[];
  /** The values of the module's variables. */
  readonly body: Body;
}

export interface PassedProvider {
  /** As the called module names it. */
  readonly inner: ProviderReference;
  /** As the calling one does. */
  readonly outer: ProviderReference;
}

export interface MovedBlock {
  readonly from: Traversal;
  readonly to: Traversal;
  readonly range: SourceRange;
}

export interface RemovedBlock {
  readonly from: Traversal;
  readonly destroy: boolean;
  readonly provisioners: readonly ProvisionerConfig[];
  readonly range: SourceRange;
}

export interface ImportBlock {
  readonly to: Expression;
  readonly id: Expression;
  readonly forEach?: Expression;
  readonly provider?: ProviderReference;
  readonly range: SourceRange;
}

export interface CheckConfig {
  readonly name: string;
  readonly range: SourceRange;
  /** Key of its data source among the module's resources. */
  readonly data?: string;
  readonly asserts: readonly CheckRule[];
}

/** A module and those it calls. */
export interface ModuleTree {
  /** Names of the calls that lead here; empty for the root. */
  readonly path: readonly string[];
  readonly config: ModuleConfig;
  readonly children: ReadonlyMap<string, ModuleTree>;
}
