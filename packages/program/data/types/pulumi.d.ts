// Typings of Dovetail's own @pulumi/pulumi. Written by `dovetail types`; nothing is installed.
declare module "@pulumi/pulumi" {
  type Plain = string | number | boolean | bigint | symbol | null | undefined;
  type Opaque = ((...args: never[]) => unknown) | Resource | asset.Asset | asset.Archive | Date;
  type IsAny<T> = 0 extends 1 & T ? true : false;

  /** A value that is there when the resource that it comes from exists. */
  export interface OutputInstance<T> {
    apply<U>(func: (value: T) => Promise<U>): Output<Unwrap<U>>;
    apply<U>(func: (value: T) => OutputInstance<U>): Output<Unwrap<U>>;
    apply<U>(func: (value: T) => U): Output<Unwrap<U>>;
    get(): T;
    readonly __outputValue?: T;
  }
  type LiftedMembers<T, N> = {
    readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]-?: Output<T[K] | N>;
  };
  type Lifted<T> = [IsAny<T>] extends [true]
    ? { readonly [member: string]: Output<any> }
    : [NonNullable<T>] extends [Plain | Opaque]
      ? {}
      : NonNullable<T> extends readonly (infer E)[]
        ? { readonly [index: number]: Output<E>; readonly length: Output<number> }
        : LiftedMembers<NonNullable<T>, undefined extends T ? undefined : never>;
  export type Output<T> = OutputInstance<T> & Lifted<T>;
  export type Input<T> = T | Promise<T> | OutputInstance<T>;
  export type Inputs = Record<string, any>;
  export type ID = string;
  export type URN = string;
  export type Unwrap<T> = [IsAny<T>] extends [true]
    ? any
    : T extends OutputInstance<infer U>
      ? Unwrap<U>
      : T extends Promise<infer U>
        ? Unwrap<U>
        : T extends Plain | Opaque
          ? T
          : { [K in keyof T]: Unwrap<T[K]> };
  export type UnwrappedObject<T> = { [K in keyof T]: Unwrap<T[K]> };

  export const Output: {
    create<T>(value: T): Output<Unwrap<T>>;
    isInstance<T>(value: unknown): value is Output<T>;
  };
  export function output<T>(value: Input<T>): Output<Unwrap<T>>;
  export function output<T>(value: T): Output<Unwrap<T>>;
  export function all<T extends readonly unknown[] | []>(values: T): Output<{ -readonly [K in keyof T]: Unwrap<T[K]> }>;
  export function all<T extends object>(values: T): Output<{ [K in keyof T]: Unwrap<T[K]> }>;
  export function secret<T>(value: Input<T>): Output<Unwrap<T>>;
  export function unsecret<T>(value: Output<T>): Output<T>;
  export function isSecret<T>(value: Output<T>): Promise<boolean>;
  export function interpolate(literals: TemplateStringsArray, ...placeholders: Input<any>[]): Output<string>;
  export function concat(...params: Input<any>[]): Output<string>;
  export function format(format: string, ...params: Input<any>[]): Output<string>;
  export function jsonStringify(value: Input<any>, replacer?: (string | number)[] | ((this: any, key: string, value: any) => any), space?: string | number): Output<string>;
  export function jsonParse(text: Input<string>, reviver?: (this: any, key: string, value: any) => any): Output<any>;
  export function deferredOutput<T>(): [Output<T>, (source: Output<T>) => void];

  export interface CustomTimeouts {
    create?: string;
    update?: string;
    delete?: string;
  }
  export interface Alias {
    name?: Input<string>;
    type?: Input<string>;
    stack?: Input<string>;
    project?: Input<string>;
    parent?: Resource | Input<URN>;
    urn?: Input<URN>;
  }
  export interface ResourceTransformationArgs {
    resource: Resource;
    type: string;
    name: string;
    props: Inputs;
    opts: ResourceOptions;
  }
  export interface ResourceTransformationResult {
    props: Inputs;
    opts: ResourceOptions;
  }
  export type ResourceTransformation = (args: ResourceTransformationArgs) => ResourceTransformationResult | undefined;
  export type ResourceTransform = (
    args: Omit<ResourceTransformationArgs, "resource">,
  ) => Promise<ResourceTransformationResult | undefined> | ResourceTransformationResult | undefined;
  export interface ResourceOptions {
    aliases?: Input<(Input<URN> | Alias)[]>;
    customTimeouts?: CustomTimeouts;
    dependsOn?: Input<Input<Resource>[]> | Input<Resource>;
    id?: Input<ID>;
    ignoreChanges?: string[];
    parent?: Resource;
    protect?: boolean;
    provider?: ProviderResource;
    replaceOnChanges?: string[];
    retainOnDelete?: boolean;
    deletedWith?: Resource;
    replaceWith?: Resource[];
    replacementTrigger?: Input<any>;
    hooks?: ResourceHookBinding;
    transformations?: ResourceTransformation[];
    transforms?: ResourceTransform[];
    urn?: URN;
    version?: string;
    pluginDownloadURL?: string;
  }
  export interface ResourceHookArgs {
    urn: URN;
    id: ID;
    name: string;
    type: string;
    newInputs?: Record<string, any>;
    oldInputs?: Record<string, any>;
    newOutputs?: Record<string, any>;
    oldOutputs?: Record<string, any>;
  }
  export type ResourceHookFunction = (args: ResourceHookArgs) => void | Promise<void>;
  export interface ResourceHookOptions {
    ignoreErrors?: boolean;
    onDryRun?: boolean;
  }
  export class ResourceHook {
    readonly name: string;
    constructor(name: string, callback: ResourceHookFunction, opts?: ResourceHookOptions);
  }
  export interface ResourceHookBinding {
    beforeCreate?: (ResourceHook | ResourceHookFunction)[];
    afterCreate?: (ResourceHook | ResourceHookFunction)[];
    beforeUpdate?: (ResourceHook | ResourceHookFunction)[];
    afterUpdate?: (ResourceHook | ResourceHookFunction)[];
    beforeDelete?: ResourceHook[];
    afterDelete?: ResourceHook[];
  }
  export interface CustomResourceOptions extends ResourceOptions {
    additionalSecretOutputs?: string[];
    deleteBeforeReplace?: boolean;
    import?: ID;
  }
  export interface ComponentResourceOptions extends ResourceOptions {
    providers?: Record<string, ProviderResource> | ProviderResource[];
  }
  export interface InvokeOptions {
    parent?: Resource;
    provider?: ProviderResource;
    version?: string;
    async?: boolean;
  }
  export interface InvokeOutputOptions extends InvokeOptions {
    dependsOn?: Input<Input<Resource>[]> | Input<Resource>;
  }
  export function mergeOptions<O extends ResourceOptions>(opts1: O | undefined, opts2: O | undefined): O;

  export abstract class Resource {
    readonly urn: Output<URN>;
    static isInstance(value: unknown): value is Resource;
  }
  export abstract class CustomResource extends Resource {
    readonly id: Output<ID>;
    constructor(type: string, name: string, props?: Inputs, opts?: CustomResourceOptions);
    static isInstance(value: unknown): value is CustomResource;
  }
  export class ComponentResource<TData = any> extends Resource {
    constructor(type: string, name: string, args?: Inputs, opts?: ComponentResourceOptions, remote?: boolean);
    protected initialize(args: Inputs): Promise<TData>;
    protected getData(): Promise<TData>;
    protected registerOutputs(outputs?: Inputs | Promise<Inputs> | Output<Inputs>): void;
    static isInstance(value: unknown): value is ComponentResource;
  }
  export abstract class ProviderResource extends CustomResource {
    constructor(pkg: string, name: string, props?: Inputs, opts?: ResourceOptions);
  }
  export class StackReference extends Resource {
    readonly outputs: Output<{ [name: string]: any }>;
    constructor(name: string, args?: { name?: Input<string> }, opts?: CustomResourceOptions);
    getOutput(name: Input<string>): Output<any>;
    requireOutput(name: Input<string>): Output<any>;
    getOutputDetails(name: string): Promise<{ value?: any; secretValue?: any }>;
    getOutputValue(name: string): Promise<any>;
    requireOutputValue(name: string): Promise<any>;
  }
  export class Config {
    readonly name: string;
    constructor(name?: string);
    get(key: string): string | undefined;
    getBoolean(key: string): boolean | undefined;
    getNumber(key: string): number | undefined;
    getObject<T>(key: string): T | undefined;
    getSecret(key: string): Output<string> | undefined;
    getSecretBoolean(key: string): Output<boolean> | undefined;
    getSecretNumber(key: string): Output<number> | undefined;
    getSecretObject<T>(key: string): Output<T> | undefined;
    require(key: string): string;
    requireBoolean(key: string): boolean;
    requireNumber(key: string): number;
    requireObject<T>(key: string): T;
    requireSecret(key: string): Output<string>;
    requireSecretBoolean(key: string): Output<boolean>;
    requireSecretNumber(key: string): Output<number>;
    requireSecretObject<T>(key: string): Output<T>;
  }
  export const rootStackResource: Resource;
  export function getStack(): string;
  export function getProject(): string;
  export function getOrganization(): string;
  export function createUrn(name: Input<string>, type: Input<string>, parent?: Resource | Input<URN>, project?: string, stack?: string): Output<string>;

  export namespace asset {
    abstract class Asset {
      private readonly __pulumiAsset: true;
      static isInstance(value: unknown): value is Asset;
    }
    class FileAsset extends Asset {
      constructor(path: string | Promise<string>);
    }
    class StringAsset extends Asset {
      constructor(text: string | Promise<string>);
    }
    class RemoteAsset extends Asset {
      constructor(uri: string | Promise<string>);
    }
    abstract class Archive {
      private readonly __pulumiArchive: true;
      static isInstance(value: unknown): value is Archive;
    }
    class FileArchive extends Archive {
      constructor(path: string | Promise<string>);
    }
    type AssetMap = { [name: string]: Asset | Archive };
    class AssetArchive extends Archive {
      constructor(assets: AssetMap | Promise<AssetMap>);
    }
    class RemoteArchive extends Archive {
      constructor(uri: string | Promise<string>);
    }
  }
  export class RunError extends Error {
    static isInstance(value: unknown): value is RunError;
  }
  export class ResourceError extends Error {
    constructor(message: string, resource: Resource | undefined, hideStack?: boolean);
    readonly resource: Resource | undefined;
    static isInstance(value: unknown): value is ResourceError;
  }
  export namespace log {
    function debug(message: Input<string>, resource?: Resource): Promise<void>;
    function info(message: Input<string>, resource?: Resource): Promise<void>;
    function warn(message: Input<string>, resource?: Resource): Promise<void>;
    function error(message: Input<string>, resource?: Resource): Promise<void>;
    function hasErrors(): boolean;
  }
  export namespace runtime {
    function isDryRun(): boolean;
    function registerStackTransformation(transformation: ResourceTransformation): void;
    function registerResourceTransform(transform: ResourceTransform): void;
    function invoke(token: string, args: Inputs, opts?: InvokeOptions): Promise<any>;
    function invokeOutput(token: string, args: Inputs, opts?: InvokeOutputOptions): Output<any>;
    function getStack(): string;
    function getProject(): string;
    function getOrganization(): string;
    function hasEngine(): boolean;
    interface MockResourceArgs {
      type: string;
      name: string;
      inputs: any;
      provider?: string;
      custom?: boolean;
      id?: string;
    }
    interface MockCallArgs {
      token: string;
      inputs: any;
      provider?: string;
    }
    type MockResourceResult = { id: string | undefined; state: Record<string, any> };
    type MockCallResult = Record<string, any>;
    interface Mocks {
      newResource(args: MockResourceArgs): MockResourceResult | Promise<MockResourceResult>;
      call(args: MockCallArgs): MockCallResult | Promise<MockCallResult>;
    }
    function setMocks(mocks: Mocks, project?: string, stack?: string, preview?: boolean): Promise<void>;
  }
  export namespace dynamic {
    interface CreateResult<Outs = any> {
      id: ID;
      outs?: Outs;
    }
    interface ReadResult<Outs = any> {
      id?: ID;
      props?: Outs;
    }
    interface UpdateResult<Outs = any> {
      outs?: Outs;
    }
    interface DiffResult {
      changes?: boolean;
      replaces?: string[];
      stables?: string[];
      deleteBeforeReplace?: boolean;
    }
    interface CheckFailure {
      property: string;
      reason: string;
    }
    interface CheckResult<Ins = any> {
      inputs?: Ins;
      failures?: CheckFailure[];
    }
    interface ResourceProvider<Ins = any, Outs = any> {
      check?: (olds: Ins, news: Ins) => Promise<CheckResult<Ins>>;
      diff?: (id: ID, olds: Outs, news: Ins) => Promise<DiffResult>;
      create?: (inputs: Ins) => Promise<CreateResult<Outs>>;
      read?: (id: ID, props?: Outs) => Promise<ReadResult<Outs>>;
      update?: (id: ID, olds: Outs, news: Ins) => Promise<UpdateResult<Outs>>;
      delete?: (id: ID, props: Outs) => Promise<void>;
    }
    abstract class Resource extends CustomResource {
      constructor(provider: ResourceProvider, name: string, props: Inputs, opts?: CustomResourceOptions, module?: string, type?: string);
    }
  }
}
