/** Which providers a folder's Terraform files ask for: `.terraform.lock.hcl` and the `required_providers` of its files. */
import { join } from "node:path";
import { type Body, type Literal, parseBody } from "./configuration-language.ts";
import type { FileReader } from "./files.ts";
import { parseSource } from "./sources.ts";

export interface Requirement {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  /** What the folder calls it; undefined where only the lock file has it. */
  readonly localName?: string;
  /** `>= 5.0, < 6.0`; "" for any. */
  readonly constraint: string;
  /** The version that the lock file selects. */
  readonly locked?: string;
}

const FILE_BYTES_MAX = 4 * 1024 * 1024;
const FILES_MAX = 500;

/** The providers that a root asks for, each once. */
export function readRequirements(files: FileReader, root: string): readonly Requirement[] {
  const found = new Map<string, Requirement>();
  for (const name of files.list(root).filter(isConfiguration).slice(0, FILES_MAX)) {
    const text = files.text(join(root, name), FILE_BYTES_MAX);
    if (text === undefined || !text.includes("required_providers")) continue;
    for (const each of name.endsWith(".json") ? fromJson(text) : fromBody(parseBody(text)))
      found.set(each.source, merged(found.get(each.source), each));
  }
  for (const each of fromLockFile(files.text(join(root, ".terraform.lock.hcl"), FILE_BYTES_MAX) ?? ""))
    found.set(each.source, merged(found.get(each.source), each));
  return [...found.values()];
}

function isConfiguration(name: string): boolean {
  return /\.(tf|tofu)(\.json)?$/.test(name);
}

function merged(a: Requirement | undefined, b: Requirement): Requirement {
  return { ...a, ...b, constraint: [a?.constraint, b.constraint].filter(Boolean).join(", ") };
}

function fromLockFile(text: string): readonly Requirement[] {
  return parseBody(text).blocks.flatMap(({ type, labels, body }) => {
    const source = type === "provider" ? parseSource(labels[0] ?? "") : undefined;
    const locked = body.attributes.version;
    return source === undefined || typeof locked !== "string" ? [] : [{ source, constraint: "", locked }];
  });
}

function fromBody(body: Body): readonly Requirement[] {
  return body.blocks
    .filter(({ type }) => type === "terraform")
    .flatMap((each) => each.body.blocks.filter(({ type }) => type === "required_providers"))
    .flatMap((each) => Object.entries(each.body.attributes).flatMap(([name, value]) => requirement(name, value)));
}

function fromJson(text: string): readonly Requirement[] {
  try {
    const read = JSON.parse(text) as { terraform?: unknown };
    return listOf(read.terraform)
      .flatMap((each) => listOf(each.required_providers))
      .flatMap((each) => Object.entries(each).flatMap(([name, value]) => requirement(name, value as Literal)));
  } catch {
    return [];
  }
}

function listOf(value: unknown): readonly { readonly [name: string]: unknown }[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "object" && each !== null);
}

/** `aws = { source = …, version = … }`, or the old `aws = "~> 5.0"`. */
function requirement(localName: string, value: Literal | undefined): readonly Requirement[] {
  const given = typeof value === "string" ? { version: value } : value;
  if (typeof given !== "object" || given === null || !("version" in given || "source" in given)) return [];
  const named = "source" in given && typeof given.source === "string" ? given.source : localName;
  const version = "version" in given && typeof given.version === "string" ? given.version : "";
  const source = parseSource(named);
  return source === undefined ? [] : [{ source, localName, constraint: version }];
}
