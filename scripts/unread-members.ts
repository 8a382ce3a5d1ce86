/**
 * Which members of an operation's input no line of its service names: such a member is kept with the rest of the input and given back at
 * most, it has no effect. What is written out of the model into a whole table of settings is found by this only where its own name occurs.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

interface Model {
  readonly operations: { readonly [name: string]: { readonly in?: string } };
  readonly shapes: { readonly [name: string]: { readonly m?: { readonly [name: string]: string | { readonly n?: string } } } };
}

/** Members that carry nothing a cloud could act on: repeated requests are told apart by their effect, cost is nobody's. */
const WITHOUT_EFFECT = new Set([
  "AnalyticsMetadata",
  "ClientToken",
  "clientToken",
  "ContextData",
  "ExpectedBucketOwner",
  "GrantTokens",
  "LanguageCode",
  "RequestPayer",
  "StreamId",
  "UserContextData",
]);

/** Read by names that are put together. */
const READ = /^Response(CacheControl|ContentDisposition|ContentEncoding|ContentLanguage|ContentType|Expires)$/;

/** All names in a service's sources and in what they import inside the cloud, in lower case. */
function wordsOf(entry: string): ReadonlySet<string> {
  const words = new Set<string>();
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [word] of text.matchAll(/[A-Za-z_][\w-]*/g)) words.add(word.toLowerCase());
    for (const [, path = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g))
      open.push(resolve(dirname(file), path));
  }
  return words;
}

/**
 * By member, the operations that take it without looking at it; only of `operations`.
 * @param folder the service's folder, with its table of operations and its model
 */
export function unreadMembers(
  folder: string,
  name: string,
  operations: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const file = join(folder, "model.gen.json");
  if (!existsSync(file)) return new Map();
  const model: Model = JSON.parse(readFileSync(file, "utf8"));
  const words = wordsOf(join(folder, `${name}.service.ts`));
  const found = new Map<string, string[]>();
  for (const operation of operations) {
    const members = model.shapes[model.operations[operation]?.in ?? ""]?.m ?? {};
    for (const [member, raw] of Object.entries(members)) {
      const wire = typeof raw === "string" ? undefined : raw.n;
      if (
        WITHOUT_EFFECT.has(member) ||
        READ.test(member) ||
        words.has(member.toLowerCase()) ||
        (wire !== undefined && words.has(wire.toLowerCase()))
      )
        continue;
      found.set(member, [...(found.get(member) ?? []), operation]);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
