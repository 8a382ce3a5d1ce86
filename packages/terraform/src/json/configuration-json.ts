import type { Json, JsonObject } from "@dovetail/engine";
import { hasErrors, type ResourceSchema } from "@dovetail/model";
import { EMPTY_SCOPE } from "../configuration/literals.ts";
import type {
  ModuleCallConfig,
  ModuleConfig,
  ModuleTree,
  OutputConfig,
  ProviderBlock,
  ResourceConfig,
  VariableConfig,
} from "../configuration/model.ts";
import { providerKey } from "../configuration/module-parts.ts";
import { impliedName } from "../configuration/provider-source.ts";
import { sourceOf } from "../evaluate/provider-nodes.ts";
import { converted } from "../evaluate/variables.ts";
import { LOCAL_EXEC } from "../provisioners/schema.ts";
import type { TreeSchemaOf } from "../validate/validate-configuration.ts";
import { plainValue } from "../values/to-engine.ts";
import { bodyJson, expressionJson, traversalText } from "./expression-json.ts";

/** The `configuration` of a plan document ("JSON Output Format", Configuration Representation). */
export async function configurationJson(tree: ModuleTree, schemaOf: TreeSchemaOf): Promise<JsonObject> {
  const providers = new ProviderKeys(schemaOf);
  await providers.collect(tree, undefined);
  const entries = Object.entries(providers.entries).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...(entries.length === 0 ? {} : { provider_config: Object.fromEntries(entries) }),
    root_module: await moduleJson(tree, schemaOf, providers),
  };
}

/** Provider configurations by the keys that documents give them: a module's own, else that of the module which calls it. */
class ProviderKeys {
  readonly entries: { [key: string]: Json } = {};
  readonly #schemaOf: TreeSchemaOf;
  readonly #keys = new Map<string, string>();

  constructor(schemaOf: TreeSchemaOf) {
    this.#schemaOf = schemaOf;
  }

  of({ path }: ModuleTree, provider: string): string {
    return this.#keys.get(keyOf(path, provider)) ?? provider;
  }

  async collect(tree: ModuleTree, parent: ModuleTree | undefined): Promise<void> {
    const { config, path } = tree;
    for (const [name, block] of config.providers) {
      this.#put(path, name, providerJson(config, block, await this.#schemaOf(block, tree), path));
    }
    const used = [...config.resources.values()].map((resource) =>
      providerKey(resource.provider ?? { name: impliedName(resource.type) }),
    );
    for (const name of new Set([...config.requiredProviders.keys(), ...used])) {
      if (config.providers.has(name)) continue;
      const inherited = parent === undefined ? undefined : this.#inherited(tree, parent, name);
      if (inherited !== undefined) this.#keys.set(keyOf(path, name), inherited);
      else if (!name.includes(".")) this.#put(path, name, impliedJson(config, name, path));
    }
    for (const child of tree.children.values()) await this.collect(child, tree);
  }

  #put(path: readonly string[], name: string, entry: JsonObject): void {
    const key = path.length === 0 ? name : `${modulePath(path)}:${name}`;
    this.#keys.set(keyOf(path, name), key);
    this.entries[key] = entry;
  }

  #inherited({ path }: ModuleTree, parent: ModuleTree, name: string): string | undefined {
    const passed = parent.config.calls.get(path.at(-1) ?? "")?.providers.find(({ inner }) => providerKey(inner) === name);
    return this.#keys.get(keyOf(parent.path, passed === undefined ? name : providerKey(passed.outer)));
  }
}

function keyOf(path: readonly string[], name: string): string {
  return `${modulePath(path)}:${name}`;
}

function impliedJson(config: ModuleConfig, name: string, path: readonly string[]): JsonObject {
  return {
    name,
    full_name: sourceOf(config, name),
    ...(path.length === 0 ? {} : { module_address: modulePath(path) }),
    ...constraintOf(config, name),
  };
}

function providerJson(config: ModuleConfig, block: ProviderBlock, schema: ResourceSchema, path: readonly string[]): JsonObject {
  const expressions = bodyJson(block.body, schema);
  return {
    name: block.name,
    full_name: sourceOf(config, block.name),
    ...(block.alias === undefined ? {} : { alias: block.alias }),
    ...(path.length === 0 ? {} : { module_address: modulePath(path) }),
    ...constraintOf(config, block.name),
    ...(Object.keys(expressions).length === 0 ? {} : { expressions }),
  };
}

function constraintOf(config: ModuleConfig, name: string): JsonObject {
  const version = config.requiredProviders.get(name)?.version?.text;
  return version === undefined ? {} : { version_constraint: version };
}

function modulePath(path: readonly string[]): string {
  return path.map((name) => `module.${name}`).join(".");
}

async function moduleJson(tree: ModuleTree, schemaOf: TreeSchemaOf, providers: ProviderKeys): Promise<JsonObject> {
  const { config } = tree;
  const resources = await Promise.all(
    sorted([...config.resources.values()].filter(({ kind }) => kind !== "ephemeral")).map(async (resource) =>
      resourceJson(
        resource,
        providers.of(tree, providerKey(resource.provider ?? { name: impliedName(resource.type) })),
        await schemaOf(resource, tree),
      ),
    ),
  );
  const calls = await Promise.all(
    [...config.calls.values()].map(
      async (call): Promise<[string, Json]> => [call.name, await callJson(call, tree, schemaOf, providers)],
    ),
  );
  const outputs = [...config.outputs.values()].map((output): [string, Json] => [output.name, outputJson(output)]);
  const variables = [...config.variables.values()].map((variable): [string, Json] => [variable.name, variableJson(variable)]);
  return {
    ...(outputs.length === 0 ? {} : { outputs: Object.fromEntries(outputs) }),
    ...(resources.length === 0 ? {} : { resources }),
    ...(calls.length === 0 ? {} : { module_calls: Object.fromEntries(calls) }),
    ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
  };
}

/** Managed ones before data sources, each by address; terraform's documents have no ephemeral ones. */
function sorted(resources: readonly ResourceConfig[]): readonly ResourceConfig[] {
  const rank = ({ kind }: ResourceConfig) => (kind === "managed" ? 0 : 1);
  return [...resources].sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
}

function resourceJson(resource: ResourceConfig, provider: string, schema: ResourceSchema): JsonObject {
  const { kind, type, name, key, count, forEach, dependsOn, provisioners } = resource;
  const expressions = bodyJson(resource.body, schema);
  return {
    address: key,
    mode: kind,
    type,
    name,
    provider_config_key: provider,
    ...(provisioners.length === 0
      ? {}
      : {
          provisioners: provisioners.map((each) => ({
            type: each.type,
            expressions: bodyJson(each.body, each.type === "local-exec" ? LOCAL_EXEC : {}),
          })),
        }),
    ...unlessEmpty("expressions", expressions),
    schema_version: schema.version ?? 0,
    ...unlessEmpty("count_expression", count === undefined ? {} : expressionJson(count)),
    ...unlessEmpty("for_each_expression", forEach === undefined ? {} : expressionJson(forEach)),
    ...(dependsOn.length === 0 ? {} : { depends_on: dependsOn.map(traversalText) }),
  };
}

function unlessEmpty(key: string, value: JsonObject): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}

async function callJson(
  call: ModuleCallConfig,
  tree: ModuleTree,
  schemaOf: TreeSchemaOf,
  providers: ProviderKeys,
): Promise<JsonObject> {
  const child = tree.children.get(call.name);
  const given = [...call.body.justAttributes().attributes.values()];
  const expressions = given.map(({ name, expression }): [string, Json] => [name, expressionJson(expression)]);
  return {
    source: call.source,
    ...(expressions.length === 0 ? {} : { expressions: Object.fromEntries(expressions) }),
    ...unlessEmpty("count_expression", call.count === undefined ? {} : expressionJson(call.count)),
    ...unlessEmpty("for_each_expression", call.forEach === undefined ? {} : expressionJson(call.forEach)),
    module: child === undefined ? {} : await moduleJson(child, schemaOf, providers),
    ...(call.version === undefined ? {} : { version_constraint: call.version.text }),
    ...(call.dependsOn.length === 0 ? {} : { depends_on: call.dependsOn.map(traversalText) }),
  };
}

function outputJson({ isSensitive, expression, dependsOn, description }: OutputConfig): JsonObject {
  return {
    ...(isSensitive ? { sensitive: true } : {}),
    expression: expression === undefined ? {} : expressionJson(expression),
    ...(dependsOn.length === 0 ? {} : { depends_on: dependsOn.map(traversalText) }),
    ...(description === undefined ? {} : { description }),
  };
}

function variableJson(variable: VariableConfig): JsonObject {
  const { description, isSensitive } = variable;
  const value = defaultJson(variable);
  return {
    ...(value === undefined ? {} : { default: value }),
    ...(description === undefined ? {} : { description }),
    ...(isSensitive ? { sensitive: true } : {}),
  };
}

/** As it is converted. */
function defaultJson(variable: VariableConfig): Json | undefined {
  if (variable.default === undefined) return undefined;
  const { value, diagnostics } = variable.default.expression.evaluate(EMPTY_SCOPE);
  if (hasErrors(diagnostics)) return undefined;
  return JSON.parse(JSON.stringify(plainValue(converted(variable, value)))) as Json;
}
