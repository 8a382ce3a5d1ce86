/** Rows in the order of their keys, a delimiter's common prefixes in the place of the rows below them. */

export interface KeyWalk {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Keys up to and with this one are left out, and all below it where it is a common prefix. */
  readonly after: string;
}

/** Sorts behind every character that a key can have. */
const LAST_CHARACTER = "\u{10ffff}";

/** As the store orders them: by their bytes. */
function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

/** Where the common prefix ends that stands for the key; undefined: the key stands for itself. */
export function commonPrefix(key: string, { prefix, delimiter }: Pick<KeyWalk, "prefix" | "delimiter">): string | undefined {
  if (delimiter === undefined || delimiter === "") return undefined;
  const cut = key.indexOf(delimiter, prefix.length);
  return cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
}

/**
 * Yields rows and, as texts, common prefixes. `rowsFrom` reads from a key on, in the store's order. A common prefix is stepped over with one
 * seek, however many keys are below it: what a page costs depends on what is on it, not on what is in the bucket.
 */
export function* walkKeys<T extends { readonly key: string }>(
  rowsFrom: (key: string) => Iterable<T>,
  walk: KeyWalk,
  isListed: (row: T) => boolean = () => true,
): Generator<T | string> {
  const { prefix, after } = walk;
  let from: string | undefined = after === "" || isBefore(after, prefix) ? prefix : `${after}\0`;
  while (from !== undefined) {
    const rows: Iterable<T> = rowsFrom(from);
    from = undefined;
    for (const row of rows) {
      if (!row.key.startsWith(prefix)) return;
      if (!isListed(row)) continue;
      const common = commonPrefix(row.key, walk);
      if (common === undefined) yield row;
      else {
        if (!after.startsWith(common)) yield common;
        from = `${common}${LAST_CHARACTER}`;
        break;
      }
    }
  }
}
