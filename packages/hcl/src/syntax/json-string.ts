const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The text of a string token that `brokenCharacter` finds nothing wrong with; halves of surrogate pairs become U+FFFD. */
export function decodeJsonString(written: string): string {
  const text: unknown = JSON.parse(written);
  return String(text).toWellFormed();
}

/** The place behind the first character of a string token that JSON does not allow there; undefined where all is well. */
export function brokenCharacter(written: string): number | undefined {
  let at = 1;
  while (at < written.length) {
    const char = written.charAt(at);
    if (char === '"') return at + 1 === written.length ? undefined : at + 2;
    ESCAPE.lastIndex = at;
    if (char !== "\\") at++;
    else if (ESCAPE.test(written)) at = ESCAPE.lastIndex;
    else return brokenEscape(written, at);
  }
  return written.length;
}

function brokenEscape(written: string, backslash: number): number {
  if (written.charAt(backslash + 1) !== "u") return Math.min(backslash + 2, written.length);
  const digits = /^[0-9a-fA-F]*/.exec(written.slice(backslash + 2))?.[0].length ?? 0;
  return Math.min(backslash + 3 + digits, written.length);
}
