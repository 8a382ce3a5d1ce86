import { boolVal, listVal, STRING, stringVal, tupleVal, type Val } from "@dovetail/hcl";
import { type BlockSchema, seededRandom, UNKNOWN, type ValueObject } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { filledObject } from "./mock-values.ts";
import type { Mocked } from "./test-file.ts";

const SCHEMA: BlockSchema = {
  attributes: {
    name: { type: "string", required: true },
    note: { type: "string", optional: true },
    arn: { type: "string", computed: true },
    size: { type: "number", computed: true },
    on: { type: "bool", optional: true, computed: true },
    all: { type: ["list", "string"], computed: true },
    by: { type: ["map", "string"], computed: true },
    one: { type: ["object", { a: "string", b: "number" }], computed: true },
    secret: { type: "string", optional: true, write_only: true },
  },
  blocks: {
    rule: { nesting: "list", attributes: { id: { type: "string", computed: true }, to: { type: "string", optional: true } } },
  },
};
const CONFIG: ValueObject = { name: "x", note: null, secret: "s", rule: [{ id: null, to: "y" }] };
const TEXT = expect.stringMatching(/^[a-z0-9]{8}$/);

const mocked = (values: { readonly [name: string]: Val }, isPlanned = false): Mocked => ({
  values: new Map(Object.entries(values)),
  isPlanned,
});
const fill = (during: "plan" | "apply", given?: Mocked, object = CONFIG) =>
  filledObject(SCHEMA, object, { during, mocked: given, random: seededRandom(1) });

describe("values that a mocked provider makes up", () => {
  test("are of the attribute's type, eight letters and digits for a text", () => {
    expect(fill("apply")).toEqual({
      name: "x",
      note: null,
      arn: TEXT,
      size: 0,
      on: false,
      all: [],
      by: {},
      one: { a: TEXT, b: 0 },
      secret: null,
      rule: [{ id: TEXT, to: "y" }],
    });
  });

  test("are not known while it is planned", () => {
    expect(fill("plan")).toMatchObject({ name: "x", note: null, arn: UNKNOWN, on: UNKNOWN, rule: [{ id: UNKNOWN, to: "y" }] });
  });

  test("take the place of what the plan did not know, and of nothing that is given", () => {
    expect(fill("apply", undefined, { ...CONFIG, arn: UNKNOWN, on: true })).toMatchObject({ arn: TEXT, on: true });
  });

  test.each([
    ["apply", false, { arn: "given", on: true }],
    ["plan", false, { arn: UNKNOWN, on: UNKNOWN }],
    ["plan", true, { arn: "given", on: true, size: 0 }],
  ] as const)("are those given in %s where they are known early: %s", (during, isPlanned, expected) => {
    expect(fill(during, mocked({ arn: stringVal("given"), on: boolVal(true) }, isPlanned))).toMatchObject(expected);
  });

  test("are converted to the attribute's type, and refused where they have none of it", () => {
    expect(fill("apply", mocked({ all: tupleVal([stringVal("a")]) }))).toMatchObject({ all: ["a"] });
    expect(() => fill("apply", mocked({ size: listVal(STRING, []) }))).toThrow(/number required/);
  });

  test("leave alone what the config gives", () => {
    expect(fill("apply", mocked({ name: stringVal("other") }))).toMatchObject({ name: "x" });
  });
});
