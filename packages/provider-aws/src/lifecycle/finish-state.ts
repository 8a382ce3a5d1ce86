import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type MutableValueObject,
  type NestedBlockSchema,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { shapeObject, sortSet } from "@dovetail/provider";
import { equivalent } from "../plan/equivalence.ts";
import { stateTags, type TagSettings } from "../plan/tags.ts";
import type { NativeResource } from "../resource.ts";

/** What finishing a state needs beside the values. */
export interface FinishRules {
  readonly schema: ResourceSchema;
  readonly resource: NativeResource;
  readonly tags: TagSettings;
  /** Region of the object, for types that have the attribute (edition 6). */
  readonly region: string;
}

/**
 * A state from what `read` answered: what it left out is taken from `base` (planned or prior object), texts that mean the same keep the base's
 * spelling, an empty collection that base leaves unset stays unset, tags are split, nothing is unknown.
 */
export function finishState(rules: FinishRules, raw: ValueObject, base: ValueObject): ValueObject {
  const { schema, resource } = rules;
  const merged: MutableValueObject = { ...withoutUnknown(base) };
  for (const [name, value] of Object.entries(raw)) if (value !== undefined) merged[name] = value;
  if (resource.tagged === true) Object.assign(merged, stateTags(rules.tags, raw.tags_all ?? null, base.tags ?? null));
  const region = schema.attributes?.region;
  if (region?.optional === true && (merged.region ?? null) === null) merged.region = rules.region;
  const shaped = shapeObject(schema, merged);
  return settleBlock(schema, resource, shaped, base, { prefix: "", inSet: false });
}

/** The object with null in place of everything unknown. */
export function withoutUnknown(value: ValueObject): ValueObject {
  const out: MutableValueObject = {};
  for (const name of Object.keys(value)) setOwn(out, name, known(value[name] ?? null));
  return out;
}

/** Keys of maps are the user's, `__proto__` too. */
function setOwn(object: MutableValueObject, name: string, value: Value): void {
  if (name === "__proto__") Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

function known(value: Value): Value {
  if (value === UNKNOWN) return null;
  if (isList(value)) return value.map(known);
  return isObject(value) ? withoutUnknown(value) : value;
}

/** Where in the object: schema path with its dot, and whether a set block is around it. */
interface Place {
  readonly prefix: string;
  readonly inSet: boolean;
}

/** `base` may hold unknowns: there the value that was read stands as it is. */
function settleBlock(
  schema: BlockSchema,
  resource: NativeResource,
  now: ValueObject,
  base: ValueObject | null,
  place: Place,
): ValueObject {
  if (base === null) return now;
  const out: MutableValueObject = {};
  for (const { name, attribute } of attributesOf(schema)) {
    const read = now[name] ?? null;
    const before = base[name] ?? null;
    const isUnset = read === null && before === null;
    out[name] = isUnset ? null : settleAttribute(resource, attribute, read, before, { ...place, prefix: place.prefix + name });
  }
  for (const { name, block } of blocksOf(schema)) {
    out[name] = settleNested(block, resource, now[name] ?? null, base[name] ?? null, { ...place, prefix: place.prefix + name });
  }
  return out;
}

function settleAttribute(resource: NativeResource, attribute: AttributeSchema, now: Value, base: Value, place: Place): Value {
  if (base === UNKNOWN) return now;
  const how = resource.equivalence?.[place.prefix];
  if (how !== undefined && typeof now === "string" && typeof base === "string" && equivalent(how, base, now)) return base;
  const isDecided = attribute.computed !== true || place.inSet;
  if (base === null && isDecided && (isEmptyCollection(now) || (place.inSet && isZero(now)))) return null;
  return now === null && isZero(base) ? base : now;
}

function isEmptyCollection(value: Value): boolean {
  return (isList(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
}

function isZero(value: Value): boolean {
  return value === "" || value === 0 || value === false || isEmptyCollection(value);
}

function settleNested(block: NestedBlockSchema, resource: NativeResource, now: Value, base: Value, place: Place): Value {
  const inner: Place = { prefix: `${place.prefix}.`, inSet: place.inSet || block.nesting === "set" };
  if (block.nesting === "single") {
    return isObject(now) ? settleBlock(block, resource, now, isObject(base) ? base : null, inner) : now;
  }
  if (!isList(now)) return now;
  const before: readonly Value[] = isList(base) ? base : [];
  const items = now.map((item, i): Value => {
    if (!isObject(item)) return item;
    const match = block.nesting === "set" ? before.find((other) => standsFor(other, item)) : before[i];
    return settleBlock(block, resource, item, isObject(match) ? match : null, inner);
  });
  return block.nesting === "set" ? sortSet(items) : items;
}

/** True when the element that was planned is the one that was read: null equals the zero of its type, unknown equals anything. */
function standsFor(planned: Value, now: Value): boolean {
  if (planned === UNKNOWN) return true;
  if ((planned === null || isZero(planned)) && (now === null || isZero(now))) return true;
  if (isList(planned) && isList(now))
    return planned.length === now.length && planned.every((item, i) => standsFor(item, now[i] ?? null));
  if (isObject(planned) && isObject(now))
    return Object.keys(now).every((name) => standsFor(planned[name] ?? null, now[name] ?? null));
  return planned === now;
}
