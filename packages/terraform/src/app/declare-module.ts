import { join, resolve } from "node:path";
import type { EvaluationHost } from "@dovetail/engine";
import { coreFunctions, DYNAMIC } from "@dovetail/hcl";
import {
  type Clock,
  type Diagnostic,
  DiagnosticError,
  formatAddress,
  hasErrors,
  parseAddress,
  type Random,
  type SourceRange,
  type Value,
} from "@dovetail/model";
import { loadConfiguration, type ReadModules, vendoredFolders } from "../configuration/load-configuration.ts";
import type { ModuleTree } from "../configuration/model.ts";
import { runOf, validated } from "../evaluate/evaluate-configuration.ts";
import { functionHost } from "../evaluate/function-host.ts";
import { ModuleInstance } from "../evaluate/module-instance.ts";
import type { LaterVariable, ResourceSource, Sources } from "../evaluate/nodes.ts";
import { NO_SOURCES, Unavailable } from "../evaluate/result.ts";
import { type Files, nodeModuleFiles } from "../files.ts";
import { fromPlain } from "../values/from-engine.ts";
import { toPlain } from "../values/to-engine.ts";
import { CALL_FILE, callText } from "./call-text.ts";
import type { ModuleDeclaration } from "./module-declaration.ts";

/** Stands between a program and the modules that it declares: an export looks on, or answers in their place. */
export interface ModuleWitness {
  declare(
    declaration: ModuleDeclaration,
    really: (declaration: ModuleDeclaration) => Promise<DeclaredModule>,
  ): Promise<DeclaredModule>;
}

export interface ModuleSurroundings {
  readonly host: EvaluationHost & { readonly modules?: ModuleWitness };
  /** The app's folder. */
  readonly root: string;
  readonly workspace: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly clock: Clock;
  readonly random: Random;
  readonly files?: Files;
}

export interface ModuleOutput {
  readonly value: Value;
  readonly isSensitive: boolean;
  /** Addresses of the resources that it was made from, each registered already. */
  readonly dependencies: readonly string[];
}

export interface DeclaredModule {
  /** Absolute folder of its files. */
  readonly folder: string;
  readonly outputNames: readonly string[];
  /** undefined where it could not be had, which has been reported. */
  output(name: string): Promise<ModuleOutput | undefined>;
  /** Addresses of its resources, once all of them are registered. */
  addresses(): Promise<readonly string[]>;
  /** When nothing in it is under way any more; never rejects. */
  readonly settled: Promise<void>;
}

/**
 * Reads a module and begins to evaluate it against an engine's pass, as a root module that calls it would have it: its resources
 * have the addresses `module.<name>.…`. Throws DiagnosticError where it cannot be read or is wrong.
 */
export async function declareModule(declaration: ModuleDeclaration, around: ModuleSurroundings): Promise<DeclaredModule> {
  const really = (wanted: ModuleDeclaration) => evaluateModule(wanted, around);
  const { modules } = around.host;
  return modules === undefined ? await really(declaration) : await modules.declare(declaration, really);
}

async function evaluateModule(declaration: ModuleDeclaration, around: ModuleSurroundings): Promise<DeclaredModule> {
  const { name, range } = declaration;
  const tree = treeOf(declaration, around);
  const host = atPlace(around.host, around.root, range);
  const run = runOf({
    tree,
    host,
    settings: {
      root: around.root,
      cwd: around.root,
      workspace: around.workspace,
      variables: new Map(),
      later: laterOf(declaration),
      commandEnvironment: () => around.env,
    },
    functions: coreFunctions(functionHost(around, host)),
    configured: () => undefined,
  });
  try {
    await validated(run, tree);
  } catch (error) {
    if (error instanceof DiagnosticError)
      throw new DiagnosticError(error.diagnostics.map((each) => placed(each, around.root, range)));
    throw error;
  }
  const waitsFor = async (): Promise<Sources> => {
    const addresses = await declaration.waitsFor();
    return addresses.length === 0 ? NO_SOURCES : new Set([programSource(addresses)]);
  };
  const root = new ModuleInstance({ run, tree, address: "", steps: [], waitsFor, given: { kind: "root" } });
  const settled = root.evaluateAll();
  return {
    folder: tree.children.get(name)?.config.folder ?? around.root,
    outputNames: [...(tree.children.get(name)?.config.outputs.keys() ?? [])],
    output: (wanted) => outputOf(root, wanted),
    addresses: async () => await addressesOf(await root.allResources()),
    settled,
  };
}

/** The configuration that calls the module: one file, which stands in memory in the app's folder. It is read once to learn of the outputs. */
function treeOf(declaration: ModuleDeclaration, around: ModuleSurroundings): ModuleTree {
  const read: ReadModules = new Map();
  const first = load(callText(declaration, new Map()), around, read);
  // Its call is written again, with outputs; its files are the same.
  read.delete(around.root);
  const outputs = first.tree?.children.get(declaration.name)?.config.outputs ?? new Map();
  const { tree, diagnostics } = hasErrors(first.diagnostics) ? first : load(callText(declaration, outputs), around, read);
  if (tree === undefined || hasErrors(diagnostics))
    throw new DiagnosticError(diagnostics.map((each) => placed(each, around.root, declaration.range)));
  return tree;
}

function load(text: string, { root, env, files = nodeModuleFiles() }: ModuleSurroundings, read: ReadModules) {
  const file = join(root, CALL_FILE);
  const overlay: Files = {
    ...files,
    list: (folder) => (resolve(folder) === root ? [CALL_FILE] : files.list(folder)),
    read: (path, bytesMax) => (path === file ? Buffer.from(text) : files.read(path, bytesMax)),
  };
  return loadConfiguration(
    { files: overlay, root, dataFolder: join(root, ".terraform"), vendored: vendoredFolders(root, env) },
    read,
  );
}

function laterOf({ inputs }: ModuleDeclaration): ReadonlyMap<string, LaterVariable> {
  const later = [...inputs].map(([name, ask]): [string, LaterVariable] => [
    name,
    async () => {
      const { value, sensitive, dependencies } = await ask();
      const from: Sources = dependencies.length === 0 ? NO_SOURCES : new Set([programSource(dependencies)]);
      return { value: fromPlain(value, DYNAMIC, sensitive), from };
    },
  ]);
  return new Map(later);
}

/** Resources of the program, as what is made from them in a module sees them. */
function programSource(addresses: readonly string[]): ResourceSource {
  const instances = addresses.map((address) => ({
    instance: { names: new Map() },
    address,
    isRegistered: true,
    object: Promise.reject(new Unavailable([address])),
  }));
  for (const { object } of instances) object.catch(() => undefined);
  return {
    closure: async () => [...new Set(addresses.map(withoutKey))].sort(),
    instances: async () => instances,
    value: async () => {
      throw new Unavailable(addresses);
    },
    settled: async () => undefined,
  };
}

/** The address of the block, as the state records dependencies. */
function withoutKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  const { index: _, ...block } = parsed;
  return formatAddress(block);
}

async function outputOf(root: ModuleInstance, name: string): Promise<ModuleOutput | undefined> {
  try {
    const { value, from } = await root.output(name);
    const plain = toPlain(value);
    return { value: plain.value, isSensitive: plain.sensitive.length > 0, dependencies: await addressesOf(from) };
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    throw error;
  }
}

async function addressesOf(sources: Sources): Promise<readonly string[]> {
  const instances = await Promise.all([...sources].map((source) => source.instances()));
  return [...new Set(instances.flat().flatMap(({ address, isRegistered }) => (isRegistered ? [address] : [])))].sort();
}

/** The engine, told of problems with the call at the place where the program has it. */
function atPlace(host: EvaluationHost, root: string, range: SourceRange | undefined): EvaluationHost {
  const { functionsOf, openEphemeral } = host;
  return {
    pass: host.pass,
    ...(host.mode === undefined ? {} : { mode: host.mode }),
    ...(host.plannedAtMs === undefined ? {} : { plannedAtMs: host.plannedAtMs }),
    ...(host.isDiscovery === undefined ? {} : { isDiscovery: host.isDiscovery }),
    schema: (request) => {
      if (host.schema === undefined) throw new Error("this host tells no schemas");
      return host.schema(request);
    },
    register: (registration) => host.register(registration),
    readData: (registration) => host.readData(registration),
    ...(functionsOf === undefined ? {} : { functionsOf: (provider) => functionsOf.call(host, provider) }),
    ...(openEphemeral === undefined ? {} : { openEphemeral: (registration) => openEphemeral.call(host, registration) }),
    report: (diagnostic) => host.report(placed(diagnostic, root, range)),
  };
}

function placed(diagnostic: Diagnostic, root: string, range: SourceRange | undefined): Diagnostic {
  if (diagnostic.range === undefined || !diagnostic.range.file.endsWith(CALL_FILE)) return diagnostic;
  const { range: _, ...rest } = diagnostic;
  const text = rest.detail?.replaceAll(join(root, CALL_FILE), "the program");
  return { ...rest, ...(text === undefined ? {} : { detail: text }), ...(range === undefined ? {} : { range }) };
}
