import {
  type BlockSchema,
  isList,
  isObject,
  type MutableValueObject,
  type NestedBlockSchema,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { equivalent } from "../plan/equivalence.ts";
import { stateTags, type TagSettings } from "../plan/tags.ts";
import type { NativeResource } from "../resource.ts";
import { setKey, sortSet } from "../schema/set-order.ts";
import { shapeObject } from "../schema/shape.ts";

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
  return settleBlock(schema, resource, shaped, withoutUnknown(base), "");
}

/** The object with null in place of everything unknown. */
export function withoutUnknown(value: ValueObject): ValueObject {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, known(inner)]));
}

function known(value: Value): Value {
  if (value === UNKNOWN) return null;
  if (isList(value)) return value.map(known);
  return isObject(value) ? withoutUnknown(value) : value;
}

function settleBlock(
  schema: BlockSchema,
  resource: NativeResource,
  now: ValueObject,
  base: ValueObject | null,
  prefix: string,
): ValueObject {
  if (base === null) return now;
  const out: MutableValueObject = {};
  for (const name of Object.keys(schema.attributes ?? {})) {
    out[name] = settleAttribute(resource, now[name] ?? null, base[name] ?? null, prefix + name);
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    out[name] = settleNested(block, resource, now[name] ?? null, base[name] ?? null, prefix + name);
  }
  return out;
}

function settleAttribute(resource: NativeResource, now: Value, base: Value, path: string): Value {
  const how = resource.equivalence?.[path];
  if (how !== undefined && typeof now === "string" && typeof base === "string" && equivalent(how, base, now)) return base;
  if (base === null && isEmptyCollection(now)) return null;
  if (now === null && (isEmptyCollection(base) || base === "" || base === 0 || base === false)) return base;
  return now;
}

function isEmptyCollection(value: Value): boolean {
  return (isList(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
}

function settleNested(block: NestedBlockSchema, resource: NativeResource, now: Value, base: Value, path: string): Value {
  if (block.nesting === "single") {
    return isObject(now) ? settleBlock(block, resource, now, isObject(base) ? base : null, `${path}.`) : now;
  }
  if (!isList(now)) return now;
  const before: readonly Value[] = isList(base) ? base : [];
  const items = now.map((item, i): Value => {
    if (!isObject(item)) return item;
    const match = block.nesting === "set" ? before.find((other) => zeroKey(other) === zeroKey(item)) : before[i];
    return settleBlock(block, resource, item, isObject(match) ? match : null, `${path}.`);
  });
  // Elements of a set that differ from the base's only in null against zero are the base's.
  const settled =
    block.nesting === "set" ? items.map((item) => before.find((other) => zeroKey(other) === zeroKey(item)) ?? item) : items;
  return block.nesting === "set" ? sortSet(settled) : settled;
}

/** Like `setKey`, but null equals the zero of its type. */
function zeroKey(value: Value): string {
  const strip = (inner: Value): Value => {
    if (inner === "" || inner === 0 || inner === false || isEmptyCollection(inner)) return null;
    if (isList(inner)) return inner.map(strip);
    if (isObject(inner)) return Object.fromEntries(Object.entries(inner).map(([name, item]) => [name, strip(item)]));
    return inner;
  };
  return setKey(strip(value));
}
