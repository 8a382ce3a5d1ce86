import { graphemesOf } from "./graphemes.ts";

/** Characters that nothing after them can join. */
const DELIMITERS = /^[-_:;/\\,.(){}[\]|?!~ \t@#$%^&*+"']$/;

/** What stays of a text's beginning whatever may follow: its last character may still take on an accent (cty's `SafeKnownPrefix`). */
export function safePrefix(text: string): string {
  const characters = graphemesOf(text.normalize("NFC"));
  const last = characters.at(-1) ?? "";
  return (DELIMITERS.test(last) ? characters : characters.slice(0, -1)).join("");
}
