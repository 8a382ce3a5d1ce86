// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import { describe, expect, test } from "vitest";
import { showVal } from "../../test/show-val.ts";
import { NO_SCOPE, scopeOf } from "../evaluate/scope-of.ts";
import { stringVal } from "../values/value.ts";
import type { BodySchema } from "./body.ts";
import { parseJson } from "./json-body.ts";

const SCHEMA: BodySchema = {
  attributes: [{ name: "a" }, { name: "must", isRequired: true }],
  blocks: [
    { type: "block", labels: [] },
    { type: "resource", labels: ["type", "name"] },
  ],
};
const SCOPE = scopeOf({ x: stringVal("v") });

function content(text: string): ReturnType<ReturnType<typeof parseJson>["body"]["content"]> {
  const { body, diagnostics } = parseJson(text, "main.tf.json");
  expect(diagnostics).toEqual([]);
  return body.content(SCHEMA);
}

describe("parseJson", () => {
  test("a schema tells arguments from blocks; labels are levels of properties; arrays are several blocks; // is a comment", () => {
    const { attributes, blocks, diagnostics } = content(
      '{"//": "c", "must": 1, "block": [{}, {}], "resource": {"t": {"n": {}, "m": [{}]}, "u": {"n": null}}}',
    );
    expect(diagnostics).toEqual([]);
    expect([...attributes.keys()]).toEqual(["must"]);
    expect(blocks.map(({ type, labels }) => [type, ...labels].join("."))).toEqual([
      "block",
      "block",
      "resource.t.n",
      "resource.t.m",
    ]);
  });

  test.each([
    ['"${x}"', '"v"'],
    ['"a ${x} $${y}"', '"a v ${y}"'],
    ['[1, 2.5e1, true, null, {"${x}": "k"}]', '[1, 25, true, null, {"v" = "k"}]'],
    ['"\\u0041\\n"', '"A\\n"'],
  ])("%s is %s", (text, expected) => {
    const { value, diagnostics } = content(`{"must": ${text}}`).attributes.get("must")?.expression.evaluate(SCOPE) ?? {};
    expect(diagnostics).toEqual([]);
    expect(value === undefined ? undefined : showVal(value)).toBe(expected);
  });

  test("says which functions a file calls", () => {
    expect([...parseJson('{"a": ["${provider::x::f(1)}", {"${g()}": "h()"}]}', "x").calls]).toEqual(["provider::x::f", "g"]);
  });

  test("where nothing may be referred to, a text is no template", () => {
    const expression = content('{"must": "${x}"}').attributes.get("must")?.expression;
    expect(expression?.evaluate(NO_SCOPE).value.raw).toBe("${x}");
  });

  test("an expression tells its references, and is read as list, map, call, reference or keyword", () => {
    const expressionOf = (text: string) => content(`{"must": ${text}}`).attributes.get("must")?.expression;
    expect(
      expressionOf('["${a.b}", {"${c}": "d"}]')
        ?.references()
        .map(({ root }) => root),
    ).toEqual(["a", "c"]);
    expect(expressionOf('"a.b[0]"')?.asTraversal()).toMatchObject({ root: "a", steps: [{ name: "b" }, { kind: "index" }] });
    expect(expressionOf('"list(string)"')?.asCall()).toMatchObject({ name: "list" });
    expect(expressionOf('"string"')?.asKeyword()).toBe("string");
    expect(expressionOf("[1, 2]")?.asList()).toHaveLength(2);
    expect(expressionOf('{"k": 1}')?.asMap()?.[0]?.key.evaluate(SCOPE).value.raw).toBe("k");
  });

  test.each([
    ['{"a": 1}', 'Missing required argument: The argument "must" is required, but no definition was found. 1,8'],
    ['{"must": 1, "mus": 1}', 'Extraneous JSON object property: No argument or block type is named "mus". 1,13'],
    [
      '{"must": 1, "blok": {}}',
      'Extraneous JSON object property: No argument or block type is named "blok". Did you mean "block"? 1,13',
    ],
    [
      '{"must": 1, "block": 3}',
      'Incorrect JSON value type: Either a JSON object or a JSON array is required, representing the contents of one or more "block" blocks. 1,22',
    ],
    [
      '{"must": 1, "resource": {}}',
      "Missing block label: At least one object property is required, whose name represents the resource block's type. 1,25",
    ],
    ['{"must": 1, "must": 2}', 'Duplicate argument: The argument "must" was already set at main.tf.json:1,2-11. 1,13'],
  ])("%s: %s", (text, expected) => {
    const told = content(text).diagnostics.map(
      ({ summary, detail, range }) => `${summary}: ${detail} ${range?.line},${range?.column}`,
    );
    expect(told).toEqual([expected]);
  });

  test.each([
    ["a file that is no object", "[1", "DVT2001 Unclosed object, Root value must be object"],
    ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), "DVT2001 Invalid character encoding"],
    ["nesting past the limit", '{"a":'.repeat(2000), "DVT2002 Nested too deeply"],
  ])("refuses %s", (_, source, expected) => {
    const { diagnostics } = parseJson(source, "main.tf.json");
    expect(`${diagnostics[0]?.code} ${diagnostics.map(({ summary }) => summary).join(", ")}`.startsWith(expected)).toBe(true);
  });
});
