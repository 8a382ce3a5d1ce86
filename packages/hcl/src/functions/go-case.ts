/** Upper, lower and title case as Go maps them: each code point by itself to one other, whatever stands around it. */

/** Small Greek letters with a subscript iota: their capitals are one code point, which JavaScript spells as two. */
function capitalWithIota(code: number): number | undefined {
  const inTriple = (code >= 0x1f80 && code <= 0x1f87) || (code >= 0x1f90 && code <= 0x1f97) || (code >= 0x1fa0 && code <= 0x1fa7);
  if (inTriple) return code + 8;
  return code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3 ? code + 9 : undefined;
}

function upperCharacter(character: string): string {
  const iota = capitalWithIota(character.codePointAt(0) ?? 0);
  if (iota !== undefined) return String.fromCodePoint(iota);
  return single(character, character.toUpperCase());
}
function lowerCharacter(character: string): string {
  return character === "\u0130" ? "i" : single(character, character.toLowerCase());
}
/** What becomes more than one code point stays as it was. */
function single(before: string, after: string): string {
  return [...after].length === 1 ? after : before;
}

/** Digraphs that have a title case of their own: dž, lj, nj and dz. */
const DIGRAPHS: readonly (readonly [number, number])[] = [
  [0x1c4, 0x1c5],
  [0x1c7, 0x1c8],
  [0x1ca, 0x1cb],
  [0x1f1, 0x1f2],
];
function titleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  for (const [first, title] of DIGRAPHS) if (code >= first && code <= first + 2) return String.fromCodePoint(title);
  if (code >= 0x10d0 && code <= 0x10ff) return character;
  return upperCharacter(character);
}

export function goUpper(text: string): string {
  return Array.from(text, upperCharacter).join("");
}
export function goLower(text: string): string {
  return Array.from(text, lowerCharacter).join("");
}

const SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Whether Unicode calls a character a space, in Go's eyes. */
export function isSpace(character: string): boolean {
  return SPACE.test(character);
}
function isSeparator(character: string): boolean {
  if (character <= "\u007f") return !/^[0-9A-Za-z_]$/.test(character);
  return !/^[\p{L}\p{Nd}]$/u.test(character) && isSpace(character);
}

/** Every letter that follows a separator in title case (Go's `strings.Title`). */
export function goTitle(text: string): string {
  let previous = " ";
  return Array.from(text, (character) => {
    const changed = isSeparator(previous) ? titleCharacter(character) : character;
    previous = character;
    return changed;
  }).join("");
}
