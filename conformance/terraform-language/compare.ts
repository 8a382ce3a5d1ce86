/** Plan documents and states in a form in which Dovetail's and terraform's must be equal. */
import type { Json, JsonObject } from "./both.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Without what differs by nature: ids that are drawn, times, versions. Changes go by their address. */
export function comparablePlan(plan: Json, except: readonly string[] = []): Json {
  const { timestamp: _time, terraform_version: _version, relevant_attributes: _relevant, ...rest } = objectOf(plan);
  const prior = objectOf(rest.prior_state ?? null);
  const { terraform_version: _prior, ...priorRest } = prior;
  const whole: JsonObject = {
    ...rest,
    ...(rest.prior_state === undefined ? {} : { prior_state: priorRest }),
    resource_changes: byKey(rest.resource_changes ?? [], ({ address, deposed }) => `${String(address)} ${String(deposed ?? "")}`),
    resource_drift: byKey(rest.resource_drift ?? [], ({ address }) => String(address)),
  };
  return without(except, whole);
}

/** Without lineage and serial; terraform writes check results in no order. */
export function comparableState(state: Json, except: readonly string[] = []): Json {
  const { lineage: _lineage, serial: _serial, ...rest } = objectOf(state);
  return without(except, {
    ...rest,
    resources: byKey(rest.resources ?? [], ({ module, mode, type, name }) => [module, mode, type, name].map(String).join(" ")),
    check_results: byKey(
      withObjectsByAddress(rest.check_results ?? []),
      ({ object_kind, config_addr }) => `${String(object_kind)} ${String(config_addr)}`,
    ),
  });
}

function without(except: readonly string[], whole: JsonObject): Json {
  return normalised(Object.fromEntries(Object.entries(whole).filter(([key]) => !except.includes(key))));
}

function withObjectsByAddress(results: Json): Json {
  return (Array.isArray(results) ? (results as readonly Json[]) : []).map((each) => {
    const result = objectOf(each);
    return { ...result, objects: byKey(result.objects ?? [], ({ object_addr }) => String(object_addr)) };
  });
}

function objectOf(value: Json): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function byKey(list: Json, key: (item: JsonObject) => string): Json {
  return Object.fromEntries((Array.isArray(list) ? (list as readonly Json[]) : []).map((item) => [key(objectOf(item)), item]));
}

function normalised(value: Json): Json {
  if (typeof value === "string") return value.replaceAll(UUID, "uuid");
  if (Array.isArray(value)) return (value as readonly Json[]).map(normalised);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalised(item)]));
}
