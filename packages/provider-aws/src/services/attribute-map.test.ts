import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { block, blocks, expand, flag, flatten, rowsOf, text, textMap, texts, whole } from "./attribute-map.ts";
import { compactJson, normalizeJson, sameJson } from "./json-text.ts";
import { prefixOfName } from "./name-prefix.ts";

interface Inner {
  Name?: string;
  Size?: number;
}
interface Outer {
  Title?: string;
  On?: boolean;
  List?: string[];
  Map?: Record<string, string>;
  One?: Inner;
  Many?: Inner[];
}

const inner = rowsOf<Inner>();
const INNER = [inner("name", "Name", text()), inner("size", "Size", whole())];
const outer = rowsOf<Outer>();
const OUTER = [
  outer("title", "Title", text()),
  outer("on", "On", flag()),
  outer("list", "List", texts()),
  outer("map", "Map", textMap()),
  outer("one", "One", block(INNER)),
  outer("many", "Many", blocks(INNER)),
];

const word = fc.string({ minLength: 1, maxLength: 8 });
const item = fc.record({ name: word, size: fc.integer() });
const configured = fc.record({
  title: word,
  on: fc.boolean(),
  list: fc.array(word, { minLength: 1 }),
  map: fc.dictionary(
    word.filter((key) => key !== "__proto__"),
    word,
    { minKeys: 1, noNullPrototype: true },
  ),
  one: fc.array(item, { minLength: 1, maxLength: 1 }),
  many: fc.array(item, { minLength: 1, maxLength: 4 }),
});

describe("the attribute map", () => {
  it("gives back what it was given, whatever is set", () => {
    fc.assert(
      fc.property(configured, (value) => {
        expect(flatten(OUTER, expand(OUTER, value))).toEqual(value);
      }),
    );
  });

  it("sends nothing of what is unset, and reads what is missing as the zero value", () => {
    expect(expand(OUTER, { title: "", on: null, list: [], map: {}, one: [], many: null })).toEqual({});
    expect(flatten(OUTER, {})).toEqual({ title: "", on: false, list: [], map: {}, one: [], many: [] });
  });

  it("does not send unknowns", () => {
    const unknown = Symbol.for("dovetail.unknown") as never;
    expect(expand(OUTER, { title: unknown, on: unknown, list: unknown, one: [{ name: unknown, size: 1 }] })).toEqual({
      One: { Size: 1 },
    });
  });
});

describe("JSON texts", () => {
  it("normalising keeps the meaning and is idempotent", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const once = normalizeJson(text);
        expect(JSON.parse(once)).toEqual(JSON.parse(text));
        expect(normalizeJson(once)).toBe(once);
        expect(sameJson(text, once)).toBe(true);
        expect(JSON.parse(compactJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("escapes as Go does, and leaves what is no JSON alone", () => {
    expect(normalizeJson('{ "b": "<&>", "a": 1 }')).toBe('{"a":1,"b":"\\u003c\\u0026\\u003e"}');
    expect(compactJson('{ "b": "<&>" }')).toBe('{"b":"<&>"}');
    expect(normalizeJson("{nope")).toBe("{nope");
  });
});

describe("prefixOfName", () => {
  it.each([
    ["terraform-20261121125335350400000008", "", "terraform-"],
    ["orders-20261121125335200700000005.fifo", ".fifo", "orders-"],
    ["orders.fifo", ".fifo", ""],
    ["orders", "", ""],
    ["20261121125335200700000005", "", ""],
  ])("%s", (name, suffix, prefix) => {
    expect(prefixOfName(name, suffix)).toBe(prefix);
  });
});
