import { SourceMap as NodesOwn } from "node:module";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SourceMap } from "./source-map.ts";

function nodesAnswer(map: NodesOwn, line: number, column: number) {
  const entry = map.findEntry(line, column);
  if (!("originalSource" in entry) || entry.originalSource === undefined) return undefined;
  return { source: entry.originalSource, line: entry.originalLine, column: entry.originalColumn };
}

describe("SourceMap", () => {
  test("finds what Node's own finds, at every place of a bundle", () => {
    const source = Array.from(
      { length: 40 },
      (_, i) =>
        `export const name${i}: string = \`\${[${i}].map((x) => x + 1)}\`;\n\n  // a line of its own\nif (name${i} > "2") { throw new Error("" + name${i}); }`,
    ).join("\n");
    const { code, map } = transformSync(source, {
      loader: "ts",
      sourcemap: "external",
      sourcefile: "stacks/a b.ts",
      minifySyntax: true,
    });
    const [ours, theirs] = [new SourceMap(map), new NodesOwn(JSON.parse(map))];
    const lines = code.split("\n");
    for (const [line, text] of lines.entries())
      for (let column = 0; column <= text.length + 1; column++)
        expect(ours.find(line, column)).toEqual(nodesAnswer(theirs, line, column));
    expect(lines.length).toBeGreaterThan(80);
  });

  test("a segment without a source has none, and lines without segments belong to what stands before them", () => {
    const map = new SourceMap('{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAAA,IACK,C;;EACC"}');
    expect([map.find(0, 0), map.find(0, 4), map.find(0, 5), map.find(1, 3), map.find(2, 1), map.find(2, 9)]).toEqual([
      { source: "a.ts", line: 0, column: 0 },
      { source: "a.ts", line: 1, column: 5 },
      undefined,
      undefined,
      undefined,
      { source: "a.ts", line: 2, column: 6 },
    ]);
    expect(new SourceMap('{"version":3,"sources":[],"mappings":""}').find(0, 0)).toBeUndefined();
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    '{"mappings":""}',
    '{"sources":[],"mappings":3}',
    '{"sources":[],"mappings":"A%"}',
    '{"sources":[],"mappings":"AAAAAA"}',
  ])("%j is no map", (text) => expect(() => new SourceMap(text)).toThrow());

  test("whatever the mappings say, it answers or refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."AC;,gz+/9=é") }), fc.nat(5), fc.nat(40), (mappings, line, column) => {
        try {
          new SourceMap(JSON.stringify({ sources: ["a"], mappings })).find(line, column);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
