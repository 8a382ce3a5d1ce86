import type { ResourceSchema } from "@dovetail/model";
import { IndexedLines } from "./data-file.ts";
import { type Catalog, type Descriptor, makeDescriptor, type NameMap } from "./descriptor.ts";

/** The edition that programs are read against: @pulumi/aws 7's names stand for it, and its v6 names are in the map. */
const EDITION = "6.66.0";

/** `aws:sqs/queue:Queue` -> `sqs.Queue`, `aws:index/getRegion:getRegion` -> `getRegion`. */
function pathOf(token: string): string {
  const [, module = "", name = ""] = token.split(":");
  const namespace = module.split("/")[0] ?? "";
  return namespace === "index" ? name : `${namespace}.${name}`;
}

/** The classes and functions of `@pulumi/aws`: names at once, everything else when it is asked for. */
export function createAwsCatalog(): Catalog {
  const names = new IndexedLines("program", "pulumi-aws");
  const schemas = new IndexedLines("provider-aws", `schema-${EDITION}`);
  const tokens = { resource: tokensByPath(names, "resources"), data: tokensByPath(names, "functions") };
  for (const [old, current] of Object.entries(names.index.aliases ?? {})) {
    if (!tokens.resource.has(pathOf(old))) tokens.resource.set(pathOf(old), current);
  }
  const made = new Map<string, Descriptor | undefined>();
  const v6 = { resource: v6Types(names.index.v6_only_resources), data: v6Types(names.index.v6_only_functions) };
  /** Names that only version 6 of the package had, found by their Terraform type under the name of today. */
  const tokenOfV6 = (kind: "resource" | "data", path: string): string | undefined => {
    const tf = v6[kind].get(path);
    const section = kind === "resource" ? "resources" : "functions";
    return tf && names.names(section).find((token) => (names.entry(section, token) as NameMap).tf === tf);
  };
  const describe = (kind: "resource" | "data", token: string): Descriptor | undefined => {
    const map = names.entry(kind === "resource" ? "resources" : "functions", token) as NameMap | undefined;
    if (map?.tf === undefined) return undefined;
    const schema = schemas.entry(kind, map.tf) as ResourceSchema | undefined;
    return schema && makeDescriptor({ kind, package: "aws", token, path: map.js, map, schema });
  };
  return {
    name: "aws",
    paths: (kind) => [...tokens[kind].keys()],
    describe(kind, path) {
      const token = tokens[kind].get(path) ?? tokenOfV6(kind, path);
      if (token === undefined) return undefined;
      const key = `${kind} ${token}`;
      if (!made.has(key)) made.set(key, describe(kind, token));
      return made.get(key);
    },
    provider() {
      const schema = schemas.entry("provider", "aws") as ResourceSchema;
      const map = { tf: "aws", js: "Provider", ...(names.index.provider as object) };
      return makeDescriptor({ kind: "resource", package: "aws", token: "pulumi:providers:aws", path: "Provider", map, schema });
    },
    pathOfToken: (token) => (token.startsWith("aws:") && tokens.resource.has(pathOf(token)) ? pathOf(token) : undefined),
  };
}

/** Path -> Terraform type; services that AWS and the provider have given up have none. */
function v6Types(entries: { readonly [token: string]: unknown } | undefined): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const [token, entry] of Object.entries(entries ?? {})) {
    const tf = typeof entry === "string" ? entry : (entry as { readonly tf?: string } | null)?.tf;
    if (tf !== undefined) types.set(pathOf(token), tf);
  }
  return types;
}

function tokensByPath(names: IndexedLines, section: string): Map<string, string> {
  return new Map(names.names(section).map((token) => [pathOf(token), token]));
}
