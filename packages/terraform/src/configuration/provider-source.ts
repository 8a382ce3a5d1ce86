import type { SourceRange } from "@dovetail/model";
import type { Problems } from "./problems.ts";

const DEFAULT_HOST = "registry.terraform.io";
/** Served by Terraform itself. */
export const BUILTIN_SOURCE = "terraform.io/builtin/terraform";

/** The address of the provider that a local name means where nothing else is said. */
export function impliedSource(localName: string): string {
  return localName === "terraform" ? BUILTIN_SOURCE : `${DEFAULT_HOST}/hashicorp/${localName}`;
}

/** `hashicorp/aws` -> `registry.terraform.io/hashicorp/aws`. A problem where it is no address. */
export function providerSource(text: string, range: SourceRange, problems: Problems): string | undefined {
  const parts = text.split("/");
  const isWhole = parts.length <= 3 && parts.every((part) => /^[0-9A-Za-z][0-9A-Za-z._-]*(:\d+)?$/.test(part));
  const [type = "", namespace, host] = [...parts].reverse();
  if (!isWhole) {
    const detail = `The "source" attribute must be in the format "[hostname/][namespace/]name"`;
    problems.error("Invalid provider source string", detail, range);
    return undefined;
  }
  if (namespace === undefined) return impliedSource(type.toLowerCase());
  return `${(host ?? DEFAULT_HOST).toLowerCase()}/${namespace.toLowerCase()}/${type.toLowerCase()}`;
}

/** The local name that a type is served under where its block names none. */
export function impliedName(type: string): string {
  return type.split("_")[0] ?? type;
}

/** HashiCorp's are known by their own names, whatever a module calls them. */
export function registryName(source: string, localName: string): string {
  const [, namespace, type = localName] = source.split("/");
  return namespace === "hashicorp" || namespace === "builtin" ? type : localName;
}
