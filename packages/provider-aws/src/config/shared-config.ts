import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment, ProviderSettings } from "./provider-config.ts";

/** The region that the chosen profile names in the shared config file; undefined where there is none. */
export function profileRegion(settings: ProviderSettings, env: Environment): string | undefined {
  const profile = settings.profile ?? env.AWS_PROFILE ?? "default";
  const files = settings.sharedConfigFiles.length > 0 ? settings.sharedConfigFiles : [defaultFile(env)];
  for (const file of files) {
    const region = readProfile(file, profile)?.get("region");
    if (region !== undefined) return region;
  }
  return undefined;
}

function defaultFile(env: Environment): string {
  return env.AWS_CONFIG_FILE ?? join(env.HOME ?? env.USERPROFILE ?? ".", ".aws/config");
}

function readProfile(file: string, profile: string): Map<string, string> | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  return parseProfiles(text).get(profile);
}

/** Sections of an AWS config file: `[default]` and `[profile NAME]`; nested settings are left out. */
export function parseProfiles(text: string): Map<string, Map<string, string>> {
  const profiles = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) {
      current = new Map();
      profiles.set(section.replace(/^["']|["']$/g, ""), current);
      continue;
    }
    const pair = /^([\w-]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (pair?.[1] !== undefined && pair[2] !== undefined) current?.set(pair[1], pair[2]);
  }
  return profiles;
}
