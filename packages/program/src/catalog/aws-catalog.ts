import type { ResourceSchema } from "@dovetail/model";
import type { IndexedLines } from "@dovetail/provider";
import { dataLines } from "./data-file.ts";
import { type Catalog, type Descriptor, makeDescriptor, type NameMap } from "./descriptor.ts";

/** The edition that programs are read against: @pulumi/aws 7's names stand for it, and its v6 names are in the map. */
const EDITION = "6.66.0";

/** `aws:sqs/queue:Queue` -> `sqs.Queue`, `aws:index/getRegion:getRegion` -> `getRegion`. */
function pathOf(token: string): string {
  const [, module = "", name = ""] = token.split(":");
  const namespace = module.split("/")[0] ?? "";
  return namespace === "index" ? name : `${namespace}.${name}`;
}

/** The token that a path has (all of the data keep to it, says the test): `sqs.Queue` -> `aws:sqs/queue:Queue`. */
function tokenAt(path: string): string {
  const dot = path.lastIndexOf(".");
  const name = path.slice(dot + 1);
  return `aws:${dot < 0 ? "index" : path.slice(0, dot)}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
}

const SECTIONS = { resource: "resources", data: "functions" } as const;

/** The classes and functions of `@pulumi/aws`: everything is read when it is asked for. */
export function createAwsCatalog(): Catalog {
  const names = dataLines("program", "pulumi-aws");
  const schemas = dataLines("provider-aws", `schema-${EDITION}`);
  const made = new Map<string, Descriptor | undefined>();
  const lists: { resource?: ReadonlyMap<string, string>; data?: ReadonlyMap<string, string> } = {};
  const tokens = (kind: "resource" | "data"): ReadonlyMap<string, string> => {
    lists[kind] ??= tokensByPath(names, kind);
    return lists[kind];
  };
  const tokenOf = (kind: "resource" | "data", path: string): string | undefined => {
    const token = tokenAt(path);
    if (names.has(SECTIONS[kind], token)) return token;
    return kind === "resource" ? renamedToken(names, path) : undefined;
  };
  /** Names that only version 6 of the package had, found by their Terraform type under the name of today. */
  const tokenOfV6 = (kind: "resource" | "data", path: string): string | undefined => {
    const entries = names.head[kind === "resource" ? "v6_only_resources" : "v6_only_functions"];
    const tf = v6Types(entries as { readonly [token: string]: unknown } | undefined).get(path);
    return tf && names.names(SECTIONS[kind]).find((token) => (names.entry(SECTIONS[kind], token) as NameMap).tf === tf);
  };
  const describe = (kind: "resource" | "data", token: string): Descriptor | undefined => {
    const map = names.entry(SECTIONS[kind], token) as NameMap | undefined;
    if (map?.tf === undefined) return undefined;
    const schema = schemas.entry(kind, map.tf) as ResourceSchema | undefined;
    return schema && makeDescriptor({ kind, package: "aws", token, path: map.js, map, schema });
  };
  return {
    name: "aws",
    paths: (kind) => [...tokens(kind).keys()],
    hasNamespace: (name) =>
      name !== "index" &&
      (names.hasPrefix(SECTIONS.resource, `aws:${name}/`) ||
        names.hasPrefix(SECTIONS.data, `aws:${name}/`) ||
        Object.keys((names.head.aliases ?? {}) as object).some((token) => token.startsWith(`aws:${name}/`))),
    describe(kind, path) {
      const token = tokenOf(kind, path) ?? tokenOfV6(kind, path);
      if (token === undefined) return undefined;
      const key = `${kind} ${token}`;
      if (!made.has(key)) made.set(key, describe(kind, token));
      return made.get(key);
    },
    provider() {
      const schema = schemas.entry("provider", "aws") as ResourceSchema;
      const map = { tf: "aws", js: "Provider", ...(names.head.provider as object) };
      return makeDescriptor({ kind: "resource", package: "aws", token: "pulumi:providers:aws", path: "Provider", map, schema });
    },
    pathOfToken: (token) =>
      token.startsWith("aws:") && tokenOf("resource", pathOf(token)) !== undefined ? pathOf(token) : undefined,
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

/** The token of today behind a resource's old name. */
function renamedToken(names: IndexedLines, path: string): string | undefined {
  const aliases = (names.head.aliases ?? {}) as { readonly [old: string]: string };
  const old = Object.keys(aliases).find((token) => pathOf(token) === path);
  return old && aliases[old];
}

/** Every path of a kind; old tokens of resources lead to the ones of today. */
function tokensByPath(names: IndexedLines, kind: "resource" | "data"): ReadonlyMap<string, string> {
  const paths = new Map(names.names(SECTIONS[kind]).map((token) => [pathOf(token), token]));
  if (kind === "data") return paths;
  for (const [old, current] of Object.entries((names.head.aliases ?? {}) as { readonly [old: string]: string }))
    if (!paths.has(pathOf(old))) paths.set(pathOf(old), current);
  return paths;
}
