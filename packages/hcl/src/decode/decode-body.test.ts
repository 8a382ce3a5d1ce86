// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import type { BlockSchema } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { showVal } from "../../test/show-val.ts";
import { scopeOf } from "../evaluate/scope-of.ts";
import { parseNative } from "../syntax/parse.ts";
import { listOf, STRING, sameType } from "../values/type.ts";
import { intVal, listVal, objectVal, stringVal, unknownVal } from "../values/value.ts";
import { decodeBody } from "./decode-body.ts";
import { impliedType } from "./implied-type.ts";
import { bodyReferences } from "./references.ts";

const SCHEMA: BlockSchema = {
  attributes: {
    name: { type: "string", required: true },
    count_of: { type: "number", optional: true },
    rules: { type: ["set", ["object", { port: "number", host: "string" }]], optional: true, computed: true },
  },
  blocks: {
    one: { nesting: "single", attributes: { a: { type: "string", optional: true } } },
    many: { nesting: "list", min: 0, max: 2, attributes: { a: { type: "string", required: true } } },
    some: { nesting: "set", attributes: { a: { type: "number", optional: true } } },
    keyed: { nesting: "map", attributes: { a: { type: "string", optional: true } } },
  },
};

const SCOPE = scopeOf({
  local: objectVal({ names: listVal(STRING, [stringVal("x"), stringVal("y")]), port: intVal(80) }),
  later: unknownVal(listOf(STRING)),
  secret: { ...listVal(STRING, [stringVal("s")]), marks: new Set(["sensitive"] as const) },
});

function decode(text: string): ReturnType<typeof decodeBody> {
  const { body, diagnostics } = parseNative(text, "main.tf");
  expect(diagnostics).toEqual([]);
  return decodeBody(body, SCHEMA, SCOPE);
}

const EMPTY = { count_of: "null", keyed: "{}", many: "[]", name: '"n"', one: "null", rules: "null", some: "[]" };

function shown(parts: { readonly [name: string]: string }): string {
  const all = { ...EMPTY, ...parts };
  return `{${Object.entries(all)
    .map(([name, value]) => `"${name}" = ${value}`)
    .join(", ")}}`;
}

describe("decodeBody", () => {
  test.each([
    ["arguments are converted", 'name = "n"\ncount_of = "3"\n', { count_of: "3" }],
    [
      "blocks of each nesting",
      'name = "n"\none {\n}\nmany { a = "1" }\nsome { a = 2 }\nsome { a = 1 }\nkeyed "k" { a = "z" }\n',
      {
        keyed: '{"k" = {"a" = "z"}}',
        many: '[{"a" = "1"}]',
        one: '{"a" = null}',
        some: '[{"a" = 1}, {"a" = 2}]',
      },
    ],
    [
      "dynamic blocks between written ones",
      'name = "n"\nmany { a = "first" }\ndynamic "many" {\n for_each = [local.port]\n content {\n  a = "${many.key}-${many.value}"\n }\n}\n',
      {
        many: '[{"a" = "first"}, {"a" = "0-80"}]',
      },
    ],
    [
      "an iterator of its own name, and labels",
      'name = "n"\ndynamic "keyed" {\n for_each = local.names\n iterator = it\n labels = [it.value]\n content {\n  a = it.value\n }\n}\n',
      {
        keyed: '{"x" = {"a" = "x"}, "y" = {"a" = "y"}}',
      },
    ],
    [
      "an unknown for_each",
      'name = "n"\ndynamic "many" {\n for_each = later\n content {\n  a = many.value\n }\n}\n',
      { many: "unknown list" },
    ],
    [
      "a sensitive for_each",
      'name = "n"\ndynamic "many" {\n for_each = secret\n content {\n  a = many.value\n }\n}\n',
      {
        many: '[sensitive({"a" = sensitive("s")})]',
      },
    ],
    [
      "an argument of objects written as blocks",
      'name = "n"\nrules {\n port = local.port\n}\nrules {\n host = "h"\n}\n',
      {
        rules: '[{"host" = "h", "port" = null}, {"host" = null, "port" = 80}]',
      },
    ],
  ])("%s", (_, text, expected) => {
    const { value, diagnostics } = decode(text);
    expect(diagnostics).toEqual([]);
    expect(showVal(value)).toBe(shown(expected));
    expect(sameType(value.type, impliedType(SCHEMA))).toBe(true);
  });

  test.each([
    [
      "a missing argument",
      "",
      'DVT2004 Missing required argument: The argument "name" is required, but no definition was found. 1,1',
    ],
    [
      "a wrong type",
      "name = []\n",
      'DVT2005 Incorrect attribute value type: Inappropriate value for attribute "name": string required. 1,8',
    ],
    [
      "too many blocks",
      'name = "n"\nmany { a = "" }\nmany { a = "" }\nmany {\n a = ""\n}\n',
      'DVT2004 Too many many blocks: No more than 2 "many" blocks are allowed 4,6',
    ],
    [
      "two of a single block",
      'name = "n"\none {\n}\none {\n}\n',
      'DVT2004 Duplicate one block: Only one block of type "one" is allowed. Previous definition was at main.tf:2,1-4. 4,1',
    ],
    [
      "a key twice",
      'name = "n"\nkeyed "k" {\n}\nkeyed "k" {\n}\n',
      'DVT2004 Duplicate keyed block: A block for keyed "k" was already defined. The keyed labels must be unique. 4,1',
    ],
    [
      "a dynamic block without content",
      'name = "n"\ndynamic "many" {\n for_each = []\n}\n',
      'DVT2006 Missing dynamic content block: A dynamic block must have a nested block of type "content" to describe the body of each generated block. 2,16',
    ],
    [
      "a for_each that is none",
      'name = "n"\ndynamic "many" {\n for_each = "x"\n content {\n }\n}\n',
      "DVT2006 Invalid dynamic for_each value: Cannot use a string value in for_each. An iterable collection is required. 3,13",
    ],
    [
      "a dynamic block of no known type",
      'name = "n"\ndynamic "mny" {\n for_each = []\n content {\n }\n}\n',
      'DVT2004 Unsupported block type: Blocks of type "mny" are not expected here. 2,9',
    ],
  ])("tells of %s", (_, text, expected) => {
    const told = decode(text).diagnostics.map((d) => `${d.code} ${d.summary}: ${d.detail} ${d.range?.line},${d.range?.column}`);
    expect(told).toEqual([expected]);
  });
});

describe("bodyReferences", () => {
  test("follows arguments, blocks and dynamic blocks, and leaves out iterators", () => {
    const { body } = parseNative(
      'name = "${local.a} ${[for x in var.list : x][0]}"\nrules {\n host = module.m.h\n}\ndynamic "many" {\n for_each = each.value\n iterator = it\n content {\n  a = "${it.key}${aws_x.y[count.index].id}"\n }\n}\n',
      "main.tf",
    );
    const found = bodyReferences(body, SCHEMA).map(({ root, steps }) =>
      [root, ...steps.map((step) => (step.kind === "attribute" ? step.name : step.kind))].join("."),
    );
    expect(found).toEqual(["local.a", "var.list", "module.m.h", "each.value", "aws_x.y", "count.index"]);
  });
});
