import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HasProperty } from "./foreign-names.ts";

/** What a provider package in `node_modules` says of its names. */
export interface InstalledPackage {
  /** The properties of a class or function, its arguments' nested ones included. */
  propertiesOf(className: string): HasProperty;
  /** The type token that a class gives itself. */
  tokenOf(className: string): string | undefined;
}

/** Says nothing. */
export const NOT_INSTALLED: InstalledPackage = { propertiesOf: () => () => undefined, tokenOf: () => undefined };

/** The folder of the package that a file in `from` would import as `@scope/name/part`; undefined where it is not installed. */
export function packageFolder(from: string, specifier: string): string | undefined {
  const name = specifier.split("/").slice(0, 2).join("/");
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Whether an installed package's classes are a provider's resources: its package.json says so. */
export function isProviderPackage(folder: string): boolean {
  const manifest = readText(join(folder, "package.json"));
  try {
    const { pulumi } = JSON.parse(manifest ?? "{}") as { readonly pulumi?: { readonly resource?: unknown } };
    return pulumi?.resource === true;
  } catch {
    return false;
  }
}

const PROPERTY = /^\s*(?:readonly )?(\w+)\??:/gm;

/** Reads typings when a name is in question, and no more of them than that class's and the nested types. */
export function readInstalled(folder: string): InstalledPackage {
  let nested: ReadonlySet<string> | undefined;
  return {
    propertiesOf(className) {
      let own: ReadonlySet<string> | undefined;
      return (name) => {
        own ??= wordsIn(readText(fileOf(folder, className, ".d.ts")) ?? "");
        nested ??= wordsIn(
          `${readText(join(folder, "types/input.d.ts")) ?? ""}\n${readText(join(folder, "types/output.d.ts")) ?? ""}`,
        );
        return own.size === 0 && nested.size === 0 ? undefined : own.has(name) || nested.has(name);
      };
    },
    tokenOf: (className) => /__pulumiType = ["']([^"']+)["']/.exec(readText(fileOf(folder, className, ".js")) ?? "")?.[1],
  };
}

/** `DnsRecord` is in `dnsRecord.js`. */
function fileOf(folder: string, className: string, ending: string): string {
  return join(folder, `${className.charAt(0).toLowerCase()}${className.slice(1)}${ending}`);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function wordsIn(typing: string): ReadonlySet<string> {
  return new Set([...typing.matchAll(PROPERTY)].map(([, name]) => name ?? ""));
}
