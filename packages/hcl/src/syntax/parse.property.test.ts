// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scopeOf } from "../evaluate/scope-of.ts";
import { formatSource } from "../format/format-source.ts";
import { stringVal } from "../values/value.ts";
import { parseJson } from "./json-body.ts";
import { evaluateExpression, parseNative, parseTemplate } from "./parse.ts";

const PIECES = [
  ..."{}[]()\"'`,:;=.?!&|~^<>+-*/%$\\#\n\r\t 019aé".split(""),
  ...[
    "${",
    "%{",
    "~}",
    "=>",
    "...",
    "::",
    "<<E\n",
    "<<-E\n",
    "E\n",
    "for",
    "in",
    "if",
    "endif",
    "endfor",
    "true",
    "null",
    "/*",
    "*/",
  ],
  ...["x", "a = ", "b {\n", "}\n", "\u0000", "\ud800", "🇩🇪"],
];
const source = fc
  .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PIECES) }, fc.string()), { maxLength: 60 })
  .map((all) => all.join(""));

describe("hostile texts", () => {
  test("reading, evaluating and formatting never throw; every error has a place inside the text; formatting is idempotent", () => {
    fc.assert(
      fc.property(source, (text) => {
        const lines = text.split("\n").length;
        for (const { diagnostics } of [parseNative(text, "x"), parseJson(text, "x"), parseTemplate(text, "x")]) {
          for (const { range } of diagnostics) expect(range === undefined || (range.line >= 1 && range.line <= lines)).toBe(true);
        }
        const { diagnostics } = evaluateExpression(text, scopeOf({ x: stringVal("v"), a: stringVal("w") }));
        expect(diagnostics.every(({ severity }) => severity === "error")).toBe(true);
        const once = formatSource(text);
        if (once.diagnostics.length === 0) expect(formatSource(once.text)).toEqual(once);
      }),
      { numRuns: 1000 },
    );
  });

  test("any bytes are read: what is not UTF-8 is told, and the rest all the same", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { diagnostics } = parseNative(bytes, "x");
        const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
        const isUtf8 = Buffer.from(text).equals(Buffer.from(bytes));
        const isTold = diagnostics.some(({ summary }) => summary === "Invalid character encoding");
        if (isUtf8) expect(isTold).toBe(false);
        parseJson(bytes, "x");
      }),
    );
  });

  test("a truncated file says where", () => {
    const whole =
      'a = [for k, v in { x = "${y}" } : f(k, v...) if v != 1]\nb "c" {\n  d = <<-E\n    %{ if x }y%{ endif }\n  E\n}\n';
    for (let length = 0; length < whole.length; length++) {
      for (const { range } of parseNative(whole.slice(0, length), "x").diagnostics) expect(range?.line).toBeGreaterThan(0);
    }
    expect(parseNative(whole, "x").diagnostics).toEqual([]);
  });
});

describe("nesting", () => {
  const DEEP: readonly (readonly [name: string, make: (levels: number) => string])[] = [
    ["brackets", (n) => "[".repeat(n)],
    ["parentheses", (n) => "(".repeat(n)],
    ["templates", (n) => '"${'.repeat(n)],
    ["directives", (n) => `"${"%{ if x }".repeat(n)}"`],
    ["signs", (n) => `${"-".repeat(n)}1`],
    ["conditionals", (n) => `${"x ? 1 : ".repeat(n)}2`],
    ["indexes", (n) => `x${"[y]".repeat(n)}`],
    ["splats", (n) => `x${"[*]".repeat(n)}`],
    ["calls", (n) => "f(".repeat(n)],
    ["for expressions", (n) => "[for x in ".repeat(n)],
  ];
  test.each(DEEP)("%s past the limit are told once, at a place", (_, make) => {
    const { diagnostics } = parseNative(`a = ${make(20_000)}\n`, "x");
    expect(diagnostics.map(({ code }) => code)).toEqual(["DVT2002"]);
    expect(diagnostics[0]?.range?.line).toBe(1);
  });

  test("chains are not nesting: sums, attributes and blocks one behind the other have no limit", () => {
    const sum = `1${" + 1".repeat(20_000)}`;
    expect(evaluateExpression(sum, scopeOf({})).diagnostics).toEqual([]);
    const { body, diagnostics } = parseNative(`a = x${".b".repeat(20_000)}\n${"c {\n}\n".repeat(20_000)}`, "x");
    expect(diagnostics).toEqual([]);
    expect(body.items.blocks).toHaveLength(20_000);
  });
});
