import {
  type AttributeSchema,
  type MutableValueObject,
  type Path,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import type { PlanRequest, PlanResponse } from "@dovetail/provider";
import { shapeObject } from "@dovetail/provider";
import type { UtilityOptions, UtilityResource } from "./utility.ts";

/** Plans an object: config, else the schema's default, else what was computed before, else unknown. */
export function planUtility(
  schema: ResourceSchema,
  resource: UtilityResource,
  request: PlanRequest,
  options: UtilityOptions,
): PlanResponse {
  if (request.config === null || request.proposed === null) return { planned: null, requiresReplace: [], diagnostics: [] };
  const config = shapeObject(schema, request.config);
  const prior = request.prior === null ? null : shapeObject(schema, request.prior);
  const planned: MutableValueObject = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    planned[name] = planAttribute(attribute, config[name] ?? null, prior === null ? undefined : (prior[name] ?? null));
  }
  for (const name of Object.keys(schema.blocks ?? {})) planned[name] = config[name] ?? [];
  const final = resource.plan?.(prior, planned, config, options) ?? planned;
  const diagnostics = resource.validate?.(config) ?? [];
  return {
    planned: final,
    requiresReplace: prior === null ? [] : replacements(schema, resource, prior, final, options),
    diagnostics,
  };
}

function planAttribute(attribute: AttributeSchema, config: Value, prior: Value | undefined): Value {
  if (config !== null) return config;
  const fallback = attribute.default_doc;
  if (attribute.optional === true && isScalar(fallback)) return fallback;
  if (attribute.computed === true) return prior === undefined ? UNKNOWN : prior;
  return null;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function replacements(
  schema: ResourceSchema,
  resource: UtilityResource,
  prior: ValueObject,
  planned: ValueObject,
  options: UtilityOptions,
): readonly Path[] {
  const given = Object.entries(schema.attributes ?? {}).filter(
    ([, attribute]) => attribute.optional === true || attribute.required === true,
  );
  const names = [...given.map(([name]) => name), ...Object.keys(schema.blocks ?? {})];
  const changed = names.filter(
    (name) => !(resource.updatable ?? []).includes(name) && !valuesEqual(prior[name] ?? null, planned[name] ?? null),
  );
  return [...new Set([...changed, ...(resource.replaces?.(prior, planned, options) ?? [])])].map((name) => [name]);
}
