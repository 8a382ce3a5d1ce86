// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import { describe, expect, test } from "vitest";
import { parseNative } from "./parse.ts";

function problems(source: string | Uint8Array): readonly string[] {
  return parseNative(source, "main.tf").diagnostics.map(
    ({ code, summary, range }) => `${code} ${summary} ${range?.line},${range?.column}-${range?.endLine},${range?.endColumn}`,
  );
}

describe("parseNative", () => {
  test("reads attributes, blocks with labels, blocks on one line, comments, heredocs", () => {
    const { body, diagnostics } = parseNative(
      '# c\na = 1 // d\nresource "x" y {\n  b { c = 2 }\n  d = <<-E\n    t\n  E\n}\n/* e */ z = [\n 1,\n]\n',
      "main.tf",
    );
    expect(diagnostics).toEqual([]);
    expect([...body.items.attributes.keys()]).toEqual(["a", "z"]);
    const block = body.items.blocks[0];
    expect([block?.type, block?.labels, [...(block?.body.items.attributes.keys() ?? [])]]).toEqual([
      "resource",
      ["x", "y"],
      ["d"],
    ]);
    expect(block?.body.items.blocks.map(({ type }) => type)).toEqual(["b"]);
  });

  test("reads a byte order mark and Windows line ends, and counts characters, not bytes", () => {
    const { body, diagnostics } = parseNative('\uFEFFa = "ä🇩🇪"\r\nb = 1\r\n', "main.tf");
    expect(diagnostics).toEqual([]);
    const { attributes } = body.justAttributes();
    expect(attributes.get("a")?.range).toEqual({
      file: "main.tf",
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 9,
      byte: 3,
      endByte: 19,
    });
    expect(attributes.get("b")?.range).toMatchObject({ line: 2, column: 1, byte: 21 });
  });

  test.each([
    ["an argument without a value", "a =\n", ["DVT2001 Invalid expression 1,4-2,1"]],
    ["two errors in two blocks", "a {\n  b = )\n}\nc {\n  1\n}\n", ["DVT2001 Invalid expression 2,7-2,8"]],
    [
      "bytes that are not UTF-8",
      Uint8Array.of(97, 61, 34, 0xff, 34, 10),
      ["DVT2001 Invalid character encoding 1,4-1,5", "DVT2001 Unterminated template string 1,4-1,5"],
    ],
    [
      "a backslash before bytes that are not UTF-8",
      Uint8Array.of(97, 61, 34, 92, 0xff, 34, 10),
      [
        "DVT2001 Invalid character 1,4-1,5",
        "DVT2001 Invalid character encoding 1,5-1,6",
        "DVT2001 Unterminated template string 1,4-1,5",
      ],
    ],
    ["nesting past the limit", `a = ${"[".repeat(5000)}${"]".repeat(5000)}\n`, ["DVT2002 Nested too deeply 1,205-1,206"]],
  ])("tells of %s", (_, source, expected) => {
    expect(problems(source)).toEqual(expected);
  });

  test("a body tells what its schema does not know, and what it misses", () => {
    const { body } = parseNative("nam = 1\nblok {\n}\n", "main.tf");
    const content = body.content({ attributes: [{ name: "name", isRequired: true }], blocks: [{ type: "block", labels: [] }] });
    expect(content.diagnostics.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      'DVT2004 The argument "name" is required, but no definition was found.',
      'DVT2004 An argument named "nam" is not expected here. Did you mean "name"?',
      'DVT2004 Blocks of type "blok" are not expected here. Did you mean "block"?',
    ]);
  });

  test("says which functions a file calls, also in places that are never evaluated", () => {
    const { calls } = parseNative(
      'a = true ? 1 : provider::aws::arn_parse(upper("x"))\nb {\n  c = "%{ for x in f() }${g(x)}%{ endfor }"\n}\n',
      "x",
    );
    expect([...calls].sort()).toEqual(["f", "g", "provider::aws::arn_parse", "upper"]);
  });
});
