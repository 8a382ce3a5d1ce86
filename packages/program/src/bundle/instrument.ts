/**
 * What is added to a user's file before it is bundled. Everything goes to the end of the first line's start or after the
 * last line, so that line numbers stay what the user sees.
 */

/** Names that the bundle's evaluation context goes by; unlikely in a user's code. */
export const CONTEXT = "__dovetail";
const DIRNAME = "__dovetail_dirname";
const FILENAME = "__dovetail_filename";
const URL_NAME = "__dovetail_url";

/** esbuild `define`s that lead to the per-file constants which `instrument` declares. */
export const FILE_DEFINES: { readonly [name: string]: string } = {
  __dirname: DIRNAME,
  __filename: FILENAME,
  "import.meta.dirname": DIRNAME,
  "import.meta.filename": FILENAME,
  "import.meta.url": URL_NAME,
};

const USES_PLACE = /\b(__dirname|__filename)\b|\bimport\.meta\b/;
const DEFAULT_FUNCTION = /^export default (?:async )?function\s*\*?\s*([A-Za-z_$][\w$]*)?/m;
const MAKES_RESOURCES = /\bnew\s+(aws|pulumi|sst|random|\$util)\.|@pulumi\//;

export interface FileFacts {
  readonly path: string;
  readonly url: string;
  readonly dirname: string;
  /** Files of the user's own, not of a package; only these can hold a stack. */
  readonly own: boolean;
  readonly isConfig: boolean;
}

/** The file's text as it is bundled: knows its own place, and tells when its default-exported stack is called. */
export function instrument(text: string, facts: FileFacts): string {
  const stacked = facts.own && !facts.isConfig && MAKES_RESOURCES.test(text) ? watchStack(text, facts.path) : text;
  if (!USES_PLACE.test(text)) return stacked;
  const hashbang = /^#!.*/.exec(stacked)?.[0];
  if (hashbang !== undefined) return stacked;
  const constants = `const ${DIRNAME}=${JSON.stringify(facts.dirname)},${FILENAME}=${JSON.stringify(facts.path)},${URL_NAME}=${JSON.stringify(facts.url)};`;
  return `${directives(stacked)}${constants}${stacked.slice(directives(stacked).length)}`;
}

/** `"use strict";` and the like must stay first. */
function directives(text: string): string {
  return /^(\s*(["'])use [a-z ]+\2;?)?/.exec(text)?.[0] ?? "";
}

/** Replaces the default-exported function by one that notes its first call (the binding of a function declaration is live). */
function watchStack(text: string, path: string): string {
  const match = DEFAULT_FUNCTION.exec(text);
  if (match === null) return text;
  const line = text.slice(0, match.index).split("\n").length;
  const name = match[1] ?? "__dovetail_default";
  const head = match[1] === undefined ? `${match[0].trimEnd()} ${name}` : match[0];
  const named = `${text.slice(0, match.index)}${head}${text.slice(match.index + match[0].length)}`;
  return `${named}\n;${name} = ${CONTEXT}.stack(${name}, ${JSON.stringify(path)}, ${line});\n`;
}
