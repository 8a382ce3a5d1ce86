import type { Severity } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { Archive, Asset, AssetArchive, FileArchive, FileAsset, RemoteArchive, RemoteAsset, StringAsset } from "./asset.ts";
import { ComponentResource } from "./component-resource.ts";
import { isOutput, OUTPUT } from "./contract.ts";
import { CustomResource } from "./custom-resource.ts";
import { dynamicModule } from "./dynamic-resource.ts";
import { type OutputMethods, stateOf, toOutput } from "./output.ts";
import { ProviderResource } from "./provider-resource.ts";
import { Config } from "./pulumi-config.ts";
import { EVALUATION, Resource } from "./resource-base.ts";
import { ResourceHook } from "./resource-hook.ts";
import { mergeOptions } from "./resource-options.ts";
import { runtimeModule } from "./runtime-module.ts";
import { StackReference } from "./stack-reference.ts";

/** An error of a program's own that is shown without a stack. */
export class RunError extends Error {
  readonly __pulumiRunError = true;
  static isInstance(value: unknown): value is RunError {
    return value instanceof RunError;
  }
}

/** An error that belongs to a resource. */
export class ResourceError extends Error {
  readonly __pulumiResourceError = true;
  readonly resource: Resource | undefined;
  readonly hideStack: boolean;
  constructor(message: string, resource: Resource | undefined, hideStack = false) {
    super(message);
    this.resource = resource;
    this.hideStack = hideStack;
  }
  static isInstance(value: unknown): value is ResourceError {
    return value instanceof ResourceError;
  }
}

/** `@pulumi/pulumi`, bound to one evaluation. */
export function pulumiModule(evaluation: Evaluation): { readonly [name: string]: unknown } {
  const asset = { Asset, FileAsset, StringAsset, RemoteAsset, Archive, FileArchive, AssetArchive, RemoteArchive };
  const module = {
    ...outputFunctions(evaluation),
    ...boundClasses(evaluation),
    Resource,
    Output: outputNamespace(evaluation),
    asset,
    ...asset,
    RunError,
    ResourceError,
    log: logModule(evaluation),
    runtime: runtimeModule(evaluation),
    dynamic: dynamicModule(evaluation),
    mergeOptions,
    createUrn: (name: unknown, type: unknown, _parent?: unknown, project?: unknown, stack?: unknown) =>
      interpolate(
        evaluation,
        ["urn:pulumi:", "::", "::", "::", ""],
        [stack ?? evaluation.setting.app.stage, project ?? evaluation.setting.app.name, type, name],
      ),
    getStack: () => evaluation.setting.app.stage,
    getProject: () => evaluation.setting.app.name,
    getOrganization: () => "organization",
    // The root has no node of its own here; as a parent (of an alias too) it is the same as none.
    rootStackResource: undefined,
    rootPulumiStackTypeName: "pulumi:pulumi:Stack",
    containsUnknowns: (value: unknown) => typeof value === "symbol",
    iterable: { toObject: iterableToObject },
    version: "3.0.0",
  };
  return module;
}

function boundClasses(evaluation: Evaluation) {
  return {
    CustomResource: standingFor(
      CustomResource,
      class extends CustomResource {
        static readonly [EVALUATION] = evaluation;
      },
    ),
    ComponentResource: standingFor(
      ComponentResource,
      class extends ComponentResource {
        static readonly [EVALUATION] = evaluation;
      },
    ),
    ProviderResource: standingFor(
      ProviderResource,
      class extends ProviderResource {
        static readonly [EVALUATION] = evaluation;
      },
    ),
    ResourceHook: class extends ResourceHook {
      static readonly [EVALUATION] = evaluation;
    },
    Config: class extends Config {
      static readonly [EVALUATION] = evaluation;
    },
    StackReference: class extends StackReference {
      static readonly [EVALUATION] = evaluation;
    },
  };
}

/** `instanceof` of the bound class is that of the class it stands for, since the packages' classes extend that one; of its subclasses, their own. */
function standingFor<T extends abstract new (...args: never[]) => object>(
  base: abstract new (...args: never[]) => object,
  bound: T,
): T {
  const ordinary = Function.prototype[Symbol.hasInstance];
  return Object.defineProperty(bound, Symbol.hasInstance, {
    value(this: unknown, value: unknown) {
      return this === bound ? value instanceof base : ordinary.call(this, value);
    },
  });
}

/** `output`, `all`, `interpolate` and the like; the globals are made of them too. */
export function outputFunctions(evaluation: Evaluation) {
  return {
    output: (value: unknown) => toOutput(evaluation, value),
    all: (value: unknown) => toOutput(evaluation, value),
    secret: (value: unknown) => toOutput(evaluation, value, true),
    unsecret: (value: unknown) => toOutput(evaluation, value, false),
    isSecret: async (value: unknown) => (await stateOf(evaluation, value)).secret,
    interpolate: (texts: readonly string[], ...values: readonly unknown[]) => interpolate(evaluation, texts, values),
    concat: (...values: readonly unknown[]) =>
      interpolate(
        evaluation,
        Array.from({ length: values.length + 1 }, () => ""),
        values,
      ),
    format: (text: string, ...values: readonly unknown[]) => format(evaluation, text, values),
    jsonStringify: (value: unknown, replacer?: (string | number)[], space?: string | number) =>
      toOutput(evaluation, value).apply((settled) => JSON.stringify(settled, replacer, space)),
    jsonParse: (text: unknown, reviver?: (key: string, value: unknown) => unknown) =>
      toOutput(evaluation, text).apply((settled) => JSON.parse(String(settled), reviver)),
    deferredOutput: () => deferred(evaluation),
  };
}

function interpolate(evaluation: Evaluation, texts: readonly string[], values: readonly unknown[]): OutputMethods {
  return toOutput(evaluation, [...values]).apply((settled) => {
    const parts = settled as readonly unknown[];
    return texts.map((text, i) => (i < parts.length ? text + asText(parts[i]) : text)).join("");
  });
}

function asText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}

/** `%s`, `%d` and `%%`, in their order. */
function format(evaluation: Evaluation, text: string, values: readonly unknown[]): OutputMethods {
  return toOutput(evaluation, [...values]).apply((settled) => {
    const rest = [...(settled as readonly unknown[])];
    return text.replace(/%([sdjo%])/g, (_whole, kind: string) =>
      kind === "%" ? "%" : kind === "j" || kind === "o" ? JSON.stringify(rest.shift()) : asText(rest.shift()),
    );
  });
}

function outputNamespace(evaluation: Evaluation): unknown {
  const create = (value: unknown) => toOutput(evaluation, value);
  const namespace = Object.assign(() => {}, { create, isInstance: isOutput });
  return Object.defineProperty(namespace, Symbol.hasInstance, { value: isOutput });
}

function deferred(evaluation: Evaluation): [OutputMethods, (source: unknown) => void] {
  let resolve: (source: unknown) => void = () => {};
  const promise = new Promise((done) => {
    resolve = done;
  });
  return [toOutput(evaluation, promise), (source) => resolve(isOutput(source) ? { [OUTPUT]: source[OUTPUT] } : source)];
}

function logModule(evaluation: Evaluation) {
  const write = (severity: Severity) => async (message: unknown, resource?: Resource) => {
    const range = evaluation.setting.places.here();
    const detail = String((await stateOf(evaluation, message)).value);
    evaluation.report({
      severity,
      code: "DVT1021",
      summary: "Message of the program",
      detail,
      ...(range ? { range } : {}),
      ...(resource === undefined ? {} : { address: resource.__name }),
    });
  };
  const hasErrors = () => false;
  return { debug: async () => {}, info: write("note"), warn: write("warning"), error: write("error"), hasErrors };
}

function iterableToObject(
  items: Iterable<unknown>,
  select: (item: unknown, index: number) => readonly [string, unknown],
): unknown {
  return Object.fromEntries([...items].map(select));
}
