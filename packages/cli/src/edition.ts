import { readFileSync } from "node:fs";
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
export async function editionOfRoot(root: string): Promise<Edition> {
  const { nodeFileReader, readRequirements } = await import("@dovetail/provider-plugin");
  const asked = readRequirements(nodeFileReader(), root).filter(({ source }) => source.endsWith("/hashicorp/aws"));
  const locked = asked.find((each) => each.locked !== undefined)?.locked;
  const major = locked === undefined ? majorOf(asked.map(({ constraint }) => constraint).join(", ")) : majorOf(locked);
  return major !== undefined && major < 6 ? "5.100.0" : "6.66.0";
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

function lockedMajor(root: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(root, ".terraform.lock.hcl"), "utf8");
  } catch {
    return undefined;
  }
  if (text.length > LOCK_FILE_BYTES_MAX) return undefined;
  const block = text.match(/^\s*provider\s+"registry\.(?:terraform\.io|opentofu\.org)\/hashicorp\/aws"\s*\{([^}]*)\}/m)?.[1];
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
