import type { ResourceSchema, SchemaKind } from "@dovetail/model";
import { type AutonameRule, type Catalog, type Descriptor, makeDescriptor } from "./descriptor.ts";
import { className, namesOf, typeOfClass } from "./foreign-names.ts";
import type { InstalledPackage } from "./installed-package.ts";

/** A provider that Dovetail does not bring, as far as a program has to know it. */
export interface ForeignProvider {
  /** `acme`: its types begin so. */
  readonly localName: string;
  listTypes(kind: "resource" | "data"): readonly string[];
  schema(kind: SchemaKind, type: string): ResourceSchema | undefined;
}

/**
 * The classes and functions of a package that bridges a Terraform provider (`@pulumi/acme`), made from the provider's schema; the package
 * itself, where it is installed, says how it names things.
 * @param name the package's: `acme`
 */
export function createForeignCatalog(name: string, provider: ForeignProvider, installed: InstalledPackage): Catalog {
  const { localName } = provider;
  const typeAt = (kind: "resource" | "data", path: string): string | undefined => {
    if (kind === "resource") return typeOfClass(provider.listTypes(kind), path);
    const [, space = "", asked] = /^(.*\.)?get([A-Z0-9].*)$/.exec(path) ?? [];
    return asked === undefined ? undefined : typeOfClass(provider.listTypes(kind), `${space}${asked}`);
  };
  const describe = (kind: "resource" | "data", path: string): Descriptor | undefined => {
    const tf = typeAt(kind, path);
    const schema = tf === undefined ? undefined : provider.schema(kind, tf);
    if (tf === undefined || schema === undefined) return undefined;
    const short = path.split(".").at(-1) ?? "";
    const { names, flat } = namesOf(schema, installed.propertiesOf(short));
    const autoname = kind === "resource" ? autonameOf(schema) : undefined;
    return makeDescriptor({
      kind,
      package: localName,
      token: installed.tokenOf(short) ?? tokenAt(name, path),
      path,
      map: { tf, js: path, names, flat, ...(autoname === undefined ? {} : { autoname }) },
      schema,
    });
  };
  const made = new Map<string, Descriptor | undefined>();
  const cached = (kind: "resource" | "data", path: string) => {
    const key = `${kind} ${path}`;
    if (!made.has(key)) made.set(key, describe(kind, path));
    return made.get(key);
  };
  return {
    name: localName,
    paths: (kind) => provider.listTypes(kind).map((tf) => (kind === "resource" ? className(tf) : `get${className(tf)}`)),
    // Modules group classes in ways that the provider knows nothing of: any is taken, and its classes are found by their names.
    hasNamespace: (word) => /^[a-z]/.test(word) && typeAt("data", word.replace(/Output$/, "")) === undefined,
    describe: cached,
    provider() {
      const schema = provider.schema("provider", localName) ?? {};
      const { names, flat } = namesOf(schema, () => undefined);
      const map = { tf: localName, js: "Provider", names, flat };
      return makeDescriptor({
        kind: "resource",
        package: localName,
        token: `pulumi:providers:${name}`,
        path: "Provider",
        map,
        schema,
      });
    },
    pathOfToken(token) {
      const [packageName, module = "", short = ""] = token.split(":");
      if (packageName !== name) return undefined;
      const space = module.split("/")[0];
      const path = space === "index" || space === "" ? short : `${space}.${short}`;
      return cached("resource", path) === undefined ? undefined : path;
    },
  };
}

/** A name that must be given and is not is made from the resource's, as bridges do it. */
function autonameOf({ attributes = {} }: ResourceSchema): AutonameRule | undefined {
  const { name } = attributes;
  return name?.required === true && name.type === "string" ? { tf: "name", prop: "name" } : undefined;
}

function tokenAt(name: string, path: string): string {
  const dot = path.lastIndexOf(".");
  const short = path.slice(dot + 1);
  return `${name}:${dot < 0 ? "index" : path.slice(0, dot)}/${short.charAt(0).toLowerCase()}${short.slice(1)}:${short}`;
}
