import { basename, join } from "node:path";
import { type Block, type Body, parseJson, parseNative } from "@dovetail/hcl";
import type { SourceRange } from "@dovetail/model";
import type { Files } from "../files.ts";
import { bodySchema } from "./body-schemas.ts";
import type { ModuleConfig } from "./model.ts";
import { ModuleParts } from "./module-parts.ts";
import { overrideBlocks } from "./override.ts";
import type { Problems } from "./problems.ts";
import { readBlocks } from "./read-file.ts";

/** The module in a folder; undefined where the folder is not there or has no configuration. */
export function loadModule(files: Files, folder: string, problems: Problems): ModuleConfig | undefined {
  const names = configurationFiles(files.list(folder) ?? []);
  if (names.primary.length + names.override.length === 0) return undefined;
  const read = (name: string) => readBody(files, join(folder, name), problems);
  const primary = names.primary.flatMap((name) => topBlocks(read(name), problems));
  const override = names.override.flatMap((name) => topBlocks(read(name), problems));
  const { blocks, left } = overrideBlocks(primary, override);
  const parts = new ModuleParts(problems);
  readBlocks(blocks, parts, problems);
  overrideNameless(left, parts, problems);
  return parts.config(folder);
}

/** Whether a folder holds configuration files. */
export function hasConfiguration(files: Files, folder: string): boolean {
  const names = configurationFiles(files.list(folder) ?? []);
  return names.primary.length + names.override.length > 0;
}

interface FileNames {
  readonly primary: readonly string[];
  readonly override: readonly string[];
}

/** OpenTofu: `x.tofu` takes the place of `x.tf`. */
function configurationFiles(all: readonly string[]): FileNames {
  const there = new Set(all);
  const names = all
    .filter((name) => /\.(tf|tofu)(\.json)?$/.test(name) && !isIgnored(name))
    .filter((name) => !/\.tf(\.json)?$/.test(name) || !there.has(name.replace(/\.tf(\.json)?$/, ".tofu$1")));
  const isOverride = (name: string) => /(^|_)override\.(tf|tofu)(\.json)?$/.test(name);
  return { primary: names.filter((name) => !isOverride(name)), override: names.filter(isOverride) };
}

/** Files that editors leave beside those they edit. */
function isIgnored(name: string): boolean {
  return name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));
}

function readBody(files: Files, path: string, problems: Problems): Body | undefined {
  let source: Uint8Array | undefined;
  try {
    source = files.read(path);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    problems.error("Failed to read file", detail, startOf(path));
  }
  if (source === undefined) return undefined;
  const { body, diagnostics } = basename(path).endsWith(".json") ? parseJson(source, path) : parseNative(source, path);
  problems.add(diagnostics);
  return body;
}

function startOf(file: string): SourceRange {
  return { file, line: 1, column: 1 };
}

function topBlocks(body: Body | undefined, problems: Problems): readonly Block[] {
  if (body === undefined) return [];
  const { blocks, diagnostics } = body.content(bodySchema("file"));
  problems.add(diagnostics);
  return blocks;
}

/** `locals` and `terraform` blocks of override files add to all of the module's, names taking the place of names. */
function overrideNameless(blocks: readonly Block[], parts: ModuleParts, problems: Problems): void {
  const over = new ModuleParts(problems);
  readBlocks(
    blocks.filter(({ type }) => ["locals", "terraform", "moved", "import", "removed"].includes(type)),
    over,
    problems,
  );
  for (const [name, local] of over.locals) {
    if (parts.locals.has(name)) parts.locals.set(name, local);
    else
      problems.error(
        "Missing base local value definition to override",
        `There is no local value named "${name}". An override file can only override a local value defined in a primary configuration file.`,
        local.range,
      );
  }
  parts.override(over);
  for (const block of blocks.filter(({ type }) => Object.hasOwn(MISSING_BASE, type))) {
    const words = MISSING_BASE[block.type] ?? block.type;
    problems.error(
      `Missing ${words} to override`,
      `There is no ${words} named "${block.labels.join(".")}". An override file can only override a ${words} defined in a primary configuration file.`,
      block.defRange,
    );
  }
}

const MISSING_BASE: { readonly [type: string]: string } = {
  variable: "base variable declaration",
  output: "base output definition",
  resource: "resource",
  data: "data resource",
  ephemeral: "ephemeral resource",
  module: "module call",
  provider: "base provider configuration",
  check: "check",
};
