import { readFileSync } from "node:fs";
import { PACKAGES } from "../catalog/catalogs.ts";

const START = /\bproviders\s*:\s*\{/g;
/** Strings, comments, brackets, and names before a colon; anything else one character at a time. */
const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\](),:]|[A-Za-z_$][\w$]*|[\s\S]/g;

/** Words that name something already, in any file. */
const TAKEN: ReadonlySet<string> = new Set([
  "process",
  "global",
  "globalThis",
  "window",
  "require",
  "module",
  "exports",
  "fetch",
]);

/**
 * Providers that `app()` of the config file names in a plain object: SST makes a global of each (`new cloudflare.Record`). They are needed
 * before the file can run, so they are read from its text. Those that Dovetail brings are left out.
 */
export function declaredProviders(configFile: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(configFile, "utf8");
  } catch {
    return [];
  }
  const names = [...text.matchAll(START)].flatMap(({ index, 0: start }) => keysFrom(text, index + start.length));
  return [...new Set(names)].filter((name) => !PACKAGES.some((known) => known === name) && !TAKEN.has(name));
}

/** Keys of the object whose `{` stands before `from`, as far as they can be the name of a variable. */
function keysFrom(text: string, from: number): string[] {
  const keys: string[] = [];
  let depth = 0;
  let before = "{";
  TOKEN.lastIndex = from;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const [word] = token;
    if (/^(\s|\/\/|\/\*)/.test(word)) continue;
    if (depth === 0 && word === ":" && /^["']?[A-Za-z_]\w*["']?$/.test(before)) keys.push(before.replace(/["']/g, ""));
    if ("{[(".includes(word)) depth += 1;
    if ("}])".includes(word)) depth -= 1;
    if (depth < 0) break;
    before = word;
  }
  return keys;
}
