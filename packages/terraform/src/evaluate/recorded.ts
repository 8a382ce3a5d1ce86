import type { DynamicTypes } from "@dovetail/engine";
import { entriesOf, type Val } from "@dovetail/hcl";
import type { ResourceSchema } from "@dovetail/model";
import { typeExpr } from "../values/to-engine.ts";

/** What the engine is told of a resource beside its values. Pure. */

/** The types that a configuration gives to attributes which the schema leaves open. */
export function dynamicTypesOf(type: string, schema: ResourceSchema, config: Val): DynamicTypes | undefined {
  const given = entriesOf(config);
  const types: { [attribute: string]: ReturnType<typeof typeExpr> } = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    const value = attribute.type === "dynamic" ? given?.get(name) : undefined;
    if (value !== undefined && value.type.kind !== "dynamic") types[name] = typeExpr(value.type);
  }
  // Built into Terraform: its output is its input.
  if (type === "terraform_data" && types.input !== undefined) types.output = types.input;
  return Object.keys(types).length === 0 ? undefined : types;
}
