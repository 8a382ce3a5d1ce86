import { goQuote } from "../values/go-quote.ts";

/** Names that differ in fewer than this many characters are taken for a slip. */
const DISTANCE_LIMIT = 3;

/** The first of the names that is nearly the given one; undefined where none is. */
export function nameSuggestion(given: string, names: readonly string[]): string | undefined {
  return names.find((name) => Math.abs(name.length - given.length) < DISTANCE_LIMIT && distance(given, name) < DISTANCE_LIMIT);
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(given: string, names: readonly string[]): string {
  const suggestion = nameSuggestion(given, names);
  return suggestion === undefined ? "" : ` Did you mean ${goQuote(suggestion)}?`;
}

/** How many characters are to be put in, taken out or changed to make one text of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
