import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EvaluationHost, FrontEnd, Hook, ProviderConfiguration } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError, hasErrors, type SourceRange } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createArchiver } from "../assets/archiver.ts";
import { bundleProgram } from "../bundle/bundle.ts";
import { Catalogs } from "../catalog/catalogs.ts";
import { addForeign, type FindForeign } from "../catalog/find-foreign.ts";
import { isOutput } from "../core/contract.ts";
import { DYNAMIC_DESCRIPTOR, DYNAMIC_TOKEN } from "../core/dynamic-schema.ts";
import { declareProvider } from "../core/provider-declaration.ts";
import { register } from "../core/registration.ts";
import { type AppIdentity, Evaluation, type EvaluationSetting } from "../evaluate/evaluation.ts";
import { GLOBALS } from "../evaluate/globals.ts";
import { NameTable } from "../evaluate/name-table.ts";
import { PlaceFinder } from "../evaluate/place.ts";
import { forgetProgram, loadProgram, nextEvaluationId, type ProgramModule, runProgram } from "../evaluate/program-run.ts";
import { watchProcess } from "../evaluate/watch-process.ts";
import { writeModuleTypes } from "../typings/write-types.ts";
import type { AppOptions } from "./app-options.ts";
import { appPlace, askApp, entryPlace, optionPlace, outputPlace } from "./ask-app.ts";
import { declaredProviders } from "./declared-providers.ts";
import { type Environment, loadDotEnv } from "./dot-env.ts";
import { type DynamicFunctions, dynamicProvider, type FindFunctions } from "./dynamic-provider.ts";
import { inProgram } from "./in-program.ts";
import { KeptPrograms } from "./kept-programs.ts";
import { isPulumiProject, projectOptions, readProject } from "./pulumi-project.ts";
import { configFiles, type ParseYaml, readStackConfig, type StackConfig, yamlFor } from "./stack-config.ts";

export interface LoadOptions {
  /** Absolute path; its folder is the app's root. */
  readonly configFile: string;
  readonly stage: string;
  /** The environment that `.env` files are laid under; usually the process's. */
  readonly env: Environment;
  /** `deploy`, `diff`, … as `$cli.command` shows it. */
  readonly command: string;
  readonly dev?: boolean;
  /** `local`, `aws`, or the URL of a cloud. */
  readonly target: string;
  /** `.dovetail` of the app: caches and artefacts. Default: beside the config file. */
  readonly outDir?: string;
  /** Finds a provider that Dovetail does not bring (`acme`) on this machine. Throws DiagnosticError where it is not there. */
  readonly foreign?: FindForeign;
}

export interface LoadedApp {
  readonly name: string;
  readonly stage: string;
  /** What applies: an unset `removal` means `remove` on a local target, `retain` on AWS. */
  readonly removal: "remove" | "retain" | "retain-all";
  readonly protect: boolean;
  readonly home: string;
  readonly providers: AppOptions["providers"];
  readonly version: string | undefined;
  readonly watch: unknown;
  /** `targets` of `app()`: stage -> target. */
  readonly targets: AppOptions["targets"];
  /**
   * `aws` from `app().providers` (default tags `sst:app` and `sst:stage` in it), and `aws.<name>` for each `new aws.Provider(...)`.
   * The list is live: a provider that the program makes is in it before the first resource that uses it is registered.
   */
  readonly providerConfigurations: readonly ProviderConfiguration[];
  readonly frontEnd: FrontEnd;
  /** Warnings found while loading. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that the program is made from, `.env` files included: what to watch. */
  readonly inputFiles: readonly string[];
  /** Files and folders that assets and archives were made from in the last evaluation, absolute. */
  readonly assetPaths: readonly string[];
  /** The folder, absolute, that an archive (`filename` of a function) was packed from in the last evaluation, where it was one folder. */
  folderOf(archive: string): string | undefined;
  /** What the program sees as `process.env`. */
  readonly environment: Environment;
  /** The functions of a `dynamic.Resource` by its logical name; the program is evaluated for them if it has not been. */
  readonly dynamicFunctions: FindFunctions;
  /** Where the config file sets an option of `app()`; undefined where it does not show it. */
  optionPlace(option: string): SourceRange | undefined;
  /** Runs code of the program's in its folder, with its environment. */
  inProgram<T>(run: () => Promise<T>): Promise<T>;
  /** A dynamic resource is deleted: the program that was kept for that is not needed any more. */
  forgetDynamic(name: string): void;
}

/** The provider that serves the program's `dynamic.Resource`s: the state type `dovetail_dynamic_resource`. */
export function createDynamicProvider(app: LoadedApp): Provider {
  return dynamicProvider(app.dynamicFunctions, app.forgetDynamic, app.inProgram);
}

/**
 * Bundles a program and asks its `app()`. Nothing is registered yet: `frontEnd.evaluate` runs it, each time from a clean module context.
 * @throws DiagnosticError DVT1002, DVT1016 (bundling), DVT1003 (exception), DVT1004 (not an app)
 */
export async function loadApp(options: LoadOptions): Promise<LoadedApp> {
  const configRoot = dirname(options.configFile);
  const outDir = options.outDir ?? join(configRoot, ".dovetail");
  const parseYaml = await yamlFor(configRoot, options.stage);
  const project = parseYaml && isPulumiProject(options.configFile) ? readProject(options.configFile, parseYaml) : undefined;
  const root = project?.programRoot ?? configRoot;
  const declared = project ? [] : declaredProviders(options.configFile);
  const globals = [...GLOBALS, ...declared.filter((name) => !GLOBALS.includes(name))];
  const bundle = await bundleProgram(project?.entry ?? options.configFile, join(outDir, "cache/program"), globals);
  const loaded = project
    ? { environment: options.env, files: [options.configFile] }
    : loadDotEnv(root, options.stage, options.env);
  const places = new PlaceFinder(bundle.file);
  const catalogs = new Catalogs();
  await addForeign(catalogs, bundle.foreign, declared, { root, find: options.foreign });
  const dynamicFunctions = new Map<string, DynamicFunctions>();
  const hooks = new Map<string, Hook>();
  const kept = new KeptPrograms(outDir, options.stage);
  const shared: Shared = {
    environment: loaded.environment,
    parseYaml,
    configRoot,
    kind: project ? "pulumi" : "sst",
    entryPlace: () => entryPlace(places, options.configFile, project?.entry),
    outputPlace: (name) => outputPlace(places, project?.entry ?? options.configFile, name),
    root,
    outDir,
    catalogs,
    places,
    isLocal: options.target !== "aws",
    isDev: options.dev === true,
    command: options.command,
    archiver: createArchiver(root, outDir, options.target !== "aws"),
    providerConfigurations: [],
    dynamics: {
      describe: (type: string) => (type === DYNAMIC_TOKEN ? DYNAMIC_DESCRIPTOR : undefined),
      provide(name, implementation, pass) {
        dynamicFunctions.set(name, implementation as DynamicFunctions);
        if (pass === "apply") kept.keep(name, bundle.file);
      },
    },
    hooks,
    register,
  };
  const url = pathToFileURL(bundle.file).href;
  const scratch = (app: AppIdentity) => newEvaluation(shared, app, scratchHost());
  const unasked = { stage: options.stage, removal: "retain" as const, protect: false, providers: {} };
  const { options: app, warnings } = project
    ? {
        options: projectOptions(project, options.stage, scratch({ ...unasked, name: project.name }).setting.stackConfig(), [
          "aws",
          ...catalogs.foreignNames(),
        ]),
        warnings: [],
      }
    : await inProgram(root, loaded.environment, () => askApp(scratch({ ...unasked, name: "app" }), url, options));
  const removal = app.removal ?? (shared.isLocal || project ? "remove" : "retain");
  const identity: AppIdentity = { name: app.name, stage: app.stage, removal, protect: app.protect, providers: app.providers };
  const found: Diagnostic[] = [...warnings];
  const collecting: EvaluationHost = { ...scratchHost(), report: (diagnostic) => found.push(diagnostic) };
  const place = project ? { file: options.configFile, line: 1, column: 1 } : appPlace(places, options.configFile);
  const declaring = newEvaluation(shared, identity, collecting);
  await declareDefaultProvider(declaring, app, place);
  for (const name of catalogs.foreignNames()) {
    const args = app.providers[name];
    const packageName = catalogs.providerOf(name)?.tf;
    if (args !== undefined && packageName !== undefined)
      await declareProvider(declaring, { packageName, name: "", args, range: place });
  }
  if (hasErrors(found)) throw new DiagnosticError(found);
  const run = (host: EvaluationHost) =>
    inProgram(root, loaded.environment, () => evaluate(newEvaluation(shared, identity, host), url));
  return {
    ...app,
    removal,
    providerConfigurations: shared.providerConfigurations,
    diagnostics: found,
    inputFiles: [...bundle.inputs, ...loaded.files, ...configFiles(configRoot, options.stage)],
    get assetPaths() {
      return shared.archiver.paths();
    },
    folderOf: (archive) => shared.archiver.folderOf(archive),
    environment: loaded.environment,
    frontEnd: {
      evaluate: run,
      async hook(name) {
        if (!hooks.has(name)) await run(deafHost());
        const hook = hooks.get(name);
        return hook && { ...hook, run: (call) => inProgram(root, loaded.environment, () => hook.run(call)) };
      },
    },
    async dynamicFunctions(name) {
      if (!dynamicFunctions.has(name)) await run(deafHost());
      return dynamicFunctions.get(name) ?? (await functionsOfKept(shared, identity, kept.programOf(name), name));
    },
    optionPlace: (option) => (project ? undefined : optionPlace(places, options.configFile, option)),
    inProgram: (work) => inProgram(root, loaded.environment, work),
    forgetDynamic(name) {
      if (!dynamicFunctions.has(name)) kept.forget(name);
    },
  };
}

/** The functions of a resource that has left the program, out of the program that it was deployed by. */
async function functionsOfKept(
  shared: Shared,
  app: AppIdentity,
  file: string | undefined,
  name: string,
): Promise<DynamicFunctions | undefined> {
  if (file === undefined) return undefined;
  const found = new Map<string, DynamicFunctions>();
  const setting: Shared = {
    ...shared,
    places: new PlaceFinder(file),
    providerConfigurations: [],
    hooks: new Map(),
    dynamics: {
      ...shared.dynamics,
      provide: (resource, implementation) => void found.set(resource, implementation as DynamicFunctions),
    },
  };
  const url = pathToFileURL(file).href;
  await inProgram(shared.root, shared.environment, () => evaluate(newEvaluation(setting, app, deafHost()), url));
  return found.get(name);
}

interface Shared extends Omit<EvaluationSetting, "id" | "app" | "host" | "names" | "stackConfig"> {
  readonly environment: Environment;
  readonly parseYaml: ParseYaml | undefined;
  /** Where Pulumi.<stage>.yaml stands. */
  readonly configRoot: string;
}

function newEvaluation(shared: Shared, app: AppIdentity, host: EvaluationHost): Evaluation {
  let config: StackConfig | undefined;
  return new Evaluation({
    ...shared,
    app,
    host,
    id: nextEvaluationId(),
    names: new NameTable(),
    stackConfig: () => {
      config ??= readStackConfig(shared.configRoot, app, shared.environment, shared.parseYaml);
      return config;
    },
  });
}

async function evaluate(evaluation: Evaluation, url: string) {
  const watch = watchProcess(evaluation);
  evaluation.setting.archiver.begin();
  try {
    const program = await loadProgram(evaluation, url);
    const ended = runProgram(evaluation, () => resultOf(program, evaluation.setting.kind));
    const result = await Promise.race([ended, watch.stalled.then(() => ({ outputs: {} }))]);
    await keepModules(evaluation);
    return result;
  } catch (error) {
    evaluation.reportException(error, "Loading the program");
    await evaluation.settle();
    return { outputs: {} };
  } finally {
    await watch.stop();
    forgetProgram(evaluation);
  }
}

/** What was deployed of Terraform modules is what the next plan compares with; their typing follows the program. */
async function keepModules({ host, lockedModules, setting }: Evaluation): Promise<void> {
  if (lockedModules.size === 0) return;
  const { isLocalModule, moduleTypings, writeModuleLock } = await import("@dovetail/terraform");
  const sources = [...lockedModules.values()].map(({ source }) => source).filter(isLocalModule);
  writeModuleTypes(setting.root, moduleTypings(setting.root, sources));
  if (host.pass === "apply") writeModuleLock(setting.root, lockedModules);
}

/** What a program gives back: SST's `run()` returns its outputs, a Pulumi program exports them, or its default export is a function that returns them. */
function resultOf(program: ProgramModule, kind: "sst" | "pulumi"): unknown {
  if (kind === "sst") return (program.default as { readonly run?: () => unknown }).run?.();
  const { default: main, ...exported } = program;
  if (typeof main === "function") return Reflect.apply(main, undefined, []) as unknown;
  return main === undefined ? withoutFunctions(exported) : main;
}

/** Functions and classes that a program exports are for its tests, not outputs. */
function withoutFunctions(exported: object): object {
  return Object.fromEntries(Object.entries(exported).filter(([, value]) => typeof value !== "function" || isOutput(value)));
}

/** Refuses everything in silence: for finding out what a program has, without doing any of it. */
function deafHost(): EvaluationHost {
  const refuse = async () => {
    throw new DiagnosticError([]);
  };
  return { pass: "plan", register: refuse, readData: refuse, report: () => {} };
}

/** What the config file's top level makes while only `app()` is asked is never heard of. */
function scratchHost(): EvaluationHost {
  const never = () => new Promise<never>(() => {});
  return { pass: "plan", register: never, readData: never, report: () => {} };
}

/** The provider `aws` as `app().providers` has it; SST's default tags on everything. */
async function declareDefaultProvider(evaluation: Evaluation, app: AppOptions, range: SourceRange): Promise<void> {
  const given = app.providers.aws ?? {};
  const tags = (given.defaultTags as { readonly tags?: object } | undefined)?.tags;
  const defaultTags = { tags: { "sst:app": app.name, "sst:stage": app.stage, ...tags } };
  const args = evaluation.setting.kind === "sst" ? { ...given, defaultTags } : given;
  await declareProvider(evaluation, { packageName: "aws", name: "", args, range });
}
