import type { EvaluationHost, EvaluationResult, ProviderConfiguration } from "@dovetail/engine";
import { type LanguageFunction, typeJson } from "@dovetail/hcl";
import { DiagnosticError, hasErrors, type ResourceSchema, type SourceRange } from "@dovetail/model";
import type { ModuleTree, ProviderBlock, ResourceConfig } from "../configuration/model.ts";
import { placeText } from "../configuration/problems.ts";
import { impliedName } from "../configuration/provider-source.ts";
import { validateConfiguration } from "../validate/validate-configuration.ts";
import { toPlain } from "../values/to-engine.ts";
import { CheckResults } from "./check-results.ts";
import { ModuleInstance } from "./module-instance.ts";
import type { Run, RunSettings, SchemaRequest } from "./nodes.ts";
import { ProviderNodes, registryName, sourceOf } from "./provider-nodes.ts";
import { Unavailable } from "./result.ts";

export interface EvaluateOptions {
  readonly tree: ModuleTree;
  readonly host: EvaluationHost;
  readonly settings: RunSettings;
  readonly functions: ReadonlyMap<string, LanguageFunction>;
  /** Told each provider configuration before a resource that has it is registered. */
  readonly configured: (configuration: ProviderConfiguration) => void;
}

/** Evaluates a root module and everything in it against an engine's pass. */
export async function evaluateConfiguration(options: EvaluateOptions): Promise<EvaluationResult> {
  const { tree } = options;
  const run = runOf(options);
  const problems = await validateConfiguration(tree, (resource, at) => staticSchema(run, resource, at));
  if (hasErrors(problems)) throw new DiagnosticError(problems);
  run.report(problems);
  const root = new ModuleInstance({ run, tree, address: "", given: { kind: "root" } });
  await Promise.all([run.providers.evaluateAll(root), root.evaluateAll()]);
  const outputs = await outputsOf(root);
  return { outputs, isIncomplete: run.hasFailed() };
}

function runOf({ host, settings, functions, configured }: EvaluateOptions): Run {
  let hasFailed = false;
  return {
    host,
    settings,
    functions,
    providers: new ProviderNodes(configured),
    checks: new CheckResults(),
    schema: (request: SchemaRequest) => schemaOf(host, request),
    placeText: (range: SourceRange) => placeText(range, settings.root),
    report(found) {
      const diagnostics = found instanceof DiagnosticError ? found.diagnostics : found;
      hasFailed ||= hasErrors(diagnostics);
      for (const diagnostic of diagnostics) host.report(diagnostic);
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

/** A type's schema, before it is known which configuration of its provider a resource has. */
function staticSchema(run: Run, resource: ResourceConfig | ProviderBlock, { config, path }: ModuleTree): Promise<ResourceSchema> {
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
      outputs[name] = { value: toPlain(value).value, sensitive: output.isSensitive, type: typeJson(value.type) };
    } catch (error) {
      // Reported where it failed; the state keeps what it has.
      if (!(error instanceof Unavailable)) throw error;
    }
  }
  return outputs;
}
