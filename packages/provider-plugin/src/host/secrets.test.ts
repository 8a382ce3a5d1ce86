import { UNKNOWN } from "@dovetail/model";
import { expect, test } from "vitest";
import { privateIn, privateOut } from "./private-data.ts";
import { ToldValues } from "./secrets.ts";

const SCHEMA = {
  attributes: {
    name: { type: "string" },
    password: { type: "string", sensitive: true },
    list: { type: ["list", "string"], sensitive: true },
    once: { type: "string", write_only: true },
    inner: { nested_type: { nesting: "list", attributes: { key: { type: "string", sensitive: true } } } },
  },
  blocks: { part: { nesting: "map", attributes: { token: { type: "string", sensitive: true } } } },
} as const;

function told(): ToldValues {
  const values = new ToldValues();
  values.add(SCHEMA, {
    name: "orders-of-today",
    password: "first line\nsecond line",
    list: ["listed-secret", null, UNKNOWN],
    once: "written-once",
    inner: [{ key: "inner-secret" }],
    part: { a: { token: "token-of-a-part" } },
  });
  values.add(SCHEMA, null);
  return values;
}

test("sensitive values are taken out of what a provider says, in parts of lines too; others stay", () => {
  const said = "orders-of-today: second line, listed-secret written-once inner-secret token-of-a-part";
  expect(told().maskSensitive(said)).toBe(
    `orders-of-today: ${"(value not shown), "}${Array.from({ length: 4 }, () => "(value not shown)").join(" ")}`,
  );
});

test("of a log only a panic is shown, without any value", () => {
  expect(told().trace("2026 the password is unheard-of\n")).toBe("");
  const trace = told().trace(
    "the password is unheard-of\npanic: orders-of-today failed with inner-secret\n\ngoroutine 1 [running]:\n",
  );
  expect(trace).toBe("panic: (value not shown) failed with (value not shown)\n\ngoroutine 1 [running]:");
  expect(
    told()
      .trace(`panic: x\n${"line\n".repeat(1000)}`)
      .split("\n"),
  ).toHaveLength(40);
});

test.each([
  ["JSON", Buffer.from('{"schema_version":"1"}'), '{"schema_version":"1"}'],
  ["bytes that are no text", Buffer.from([0xff, 0x00, 0xfe]), "\0base64:/wD+"],
])("private data that is %s comes back as it was", (_what, bytes, text) => {
  const { kept } = privateIn("kept", bytes);
  expect(kept).toBe(text);
  expect(privateOut(kept)).toEqual(bytes);
  expect(privateIn("kept", Buffer.alloc(0))).toEqual({});
});
