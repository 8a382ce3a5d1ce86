import { readFileSync } from "node:fs";
import type { BlockSchema, NestedBlockSchema, ResourceSchema } from "@dovetail/model";
import { dataFile } from "./data-file.ts";
import { type Catalog, type Descriptor, makeDescriptor, type NameMap } from "./descriptor.ts";

interface UtilityData {
  readonly providers: {
    readonly [name: string]: {
      readonly resources?: { readonly [type: string]: ResourceSchema };
      readonly data_sources?: { readonly [type: string]: ResourceSchema };
    };
  };
  readonly pulumi_tokens: { readonly resources: Tokens; readonly functions: Tokens };
}
type Tokens = { readonly [token: string]: string };

/** Names that the Pulumi packages of the small providers give otherwise than by camelCase. */
const NAMES: { readonly [type: string]: { readonly [tfPath: string]: string } } = {
  archive_file: { source: "sources" },
  cloudinit_config: { part: "parts" },
  external: { program: "programs" },
  random_shuffle: { input: "inputs", result: "results" },
  tls_cert_request: { "subject.street_address": "streetAddresses" },
  tls_self_signed_cert: { "subject.street_address": "streetAddresses" },
};

let data: UtilityData | undefined;

/** `@pulumi/random`, tls, null, local, archive, http, and `@pulumiverse/time`. */
export function createUtilityCatalog(name: string): Catalog {
  data ??= JSON.parse(readFileSync(dataFile("provider-utilities", "schemas.json"), "utf8")) as UtilityData;
  const { pulumi_tokens: tokens, providers } = data;
  const paths = { resource: byPath(tokens.resources, name), data: byPath(tokens.functions, name) };
  const describe = (kind: "resource" | "data", path: string): Descriptor | undefined => {
    const token = paths[kind].get(path);
    const tf = token && (kind === "resource" ? tokens.resources[token] : tokens.functions[token]);
    const schemas = kind === "resource" ? providers[name]?.resources : providers[name]?.data_sources;
    const schema = tf === undefined ? undefined : schemas?.[tf];
    if (token === undefined || tf === undefined || schema === undefined) return undefined;
    const map: NameMap = { tf, js: path, names: NAMES[tf] ?? {}, flat: flatBlocks(schema, "") };
    return makeDescriptor({ kind, package: name, token, path, map, schema });
  };
  const made = new Map<string, Descriptor | undefined>();
  return {
    name,
    paths: (kind) => [...paths[kind].keys()],
    hasNamespace: (space) => [...paths.resource.keys(), ...paths.data.keys()].some((path) => path.startsWith(`${space}.`)),
    describe(kind, path) {
      const key = `${kind} ${path}`;
      if (!made.has(key)) made.set(key, describe(kind, path));
      return made.get(key);
    },
    provider: () =>
      makeDescriptor({
        kind: "resource",
        package: name,
        token: `pulumi:providers:${name}`,
        path: "Provider",
        map: { tf: name, js: "Provider" },
        schema: {},
      }),
    pathOfToken: (token) => [...paths.resource].find(([, own]) => own === token)?.[0],
  };
}

function byPath(tokens: Tokens, name: string): Map<string, string> {
  const own = Object.keys(tokens).filter((token) => token.startsWith(`${name}:`));
  return new Map(own.map((token) => [token.split(":")[2] ?? "", token]));
}

function flatBlocks(block: BlockSchema, prefix: string): string[] {
  return Object.entries(block.blocks ?? {}).flatMap(([name, inner]: [string, NestedBlockSchema]) => {
    const path = `${prefix}${name}`;
    const isSingle = inner.max === 1 || inner.max_hint === 1;
    return [...(isSingle ? [path] : []), ...flatBlocks(inner, `${path}.`)];
  });
}
