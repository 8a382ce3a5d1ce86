import type { Path, SourceRange, ValueObject } from "@dovetail/model";
import type { Descriptor } from "../catalog/descriptor.ts";

/** What the parts of the Pulumi core know of each other: shapes only. It imports none of them. */

/** What an Output comes to. Never rejects: what failed was reported where it failed. */
export interface OutputState {
  /** Fully resolved; may hold UNKNOWN. */
  readonly value: unknown;
  readonly secret: boolean;
  /** The resources it came from. */
  readonly resources: ReadonlySet<ResourceLike>;
  readonly failed?: boolean;
}

/** Marks Outputs of every evaluation and every copy of this module. */
export const OUTPUT: unique symbol = Symbol.for("dovetail.output") as never;

export interface OutputLike {
  readonly [OUTPUT]: Promise<OutputState>;
}

export function isOutput(value: unknown): value is OutputLike {
  return (typeof value === "object" || typeof value === "function") && value !== null && OUTPUT in value;
}

export const NO_RESOURCES: ReadonlySet<never> = new Set();

/** A resource or a component, as far as the others must know it. */
export interface ResourceLike {
  readonly __pulumiResource: true;
  readonly __pulumiType: string;
  readonly __name: string;
  readonly __opts: ResourceOptions;
  readonly __children: Set<ResourceLike>;
  readonly __typeChain: string;
  readonly __urnPath: string;
  /** Of a managed resource: how its registration went. */
  readonly __registered?: Promise<Registered>;
  /** Of a managed resource: resolves once the engine was told of it, or it is clear that it will not be. */
  readonly __announced?: Promise<void>;
  readonly __address?: string;
  /** Of something whose children are found out later: resolves once they are known. */
  readonly __membersKnown?: Promise<void>;
}

/** How a registration went. Never rejects. */
export interface Registered {
  /** The object, shaped by the schema; undefined when it failed or was not attempted. */
  readonly value?: ValueObject;
  /** In a test: its properties as the program knows them, in place of `value`. */
  readonly state?: { readonly [name: string]: unknown };
  readonly sensitive: readonly Path[];
  /** Reported already: what depends on it stays quiet. */
  readonly failed: boolean;
  /** False: the engine never heard of it, so it must not be named as a dependency. */
  readonly isKnownToEngine: boolean;
  /** False: only looked up; others do not wait for it, since it is no part of the plan. */
  readonly isManaged: boolean;
}

/** A resource as its constructor was called. */
export interface Declaration {
  readonly resource: ResourceLike & { __address: string };
  readonly descriptor: Descriptor;
  readonly args: object;
  readonly opts: ResourceOptions;
  readonly range: SourceRange | undefined;
}

export interface TransformationArgs {
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly opts: ResourceOptions;
  readonly resource?: unknown;
}
export type TransformationResult = { readonly props?: object; readonly opts?: ResourceOptions } | undefined;
export type Transformation = (args: TransformationArgs) => TransformationResult | Promise<TransformationResult>;

export type Alias =
  | string
  | {
      readonly name?: unknown;
      readonly type?: unknown;
      readonly parent?: unknown;
      readonly urn?: unknown;
      readonly noParent?: boolean;
    };

/** Pulumi's resource options, those of components included. */
export interface ResourceOptions {
  readonly parent?: ResourceLike;
  readonly dependsOn?: unknown;
  readonly protect?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: ResourceLike;
  readonly additionalSecretOutputs?: readonly string[];
  readonly aliases?: unknown;
  readonly import?: string;
  readonly id?: unknown;
  readonly provider?: ResourceLike;
  readonly providers?: readonly ResourceLike[] | { readonly [name: string]: ResourceLike };
  readonly transformations?: readonly Transformation[];
  readonly transforms?: readonly Transformation[];
  readonly customTimeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
  readonly version?: string;
  readonly pluginDownloadURL?: string;
  readonly urn?: unknown;
  readonly hooks?: object;
  readonly replaceWith?: unknown;
  readonly replacementTrigger?: unknown;
}

/** Stand-ins for the engine in a program's unit tests (`pulumi.runtime.setMocks`). Source: Pulumi's guide "Unit testing", and sdk/nodejs/runtime/mocks.ts (read 2026-11). */
export interface Mocks {
  newResource(args: {
    readonly type: string;
    readonly name: string;
    readonly inputs: unknown;
    readonly provider?: string;
    readonly custom?: boolean;
    readonly id?: string;
  }): MockResult | Promise<MockResult>;
  call(args: { readonly token: string; readonly inputs: unknown; readonly provider?: string }): object | Promise<object>;
}

export interface MockResult {
  readonly id?: string;
  readonly state?: { readonly [name: string]: unknown };
}
