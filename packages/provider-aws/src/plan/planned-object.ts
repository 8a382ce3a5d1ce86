import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type MutableValueObject,
  type NestedBlockSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { setKey, sortSet } from "@dovetail/provider";
import type { NativeResource } from "../resource.ts";
import { equivalent } from "./equivalence.ts";

/** What planning one object needs to know beside its values. */
export interface PlanRules {
  readonly resource: NativeResource;
  /** Plugin framework types keep no zero values of unset arguments. */
  readonly framework: boolean;
  readonly prior: ValueObject | null;
  readonly config: ValueObject;
  /** Below a set block: there the SDK plans the zero of texts and collections that config leaves unset. */
  readonly inSet?: boolean;
}

/**
 * The object that results from config over prior, as the provider SDK plans it: config's values where set (the prior text where it means the
 * same), defaults, what was computed before, unknown where that is known only after apply.
 * `config` and `prior` are whole objects of the schema. Pure.
 */
export function planObject(schema: BlockSchema, rules: PlanRules): ValueObject {
  return planBlock(schema, rules, rules.prior, rules.config, "");
}

function planBlock(
  schema: BlockSchema,
  rules: PlanRules,
  prior: ValueObject | null,
  config: ValueObject,
  prefix: string,
): ValueObject {
  const out: MutableValueObject = {};
  for (const { name, attribute } of attributesOf(schema)) {
    out[name] = planAttribute(
      attribute,
      rules,
      prior === null ? undefined : (prior[name] ?? null),
      config[name] ?? null,
      prefix + name,
    );
  }
  for (const { name, block } of blocksOf(schema)) {
    out[name] = planNested(block, rules, prior === null ? undefined : (prior[name] ?? null), config[name] ?? null, prefix + name);
  }
  return out;
}

/** `prior` undefined: the object (or this element of it) is new. */
function planAttribute(
  attribute: AttributeSchema,
  rules: PlanRules,
  prior: Value | undefined,
  config: Value,
  path: string,
): Value {
  if (attribute.write_only === true) return null;
  // The SDK keeps what it has for a computed argument that config empties (schemaMap.finalizeDiff, read 2026-11).
  const isEmptied =
    (config === "" || (prior === undefined && isEmptySet(attribute, config))) && attribute.computed === true && !rules.framework;
  if (isEmptied && prior === undefined && rules.resource.equivalence?.[path] === "policy") return config;
  if (isEmptied) return prior === undefined || prior === null || prior === "" ? computedAnew(rules, attribute) : prior;
  if (config !== null && prior === null && !rules.framework && isZero(config)) return prior;
  if (config !== null) return prior !== undefined && keepsPrior(rules, path, prior, config) ? prior : config;
  const fallback = rules.resource.defaults?.[path];
  // What was never stored, of an imported object, is its zero to the SDK.
  if (fallback !== undefined && prior === null && !rules.framework && isZero(fallback)) return prior;
  if (fallback !== undefined) return prior !== undefined && keepsPrior(rules, path, prior, fallback) ? prior : fallback;
  if (attribute.computed === true) return prior === undefined ? computedAnew(rules, attribute) : prior;
  if (prior !== undefined && prior !== null && keepsPrior(rules, path, prior, null)) return prior;
  if (prior !== undefined) return rules.framework ? null : takenOut(prior);
  return rules.inSet === true && !rules.framework ? zeroOf(attribute) : null;
}

/** An empty set or map; lists are planned as they are. */
function isEmptySet({ type }: AttributeSchema, value: Value): boolean {
  return isEmptyMap(value) || (Array.isArray(type) && type[0] === "set" && isList(value) && value.length === 0);
}

/**
 * What the service decides of a new part: known after apply, but not shown as such by the SDK in an object that exists already, save for
 * collections (schemaMap.diffString, diffList).
 */
function computedAnew(rules: PlanRules, { type }: AttributeSchema): Value {
  return rules.framework || rules.prior === null || rules.inSet === true || Array.isArray(type) ? UNKNOWN : null;
}

/** Zero of texts and collections; numbers and booleans stay unset. */
function zeroOf(attribute: AttributeSchema): Value {
  if (attribute.type === "string") return "";
  if (!Array.isArray(attribute.type)) return null;
  return attribute.type[0] === "map" ? {} : [];
}

function keepsPrior(rules: PlanRules, path: string, prior: Value, config: Value): boolean {
  const { resource } = rules;
  const how = resource.equivalence?.[path];
  if (how !== undefined && typeof prior === "string" && typeof config === "string" && equivalent(how, prior, config)) return true;
  if (resource.suppressDiff === undefined || config === UNKNOWN || rules.prior === null) return false;
  return resource.suppressDiff(path, prior, config, { prior: rules.prior, config: rules.config });
}

/** What the SDK plans for an argument that config no longer sets: nothing for a value, an empty collection for a collection. */
function takenOut(prior: Value): Value {
  if (isZero(prior)) return prior;
  if (isList(prior)) return [];
  return isObject(prior) ? {} : null;
}

/** What the SDK takes for "not set": it plans no change from it to null. */
function isZero(value: Value): boolean {
  return value === "" || value === 0 || value === false || (isList(value) && value.length === 0) || isEmptyMap(value);
}

function isEmptyMap(value: Value): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function planNested(block: NestedBlockSchema, rules: PlanRules, prior: Value | undefined, config: Value, path: string): Value {
  if (config === UNKNOWN) return UNKNOWN;
  if (block.nesting === "single") {
    if (!isObject(config)) return null;
    return planBlock(block, rules, isObject(prior) ? prior : null, config, `${path}.`);
  }
  const items: readonly Value[] = isList(config) ? config : [];
  const computed = rules.resource.computedBlocks?.[path] ?? block.computed === true;
  if (items.length === 0 && computed) return prior === undefined ? UNKNOWN : prior;
  const before: readonly Value[] = isList(prior) ? prior : [];
  if (items.length === 0 && before.length > 0 && keepsPrior(rules, path, before, null))
    return rules.framework ? before : before.map((item) => (isObject(item) ? planKept(block, rules, item, path) : item));
  const inner: PlanRules = block.nesting === "set" ? { ...rules, inSet: true } : rules;
  const planned = items.map((item, i): Value => {
    if (!isObject(item)) return item;
    const match = block.nesting === "set" ? matching(block, inner, before, item, path) : before[i];
    return planBlock(block, inner, isObject(match) ? match : null, item, `${path}.`);
  });
  if (planned.length > 0 && prior !== undefined && keepsPrior(rules, path, prior, planned)) return prior;
  return block.nesting === "set" ? sortSet(planned) : planned;
}

/** A block that config leaves out and that stays all the same: the SDK takes its arguments out one by one. */
function planKept(block: BlockSchema, rules: PlanRules, before: ValueObject, path: string): ValueObject {
  const nothing = Object.fromEntries(
    [...Object.keys(block.attributes ?? {}), ...Object.keys(block.blocks ?? {})].map((name): [string, Value] => [name, null]),
  );
  const planned: MutableValueObject = { ...planBlock(block, rules, before, nothing, `${path}.`) };
  for (const [name, { type }] of Object.entries(block.attributes ?? {}))
    if (type === "bool" && planned[name] === null) planned[name] = false;
  return planned;
}

/** The prior element of a set that a configured element stands for: the one it would plan to, taking computed parts over. */
function matching(
  block: BlockSchema,
  rules: PlanRules,
  before: readonly Value[],
  item: ValueObject,
  path: string,
): Value | undefined {
  return before.find((candidate) => {
    if (!isObject(candidate)) return false;
    const planned = planBlock(block, rules, candidate, item, `${path}.`);
    return setKey(planned) === setKey(candidate);
  });
}
