import { Console } from "node:console";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { PACKAGES } from "../catalog/catalogs.ts";
import { FileArchive, FileAsset } from "../core/asset.ts";
import { outputFunctions } from "../core/pulumi-module.ts";
import { EVALUATION } from "../core/resource-base.ts";
import { TerraformModule } from "../core/terraform-module.ts";
import type { Evaluation } from "./evaluation.ts";

/** Names that every file of a program may use without import. `null` is a word of the language and has no global. */
export const GLOBALS: readonly string[] = [
  ..."$config $app $dev $cli $util $interpolate $concat $resolve $jsonStringify $jsonParse $asset $output $apply $transform $print $lazy sst terraform console".split(
    " ",
  ),
  ...PACKAGES.filter((name) => name !== "null"),
];

/** The globals of one evaluation. `console` writes to stderr: stdout is for the result of the command that runs the program. `modules` gives the packages, each made when it is first read. */
export function createGlobals(evaluation: Evaluation, modules: (name: string) => unknown): object {
  const { app, root, outDir, isDev, command } = evaluation.setting;
  const functions = outputFunctions(evaluation);
  const globals: { [name: string]: unknown } = {
    $config: (config: unknown) => config,
    get $app() {
      return { name: app.name, stage: app.stage, removal: app.removal, protect: app.protect, providers: app.providers };
    },
    $dev: isDev,
    $cli: { command, paths: { root, work: outDir, home: outDir, platform: outDir }, state: { version: {} } },
    $interpolate: functions.interpolate,
    $concat: functions.concat,
    $resolve: functions.all,
    $jsonStringify: functions.jsonStringify,
    $jsonParse: functions.jsonParse,
    $output: functions.output,
    $apply: (value: unknown, callback: (value: unknown) => unknown) => functions.output(value).apply(callback),
    $asset: (path: string) => assetOf(root, path),
    $transform: (
      target: { readonly __pulumiType?: string },
      callback: (args: unknown, opts: unknown, name: string) => unknown,
    ) => {
      const type = target.__pulumiType;
      if (type === undefined) throw new TypeError("$transform takes a resource class, such as aws.sqs.Queue, and a function");
      evaluation.typeTransforms.set(type, [...(evaluation.typeTransforms.get(type) ?? []), callback]);
    },
    $print: (...values: readonly unknown[]) =>
      functions.output([...values]).apply((settled) => console.error(...(settled as unknown[]))),
    console: new Console({ stdout: process.stderr, stderr: process.stderr }),
    $lazy: (make: () => unknown) => functions.output(undefined).apply(make),
  };
  Object.defineProperty(globals, "sst", { value: componentsMissing(evaluation, "sst") });
  Object.defineProperty(globals, "terraform", { get: () => terraformNamespace(evaluation) });
  Object.defineProperty(globals, "$util", { get: () => modules("@pulumi/pulumi") });
  for (const name of [...PACKAGES, ...evaluation.setting.catalogs.foreignNames()])
    Object.defineProperty(globals, name, { get: () => modules(`@pulumi/${name}`) });
  return globals;
}

/** `terraform.Module`, of one evaluation. */
function terraformNamespace(evaluation: Evaluation): object {
  return {
    Module: class extends TerraformModule {
      static readonly [EVALUATION] = evaluation;
    },
  };
}

/** What `await`, a debugger and the like look for on any value. */
const LOOKED_FOR = new Set(["then", "toJSON", "constructor", "prototype", "$$typeof", "nodeType", "asymmetricMatch"]);

/** SST's own components are a layer above; a program that uses one is told which, and where. */
function componentsMissing(evaluation: Evaluation, path: string): object {
  const fail = (): never => {
    const range = evaluation.setting.places.here();
    throw new DiagnosticError(
      errorDiagnostic("DVT1015", "Unknown class or function", {
        detail: `${path} is one of SST's components, which are not part of this version of Dovetail; the provider's resources (aws.lambda.Function, ...) are.`,
        fix: "Declare the resources that it would make with the aws classes.",
        ...(range ? { range } : {}),
      }),
    );
  };
  return new Proxy(function component() {}, {
    get: (_target, key) =>
      typeof key === "symbol" || LOOKED_FOR.has(key) ? undefined : componentsMissing(evaluation, `${path}.${key}`),
    apply: fail,
    construct: fail,
  });
}

/** A folder becomes an archive, a file an asset; what is not there is told of when it is used. */
function assetOf(root: string, path: string): FileArchive | FileAsset {
  const isFolder = statSync(resolve(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? new FileArchive(path) : new FileAsset(path);
}
