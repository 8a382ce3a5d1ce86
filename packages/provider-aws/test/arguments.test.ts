/** No argument is taken and forgotten: what a type's schema lets one set in either edition, its code names, or refuses by name (DVT3006). */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BlockSchema } from "@dovetail/model";
import { expect, test } from "vitest";
import { RESOURCES } from "../src/registry.ts";
import { createSchemaStore } from "../src/schema/load-schema.ts";

const SOURCES = join(import.meta.dirname, "../src");
const REGISTRY = readFileSync(join(SOURCES, "registry.ts"), "utf8");
const STORES = (["5.100.0", "6.66.0"] as const).map((edition) => createSchemaStore(edition));
/** Carried out for all types in one place. */
const COMMON = new Set(["id", "tags", "tags_all", "region"]);
/** Names that code puts together: `sqs_failure_feedback_role_arn`, `group_name` of the owner `group`. */
const BUILT = /_feedback_(role_arn|sample_rate)$|^(group|role|user)_name$/;

/** Paths of arguments: `rule.status`. */
function argumentsOf({ attributes = {}, blocks = {} }: BlockSchema, prefix = ""): readonly string[] {
  const own = Object.entries(attributes).filter(([, { optional, required }]) => optional === true || required === true);
  const inner = Object.entries(blocks).filter(([name]) => name !== "timeouts");
  return [...own.map(([name]) => prefix + name), ...inner.flatMap(([name, block]) => argumentsOf(block, `${prefix}${name}.`))];
}

/** The texts of a source file and of all that it imports by its path. */
function reach(file: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  const text = readFileSync(file, "utf8");
  seen.set(file, text);
  for (const [, path = ""] of text.matchAll(/from "(\.[^"]+)"/g)) reach(join(dirname(file), path), seen);
  return seen;
}

function sourceOf(type: string): string {
  const [, path] = new RegExp(`\\b${type}:\\s+\\(\\) =>\\s+import\\("(\\./services/[^"]+)"`).exec(REGISTRY) ?? [];
  if (path === undefined) throw new Error(`no module of ${type} in the registry`);
  return [...reach(join(SOURCES, path)).values()].join("\n");
}

test("every argument of both editions is carried out or refused by name", async () => {
  const forgotten: string[] = [];
  for (const [type, load] of Object.entries(RESOURCES)) {
    const words = new Set(sourceOf(type).match(/\w+/g));
    const refused = Object.keys((await load()).resource.unsupported ?? {});
    const isTold = (path: string) => refused.some((each) => path === each || path.startsWith(`${each}.`));
    const paths = new Set(STORES.flatMap((store) => argumentsOf(store.get("resource", type) ?? {})));
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf(".") + 1);
      if (!COMMON.has(name) && !BUILT.test(name) && !words.has(name) && !isTold(path)) forgotten.push(`${type}.${path}`);
    }
  }
  expect(forgotten).toEqual([]);
});
