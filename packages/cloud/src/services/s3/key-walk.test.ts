import fc from "fast-check";
import { expect, test } from "vitest";
import { type KeyWalk, walkKeys } from "./key-walk.ts";

interface Row {
  readonly key: string;
}

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Rows of the keys, which are in order; counts those that were read. */
function reading(keys: readonly string[]): { readonly from: (key: string) => Iterable<Row>; readonly read: () => number } {
  let read = 0;
  return {
    *from(start) {
      let [low, high] = [0, keys.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (compare(keys[middle] ?? "", start) < 0) low = middle + 1;
        else high = middle;
      }
      for (const key of keys.slice(low)) {
        read++;
        yield { key };
      }
    },
    read: () => read,
  };
}

function take(rows: Iterable<Row | string>, limit: number): string[] {
  const out: string[] = [];
  for (const row of rows) {
    if (out.length === limit) break;
    out.push(typeof row === "string" ? row : row.key);
  }
  return out;
}

/** The API reference's words on ListObjectsV2, with no thought of cost. */
function listed(keys: readonly string[], { prefix, delimiter, after }: KeyWalk): string[] {
  const out = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(prefix) || compare(key, after) <= 0) continue;
    const cut = delimiter === undefined || delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? key : key.slice(0, cut + (delimiter?.length ?? 0));
    if (entry === key && cut < 0) out.add(key);
    else if (!after.startsWith(entry)) out.add(entry);
  }
  return [...out];
}

test("pages hold what the keys, prefix, delimiter and marker say", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "-", "é", "\u{ffff}", "\u{1f600}"), maxLength: 5 });
  const key = text.filter((each) => each !== "");
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 30 }),
      text,
      fc.option(fc.constantFrom("/", "-", "a/", ""), { nil: undefined }),
      text,
      (unordered, prefix, delimiter, after) => {
        const keys = unordered.toSorted(compare);
        const walk = { prefix, delimiter, after };
        expect(take(walkKeys(reading(keys).from, walk), 1000)).toEqual(listed(keys, walk));
      },
    ),
    { numRuns: 500 },
  );
});

const MANY = 200_000;
const FOLDERS = 2_000;
const flat = Array.from({ length: MANY }, (_, i) => `photos/${String(i).padStart(9, "0")}`);
const folders = Array.from(
  { length: MANY },
  (_, i) => `${String(i % FOLDERS).padStart(4, "0")}/${String(i).padStart(9, "0")}`,
).sort();

test.each([
  ["the first page", flat, { prefix: "", delimiter: undefined, after: "" }, 1001],
  ["a page in the middle", flat, { prefix: "photos/", delimiter: "/", after: flat[MANY / 2] ?? "" }, 1001],
  ["the last page", flat, { prefix: "photos/", delimiter: "/", after: flat[MANY - 11] ?? "" }, 10],
  ["all below one common prefix", flat, { prefix: "", delimiter: "/", after: "" }, 1],
  ["a page of folders", folders, { prefix: "", delimiter: "/", after: "" }, 1001],
  ["a page of folders after one of them", folders, { prefix: "", delimiter: "/", after: "0999/" }, 1002],
  ["a prefix with no key", folders, { prefix: "0999/x", delimiter: "/", after: "" }, 1],
] as const)("%s reads no more than it shows", (_name, keys, walk, most) => {
  const { from, read } = reading(keys);
  take(walkKeys(from, walk), 1000);
  expect(read()).toBeLessThanOrEqual(most);
});
