import { configAddress, isList, isObject, isWhollyKnown, type Path, pathStartsWith, type Value } from "@dovetail/model";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import type { Json, JsonObject } from "../state/state.ts";
import { omitUnknowns } from "./bool-trees.ts";
import { modulePrefixes } from "./state-json.ts";

/**
 * The `configuration` of a plan document. A program has no expressions to quote, so an argument whose value is known is a
 * `constant_value`, and one that is not names what the resource depends on as its `references`.
 */
export function configurationJson(plan: Plan, isShown: boolean): JsonObject {
  const declared = plan.changes.filter((change) => change.config !== undefined);
  return {
    provider_config: providerConfig(declared),
    root_module: moduleConfig(plan, declared, "", isShown),
  };
}

function providerConfig(changes: readonly ResourceChange[]): JsonObject {
  const entries = new Map<string, Json>();
  for (const { provider, providerName } of changes) {
    const [name = provider, alias] = provider.split(".");
    entries.set(provider, { name, full_name: providerName, ...(alias === undefined ? {} : { alias }) });
  }
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function moduleConfig(plan: Plan, changes: readonly ResourceChange[], path: string, isShown: boolean): JsonObject {
  const own = new Map<string, Json>();
  const calls = new Map<string, ResourceChange[]>();
  for (const change of changes) {
    const module = configAddress(change.module ?? "");
    if (module === path) own.set(configAddress(change.address), resourceConfig(change, isShown));
    else if (module.startsWith(path === "" ? "" : `${path}.`)) {
      const child = modulePrefixes(module).find((prefix) => prefix.length > path.length) ?? module;
      const below = calls.get(child);
      if (below === undefined) calls.set(child, [change]);
      else below.push(change);
    }
  }
  const outputs = path === "" ? Object.entries(plan.outputs).filter(([, output]) => output.action !== "delete") : [];
  return {
    ...(outputs.length === 0
      ? {}
      : { outputs: Object.fromEntries(outputs.map(([name, output]) => [name, outputConfig(output)])) }),
    ...(own.size === 0 ? {} : { resources: [...own].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource) }),
    ...(calls.size === 0
      ? {}
      : {
          module_calls: Object.fromEntries(
            [...calls].map(([child, inside]) => [
              child.split(".").at(-1) ?? child,
              { module: moduleConfig(plan, inside, child, isShown) },
            ]),
          ),
        }),
  };
}

function outputConfig(output: Plan["outputs"][string]): JsonObject {
  const isConstant = isWhollyKnown(output.after) && !output.afterSensitive;
  return {
    ...(output.afterSensitive ? { sensitive: true } : {}),
    expression: isConstant ? { constant_value: omitUnknowns(output.after) ?? null } : {},
  };
}

function resourceConfig(change: ResourceChange, isShown: boolean): JsonObject {
  const expressions = Object.entries(change.config ?? {})
    .filter(([, value]) => value !== null && !(isList(value) && value.length === 0))
    .map(([name, value]): [string, Json] => [name, expression(change, value, [name], isShown)]);
  return {
    address: configAddress(change.address).replace(/^(module\.[^.]+\.)+/, ""),
    mode: change.mode,
    type: change.type,
    name: change.name,
    provider_config_key: change.provider,
    expressions: Object.fromEntries(expressions),
    schema_version: change.schemaVersion,
    ...(change.dependencies.length === 0 ? {} : { depends_on: [...new Set(change.dependencies.map(configAddress))].sort() }),
  };
}

function expression(change: ResourceChange, value: Value, path: Path, isShown: boolean): Json {
  const sensitive = [...(change.configSensitive ?? []), ...change.afterSensitive];
  const isSecret = sensitive.some((s) => pathStartsWith(s, path) || pathStartsWith(path, s));
  if (isList(value) && value.length > 0 && value.every(isObject)) {
    return value.map((item, i) => block(change, item, [...path, i], isShown));
  }
  if (!isWhollyKnown(value)) {
    const references = [...new Set(change.dependencies.map(configAddress))].sort();
    return references.length === 0 ? {} : { references };
  }
  return isSecret && !isShown ? {} : { constant_value: omitUnknowns(value) ?? null };
}

function block(change: ResourceChange, value: Value, path: Path, isShown: boolean): Json {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, expression(change, item, [...path, name], isShown)]));
}
