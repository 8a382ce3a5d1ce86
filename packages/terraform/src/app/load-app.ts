import { basename, join } from "node:path";
import type { EvaluationHost, FrontEnd, Json, ProviderConfiguration } from "@dovetail/engine";
import { coreFunctions, parseExpression } from "@dovetail/hcl";
import { type Clock, type Diagnostic, DiagnosticError, hasErrors, type Random } from "@dovetail/model";
import { EMPTY_SCOPE } from "../configuration/literals.ts";
import { loadConfiguration, vendoredFolders } from "../configuration/load-configuration.ts";
import type { ModuleConfig, ModuleTree, ResourceConfig } from "../configuration/model.ts";
import { Problems } from "../configuration/problems.ts";
import { impliedName } from "../configuration/provider-source.ts";
import { checkEncryption } from "../encryption/ciphers.ts";
import type { EncryptionConfig } from "../encryption/encryption-config.ts";
import { readEncryption } from "../encryption/read-encryption.ts";
import { staticScope } from "../encryption/static-scope.ts";
import { evaluateConfiguration, rootScope } from "../evaluate/evaluate-configuration.ts";
import { evaluateExpression } from "../evaluate/evaluate-expression.ts";
import { type FunctionSettings, functionHost } from "../evaluate/function-host.ts";
import { sourceOf } from "../evaluate/provider-nodes.ts";
import { type Files, nodeModuleFiles } from "../files.ts";
import { deprovision } from "../provisioners/before-delete.ts";
import { consoleText } from "../values/console-text.ts";
import { type GivenVariables, givenVariables, type VariableArguments } from "../variables/given-variables.ts";
import { backendOf, type RootBackend } from "./backend.ts";
import { generateConfig } from "./generate-config.ts";

export interface LoadOptions {
  /** Absolute folder of the root module. */
  readonly root: string;
  /** Where the user stands; paths of var-files are from there. */
  readonly cwd: string;
  readonly workspace: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** `-var` and `-var-file` as they stand on the command line. */
  readonly variables: VariableArguments["given"];
  /** What commands of provisioners get to see. Default: the environment itself. */
  readonly commandEnvironment?: () => LoadOptions["env"];
  /** Values of the variables that a kept plan was made with, by name: `{"value": …}`. */
  readonly planned?: Json;
  /** The configuration is only validated: its variables have no values. */
  readonly isValidation?: boolean;
  /** Only the state's place is asked for: what is wrong with the configuration does not matter. */
  readonly isStateOnly?: boolean;
  /** The state lies in terraform.tfstate whatever backend is configured. */
  readonly isBackendIgnored?: boolean;
  /** Of `init`: `-backend-config` as it stands on the command line. */
  readonly backendArguments?: readonly string[];
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
  /** A front end that evaluates one expression in the root module, which declares only what the expression needs; `answer` is told its value. */
  console(text: string, answer: (value: string) => void): FrontEnd;
  /** A front end that declares nothing, and tells `answer` the text of blocks for objects that import blocks name and nothing declares. */
  generate(answer: (text: string | undefined) => void): FrontEnd;
  /** Live: a configuration is in it before the first resource that has it is registered. */
  readonly providerConfigurations: readonly ProviderConfiguration[];
  /** Warnings found while loading. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that the configuration was read from. */
  readonly inputFiles: readonly string[];
  /** Files that functions of the language read; live: known once it was evaluated. */
  readonly readByFunctions: ReadonlySet<string>;
  readonly backend: RootBackend;
  /** How state and plans are encrypted, where they are. */
  readonly encryption?: EncryptionConfig;
  /** Something in it may call AWS. */
  readonly needsCloud: boolean;
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
      : givenVariables(loaded.tree.config.variables, {
          ...options,
          files: watched,
          given: options.variables,
          ...(options.planned === undefined ? {} : { planned: options.planned }),
        });
  const backend = backendOf(loaded.tree, { ...options, files: watched, dataFolder });
  const encryption = encryptionOf(options, loaded.tree?.config, given);
  const ofState = [...backend.diagnostics, ...encryption.diagnostics];
  const kept = { backend, ...(encryption.config === undefined ? {} : { encryption: encryption.config }) };
  const diagnostics = [...loaded.diagnostics, ...(given?.diagnostics ?? []), ...ofState];
  if (options.isStateOnly === true) {
    if (hasErrors(ofState)) throw new DiagnosticError(ofState);
    return stateOnly(options, kept);
  }
  if (loaded.tree === undefined || given === undefined || hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  const providerConfigurations: ProviderConfiguration[] = [];
  const readByFunctions = new Set<string>();
  return {
    name: basename(root),
    workspace,
    tree: loaded.tree,
    ...frontEndsOf(
      { ...options, language: languageOf(read), noteRead: (path) => readByFunctions.add(path) },
      loaded.tree,
      given,
      providerConfigurations,
    ),
    providerConfigurations,
    diagnostics,
    inputFiles: [...read],
    readByFunctions,
    ...kept,
    needsCloud: needsCloud(loaded.tree),
  };
}

/** A configuration with files that only OpenTofu reads is OpenTofu's. */
function languageOf(read: Iterable<string>): "terraform" | "opentofu" {
  return [...read].some((path) => /\.tofu(\.json)?$/.test(path)) ? "opentofu" : "terraform";
}

const EMPTY_MODULE: ModuleConfig = {
  folder: "",
  variables: new Map(),
  locals: new Map(),
  outputs: new Map(),
  resources: new Map(),
  calls: new Map(),
  providers: new Map(),
  requiredProviders: new Map(),
  requiredVersions: [],
  moved: [],
  removed: [],
  imports: [],
  checks: new Map(),
};

/** Checked where variables have values. */
function encryptionOf(
  { root, env, isValidation }: LoadOptions,
  config: ModuleConfig | undefined,
  given: GivenVariables | undefined,
): { readonly config: EncryptionConfig | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const problems = new Problems(root);
  const read = readEncryption(config?.encryption?.body, env.TF_ENCRYPTION, staticScope(config, given), problems);
  if (read !== undefined && isValidation !== true && !problems.hasErrors) problems.add(checkEncryption(read));
  return { config: read, diagnostics: problems.found };
}

function stateOnly({ root, workspace }: LoadOptions, kept: Pick<TerraformApp, "backend" | "encryption">): TerraformApp {
  const tree: ModuleTree = { path: [], config: { ...EMPTY_MODULE, folder: root }, children: new Map() };
  return {
    name: basename(root),
    workspace,
    tree,
    frontEnd: { evaluate: async () => ({ outputs: {} }) },
    console: () => ({ evaluate: async () => ({ outputs: {} }) }),
    generate: () => ({ evaluate: async () => ({ outputs: {} }) }),
    providerConfigurations: [],
    diagnostics: [],
    inputFiles: [],
    readByFunctions: new Set(),
    ...kept,
    needsCloud: true,
  };
}

/** Whether any provider may call AWS: those that Terraform's own utilities are made of don't, unless they read a state in S3. */
function needsCloud(tree: ModuleTree): boolean {
  const { config } = tree;
  const resources = [...config.resources.values()];
  const used = resources.map((resource) => sourceOf(config, resource.provider?.name ?? impliedName(resource.type)));
  const named = [...config.providers.values()].map((block) => sourceOf(config, block.name));
  return (
    [...used, ...named, ...importedSources(config)].some((source) => !OFFLINE.test(source)) ||
    resources.some(readsRemoteState) ||
    [...tree.children.values()].some(needsCloud)
  );
}

/** Sources of the providers of what is to be taken over, whether or not the configuration declares it. */
function importedSources(config: ModuleConfig): readonly string[] {
  const types = config.imports.flatMap(({ to }) => to.asTraversal()?.root ?? []);
  return types.filter((type) => type !== "module").map((type) => sourceOf(config, impliedName(type)));
}

function readsRemoteState({ type, body }: ResourceConfig): boolean {
  if (type !== "terraform_remote_state") return false;
  return body.justAttributes().attributes.get("backend")?.expression.evaluate(EMPTY_SCOPE).value.raw !== "local";
}

const OFFLINE = /^terraform\.io\/builtin\/terraform$|\/hashicorp\/(random|archive|null|local|time|tls|external|cloudinit)$/;

/** `.terraform`, or where TF_DATA_DIR says. */
export function dataFolderOf(root: string, env: LoadOptions["env"]): string {
  const named = env.TF_DATA_DIR;
  return named === undefined || named === "" ? join(root, ".terraform") : join(root, named);
}

function frontEndsOf(
  options: LoadOptions & FunctionSettings & { readonly noteRead: (path: string) => void },
  tree: ModuleTree,
  given: GivenVariables,
  configurations: ProviderConfiguration[],
): Pick<TerraformApp, "frontEnd" | "console" | "generate"> {
  const { root, cwd, workspace } = options;
  const configured = (configuration: ProviderConfiguration) => {
    const at = configurations.findIndex(({ name }) => name === configuration.name);
    if (at < 0) configurations.push(configuration);
    else configurations[at] = configuration;
  };
  const optionsFor = (host: EvaluationHost) => ({
    tree,
    host,
    settings: {
      root,
      cwd,
      workspace,
      variables: given.values,
      commandEnvironment: options.commandEnvironment ?? (() => options.env),
    },
    functions: coreFunctions(functionHost(options, host)),
    configured,
  });
  return {
    frontEnd: {
      configuresLate: true,
      ownersMayShare: true,
      evaluate: (host) => evaluateConfiguration(optionsFor(host)),
      beforeDelete: (address, object, tell) => deprovision(rootScope(optionsFor(DEAF)), address, object, tell),
    },
    console: (text, answer) => ({
      configuresLate: true,
      async evaluate(host) {
        const { expression, diagnostics } = parseExpression(text, "<console-input>");
        if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
        const { value } = await evaluateExpression(expression, rootScope(optionsFor(host)).place);
        answer(consoleText(value));
        return { outputs: {} };
      },
    }),
    generate: (answer) => ({
      configuresLate: true,
      async evaluate(host) {
        answer(await generateConfig(rootScope(optionsFor(host)), host));
        return { outputs: {} };
      },
    }),
  };
}

/** A host of an evaluation that declares nothing. */
const DEAF: EvaluationHost = {
  pass: "apply",
  register: () => Promise.reject(new DiagnosticError([])),
  readData: () => Promise.reject(new DiagnosticError([])),
  report: () => undefined,
};
