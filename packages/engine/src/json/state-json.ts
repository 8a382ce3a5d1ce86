import {
  DiagnosticError,
  type InstanceKey,
  type Path,
  type ResourceMode,
  type ResourceSchema,
  type Value,
} from "@dovetail/model";
import { liveFromState, localProvider, Types } from "../plan/typed.ts";
import type { ProviderRegistry } from "../providers.ts";
import type { Json, JsonObject, State, StateInstance, StateObject, StateOutput } from "../state/state.ts";
import type { DynamicTypes } from "../values/dynamic-types.ts";
import { decodePaths } from "../values/sensitive-paths.ts";
import { isJsonObject } from "../values/state-attributes.ts";
import { omitUnknowns, redact, sensitiveTree } from "./bool-trees.ts";

/** `terraform show -json` of a state, format_version 1.0. Documented: "JSON Output Format", State Representation. */

export interface ShowOptions {
  /** `redacted` puts a word in place of every sensitive value; `shown` is what Terraform does. Default `redacted`. */
  readonly sensitive?: "shown" | "redacted";
}

/** One resource of a values representation. */
export interface ShownValues {
  readonly address: string;
  readonly mode: ResourceMode;
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: InstanceKey;
  readonly providerName: string;
  readonly schemaVersion: number;
  readonly value: Value;
  readonly sensitive: readonly Path[];
  readonly schema?: ResourceSchema;
  readonly dynamicTypes?: DynamicTypes;
  readonly dependsOn?: readonly string[];
  readonly isTainted?: boolean;
  readonly deposed?: string;
}

/** The document for a state. Types whose provider can't be had are shown as the file has them. */
export async function stateJson(state: State, providers: ProviderRegistry, options: ShowOptions = {}): Promise<JsonObject> {
  if (state.lineage === "" && state.instances.size === 0 && Object.keys(state.outputs).length === 0)
    return { format_version: "1.0" };
  const shown = await shownState(state, providers);
  const isShown = options.sensitive === "shown";
  return {
    format_version: "1.0",
    terraform_version: state.terraformVersion,
    values: {
      ...outputValues(state.outputs, isShown),
      root_module: moduleTree(shown, isShown),
    },
  };
}

/** A state's objects as they are shown, the deposed ones too. */
export async function shownState(state: State, providers: ProviderRegistry): Promise<readonly ShownValues[]> {
  const types = new Types(providers);
  const shown: ShownValues[] = [];
  for (const instance of state.instances.values()) {
    if (instance.current !== undefined) shown.push(await shownObject(types, providers, instance, instance.current));
    for (const [deposed, object] of Object.entries(instance.deposed)) {
      shown.push({ ...(await shownObject(types, providers, instance, object)), deposed });
    }
  }
  return shown;
}

async function shownObject(
  types: Types,
  providers: ProviderRegistry,
  instance: StateInstance,
  object: StateObject,
): Promise<ShownValues> {
  const { address, mode, module, type, name, index } = instance;
  const parts = {
    address,
    mode,
    type,
    name,
    ...(module === undefined ? {} : { module }),
    ...(index === undefined ? {} : { index }),
    providerName: /\["([^"]*)"\]/.exec(instance.provider)?.[1] ?? instance.provider,
    dependsOn: object.dependencies,
    isTainted: object.isTainted,
  };
  try {
    const provider = localProvider(providers, instance);
    const typed = await types.find({ mode, type, address, ...(provider === undefined ? {} : { provider }) });
    const { value, sensitive } = await liveFromState(typed, object, address);
    return { ...parts, value, sensitive, schema: typed.schema, schemaVersion: typed.schema.version ?? 0 };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...parts, value: object.attributes, sensitive: decodePaths(object.sensitive), schemaVersion: object.schemaVersion };
  }
}

function outputValues(outputs: { readonly [name: string]: StateOutput }, isShown: boolean): JsonObject {
  const names = Object.keys(outputs).sort();
  if (names.length === 0) return {};
  const entries = names.map((name): [string, Json] => {
    const output = outputs[name];
    const value = output?.sensitive === true && !isShown ? "(sensitive value)" : (output?.value ?? null);
    return [name, { sensitive: output?.sensitive ?? false, value, type: output?.type ?? "dynamic" }];
  });
  return { outputs: Object.fromEntries(entries) };
}

interface Module {
  readonly address: string;
  readonly resources: ShownValues[];
  readonly children: Map<string, Module>;
}

/** Terraform's module representation: resources of this module, then `child_modules`. */
export function moduleTree(shown: readonly ShownValues[], isShown: boolean): JsonObject {
  const root: Module = { address: "", resources: [], children: new Map() };
  for (const object of shown) moduleAt(root, object.module ?? "").resources.push(object);
  return formatModule(root, isShown);
}

function moduleAt(root: Module, path: string): Module {
  if (path === "") return root;
  let at = root;
  for (const address of modulePrefixes(path)) {
    const known: Module = at.children.get(address) ?? { address, resources: [], children: new Map() };
    at.children.set(address, known);
    at = known;
  }
  return at;
}

/** `module.a["x"].module.b` -> itself and every module around it, outermost first. */
export function modulePrefixes(path: string): readonly string[] {
  const prefixes: string[] = [];
  let isQuoted = false;
  for (let i = 0; i < path.length; i++) {
    if (path[i] === "\\") i += 1;
    else if (path[i] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && path.startsWith(".module.", i)) prefixes.push(path.slice(0, i));
  }
  return [...prefixes, path];
}

function formatModule(module: Module, isShown: boolean): JsonObject {
  const resources = [...module.resources].sort(compareShown).map((object) => formatResource(object, isShown));
  const children = [...module.children.values()].sort((a, b) => compare(a.address, b.address));
  return {
    ...(resources.length === 0 ? {} : { resources }),
    ...(module.address === "" ? {} : { address: module.address }),
    ...(children.length === 0 ? {} : { child_modules: children.map((child) => formatModule(child, isShown)) }),
  };
}

function compareShown(a: ShownValues, b: ShownValues): number {
  return compare(a.address, b.address) || compare(a.deposed ?? "", b.deposed ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Nothing where nothing is known. */
function valuesOf(value: Value): JsonObject {
  const values = value === null ? undefined : omitUnknowns(value);
  return values === undefined || (isJsonObject(values) && Object.keys(values).length === 0) ? {} : { values };
}

function formatResource(object: ShownValues, isShown: boolean): JsonObject {
  const value = isShown ? object.value : redact(object.value, object.sensitive);
  return {
    address: object.address,
    mode: object.mode,
    type: object.type,
    name: object.name,
    ...(object.index === undefined ? {} : { index: object.index }),
    provider_name: object.providerName,
    schema_version: object.schemaVersion,
    // What is forgotten has none any more.
    ...valuesOf(value),
    sensitive_values: sensitiveTree(object.schema, object.value, object.sensitive, object.dynamicTypes),
    ...(object.dependsOn === undefined || object.dependsOn.length === 0 ? {} : { depends_on: object.dependsOn }),
    ...(object.isTainted === true ? { tainted: true } : {}),
    ...(object.deposed === undefined ? {} : { deposed_key: object.deposed }),
  };
}
