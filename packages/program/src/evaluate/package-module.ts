import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Catalog, Descriptor } from "../catalog/descriptor.ts";
import { nearest } from "../catalog/nearest.ts";
import { splitBucket } from "../core/bucket-split.ts";
import type { ResourceOptions } from "../core/contract.ts";
import { CustomResource, defineProperties, guardMissingProperties } from "../core/custom-resource.ts";
import { invoke } from "../core/invoke.ts";
import { containsUnknown } from "../core/lift.ts";
import { makeOutput } from "../core/output.ts";
import { ProviderResource } from "../core/provider-resource.ts";
import { reportProblems } from "../core/report-problems.ts";
import { EVALUATION } from "../core/resource-base.ts";
import type { Problem } from "../translate/to-schema.ts";
import type { Evaluation } from "./evaluation.ts";

/** Properties that runtimes and bundlers look for in any module; not being there is no mistake of the user's. */
const QUIET = new Set([
  "then",
  "__esModule",
  "default",
  "toJSON",
  "constructor",
  "prototype",
  "module.exports",
  "asymmetricMatch",
  "$$typeof",
  "nodeType",
]);

/** Constants of a package by namespace (`""`: the top): `lambda.Runtime`. */
export type Enums = (namespace: string, name: string) => unknown;

/** A provider package as a program sees it. Classes and functions are made when they are first used. */
export function packageModule(evaluation: Evaluation, name: string, enums: Enums): object {
  const catalog = catalogOf(evaluation, name);
  const namespaces = () =>
    [...catalog.paths("resource"), ...catalog.paths("data")]
      .filter((path) => path.includes("."))
      .map((path) => path.split(".")[0] ?? "");
  const spaces = new Map<string, object>();
  return lazyObject(
    evaluation,
    `${name}.`,
    () => [...new Set([...namespaces(), ...topNames(catalog), "Provider"])],
    (key) => {
      if (key === "Provider") return providerClass(evaluation, catalog.name);
      if (key === "config") return { ...environmentConfig(name), ...evaluation.setting.app.providers[name] };
      // Its types are for the compiler; of what it holds only the constants are there when a program runs.
      if (key === "types") return { enums: packageEnums(evaluation, name, enums), input: {}, output: {} };
      if (catalog.hasNamespace(key)) {
        const space = spaces.get(key) ?? namespace(evaluation, catalog, key, enums);
        spaces.set(key, space);
        return space;
      }
      return enums("", key) ?? member(evaluation, catalog, key);
    },
  );
}

/** Where a package has no provider, that is said of the place that first uses it, unless its import is the place. */
function catalogOf(evaluation: Evaluation, name: string): Catalog {
  try {
    return evaluation.setting.catalogs.get(name);
  } catch (error) {
    const range = evaluation.setting.places.here();
    if (!(error instanceof DiagnosticError) || range === undefined) throw error;
    throw new DiagnosticError(error.diagnostics.map((each) => (each.range === undefined ? { ...each, range } : each)));
  }
}

/** `aws.config.region`: what `app().providers` says, else what the environment says. */
function environmentConfig(name: string): object {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE } = process.env;
  return name === "aws" ? { region: AWS_REGION ?? AWS_DEFAULT_REGION, profile: AWS_PROFILE } : {};
}

/** `types.enums.lambda.Runtime`: the constants by namespace. */
function packageEnums(evaluation: Evaluation, name: string, enums: Enums): object {
  const constant = (space: string) => (key: string) => enums(space, key);
  return lazyObject(
    evaluation,
    `${name}.types.enums.`,
    () => [],
    (space) => lazyObject(evaluation, `${name}.types.enums.${space}.`, () => [], constant(space)),
  );
}

function topNames(catalog: Catalog): string[] {
  return [...catalog.paths("resource"), ...catalog.paths("data")].filter((path) => !path.includes("."));
}

function namespace(evaluation: Evaluation, catalog: Catalog, space: string, enums: Enums): object {
  const names = () =>
    [...catalog.paths("resource"), ...catalog.paths("data")]
      .filter((path) => path.startsWith(`${space}.`))
      .map((path) => path.slice(space.length + 1));
  return lazyObject(
    evaluation,
    `${catalog.name}.${space}.`,
    names,
    (key) => enums(space, key) ?? member(evaluation, catalog, `${space}.${key}`),
  );
}

/** A class (`sqs.Queue`), a function (`sqs.getQueue`) or its Output form (`sqs.getQueueOutput`). */
function member(evaluation: Evaluation, catalog: Catalog, path: string): unknown {
  const [first, second] = GETTER.test(path) ? [functionForm, classOf] : [classOf, functionForm];
  return first(evaluation, catalog, path) ?? second(evaluation, catalog, path);
}

/** Nearly every function is named so, and no class: what a name is, is then found at the first look. */
const GETTER = /(?:^|\.)get[A-Z]/;

function classOf(evaluation: Evaluation, catalog: Catalog, path: string): unknown {
  const resource = catalog.describe("resource", path);
  if (resource === undefined) return undefined;
  return resource.tf === "aws_s3_bucket" ? bucketClass(evaluation, catalog, resource) : resourceClass(evaluation, resource);
}

function functionForm(evaluation: Evaluation, catalog: Catalog, path: string): unknown {
  const output = path.endsWith("Output") ? catalog.describe("data", path.slice(0, -"Output".length)) : undefined;
  if (output !== undefined) return outputForm(evaluation, output);
  const plain = catalog.describe("data", path);
  return plain && promiseForm(evaluation, plain);
}

function lazyObject(
  evaluation: Evaluation,
  prefix: string,
  names: () => readonly string[],
  make: (key: string) => unknown,
): object {
  const made = new Map<string, unknown>();
  const get = (_target: object, key: string | symbol): unknown => {
    if (typeof key === "symbol") return undefined;
    if (!made.has(key)) made.set(key, QUIET.has(key) ? undefined : make(key));
    const value = made.get(key);
    if (value === undefined && !QUIET.has(key)) throw unknownName(evaluation, prefix, key, names());
    return value;
  };
  const has = (_target: object, key: string | symbol) => typeof key === "string" && names().includes(key);
  const end = new Proxy(Object.create(null) as object, { get, has });
  // A bundler's copy of a module inherits from the module's prototype: through it the copy finds everything too.
  return new Proxy(Object.create(end) as object, { get, has });
}

function unknownName(evaluation: Evaluation, prefix: string, key: string, names: readonly string[]): DiagnosticError {
  const handwritten = CLOSURES.has(key) ? `${prefix}${key}` : undefined;
  if (handwritten !== undefined) return closureRefused(evaluation, handwritten);
  const withForms = names.flatMap((name) => (/^get[A-Z]/.test(name) ? [name, `${name}Output`] : [name]));
  const meant = nearest(key, withForms);
  const range = evaluation.setting.places.here();
  return new DiagnosticError(
    errorDiagnostic("DVT1015", "Unknown class or function", {
      detail: `There is no ${prefix}${key}.`,
      ...(meant === undefined ? {} : { fix: `Did you mean ${prefix}${meant}?` }),
      ...(range ? { range } : {}),
    }),
  );
}

/** What of `@pulumi/aws` makes a Lambda function out of a function of the program itself. */
const CLOSURES = new Set(["CallbackFunction", "createFunctionFromEventHandler"]);

function closureRefused(evaluation: Evaluation, name: string): DiagnosticError {
  const range = evaluation.setting.places.here();
  return new DiagnosticError(
    errorDiagnostic("DVT1015", "Unknown class or function", {
      detail: `${name} turns a function of the program, with all that it refers to, into the code of a Lambda function; Dovetail does not carry that out.`,
      fix: 'Put the handler into a file of its own, and use:\n    new aws.lambda.Function(name, { code: new pulumi.asset.FileArchive("./dist"), handler: "index.handler", ... })',
      ...(range ? { range } : {}),
    }),
  );
}

function providerClass(evaluation: Evaluation, name: string): unknown {
  return class Provider extends ProviderResource {
    static readonly [EVALUATION] = evaluation;
    constructor(resourceName: string, args?: object, opts?: ResourceOptions) {
      super(name, resourceName, args, opts);
    }
  };
}

function resourceClass(evaluation: Evaluation, descriptor: Descriptor): ResourceClass {
  const className = descriptor.path.split(".").at(-1) ?? "";
  const made = {
    [className]: class extends CustomResource {
      static readonly [EVALUATION] = evaluation;
      static readonly __pulumiType = descriptor.token;
      constructor(name: string, args?: object, opts?: ResourceOptions) {
        super(descriptor.token, name, args, opts);
      }
      /** An object that exists and is not managed here: read by its id, never changed. */
      static get(name: string, id: unknown, state?: object, opts?: ResourceOptions): unknown {
        return new made(name, state ?? {}, { ...opts, id });
      }
      static override isInstance(value: unknown): value is CustomResource {
        return value instanceof made;
      }
    },
  }[className] as unknown as ResourceClass;
  defineProperties(made.prototype, descriptor);
  guardMissingProperties(made, evaluation, descriptor);
  return made;
}

type ResourceClass = new (name: string, args?: object, opts?: ResourceOptions) => CustomResource;

/** A bucket whose inline configuration, from the time when it had one, becomes resources of its own. */
function bucketClass(evaluation: Evaluation, catalog: Catalog, descriptor: Descriptor): unknown {
  const Bucket = resourceClass(evaluation, descriptor);
  return class extends Bucket {
    constructor(name: string, args?: object, opts?: ResourceOptions) {
      const problems: Problem[] = [];
      const split = splitBucket(args ?? {}, problems);
      super(name, split.args, opts);
      if (problems.length > 0) reportProblems(evaluation, { range: evaluation.setting.places.here(), argument: 1 }, problems);
      const { parent, provider } = opts ?? {};
      for (const part of split.parts) {
        const Part = member(evaluation, catalog, part.path) as ResourceClass;
        new Part(
          `${name}-${part.suffix}`,
          { bucket: this.id, ...part.args },
          { ...(parent ? { parent } : {}), ...(provider ? { provider } : {}) },
        );
      }
    }
  };
}

function outputForm(evaluation: Evaluation, descriptor: Descriptor): unknown {
  return (args?: unknown, opts?: ResourceOptions) => makeOutput(evaluation, invoke(evaluation, descriptor, args, opts ?? {}));
}

/** `aws.getRegion()`: a promise of the plain answer. Its arguments must be plain, so the answer is known in the plan as well. */
function promiseForm(evaluation: Evaluation, descriptor: Descriptor): unknown {
  return async (args?: unknown, opts?: ResourceOptions) => {
    const range = evaluation.setting.places.here();
    const state = await invoke(evaluation, descriptor, args, opts ?? {});
    if (state.failed !== true && !containsUnknown(state.value)) return state.value;
    throw new DiagnosticError(
      state.failed === true
        ? []
        : errorDiagnostic("DVT1008", "Output used as a plain value", {
            detail: `${descriptor.package}.${descriptor.path} cannot be answered before other resources exist.`,
            fix: `Use the form that gives an Output:\n    ${descriptor.package}.${descriptor.path}Output(...)`,
            ...(range ? { range } : {}),
          }),
    );
  };
}

/** What `import` of a package or of a part of it (`@pulumi/aws/lambda`) gives. */
export function partOf(module: object, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined), module);
}
