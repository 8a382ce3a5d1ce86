import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadedApp } from "@dovetail/program";

/** The editions of the AWS provider's schema that we present. */
export type Edition = "5.100.0" | "6.66.0";

/** A lock file is a few kilobytes. */
const LOCK_FILE_BYTES_MAX = 1024 * 1024;

/**
 * Which edition a run presents: the version that `.terraform.lock.hcl` beside the config selects, else the one that belongs to the
 * @pulumi/aws version that app() asks for (its major 7 is made from the provider's major 6), else 6.66.0.
 */
export function editionOf(app: Pick<LoadedApp, "providers">, root: string): Edition {
  const locked = lockedMajor(root);
  if (locked !== undefined) return locked >= 6 ? "6.66.0" : "5.100.0";
  const asked = pulumiMajor(app.providers);
  return asked !== undefined && asked < 7 ? "5.100.0" : "6.66.0";
}

/**
 * Which edition a Terraform root is served: the version that its lock file selects, else the major that `required_providers` of its
 * files asks for, else 6.66.0.
 */
export function editionOfRoot(root: string): Edition {
  const major = lockedMajor(root) ?? requiredMajor(root);
  return major !== undefined && major < 6 ? "5.100.0" : "6.66.0";
}

/** The first number of the version that an `aws = { … }` of the root's files asks for; a lower bound is not one. */
function requiredMajor(root: string): number | undefined {
  for (const name of filesOf(root)) {
    const text = readText(join(root, name));
    const block = text?.match(/\baws"?\s*[=:]\s*\{([^}]*hashicorp\/aws[^}]*)\}/)?.[1];
    const version = block?.match(/version"?\s*[=:]\s*"([^"]*)"/)?.[1];
    const major = version === undefined ? undefined : majorOf(version);
    if (major !== undefined) return major;
  }
  return undefined;
}

/** The newest major that a constraint such as `~> 5.0` or `>= 5.0, < 6.0` allows; undefined when it names no upper end. */
function majorOf(constraint: string): number | undefined {
  for (const part of constraint.split(",")) {
    const [, operator = "", major, rest = ""] = part.match(/^\s*(~>|=|<=|<)?\s*v?(\d+)((?:\.\d+)*)\s*$/) ?? [];
    if (major === undefined) continue;
    return operator === "<" && /^(\.0)*$/.test(rest) ? Number(major) - 1 : Number(major);
  }
  return undefined;
}

function filesOf(root: string): readonly string[] {
  try {
    return readdirSync(root).filter((name) => name.endsWith(".tf") || name.endsWith(".tf.json"));
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return text.length > LOCK_FILE_BYTES_MAX ? undefined : text;
  } catch {
    return undefined;
  }
}

function lockedMajor(root: string): number | undefined {
  const text = readText(join(root, ".terraform.lock.hcl"));
  const block = text?.match(/^\s*provider\s+"registry\.(?:terraform\.io|opentofu\.org)\/hashicorp\/aws"\s*\{([^}]*)\}/m)?.[1];
  const major = block?.match(/^\s*version\s*=\s*"(\d+)\./m)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** `"6.83.0"`, `{ version: "^7.0.0" }`; anything without a leading number says nothing. */
function pulumiMajor(providers: LoadedApp["providers"]): number | undefined {
  const aws: unknown = providers?.aws;
  const version = typeof aws === "object" && aws !== null && "version" in aws ? aws.version : aws;
  const major = typeof version === "string" ? version.match(/^[\^~=v\s]*(\d+)(?:\.|$)/)?.[1] : undefined;
  return major === undefined ? undefined : Number(major);
}
