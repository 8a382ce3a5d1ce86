/**
 * What a provider must keep to, and Terraform's words where it doesn't: its plan is what config says where config says it
 * (OpenTofu's `plans/objchange.AssertPlanValid`), its result what the plan says where the plan knew (`AssertObjectCompatible`;
 * both MPL, read for behaviour 2026-11; words as terraform 1.11 prints them). Pure.
 */
import {
  type AttributeSchema,
  type BlockSchema,
  isList,
  isObject,
  type NestedBlockSchema,
  type Path,
  UNKNOWN,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import { attributeType } from "@dovetail/provider";
import { contradiction } from "./changes.ts";
import { ctyText } from "./cty-text.ts";

/** A breach: where, and what of it, in Terraform's words. */
export interface Breach {
  readonly path: Path;
  readonly text: string;
}

/** Enough to understand what is wrong. */
const BREACHES_MAX = 20;

/** Where a plan says something else than config, or something that nobody asked for. */
export function planBreaches(
  schema: BlockSchema,
  prior: ValueObject | null,
  config: ValueObject,
  planned: ValueObject,
): readonly Breach[] {
  return planOfBlock(schema, prior, config, planned, []).slice(0, BREACHES_MAX);
}

function planOfBlock(
  schema: BlockSchema,
  prior: ValueObject | null,
  config: ValueObject,
  planned: ValueObject,
  path: Path,
): Breach[] {
  const own = Object.entries(schema.attributes ?? {}).flatMap(([name, attribute]) =>
    planOfAttribute(attribute, prior?.[name] ?? null, config[name] ?? null, planned[name] ?? null, [...path, name]),
  );
  const nested = Object.entries(schema.blocks ?? {}).flatMap(([name, block]) =>
    planOfNested(block, prior?.[name] ?? null, config[name] ?? null, planned[name] ?? null, [...path, name]),
  );
  return [...own, ...nested];
}

function planOfAttribute(attribute: AttributeSchema, prior: Value, config: Value, planned: Value, path: Path): Breach[] {
  if (attribute.write_only === true)
    return planned === null ? [] : [{ path, text: "a value was returned for a write-only attribute" }];
  if (same(planned, config)) return [];
  if (config === null) {
    if (attribute.computed === true) return [];
    return [
      {
        path,
        text: isSecret(attribute)
          ? "sensitive planned value for a non-computed attribute"
          : `planned value ${text(attribute, planned)} for a non-computed attribute`,
      },
    ];
  }
  // The provider may keep what it had where that means the same to it.
  if (prior !== null && same(planned, prior)) return [];
  if (attribute.nested_type !== undefined) return planOfNestedType(attribute.nested_type, prior, config, planned, path);
  if (isSecret(attribute))
    return [{ path, text: `sensitive planned value does not match config value${prior === null ? "" : " nor prior value"}` }];
  const nor = prior === null ? "" : ` nor prior value ${text(attribute, prior)}`;
  return [
    { path, text: `planned value ${text(attribute, planned)} does not match config value ${text(attribute, config)}${nor}` },
  ];
}

function planOfNestedType(
  nested: NonNullable<AttributeSchema["nested_type"]>,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
): Breach[] {
  const block = { attributes: nested.attributes };
  if (nested.nesting === "set") return [];
  return pairs(config, planned, prior).flatMap(([step, wanted, made, was]) =>
    planOfBlock(block, was, wanted, made, step === undefined ? path : [...path, step]),
  );
}

function planOfNested(block: NestedBlockSchema, prior: Value, config: Value, planned: Value, path: Path): Breach[] {
  if (isList(config) && isList(planned) && config.length !== planned.length)
    return [{ path, text: `block count in plan (${planned.length}) disagrees with count in config (${config.length})` }];
  // Elements of a set cannot be told one from another once something in them has changed.
  if (block.nesting === "set") return [];
  if (config === null && planned !== null && planned !== UNKNOWN && block.nesting === "single")
    return [{ path, text: "planned for existence, but config wants absence" }];
  if (config !== null && config !== UNKNOWN && planned === null)
    return [{ path, text: "planned for absence, but config wants existence" }];
  return pairs(config, planned, prior).flatMap(([step, wanted, made, was]) =>
    planOfBlock(block, was, wanted, made, step === undefined ? path : [...path, step]),
  );
}

/** Objects that belong together, by position or key; undefined as step: the value is the one object. */
function pairs(
  config: Value,
  planned: Value,
  prior: Value,
): readonly (readonly [
  step: string | number | undefined,
  config: ValueObject,
  planned: ValueObject,
  prior: ValueObject | null,
])[] {
  if (isList(config) && isList(planned))
    return config.flatMap((item, i) => {
      const made = planned[i] ?? null;
      const was = isList(prior) ? (prior[i] ?? null) : null;
      return isObject(item) && isObject(made) ? [[i, item, made, isObject(was) ? was : null] as const] : [];
    });
  if (isObject(config) && isObject(planned)) return [[undefined, config, planned, isObject(prior) ? prior : null]];
  return [];
}

/** Where a result contradicts its plan. */
export function resultBreaches(schema: BlockSchema, planned: ValueObject, actual: ValueObject): readonly Breach[] {
  return resultOfBlock(schema, planned, actual, []).slice(0, BREACHES_MAX);
}

function resultOfBlock(schema: BlockSchema, planned: ValueObject, actual: ValueObject, path: Path): Breach[] {
  const own = Object.entries(schema.attributes ?? {}).flatMap(([name, attribute]): Breach[] => {
    const was = planned[name] ?? null;
    const now = actual[name] ?? null;
    if (contradiction(was, now) === undefined) return [];
    if (isSecret(attribute)) return [{ path: [...path, name], text: "inconsistent values for sensitive attribute" }];
    return [{ path: [...path, name], text: changeText(attribute, was, now) }];
  });
  const nested = Object.entries(schema.blocks ?? {}).flatMap(([name, block]) =>
    resultOfNested(block, planned[name] ?? null, actual[name] ?? null, [...path, name]),
  );
  return [...own, ...nested];
}

function changeText(attribute: AttributeSchema, was: Value, now: Value): string {
  if (was === null) return `was null, but now ${text(attribute, now)}`;
  return `was ${text(attribute, was)}, but now ${now === null ? "null" : text(attribute, now)}`;
}

function resultOfNested(block: NestedBlockSchema, was: Value, now: Value, path: Path): Breach[] {
  if (contradiction(was, now) === undefined) return [];
  if (was === null) return [{ path, text: "was absent, but now present" }];
  if (now === null) return [{ path, text: "was present, but now absent" }];
  if (isList(was) && isList(now)) {
    if (was.length !== now.length)
      return [
        { path, text: `block ${block.nesting === "set" ? "set length" : "count"} changed from ${was.length} to ${now.length}` },
      ];
    if (block.nesting === "set") return [{ path, text: "planned set element does not correlate with any element in actual" }];
  }
  return pairs(was, now, null).flatMap(([step, wanted, made]) =>
    resultOfBlock(block, wanted, made, step === undefined ? path : [...path, step]),
  );
}

/** Equal, unknowns only to unknowns. */
function same(a: Value, b: Value): boolean {
  return a === UNKNOWN || b === UNKNOWN ? a === b : valuesEqual(a, b);
}

function isSecret(attribute: AttributeSchema): boolean {
  return attribute.sensitive === true;
}

function text(attribute: AttributeSchema, value: Value): string {
  return ctyText(attributeType(attribute), value);
}
