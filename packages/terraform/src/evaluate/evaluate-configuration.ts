import type { EvaluationHost, EvaluationResult, Json, PlanDocument, ProviderConfiguration } from "@dovetail/engine";
import type { LanguageFunction } from "@dovetail/hcl";
import { DiagnosticError, hasErrors, type ResourceSchema, type SourceRange } from "@dovetail/model";
import type { ModuleTree, ProviderBlock, ResourceConfig } from "../configuration/model.ts";
import { placedFrom, placeText } from "../configuration/problems.ts";
import { impliedName, registryName } from "../configuration/provider-source.ts";
import { checkResultsJson, checksJson } from "../json/checks-json.ts";
import { configurationJson } from "../json/configuration-json.ts";
import { Moves } from "../refactoring/moves.ts";
import { removalProblems, removalsOf } from "../refactoring/removals.ts";
import { whyGone } from "../refactoring/why-gone.ts";
import { neededByProviders, validateConfiguration } from "../validate/validate-configuration.ts";
import { plainValue, toPlain, typeExpr } from "../values/to-engine.ts";
import { CheckResults } from "./check-results.ts";
import { Imports } from "./imports.ts";
import { ModuleInstance } from "./module-instance.ts";
import type { ModuleScope, Run, RunSettings, SchemaRequest } from "./nodes.ts";
import { ProviderFunctions } from "./provider-functions.ts";
import { ProviderNodes, sourceOf } from "./provider-nodes.ts";
import { Unavailable } from "./result.ts";
import { defaultValue } from "./variables.ts";

export interface EvaluateOptions {
  readonly tree: ModuleTree;
  readonly host: EvaluationHost;
  readonly settings: RunSettings;
  readonly functions: ReadonlyMap<string, LanguageFunction>;
  /** Told each provider configuration before a resource that has it is registered. */
  readonly configured: (configuration: ProviderConfiguration) => void;
  /** Told the root module before anything in it is evaluated. */
  readonly began?: (root: ModuleScope) => void;
}

/** Evaluates a root module and everything in it against an engine's pass. */
export async function evaluateConfiguration(options: EvaluateOptions): Promise<EvaluationResult> {
  const { tree } = options;
  const run = runOf(options);
  await validated(run, tree);
  // What goes needs nothing but its providers.
  if (run.host.mode === "destroy") {
    const needed = await neededByProviders(tree, (resource, at) => staticSchema(run, resource, at));
    run.opens = (config) => needed.has(config);
  }
  const root = new ModuleInstance({ run, tree, address: "", steps: [], given: { kind: "root" } });
  options.began?.(root);
  const imports = new Imports(root);
  run.imports = imports;
  await Promise.all([run.providers.evaluateAll(root), root.evaluateAll()]);
  if (!run.hasFailed() && run.host.isDiscovery !== true && run.host.mode !== "destroy") run.report(imports.problems());
  const { host, checks } = run;
  return {
    outputs: await outputsOf(root),
    ...(host.pass === "plan" && host.isDiscovery !== true ? { document: await documentOf(options, run, root) } : {}),
    checkResults: checkResultsJson(checks),
    removed: removalsOf(tree),
    whyGone: (address) => whyGone(tree, run.modules, address),
    isIncomplete: run.hasFailed(),
  };
}

/** The root module without anything of it evaluated: where what only refers to itself can be evaluated. */
export function rootScope(options: EvaluateOptions): ModuleScope {
  return new ModuleInstance({ run: runOf(options), tree: options.tree, address: "", steps: [], given: { kind: "root" } });
}

/** Looks at everything that can be told before anything is evaluated. Throws DiagnosticError; warnings are reported. */
export async function validated(run: Run, tree: ModuleTree): Promise<void> {
  const found = await validateConfiguration(tree, (resource, at) => staticSchema(run, resource, at));
  const problems = [...found, ...run.moves.problems(tree), ...removalProblems(tree)];
  if (hasErrors(problems)) throw new DiagnosticError(problems);
  run.report(problems);
}

/** What one evaluation of a tree works with. */
export function runOf({ tree, host, settings, functions, configured }: EvaluateOptions): Run {
  let hasFailed = false;
  return {
    host,
    settings,
    functions,
    providers: new ProviderNodes(configured),
    providerFunctions: new ProviderFunctions(host),
    checks: new CheckResults(),
    moves: new Moves(tree),
    imports: undefined,
    opens: undefined,
    modules: new Set(),
    schema: (request: SchemaRequest) => schemaOf(host, request),
    placeText: (range: SourceRange) => placeText(range, settings.root),
    report(found) {
      const diagnostics = found instanceof DiagnosticError ? found.diagnostics : found;
      hasFailed ||= hasErrors(diagnostics);
      for (const diagnostic of diagnostics) host.report(placedFrom(diagnostic, settings.root));
    },
    hasFailed: () => hasFailed,
    failed() {
      hasFailed = true;
    },
  };
}

async function schemaOf(host: EvaluationHost, request: SchemaRequest) {
  if (host.schema === undefined) throw new Error("this host tells no schemas");
  return await host.schema(request);
}

/** What only the configuration can tell of a plan document. */
async function documentOf({ tree }: EvaluateOptions, run: Run, root: ModuleScope): Promise<PlanDocument> {
  const checks = checksJson(run.checks);
  const variables = await variablesJson(root);
  return {
    ...(variables === undefined ? {} : { variables }),
    configuration: await configurationJson(tree, (block, at) => staticSchema(run, block, at)),
    ...(checks === undefined ? {} : { checks }),
  };
}

/** The values of the root module's variables; of those that are kept nowhere what the configuration says itself. */
async function variablesJson(root: ModuleScope): Promise<Json | undefined> {
  const found: { [name: string]: Json } = {};
  for (const variable of root.tree.config.variables.values()) {
    if (variable.isEphemeral && variable.default === undefined) continue;
    // As it was given: only a default is converted.
    const given = variable.isEphemeral ? { value: defaultValue(variable) } : root.run.settings.variables.get(variable.name);
    const value = given?.value ?? (await root.variableValue(variable.name).catch(() => undefined))?.value;
    if (value !== undefined) found[variable.name] = { value: JSON.parse(JSON.stringify(plainValue(value))) as Json };
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** A type's schema, before it is known which configuration of its provider a resource has. */
export function staticSchema(
  run: Run,
  resource: ResourceConfig | ProviderBlock,
  { config, path }: ModuleTree,
): Promise<ResourceSchema> {
  if (!("kind" in resource)) return run.providers.schemaOf(run, config, resource);
  const local = resource.provider?.name ?? impliedName(resource.type);
  return run.schema({
    kind: resource.kind === "managed" ? "resource" : resource.kind,
    provider: registryName(sourceOf(config, local), local),
    type: resource.type,
    address: [...path.map((name) => `module.${name}`), resource.key].join("."),
    range: resource.range,
  });
}

async function outputsOf(root: ModuleInstance): Promise<EvaluationResult["outputs"]> {
  const outputs: { [name: string]: EvaluationResult["outputs"][string] } = {};
  for (const [name, output] of root.tree.config.outputs) {
    try {
      const { value } = await root.output(name);
      outputs[name] = { value: toPlain(value).value, sensitive: output.isSensitive, type: typeExpr(value.type) };
    } catch (error) {
      // Reported where it failed; the state keeps what it has.
      if (!(error instanceof Unavailable)) throw error;
    }
  }
  return outputs;
}
