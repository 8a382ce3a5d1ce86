import { basename, join } from "node:path";
import type { FrontEnd, ProviderConfiguration } from "@dovetail/engine";
import { coreFunctions } from "@dovetail/hcl";
import { type Clock, type Diagnostic, DiagnosticError, hasErrors, type Random } from "@dovetail/model";
import { loadConfiguration, vendoredFolders } from "../configuration/load-configuration.ts";
import type { ModuleTree } from "../configuration/model.ts";
import { evaluateConfiguration } from "../evaluate/evaluate-configuration.ts";
import { functionHost } from "../evaluate/function-host.ts";
import { type Files, nodeModuleFiles } from "../files.ts";
import { type GivenVariables, givenVariables, type VariableArguments } from "../variables/given-variables.ts";

export interface LoadOptions {
  /** Absolute folder of the root module. */
  readonly root: string;
  /** Where the user stands; paths of var-files are from there. */
  readonly cwd: string;
  readonly workspace: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** `-var` and `-var-file` as they stand on the command line. */
  readonly variables: VariableArguments["given"];
  readonly clock: Clock;
  readonly random: Random;
  /** What `~` stands for. */
  readonly homeFolder?: string;
  readonly files?: Files;
}

/** A root module, read and ready to be evaluated. */
export interface TerraformApp {
  readonly name: string;
  readonly workspace: string;
  readonly tree: ModuleTree;
  readonly frontEnd: FrontEnd;
  /** Live: a configuration is in it before the first resource that has it is registered. */
  readonly providerConfigurations: readonly ProviderConfiguration[];
  /** Warnings found while loading. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that the configuration was read from. */
  readonly inputFiles: readonly string[];
  /** Absolute path of the state file of the configured backend. */
  readonly stateFile: string;
}

/** Reads a root module with its modules and the values of its variables. Throws DiagnosticError with everything that is wrong. */
export function loadTerraformApp(options: LoadOptions): TerraformApp {
  const { root, env, workspace } = options;
  const files = options.files ?? nodeModuleFiles();
  const read = new Set<string>();
  const watched: Files = {
    ...files,
    read(path, bytesMax) {
      read.add(path);
      return files.read(path, bytesMax);
    },
  };
  const dataFolder = dataFolderOf(root, env);
  const loaded = loadConfiguration({ files: watched, root, dataFolder, vendored: vendoredFolders(root, env) });
  const given =
    loaded.tree === undefined
      ? undefined
      : givenVariables(loaded.tree.config.variables, { ...options, files: watched, given: options.variables });
  const diagnostics = [...loaded.diagnostics, ...(given?.diagnostics ?? [])];
  if (loaded.tree === undefined || given === undefined || hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  const providerConfigurations: ProviderConfiguration[] = [];
  return {
    name: basename(root),
    workspace,
    tree: loaded.tree,
    frontEnd: frontEndOf(options, loaded.tree, given, providerConfigurations),
    providerConfigurations,
    diagnostics,
    inputFiles: [...read],
    stateFile: stateFileOf(root, workspace),
  };
}

/** `.terraform`, or where TF_DATA_DIR says. */
export function dataFolderOf(root: string, env: LoadOptions["env"]): string {
  const named = env.TF_DATA_DIR;
  return named === undefined || named === "" ? join(root, ".terraform") : join(root, named);
}

function stateFileOf(root: string, workspace: string): string {
  return workspace === "default"
    ? join(root, "terraform.tfstate")
    : join(root, "terraform.tfstate.d", workspace, "terraform.tfstate");
}

function frontEndOf(
  options: LoadOptions,
  tree: ModuleTree,
  given: GivenVariables,
  configurations: ProviderConfiguration[],
): FrontEnd {
  const { root, cwd, workspace } = options;
  const configured = (configuration: ProviderConfiguration) => {
    const at = configurations.findIndex(({ name }) => name === configuration.name);
    if (at < 0) configurations.push(configuration);
    else configurations[at] = configuration;
  };
  return {
    configuresLate: true,
    evaluate: (host) =>
      evaluateConfiguration({
        tree,
        host,
        settings: { root, cwd, workspace, variables: given.values },
        functions: coreFunctions(functionHost(options, host)),
        configured,
      }),
  };
}
