// Globals of an sst.config.ts program. Written by `dovetail types`.
import * as _aws from "@pulumi/aws";
import * as _pulumi from "@pulumi/pulumi";
import * as _random from "@pulumi/random";
import * as _tls from "@pulumi/tls";
import * as _local from "@pulumi/local";
import * as _archive from "@pulumi/archive";

declare global {
  // @ts-ignore
  export import $util = _pulumi;
  // @ts-ignore
  export import aws = _aws;
  // @ts-ignore
  export import random = _random;
  // @ts-ignore
  export import tls = _tls;
  // @ts-ignore
  export import archive = _archive;
  // @ts-ignore
  export import local = _local;

  interface DovetailAppInput {
    readonly stage: string;
  }
  interface DovetailApp {
    name: string;
    stage?: string;
    removal?: "remove" | "retain" | "retain-all";
    protect?: boolean;
    home?: "aws" | "cloudflare" | "local";
    providers?: { [name: string]: any };
    version?: string;
    watch?: string[] | { paths?: string[]; ignore?: string[] };
    state?: { purge?: boolean; compress?: boolean; retention?: number };
    types?: { ignore?: string[] };
    targets?: { [stage: string]: string };
  }
  interface DovetailConfig {
    app(input: DovetailAppInput): DovetailApp | Promise<DovetailApp>;
    run(): Promise<Record<string, any> | void> | Record<string, any> | void;
    console?: unknown;
  }
  function $config(input: DovetailConfig): DovetailConfig;
  const $app: {
    readonly name: string;
    readonly stage: string;
    readonly removal: "remove" | "retain" | "retain-all";
    readonly protect: boolean;
    readonly providers: { readonly [name: string]: any };
  };
  const $dev: boolean;
  const $cli: { readonly command: string; readonly paths: { readonly home: string; readonly root: string; readonly work: string; readonly platform: string } };
  const $interpolate: typeof _pulumi.interpolate;
  const $concat: typeof _pulumi.concat;
  const $resolve: typeof _pulumi.all;
  const $output: typeof _pulumi.output;
  const $jsonStringify: typeof _pulumi.jsonStringify;
  const $jsonParse: typeof _pulumi.jsonParse;
  function $apply<T, U>(value: T, callback: (value: _pulumi.Unwrap<T>) => U): _pulumi.Output<_pulumi.Unwrap<U>>;
  function $asset(path: string): _pulumi.asset.Archive & _pulumi.asset.Asset;
  function $transform<T, Args, Options>(
    resource: { new (name: string, args: Args, opts?: Options): T },
    callback: (args: NonNullable<Args>, opts: NonNullable<Options>, name: string) => void,
  ): void;
  function $print(...values: any[]): _pulumi.Output<void>;
  namespace terraform {
    /** What modules take and give, by their source: filled in by modules.d.ts. */
    interface Modules {}
    type Inputs<S> = S extends keyof Modules ? (Modules[S] extends { inputs: infer I } ? I : never) : { [name: string]: any };
    type Outputs<S> = S extends keyof Modules
      ? Modules[S] extends { outputs: infer O }
        ? O
        : never
      : { readonly [name: string]: _pulumi.Output<any> };
    /** A Terraform module, its resources at `module.<name>.…`. */
    class Module<const S extends string> extends _pulumi.Resource {
      constructor(
        name: string,
        args: {
          /** A folder from the app's folder on (`../modules/kms`), or a registry's or repository's address. */
          source: S;
          /** Of a local module the newest version of its CHANGELOG.md, else a constraint. */
          version?: string;
          inputs?: Inputs<S>;
          /** Where its resources were before: address inside the module -> earlier address in the app. */
          moved?: { [address: string]: string };
        },
        opts?: _pulumi.ResourceOptions,
      );
      readonly outputs: Outputs<S>;
    }
  }
}
