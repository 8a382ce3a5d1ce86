import type { ResourceLike, ResourceOptions } from "./contract.ts";

/** Every option, so that a misspelled one is found. */
export const RESOURCE_OPTIONS: readonly string[] =
  "parent dependsOn protect ignoreChanges replaceOnChanges deleteBeforeReplace retainOnDelete deletedWith additionalSecretOutputs aliases import id provider providers transformations transforms customTimeouts version pluginDownloadURL urn hooks async hideDiffs envVarMappings replaceWith replacementTrigger".split(
    " ",
  );

const MERGED_LISTS = [
  "dependsOn",
  "ignoreChanges",
  "replaceOnChanges",
  "additionalSecretOutputs",
  "aliases",
  "transformations",
  "transforms",
] as const;

/** Pulumi's `mergeOptions`: lists are joined, providers united, of everything else the second one's wins. */
export function mergeOptions(first: ResourceOptions | undefined, second: ResourceOptions | undefined): ResourceOptions {
  const merged: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second ?? {})) {
    if (value === undefined) continue;
    if ((MERGED_LISTS as readonly string[]).includes(key)) merged[key] = [...asList(merged[key]), ...asList(value)];
    else if (key === "providers") merged[key] = { ...providersOf(merged[key]), ...providersOf(value) };
    else merged[key] = value;
  }
  return merged;
}

export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** `providers` of a component by package name. */
export function providersOf(value: unknown): { readonly [name: string]: ResourceLike } {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) return value as { readonly [name: string]: ResourceLike };
  return Object.fromEntries(
    (value as ResourceLike[]).map((provider) => [provider.__pulumiType.replace("pulumi:providers:", ""), provider]),
  );
}
