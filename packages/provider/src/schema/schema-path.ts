import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type NestedBlockSchema,
  type Path,
  type Value,
  type ValueObject,
} from "@dovetail/model";

/** One place in a value: its schema path (`rule.id`, positions left out), full path and value. */
export interface Place {
  readonly schemaPath: string;
  readonly path: Path;
  readonly value: Value;
  readonly attribute?: AttributeSchema;
  readonly block?: NestedBlockSchema;
}

/** Every attribute and block of an object, outermost first. */
export function places(schema: BlockSchema, value: ValueObject): readonly Place[] {
  const found: Place[] = [];
  collect(schema, value, "", [], found);
  return found;
}

function collect(schema: BlockSchema, value: ValueObject, schemaPrefix: string, pathPrefix: Path, found: Place[]): void {
  for (const { name, attribute } of attributesOf(schema)) {
    found.push({ schemaPath: schemaPrefix + name, path: [...pathPrefix, name], value: value[name] ?? null, attribute });
  }
  for (const { name, block } of blocksOf(schema)) {
    const inner = value[name] ?? null;
    found.push({ schemaPath: schemaPrefix + name, path: [...pathPrefix, name], value: inner, block });
    const prefix = `${schemaPrefix}${name}.`;
    if (isObject(inner) && block.nesting === "single") collect(block, inner, prefix, [...pathPrefix, name], found);
    if (!isList(inner)) continue;
    inner.forEach((item, i) => {
      if (isObject(item)) collect(block, item, prefix, [...pathPrefix, name, i], found);
    });
  }
}

/** The values found at a schema path (`rule.id`), through every element of lists and sets on the way. */
export function valuesAt(value: Value, schemaPath: string): readonly Value[] {
  let found: readonly Value[] = [value];
  for (const step of schemaPath.split(".")) {
    const next: Value[] = [];
    for (const at of found) {
      const items: readonly Value[] = isList(at) ? at : [at];
      for (const item of items) if (isObject(item)) next.push(item[step] ?? null);
    }
    found = next;
  }
  return found;
}
