import type { ResourceSchema, TypeExpr, Value } from "@dovetail/model";
import { UNKNOWN } from "@dovetail/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coerce } from "./coerce.ts";
import { places, valuesAt } from "./schema-path.ts";
import { setKey, sortSet } from "./set-order.ts";
import { shapeObject } from "./shape.ts";
import { nearest, validateAgainstSchema } from "./validate.ts";

const SCHEMA: ResourceSchema = {
  attributes: {
    name: { type: "string", required: true },
    arn: { type: "string", computed: true },
    size: { type: "number", optional: true },
    on: { type: "bool", optional: true },
    names: { type: ["set", "string"], optional: true },
    tags: { type: ["map", "string"], optional: true },
  },
  blocks: {
    rule: { nesting: "list", min: 1, max: 2, attributes: { id: { type: "string", required: true } } },
    timeouts: { nesting: "single", attributes: { create: { type: "string", optional: true } } },
  },
};

describe("coerce", () => {
  it.each<[TypeExpr, Value, Value, string?]>([
    ["number", "30", 30],
    ["number", "1e3", 1000],
    ["number", "x", null, "a number is required"],
    ["number", "", null, "a number is required"],
    ["bool", "true", true],
    ["bool", 1, null, "a bool is required"],
    ["string", 5, "5"],
    ["string", true, "true"],
    ["string", ["a"], null, "string required"],
    [
      ["set", "string"],
      ["b", "a", "b"],
      ["a", "b"],
    ],
    [
      ["list", "number"],
      ["2", 1],
      [2, 1],
    ],
    [["list", "string"], "a", null, "list of string required"],
    [["map", "string"], { b: 1, a: true }, { a: "true", b: "1" }],
    [["object", { a: "number" }], { a: "1", extra: 2 }, { a: 1 }],
    ["string", UNKNOWN, UNKNOWN],
    ["dynamic", { any: [1] }, { any: [1] }],
  ])("type %j takes %j", (type, value, wanted, message) => {
    const found: string[] = [];
    expect(coerce(type, value, (mismatch) => found.push(mismatch.message))).toEqual(wanted);
    expect(found).toEqual(message === undefined ? [] : [message]);
  });
});

describe("sets", () => {
  it("order and repetition mean nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: fc.string(), b: fc.option(fc.integer()) })), (items) => {
        const once = sortSet(items);
        expect(sortSet([...items].reverse())).toEqual(once);
        expect(sortSet([...once, ...once])).toEqual(once);
        expect(new Set(once.map(setKey)).size).toBe(once.length);
      }),
    );
  });

  it("texts stand in the order of their bytes, as Go has it", () => {
    expect(sortSet(["b", "a", "\u{1F600}", "\uFFFD", "B"])).toEqual(["B", "a", "b", "\uFFFD", "\u{1F600}"]);
  });
});

describe("shapeObject", () => {
  it("fills in what is unset and leaves out what the schema lacks", () => {
    expect(shapeObject(SCHEMA, { name: "n", other: 1, rule: { id: "r" } })).toEqual({
      name: "n",
      arn: null,
      size: null,
      on: null,
      names: null,
      tags: null,
      rule: [{ id: "r" }],
      timeouts: null,
    });
  });

  it("an unknown block stays unknown", () => {
    expect(shapeObject(SCHEMA, { name: UNKNOWN, rule: UNKNOWN })).toMatchObject({ name: UNKNOWN, rule: UNKNOWN });
  });
});

describe("validateAgainstSchema", () => {
  it.each<[string, { [name: string]: Value }, string, string]>([
    [
      "an unknown argument",
      { name: "a", nmae: "b", rule: [{ id: "x" }] },
      "DVT1005",
      'An argument named "nmae" is not expected here.',
    ],
    ["a missing one", { rule: [{ id: "x" }] }, "DVT1007", 'The argument "name" is required, but no definition was found.'],
    [
      "a missing one in a block",
      { name: "a", rule: [{}] },
      "DVT1007",
      'The argument "id" is required, but no definition was found.',
    ],
    ["a computed one", { name: "a", arn: "x", rule: [{ id: "x" }] }, "DVT1005", 'Can\'t configure a value for "arn"'],
    [
      "a wrong type",
      { name: "a", size: "big", rule: [{ id: "x" }] },
      "DVT1006",
      'Inappropriate value for attribute "size": a number is required.',
    ],
    [
      "a wrong element",
      { name: "a", names: [["x"]], rule: [{ id: "x" }] },
      "DVT1006",
      'attribute "names": element [0]: string required.',
    ],
    ["too few blocks", { name: "a" }, "DVT1007", 'At least 1 "rule" blocks are required.'],
    [
      "too many blocks",
      { name: "a", rule: [{ id: "1" }, { id: "2" }, { id: "3" }] },
      "DVT3001",
      'No more than 2 "rule" blocks are allowed.',
    ],
    ["a text for a block", { name: "a", rule: ["x"] }, "DVT1006", 'block "rule": object required'],
  ])("refuses %s", (_what, config, code, detail) => {
    const found = validateAgainstSchema(SCHEMA, config);
    expect(found.map((d) => [d.code, d.detail])).toEqual([[code, expect.stringContaining(detail)]]);
  });

  it("lets unknowns pass", () => {
    expect(validateAgainstSchema(SCHEMA, { name: UNKNOWN, size: UNKNOWN, rule: UNKNOWN })).toEqual([]);
  });

  it("offers the nearest name and none that is far", () => {
    expect([nearest("visibilty", ["visibility", "name"]), nearest("zzz", ["name"])]).toEqual(["visibility", undefined]);
  });
});

describe("schema paths", () => {
  const value = shapeObject(SCHEMA, { name: "n", rule: [{ id: "a" }, { id: "b" }] });
  it("walk through the elements of blocks", () => {
    expect(valuesAt(value, "rule.id")).toEqual(["a", "b"]);
    expect([...places(SCHEMA, value)].filter((place) => place.schemaPath === "rule.id").map((place) => place.path)).toEqual([
      ["rule", 0, "id"],
      ["rule", 1, "id"],
    ]);
  });
});
