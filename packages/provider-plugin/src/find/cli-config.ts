/**
 * Terraform's and OpenTofu's CLI configuration (`TF_CLI_CONFIG_FILE`, else `~/.terraformrc` or `~/.tofurc`), as far as it says where
 * provider binaries are (Terraform's documentation, "CLI Configuration File"): HCL, or JSON where the name ends so.
 */
import { isAbsolute, join } from "node:path";
import { type Block, type Body, type Literal, parseBody } from "./configuration-language.ts";
import type { FileReader } from "./files.ts";
import { parseSource } from "./sources.ts";

export interface CliConfig {
  /** The files that were read. */
  readonly files: readonly string[];
  readonly pluginCacheDir?: string;
  /** Provider source -> folder with its binary, or the binary itself. */
  readonly devOverrides: ReadonlyMap<string, string>;
  /** Folders in the layout of a mirror, in the order in which they are written. */
  readonly mirrors: readonly Mirror[];
  /** Whether `provider_installation` stands there: then Terraform's own folders are not looked at by themselves. */
  readonly isExplicit: boolean;
}

export interface Mirror {
  readonly path: string;
  /** `registry.terraform.io/hashicorp/*`; none: all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const FILE_BYTES_MAX = 1024 * 1024;

/** Reads what there is; a file that isn't there, or isn't one, says nothing. */
export function readCliConfig(files: FileReader, env: NodeJS.ProcessEnv): CliConfig {
  const named = env.TF_CLI_CONFIG_FILE ?? env.TERRAFORM_CONFIG;
  const home = env.HOME ?? "";
  const wanted =
    named !== undefined && named !== "" ? [named] : home === "" ? [] : [join(home, ".tofurc"), join(home, ".terraformrc")];
  const read = wanted.flatMap((path) => {
    const text = files.text(path, FILE_BYTES_MAX);
    return text === undefined ? [] : [{ path, body: bodyOf(text, path) }];
  });
  const found = read.map(({ body }) => settingsOf(body, env));
  const cache = env.TF_PLUGIN_CACHE_DIR || found.map(({ cache }) => cache).find((each) => each !== undefined);
  return {
    files: read.map(({ path }) => path),
    ...(cache === undefined || cache === "" ? {} : { pluginCacheDir: cache }),
    devOverrides: new Map(found.flatMap(({ overrides }) => [...overrides])),
    mirrors: found.flatMap(({ mirrors }) => mirrors),
    isExplicit: found.some(({ isExplicit }) => isExplicit),
  };
}

function bodyOf(text: string, path: string): Body {
  if (!path.endsWith(".json") && !/^\s*\{/.test(text)) return parseBody(text);
  try {
    return jsonBody(JSON.parse(text) as unknown);
  } catch {
    return { attributes: {}, blocks: [] };
  }
}

/** JSON's form of the same: an object is a block, a list of objects several. */
function jsonBody(value: unknown): Body {
  if (typeof value !== "object" || value === null) return { attributes: {}, blocks: [] };
  const blocks = Object.entries(value).flatMap(([type, inner]): Block[] =>
    (Array.isArray(inner) ? inner : [inner]).flatMap((each) =>
      typeof each === "object" && each !== null ? [{ type, labels: [], body: jsonBody(each) }] : [],
    ),
  );
  return { attributes: Object.fromEntries(Object.entries(value)) as { [name: string]: Literal }, blocks };
}

function settingsOf(body: Body, env: NodeJS.ProcessEnv) {
  const cache = textOf(body.attributes.plugin_cache_dir);
  const overrides = new Map<string, string>();
  const mirrors: Mirror[] = [];
  const installations = body.blocks.filter(({ type }) => type === "provider_installation");
  for (const block of installations.flatMap((each) => each.body.blocks)) {
    const { attributes } = block.body;
    if (block.type === "dev_overrides")
      for (const [name, value] of Object.entries(attributes)) {
        const source = parseSource(name);
        const path = textOf(value);
        if (source !== undefined && path !== undefined) overrides.set(source, expanded(path, env));
      }
    const path = textOf(attributes.path);
    if (block.type === "filesystem_mirror" && path !== undefined)
      mirrors.push({ path: expanded(path, env), include: textsOf(attributes.include), exclude: textsOf(attributes.exclude) });
  }
  return { cache: cache && expanded(cache, env), overrides, mirrors, isExplicit: installations.length > 0 };
}

/** Whether a mirror may hold a provider: patterns are sources with `*` for any namespace or type. */
export function mirrorServes(mirror: Mirror, source: string): boolean {
  const fits = (pattern: string) => {
    const want = pattern.split("/");
    const have = source.split("/").slice(-want.length);
    const host = want.length === 3 || source.startsWith("registry.terraform.io/") || source.startsWith("registry.opentofu.org/");
    return host && want.every((part, i) => part === "*" || part.toLowerCase() === have[i]);
  };
  return (mirror.include.length === 0 || mirror.include.some(fits)) && !mirror.exclude.some(fits);
}

/** `~` and `$VAR` stand for what they do in a shell; a relative path belongs to the home folder. */
function expanded(path: string, env: NodeJS.ProcessEnv): string {
  const whole = path.replace(/^~(?=\/|$)/, env.HOME ?? "~").replace(/\$\{?(\w+)\}?/g, (_all, name: string) => env[name] ?? "");
  return isAbsolute(whole) ? whole : join(env.HOME ?? "", whole);
}

function textOf(value: Literal | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: Literal | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}
