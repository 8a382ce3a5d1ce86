import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceSchema, SchemaKind } from "@dovetail/model";
import type { FunctionSchema } from "@dovetail/provider";

interface ProviderSchemas {
  readonly source: string;
  readonly provider_version: string;
  readonly resources: { readonly [type: string]: ResourceSchema };
  readonly data_sources: { readonly [type: string]: ResourceSchema };
  readonly ephemeral_resources?: { readonly [type: string]: ResourceSchema };
  readonly functions?: { readonly [name: string]: FunctionSchema };
}

let loaded: { readonly [provider: string]: ProviderSchemas } | undefined;

/** The schemas of one provider (`random`), read once; undefined when there is none of that name. */
export function schemasOf(provider: string): ProviderSchemas | undefined {
  loaded ??= (JSON.parse(readFileSync(dataFile(), "utf8")) as { providers: { [provider: string]: ProviderSchemas } }).providers;
  return Object.hasOwn(loaded, provider) ? loaded[provider] : undefined;
}

/** Beside the sources in `data/`; in the published bundle in `data/provider-utilities/`. */
function dataFile(): string {
  const bundled = join(import.meta.dirname, "data/provider-utilities/schemas.json");
  return existsSync(bundled) ? bundled : join(import.meta.dirname, "../data/schemas.json");
}

export function schemaOf(schemas: ProviderSchemas, kind: SchemaKind | "ephemeral", type: string): ResourceSchema | undefined {
  const { resources: resource, data_sources: data, ephemeral_resources: ephemeral = {} } = schemas;
  const sections: { readonly [kind: string]: { readonly [type: string]: ResourceSchema } } = { resource, data, ephemeral };
  const section = sections[kind] ?? {};
  return Object.hasOwn(section, type) ? section[type] : undefined;
}
