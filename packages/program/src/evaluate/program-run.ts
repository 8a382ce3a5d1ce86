import { constants, Script } from "node:vm";
import type { EvaluationResult } from "@dovetail/engine";
import {
  DiagnosticError,
  errorDiagnostic,
  type MutableValueObject,
  UNKNOWN,
  type Value,
  warningDiagnostic,
} from "@dovetail/model";
import { CustomResource } from "../core/custom-resource.ts";
import { lift } from "../core/lift.ts";
import { pulumiModule } from "../core/pulumi-module.ts";
import { Resource } from "../core/resource-base.ts";
import { objectFromSchema } from "../translate/from-schema.ts";
import { awsEnums } from "./aws-enums.ts";
import type { Evaluation } from "./evaluation.ts";
import { createGlobals } from "./globals.ts";
import { callUnheard, loadUnheard } from "./let-signals-end.ts";
import { packageModule, partOf } from "./package-module.ts";

/** What a bundle reaches through its `__dovetail`. */
export interface ProgramContext {
  readonly globals: object;
  module(specifier: string): unknown;
  /** What `process.exit` of the program is: it ends the program with an error, not the deploy that holds a lock. */
  exit(code?: unknown): never;
  stack(declared: unknown, file: string, line: number): unknown;
}

interface ProgramContexts {
  get(id: string): ProgramContext | undefined;
  set(id: string, context: ProgramContext): unknown;
  delete(id: string): boolean;
}

/** The one place where a bundle, loaded by Node's own loader, finds who evaluates it: by the id in its URL. */
function contexts(): ProgramContexts {
  const key = Symbol.for("dovetail.evaluations");
  const holder = globalThis as { [key]?: ProgramContexts };
  holder[key] ??= new Map<string, ProgramContext>();
  return holder[key];
}

/**
 * An id that no other evaluation of this process has, whichever copy of this file asks. Counted, not drawn: V8's compile cache
 * then knows the bundle's URL again in the next process, and does not keep one more entry for each run.
 */
export function nextEvaluationId(): string {
  const key = Symbol.for("dovetail.evaluationCount");
  const holder = globalThis as { [key]?: number };
  holder[key] = (holder[key] ?? 0) + 1;
  return String(holder[key]);
}

/** What a program's first file exports. */
export interface ProgramModule {
  readonly default?: unknown;
  readonly [name: string]: unknown;
}

type Import = (url: string) => Promise<ProgramModule>;

/** The built command line is a script, which has no `import()` of its own and is handed one. */
const handedImport = (globalThis as { [key: symbol]: unknown })[Symbol.for("dovetail.import")];
const plainImport = (handedImport ?? new Function("url", "return import(url)")) as Import;

/** Node's own `import`, whatever has transformed this file on its way here (a test runner gives functions no loader: then by a script). */
async function nativeImport(url: string): ReturnType<Import> {
  try {
    return await plainImport(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING") throw error;
    const script = new Script("(url) => import(url)", { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
    return (script.runInThisContext() as Import)(url);
  }
}

/** Loads the bundle anew for an evaluation and gives its exports. */
export async function loadProgram(evaluation: Evaluation, bundleUrl: string): Promise<ProgramModule> {
  contexts().set(evaluation.setting.id, createContext(evaluation));
  return await loadUnheard(() => nativeImport(`${bundleUrl}?evaluation=${evaluation.setting.id}`));
}

export function forgetProgram(evaluation: Evaluation): void {
  contexts().delete(evaluation.setting.id);
}

/** What a program reaches: packages and globals of one evaluation. */
export function createContext(evaluation: Evaluation): ProgramContext {
  const modules = new Map<string, unknown>();
  const base = (name: string): unknown => {
    if (!modules.has(name))
      modules.set(
        name,
        name === "pulumi"
          ? pulumiModule(evaluation)
          : packageModule(evaluation, name, name === "aws" ? awsEnums(evaluation) : () => undefined),
      );
    return modules.get(name);
  };
  const module = (specifier: string): unknown => {
    const [, name = "", ...parts] = specifier.split("/");
    const names = parts.filter((part) => part !== "index" && part !== "index.js").map((part) => part.replace(/\.js$/, ""));
    return partOf(base(name) as object, names);
  };
  return {
    globals: createGlobals(evaluation, module),
    module,
    exit: (code) => {
      throw new Error(`the program called process.exit(${code ?? ""})`);
    },
    stack: (declared, file, line) => watched(evaluation, declared, file, line),
  };
}

/** A default-exported stack function that notes that it was called. */
function watched(evaluation: Evaluation, declared: unknown, file: string, line: number): unknown {
  if (typeof declared !== "function") return declared;
  const entry = { file, line, name: declared.name, isCalled: false };
  evaluation.stacks.push(entry);
  return new Proxy(declared, {
    apply(target, self, args) {
      entry.isCalled = true;
      return Reflect.apply(target, self, args) as unknown;
    },
    construct(target, args, newTarget) {
      entry.isCalled = true;
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}

/** Calls `run()`, waits for everything it started, and gives its outputs. What goes wrong is reported. */
export async function runProgram(evaluation: Evaluation, run: () => unknown): Promise<EvaluationResult> {
  let returned: unknown;
  let hasEnded = true;
  try {
    returned = await callUnheard(run);
  } catch (error) {
    hasEnded = false;
    evaluation.reportException(error, evaluation.setting.kind === "sst" ? "run() threw" : "The program threw");
  }
  await evaluation.settle();
  if (hasEnded) warnOfStacks(evaluation);
  const outputs = await collectOutputs(evaluation, returned);
  await evaluation.settle();
  return { outputs };
}

function warnOfStacks(evaluation: Evaluation): void {
  for (const stack of evaluation.stacks.filter((candidate) => !candidate.isCalled)) {
    const name = stack.name === "__dovetail_default" || stack.name === "" ? "The default export" : `The stack "${stack.name}"`;
    evaluation.report(
      warningDiagnostic("DVT1014", "Declared stack never called", {
        detail: `${name} of this file is imported and never called, so nothing in it is deployed.`,
        fix: 'Call it in run():\n    const stack = await import("...");\n    stack.default();',
        range: { file: stack.file, line: stack.line, column: 1 },
      }),
    );
  }
  const isProject = evaluation.setting.kind === "pulumi";
  if (evaluation.registeredCount === 0) {
    evaluation.report(
      warningDiagnostic("DVT1017", "No resource declared", {
        detail: isProject ? "The program ended without declaring a resource." : "run() ended without declaring a resource.",
        fix: isProject
          ? "Declare resources at its top level, or in functions that it calls."
          : "Declare resources in run(), or in functions that it calls.",
      }),
    );
  }
}

async function collectOutputs(evaluation: Evaluation, returned: unknown): Promise<EvaluationResult["outputs"]> {
  if (returned === undefined || returned === null) return {};
  const outputs: [string, { value: Value; sensitive: boolean }][] = [];
  if (typeof returned !== "object") {
    evaluation.report(
      errorDiagnostic("DVT1004", "Invalid app definition", {
        detail: "run() must return an object of outputs, or nothing.",
        fix: "Return for example { url: api.url }.",
      }),
    );
    return {};
  }
  for (const name of Object.keys(returned)) {
    const range = evaluation.setting.outputPlace(name);
    const what = `The output "${name}"${evaluation.setting.kind === "sst" ? " of run()" : ""}`;
    try {
      const lifted = await lift(evaluation, Reflect.get(returned, name), { what, range: () => range });
      if (lifted.value !== undefined)
        outputs.push([name, { value: await plainValue(lifted.value), sensitive: lifted.secrets.size > 0 }]);
    } catch (error) {
      evaluation.reportException(aboutOutput(error, what), what, range);
    }
  }
  return Object.fromEntries(outputs);
}

/** What is said of a value's inside, beginning with which output it is of. */
function aboutOutput(error: unknown, what: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  return new DiagnosticError(
    error.diagnostics.map((diagnostic) =>
      diagnostic.range ? diagnostic : { ...diagnostic, detail: `${what}: ${diagnostic.detail ?? diagnostic.summary}` },
    ),
  );
}

/** Lifted values as the engine keeps them: a resource as its properties. */
async function plainValue(value: unknown): Promise<Value> {
  if (value === UNKNOWN || value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return Promise.all(value.map(plainValue));
  if (value instanceof CustomResource) {
    const registered = await value.__registered;
    return registered.value === undefined ? UNKNOWN : plainValue(objectFromSchema(value.__descriptor, registered.value));
  }
  if (value instanceof Resource) return value.__urnPath;
  if (typeof value !== "object") return null;
  const members: MutableValueObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) Object.defineProperty(members, key, { value: await plainValue(item), enumerable: true });
  }
  return members;
}
