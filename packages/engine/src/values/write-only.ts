import type { ResourceSchema, ValueObject } from "@dovetail/model";

/** What may only be written is in no plan and no state. */
export function withoutWriteOnly(schema: ResourceSchema, value: ValueObject): ValueObject {
  const names = Object.keys(value).filter((name) => schema.attributes?.[name]?.write_only === true && value[name] !== null);
  return names.length === 0 ? value : { ...value, ...Object.fromEntries(names.map((name) => [name, null])) };
}
