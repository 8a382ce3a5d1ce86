const NAMED: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Text as a quoted literal of the language: what a template would read as more than text is escaped. */
export function quoteText(text: string): string {
  const characters = [...text];
  return `"${characters.map((character, i) => escaped(character, characters[i + 1])).join("")}"`;
}

function escaped(character: string, next: string | undefined): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  if (character === "$" || character === "%") return next === "{" ? character + character : character;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
