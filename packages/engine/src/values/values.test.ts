import { type ResourceSchema, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedPaths, contradiction, effectivePaths, ignoreChanges, withValueAt } from "./changes.ts";
import { conform, nearest } from "./conform.ts";
import { proposedNew } from "./proposed.ts";
import { decodePaths, encodePaths, mergePaths } from "./sensitive-paths.ts";
import { orderSet } from "./set-order.ts";
import { decodeAttributes, encodeAttributes } from "./state-attributes.ts";
import { fromWire, toWire } from "./wire.ts";

const schema: ResourceSchema = {
  attributes: {
    id: { type: "string", computed: true },
    name: { type: "string", optional: true },
    arn: { type: "string", optional: true, computed: true },
    count: { type: "number", optional: true },
    on: { type: "bool", optional: true },
    any: { type: "dynamic", optional: true },
    tags: { type: ["map", "string"], optional: true },
    zones: { type: ["set", "string"], optional: true },
    obj: { type: ["object", { a: "string", b: "number" }], optional: true },
    tup: { type: ["tuple", ["string", "number"]], optional: true },
    nest: {
      optional: true,
      nested_type: {
        nesting: "list",
        attributes: { k: { type: "string", optional: true }, c: { type: "string", computed: true } },
      },
    },
  },
  blocks: {
    rule: {
      nesting: "list",
      attributes: { k: { type: "string", optional: true }, c: { type: "string", computed: true, optional: true } },
    },
    grant: { nesting: "set", attributes: { k: { type: "string", optional: true }, c: { type: "string", computed: true } } },
    one: { nesting: "single", attributes: { k: { type: "string", optional: true } } },
    by: { nesting: "map", attributes: { k: { type: "string", optional: true } } },
  },
};
const whole = (value: ValueObject): ValueObject => conform(schema, value).value;

describe("conforming to a schema", () => {
  const rows: [string, ValueObject, ValueObject][] = [
    ["unset attributes are null, unset blocks empty", {}, { name: null, rule: [], grant: [], one: null, by: {} }],
    ["scalars are converted as Terraform converts them", { name: 5, count: "7", on: "true" }, { name: "5", count: 7, on: true }],
    ["a lone object is a block list of one", { rule: { k: "x" } }, { rule: [{ k: "x", c: null }] }],
    ["sets are ordered and without doubles", { zones: ["b", "a", "b"] }, { zones: ["a", "b"] }],
    ["objects get their missing attributes", { obj: { a: "x" } }, { obj: { a: "x", b: null } }],
    [
      "unknowns pass anywhere",
      { name: UNKNOWN, rule: UNKNOWN, tags: { a: UNKNOWN } },
      { name: UNKNOWN, rule: UNKNOWN, tags: { a: UNKNOWN } },
    ],
  ];
  it.each(rows)("%s", (_, given, wanted) => {
    const result = conform(schema, given);
    expect(result.misfits).toEqual([]);
    expect(result.value).toMatchObject(wanted);
  });

  it.each([
    [{ nmae: "x" }, "nmae"],
    [{ name: ["x"] }, "name"],
    [{ count: "x" }, "count"],
    [{ count: Number.NaN }, "count"],
    [{ on: 1 }, "on"],
    [{ tags: ["x"] }, "tags"],
    [{ zones: "x" }, "zones"],
    [{ tup: ["a"] }, "tup"],
    [{ rule: ["x"] }, "rule,0"],
    [{ by: [] }, "by"],
    [{ rule: [{ z: 1 }] }, "rule,0,z"],
  ] satisfies [ValueObject, string][])("tells that %j does not fit", (given, path) => {
    expect(conform(schema, given).misfits.map((m) => m.path.join())).toEqual([path]);
  });

  it("never throws, and changes nothing more in what fits", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...Object.keys(schema.attributes ?? {}), "rule", "grant", "one", "by", "__proto__"),
          fc.jsonValue(),
        ),
        (given) => {
          const once = conform(schema, given as ValueObject);
          if (once.misfits.length === 0) expect(conform(schema, once.value)).toEqual(once);
        },
      ),
    );
  });

  it("finds the name that was meant", () => {
    expect(nearest("visibilityTimout", ["visibilityTimeout", "name"])).toBe("visibilityTimeout");
    expect(nearest("x", ["completely"])).toBeUndefined();
  });
});

describe("set order", () => {
  it("is Terraform's: by value, by canonical text for objects, null last, unknown after it", () => {
    expect(orderSet([10, 9, 1])).toEqual([1, 9, 10]);
    expect(orderSet([null, "b", UNKNOWN, "a"])).toEqual(["a", "b", null, UNKNOWN]);
    expect(orderSet([{ a: "2" }, { a: "10" }])).toEqual([{ a: "10" }, { a: "2" }]);
  });

  it("does not depend on the order given", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (items) => {
        const values = items as Value[];
        expect(orderSet([...values].reverse())).toEqual(orderSet(values));
      }),
    );
  });
});

describe("the proposed object", () => {
  it("takes config over prior, computed attributes from prior where config is silent", () => {
    const prior = whole({ id: "1", name: "old", arn: "a", rule: [{ k: "x", c: "cx" }] });
    const proposed = proposedNew(schema, prior, whole({ count: 1, rule: [{ k: "y" }, { k: "z" }] }));
    expect(proposed).toMatchObject({
      id: "1",
      name: null,
      arn: "a",
      count: 1,
      rule: [
        { k: "y", c: "cx" },
        { k: "z", c: null },
      ],
    });
  });

  it("matches set elements by what config sets", () => {
    const prior = whole({
      grant: [
        { k: "a", c: "ca" },
        { k: "b", c: "cb" },
      ],
    });
    const proposed = proposedNew(schema, prior, whole({ grant: [{ k: "b" }, { k: "new" }] }));
    expect(proposed.grant).toEqual([
      { k: "b", c: "cb" },
      { k: "new", c: null },
    ]);
  });

  it("matches map blocks by key and passes unknown blocks", () => {
    const proposed = proposedNew(schema, whole({ by: { x: { k: "1" } } }), whole({ by: { y: { k: "2" } }, rule: UNKNOWN }));
    expect(proposed).toMatchObject({ by: { y: { k: "2" } }, rule: UNKNOWN });
  });
});

describe("changes", () => {
  it("lists changed paths as deep as the shapes agree", () => {
    expect(changedPaths({ a: [1, 2], b: { c: 1 }, d: 1 }, { a: [1, 3], b: { c: 2 }, d: 1 })).toEqual([
      ["a", 1],
      ["b", "c"],
    ]);
    expect(changedPaths({ a: [1] }, { a: [1, 2] })).toEqual([["a"]]);
    expect(changedPaths({ a: 1 }, { a: UNKNOWN })).toEqual([["a"]]);
  });

  it("keeps only the paths that a replacement is really for", () => {
    const before = { kind: "1", rule: [{ k: "a" }] };
    expect(effectivePaths(before, { ...before, kind: "2" }, [["kind"], ["rule", 0, "k"], ["nope"]])).toEqual([["kind"]]);
    expect(effectivePaths(before, { ...before, rule: [] }, [["rule", 0, "k"]])).toEqual([["rule", 0, "k"]]);
  });

  it("a result contradicts a plan only where the plan knew", () => {
    expect(contradiction({ a: UNKNOWN, b: [UNKNOWN, 1] }, { a: 3, b: [2, 1] })).toBeUndefined();
    expect(contradiction({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } })).toEqual(["b", "c"]);
    expect(contradiction({ a: null }, { a: "x" })).toEqual(["a"]);
    expect(
      contradiction(
        {
          s: [
            { k: "a", c: UNKNOWN },
            { k: "a", c: UNKNOWN },
          ],
        },
        { s: [{ k: "a", c: "1" }] },
      ),
    ).toBeUndefined();
    expect(
      contradiction(
        {
          s: [
            { k: "a", c: UNKNOWN },
            { k: "b", c: UNKNOWN },
          ],
        },
        { s: [{ k: "a", c: "1" }] },
      ),
    ).toEqual(["s"]);
    expect(contradiction({ s: [1, 2] }, { s: [1] })).toEqual(["s"]);
    expect(
      contradiction(
        {
          s: [
            { k: "b", c: UNKNOWN },
            { k: "a", c: UNKNOWN },
          ],
        },
        {
          s: [
            { k: "a", c: "1" },
            { k: "b", c: "2" },
          ],
        },
      ),
    ).toBeUndefined();
  });

  it("sets, adds and removes at a path, and leaves what is not there alone", () => {
    expect(withValueAt({ a: { b: 1 } }, ["a", "b"], 2)).toEqual({ a: { b: 2 } });
    expect(withValueAt({ a: {} }, ["a", "b"], 2)).toEqual({ a: { b: 2 } });
    expect(withValueAt({ a: { b: 1 } }, ["a", "b"], undefined)).toEqual({ a: {} });
    expect(withValueAt({ a: [1] }, ["a", 5], 2)).toEqual({ a: [1] });
  });

  it("ignored paths have the prior value; a map key that config lost comes back", () => {
    const prior = whole({ name: "p", tags: { a: "1" }, id: "i" });
    expect(ignoreChanges(schema, prior, whole({ name: "c", tags: null }), [["name"], ["tags", "a"]])).toMatchObject({
      name: "p",
      tags: { a: "1" },
    });
    expect(ignoreChanges(schema, prior, whole({ name: "c", tags: { a: "2", b: "3" } }), [["tags", "a"]])).toMatchObject({
      tags: { a: "1", b: "3" },
    });
    expect(ignoreChanges(schema, prior, whole({ name: "c" }), "all")).toMatchObject({ name: "p", id: null });
  });
});

describe("state attributes", () => {
  it("wrap dynamic values with their type and come back the same", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const value = whole({ any: any as Value });
        expect(decodeAttributes(schema, encodeAttributes(schema, value))).toEqual(value);
      }),
    );
    expect(encodeAttributes(schema, whole({ any: { a: [1, "x"] } })).any).toEqual({
      value: { a: [1, "x"] },
      type: ["object", { a: ["tuple", ["number", "string"]] }],
    });
  });

  it("sensitive paths are steps that tell attributes from keys", () => {
    const paths = [["name"], ["tags", "k"], ["rule", 0, "k"], ["obj", "a"], ["nest", 1, "k"]];
    const encoded = encodePaths(schema, paths);
    expect(encoded).toContainEqual([
      { type: "get_attr", value: "tags" },
      { type: "index", value: { value: "k", type: "string" } },
    ]);
    expect(encoded).toContainEqual([
      { type: "get_attr", value: "obj" },
      { type: "get_attr", value: "a" },
    ]);
    expect(new Set(decodePaths(encoded).map((p) => p.join()))).toEqual(new Set(paths.map((p) => p.join())));
    expect(decodePaths([1, [2], [{ type: "x" }]])).toEqual([]);
    expect(mergePaths([["a"], ["a", "b"]], [["c"], ["a"]])).toEqual([["a"], ["c"]]);
  });

  it("unknowns survive the journal", () => {
    const value: Value = { a: UNKNOWN, b: [null, UNKNOWN, { c: UNKNOWN, d: null }] };
    expect(fromWire(JSON.parse(JSON.stringify(toWire(value))))).toEqual(value);
  });
});
