import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { decodeKey, encodeKey } from "./keys.ts";
import { type CloudStore, openStore } from "./lmdb-store.ts";
import type { KeyPart } from "./store.ts";

const part = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true }),
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
const none = Buffer.alloc(0);

const RANK = { null: 0, boolean: 1, number: 2, string: 3, bytes: 4 };
function rank(value: KeyPart): number {
  if (value === null) return RANK.null;
  if (value instanceof Uint8Array) return RANK.bytes;
  return RANK[typeof value as "boolean" | "number" | "string"];
}

/** The order that the contract promises, written out. */
function compareParts(a: KeyPart, b: KeyPart): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a < b ? -1 : 1;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a === null || b === null) return 0;
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}

function compareKeys(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareParts(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

describe("keys", () => {
  test("what is encoded decodes to the same parts", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (key) => {
        const back = decodeKey(encodeKey(none, key), 0);
        expect(back).toEqual(key.map((each) => (Object.is(each, -0) ? 0 : each)));
      }),
    );
  });

  test("bytes order as parts do", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 4 }), (a, b) => {
        const [left, right] = [encodeKey(none, a), encodeKey(none, b)];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(Math.sign(compareKeys(a, b)));
        expect(Math.sign(Buffer.compare(Buffer.from(left, "latin1"), Buffer.from(right, "latin1")))).toBe(
          Math.sign(compareKeys(a, b)),
        );
      }),
    );
  });

  test("a key above LMDB's limit is refused", () => {
    expect(() => encodeKey(none, ["x".repeat(5000)])).toThrow(RangeError);
    expect(() => encodeKey(none, ["x".repeat(500_000)])).toThrow(RangeError);
    expect(encodeKey(none, ["x".repeat(4000)]).length).toBe(4002);
  });
});

describe("store", () => {
  let cloud: CloudStore;
  beforeAll(() => {
    cloud = openStore(undefined);
  });
  beforeEach(() => cloud.clear());
  afterAll(() => cloud.close());

  test.each([
    ["text", "héllo"],
    ["bytes", Buffer.from([0, 1, 255])],
    ["an object", { a: [1, "x", null, { b: true }], d: 1.5 }],
    ["an empty text", ""],
    ["null", null],
    ["a big number", Number.MAX_SAFE_INTEGER],
  ])("keeps %s", (_name, value) => {
    const store = cloud.of("t");
    store.put(["k"], value);
    expect(store.get(["k"])).toEqual(value);
  });

  test("what was read stays as it was when more is read, of every size", () => {
    const store = cloud.of("t");
    const sizes = [0, 10, 1000, 40_000, 300_000, 20];
    const bytesOf = (n: number) => Buffer.alloc(sizes[n] ?? 0, n + 1);
    const record = (n: number) => ({ bytes: bytesOf(n), text: "é".repeat(sizes[n] ?? 0) });
    for (const n of sizes.keys()) {
      store.put(["bytes", n], bytesOf(n));
      store.put(["record", n], record(n));
    }
    const wanted = [...sizes.keys()];
    for (const reverse of [false, true]) {
      const order = reverse ? wanted.toReversed() : wanted;
      expect([...store.range({ prefix: ["bytes"], reverse })].map(({ value }) => value)).toEqual(order.map(bytesOf));
      expect([...store.range({ prefix: ["record"], reverse })].map(({ value }) => value)).toEqual(order.map(record));
    }
    expect(wanted.map((n) => store.get(["record", n]))).toEqual(wanted.map(record));
  });

  test("a service does not see another one's records", () => {
    cloud.of("a").put(["k"], 1);
    expect(cloud.of("b").get(["k"])).toBeUndefined();
    expect([...cloud.of("b").keys({})]).toEqual([]);
    expect([...cloud.of("a").keys({})]).toEqual([["k"]]);
  });

  test("a throw rolls the whole transaction back", () => {
    const store = cloud.of("t");
    store.put(["before"], 1);
    expect(() =>
      cloud.transact(() => {
        store.put(["inside"], 1);
        store.remove(["before"]);
        expect(store.get(["inside"])).toBe(1);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect([...store.keys({})]).toEqual([["before"]]);
    store.put(["after"], 1);
    expect(store.get(["after"])).toBe(1);
  });

  const rows = ["a", "b", "c", "d"];
  test.each([
    ["all", {}, ["a", "b", "c", "d"]],
    ["from b", { start: ["r", "b"] }, ["b", "c", "d"]],
    ["up to c", { end: ["r", "c"] }, ["a", "b"]],
    ["reversed", { reverse: true }, ["d", "c", "b", "a"]],
    ["reversed, end exclusive, start inclusive", { start: ["r", "b"], end: ["r", "d"], reverse: true }, ["c", "b"]],
    ["reversed with a bound that is no record", { start: ["r", "aa"], end: ["r", "cc"], reverse: true }, ["c", "b"]],
    ["limited", { limit: 2 }, ["a", "b"]],
    ["reversed and limited", { reverse: true, limit: 1 }, ["d"]],
    ["none", { limit: 0 }, []],
    ["upside down", { start: ["r", "c"], end: ["r", "b"] }, []],
  ])("range: %s", (_name, options, wanted) => {
    const store = cloud.of("t");
    store.put(["q", "z"], 0);
    for (const row of rows) store.put(["r", row], row);
    store.put(["s", "a"], 0);
    const both = { prefix: ["r"], ...options };
    expect([...store.range<string>(both)].map(({ value }) => value)).toEqual(wanted);
    expect([...store.keys(both)].map((key) => key[1])).toEqual(wanted);
  });

  test("removeRange removes what range shows", () => {
    const store = cloud.of("t");
    for (const row of rows) store.put(["r", row], row);
    store.put(["s"], 1);
    store.removeRange({ prefix: ["r"], start: ["r", "b"] });
    expect([...store.keys({})]).toEqual([["r", "a"], ["s"]]);
  });

  test("the values of a range agree with an ordered list, for any keys", () => {
    fc.assert(
      fc.property(fc.array(fc.array(part, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (keys) => {
        cloud.clear();
        const store = cloud.of("p");
        for (const key of keys) store.put(key, 1);
        const seen = [...store.keys({})];
        expect(seen).toEqual([...seen].sort(compareKeys));
        expect([...store.keys({ reverse: true })]).toEqual([...seen].reverse());
      }),
      { numRuns: 60 },
    );
  });
});
