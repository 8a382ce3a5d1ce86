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
  valuesEqual,
} from "@dovetail/model";

/**
 * The object that a provider is asked to plan: config merged over prior, computed attributes that config leaves unset keeping
 * their prior value. After OpenTofu's `plans/objchange.ProposedNew` (MPL, read for behaviour 2026-11): list elements are matched
 * by position, map elements by key, set elements by the first prior one that agrees in everything config sets. All values are
 * conformed. Pure.
 */
export function proposedNew(schema: BlockSchema, prior: ValueObject | null, config: ValueObject): ValueObject {
  const out: MutableValueObject = {};
  for (const { name, attribute } of attributesOf(schema)) {
    out[name] = proposedAttribute(attribute, prior?.[name] ?? null, config[name] ?? null);
  }
  for (const { name, block } of blocksOf(schema)) {
    out[name] = proposedNested(block.nesting, block, prior?.[name] ?? null, config[name] ?? null);
  }
  return out;
}

function proposedAttribute(attribute: AttributeSchema, prior: Value, config: Value): Value {
  // A write-only value is in config only: plan and state never have one.
  if (attribute.write_only === true) return null;
  if (config === null) return attribute.computed === true ? prior : null;
  if (attribute.nested_type === undefined) return config;
  return proposedNested(attribute.nested_type.nesting, { attributes: attribute.nested_type.attributes }, prior, config);
}

function proposedNested(nesting: NestedBlockSchema["nesting"], block: BlockSchema, prior: Value, config: Value): Value {
  switch (nesting) {
    case "single":
      return merge(block, prior, config);
    case "map":
      if (!isObject(config)) return config;
      return Object.fromEntries(
        Object.entries(config).map(([key, item]) => [key, merge(block, isObject(prior) ? (prior[key] ?? null) : null, item)]),
      );
    case "list":
      if (!isList(config)) return config;
      return config.map((item, i) => merge(block, isList(prior) ? (prior[i] ?? null) : null, item));
    case "set":
      return isList(config) ? proposedSet(block, isList(prior) ? prior : [], config) : config;
  }
}

function merge(block: BlockSchema, prior: Value, config: Value): Value {
  return isObject(config) ? proposedNew(block, isObject(prior) ? prior : null, config) : config;
}

function proposedSet(block: BlockSchema, prior: readonly Value[], config: readonly Value[]): Value {
  const unused = new Set(prior);
  return config.map((item) => {
    if (!isObject(item)) return item;
    for (const candidate of unused) {
      if (isObject(candidate) && agrees(block, candidate, item)) {
        unused.delete(candidate);
        return proposedNew(block, candidate, item);
      }
    }
    return proposedNew(block, null, item);
  });
}

/** Whether `prior` could have come from `config`: equal in all but computed attributes that config leaves unset. */
function agrees(block: BlockSchema, prior: ValueObject, config: ValueObject): boolean {
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const wanted = config[name] ?? null;
    if (wanted === null && attribute.computed === true) continue;
    if (wanted === UNKNOWN || !valuesEqual(wanted, prior[name] ?? null)) return false;
  }
  return Object.entries(block.blocks ?? {}).every(([name, nested]) =>
    nestedAgrees(nested, prior[name] ?? null, config[name] ?? null),
  );
}

function nestedAgrees(block: NestedBlockSchema, prior: Value, config: Value): boolean {
  if (isList(prior) && isList(config)) {
    return (
      prior.length === config.length &&
      config.every((item, i) => {
        const was = prior[i] ?? null;
        return isObject(item) && isObject(was) ? agrees(block, was, item) : valuesEqual(item, was);
      })
    );
  }
  if (isObject(prior) && isObject(config) && block.nesting === "single") return agrees(block, prior, config);
  return valuesEqual(prior, config);
}
