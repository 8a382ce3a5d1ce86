/** Patterns of paths as `fileset` has them (doublestar): `*`, `?`, `[a-z]`, `[^a]`, `{a,b}`, `\x`, and `**` as a segment for any number of folders. */

/** undefined where the pattern is not closed. */
export function segmentPattern(segment: string): RegExp | undefined {
  const source = translated(segment);
  if (source === undefined) return undefined;
  try {
    return new RegExp(`^(?:${source})$`, "su");
  } catch {
    return undefined;
  }
}

function translated(pattern: string): string | undefined {
  let source = "";
  let open = 0;
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i] ?? "";
    if (character === "[") {
      const end = classEnd(pattern, i);
      if (end < 0) return undefined;
      source += pattern.slice(i, end + 1);
      i = end;
    } else if (character === "\\") {
      i += 1;
      if (i >= pattern.length) return undefined;
      source += escaped(pattern[i] ?? "");
    } else if (character === "{") {
      open += 1;
      source += "(?:";
    } else if (character === "}" && open > 0) {
      open -= 1;
      source += ")";
    } else if (character === "," && open > 0) source += "|";
    else source += WILD[character] ?? escaped(character);
  }
  return open === 0 ? source : undefined;
}

const WILD: { readonly [character: string]: string } = { "*": "[^/]*", "?": "[^/]" };

function classEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === "^") i += 1;
  for (let first = true; i < pattern.length; i += 1, first = false) {
    if (pattern[i] === "\\") i += 1;
    else if (pattern[i] === "]" && !first) return i;
  }
  return -1;
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}

/** Whether a segment is a name and nothing else. */
export function isPlain(segment: string): boolean {
  return !/[*?[\]{}\\]/.test(segment);
}
