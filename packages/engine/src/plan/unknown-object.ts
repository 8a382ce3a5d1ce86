import { type BlockSchema, isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";

/**
 * What is known of an object that nobody has asked the provider about: config where it is set, unknown for what may be computed.
 * Terraform's `PlannedDataResourceObject`. `config` is conformed. Pure.
 */
export function unknownObject(schema: BlockSchema, config: ValueObject): ValueObject {
  const out: [string, Value][] = [];
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    const value = config[name] ?? null;
    out.push([name, value === null && attribute.computed === true ? UNKNOWN : value]);
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const value = config[name] ?? null;
    if (isList(value)) out.push([name, value.map((item) => (isObject(item) ? unknownObject(block, item) : item))]);
    else if (isObject(value) && block.nesting === "single") out.push([name, unknownObject(block, value)]);
    else out.push([name, value]);
  }
  return Object.fromEntries(out);
}
