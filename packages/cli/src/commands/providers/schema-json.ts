import type { AttributeSchema, BlockSchema, NestedBlockSchema, ResourceSchema, SchemaKind } from "@dovetail/model";
import type { FunctionParameter, FunctionSchema, Provider } from "@dovetail/provider";

/** Schemas as `terraform providers schema -json` has them ("Providers Schema Representation"), without descriptions. Pure. */

/** @param name of the provider, under which it has its own schema */
export function providerSchemaJson(provider: Provider, name: string): object {
  const of = (kind: SchemaKind) => namedSchemas(provider.listTypes(kind), (type) => provider.getSchema(kind, type));
  const ephemeral = namedSchemas(provider.listEphemeral?.() ?? [], (type) => provider.getEphemeralSchema?.(type));
  const functions = Object.entries(provider.listFunctions?.() ?? {});
  return {
    provider: schemaJson(provider.getSchema("provider", name) ?? {}),
    ...unlessEmpty("resource_schemas", of("resource")),
    ...unlessEmpty("data_source_schemas", of("data")),
    ...unlessEmpty("ephemeral_resource_schemas", ephemeral),
    ...unlessEmpty("functions", Object.fromEntries(functions.map(([each, schema]) => [each, functionJson(schema)]))),
  };
}

function namedSchemas(types: readonly string[], schemaOf: (type: string) => ResourceSchema | undefined): object {
  return Object.fromEntries([...types].sort().map((type) => [type, schemaJson(schemaOf(type) ?? {})]));
}

function unlessEmpty(key: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}

function schemaJson(schema: ResourceSchema): object {
  return { version: schema.version ?? 0, block: blockJson(schema) };
}

function blockJson({ attributes = {}, blocks = {} }: BlockSchema): object {
  return {
    ...unlessEmpty("attributes", mapped(attributes, attributeJson)),
    ...unlessEmpty("block_types", mapped(blocks, nestedJson)),
    description_kind: "plain",
  };
}

function mapped<T>(from: { readonly [name: string]: T }, map: (each: T) => object): object {
  return Object.fromEntries(Object.entries(from).map(([name, each]) => [name, map(each)]));
}

function attributeJson(attribute: AttributeSchema): object {
  const { type, nested_type: nested } = attribute;
  const flags = ["deprecated", "required", "optional", "computed", "sensitive", "write_only"] as const;
  return {
    ...(nested === undefined
      ? { type: type ?? "dynamic" }
      : { nested_type: { attributes: mapped(nested.attributes, attributeJson), nesting_mode: nested.nesting } }),
    description_kind: "plain",
    ...Object.fromEntries(
      flags.flatMap((flag) => (attribute[flag] === undefined || attribute[flag] === false ? [] : [[flag, true]])),
    ),
  };
}

function nestedJson(block: NestedBlockSchema): object {
  const { nesting, min, max } = block;
  return {
    nesting_mode: nesting,
    block: blockJson(block),
    ...(min === undefined ? {} : { min_items: min }),
    ...(max === undefined ? {} : { max_items: max }),
  };
}

function functionJson({ summary, returns, parameters, variadicParameter }: FunctionSchema): object {
  return {
    summary,
    return_type: returns,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterJson) }),
    ...(variadicParameter === undefined ? {} : { variadic_parameter: parameterJson(variadicParameter) }),
  };
}

function parameterJson({ name, type, isNullable }: FunctionParameter): object {
  return { name, type, ...(isNullable ? { is_nullable: true } : {}) };
}
