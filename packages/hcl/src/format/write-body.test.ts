// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scopeOf } from "../evaluate/scope-of.ts";
import { evaluateExpression } from "../syntax/parse.ts";
import { parseNumber } from "../values/big-float-text.ts";
import { sameValue } from "../values/equality.ts";
import { BOOL } from "../values/type.ts";
import { boolVal, DYNAMIC_NULL, numberVal, objectVal, stringVal, tupleVal, unknownVal, type Val } from "../values/value.ts";
import { formatSource } from "./format-source.ts";
import { writeBody } from "./write-body.ts";
import { writeExpression } from "./write-expression.ts";
import { type WrittenExpression, writtenReference } from "./written.ts";

const literal = (value: Val): WrittenExpression => ({ kind: "literal", value });

describe("writeBody", () => {
  test("writes what an export says, in canonical layout", () => {
    const text = writeBody([
      { kind: "comment", text: "The queue of jobs" },
      {
        kind: "block",
        type: "resource",
        labels: ["aws_sqs_queue", "jobs"],
        items: [
          {
            kind: "attribute",
            name: "name",
            value: { kind: "template", parts: [writtenReference("var", "prefix"), "-$", writtenReference("each", "key")] },
          },
          { kind: "attribute", name: "delay_seconds", value: literal(numberVal(parseNumber("5") ?? never())) },
          { kind: "blank" },
          {
            kind: "attribute",
            name: "policy",
            value: {
              kind: "call",
              name: "jsonencode",
              arguments: [
                {
                  kind: "object",
                  items: [
                    ["for", literal(DYNAMIC_NULL)],
                    ["a b", { kind: "tuple", elements: [writtenReference("x", "y")] }],
                  ],
                },
              ],
            },
          },
          { kind: "attribute", name: "script", value: literal(stringVal("#!/bin/sh\n  echo ${x}\n")) },
          { kind: "block", type: "lifecycle", labels: [], items: [] },
        ],
      },
    ]);
    expect(text).toBe(`# The queue of jobs
resource "aws_sqs_queue" "jobs" {
  name          = "\${var.prefix}-\${"$"}\${each.key}"
  delay_seconds = 5

  policy = jsonencode({
    "for" = null
    "a b" = [x.y]
  })
  script = <<-EOT
    #!/bin/sh
      echo $\${x}
  EOT
  lifecycle {}
}
`);
    expect(formatSource(text).text).toBe(text);
  });

  test("a name that can be none, a value that is not known, source that does not parse: mistakes of the caller", () => {
    const attribute = (name: string, value: WrittenExpression) => () => writeBody([{ kind: "attribute", name, value }]);
    expect(attribute("a b", literal(boolVal(true)))).toThrow(TypeError);
    expect(attribute("a", literal(unknownVal(BOOL)))).toThrow(TypeError);
    expect(attribute("a", { kind: "source", text: ")" })).toThrow(TypeError);
  });
});

function never(): never {
  throw new Error("no number");
}

const piece = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("$", "%", "${", "%{", "$${", "\\", '"', "\n", "  ", "\t", "\r\n", "EOT\n", "~}", "é", "🇩🇪", "\u0000", "a\nb\n"),
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("").toWellFormed().normalize("NFC"));
const number = fc
  .oneof(fc.integer().map(String), fc.bigInt().map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String))
  .map((digits) => numberVal(parseNumber(digits) ?? never()));
const leaf = fc.oneof(text.map(stringVal), number, fc.boolean().map(boolVal), fc.constant(DYNAMIC_NULL));
const { value: anyValue } = fc.letrec<{ value: Val }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }).map(tupleVal),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }).map((entries) => objectVal(new Map(Object.entries(entries)))),
  ),
}));

describe("writeExpression", () => {
  test("any known value, written and read, is the value; at any depth of indentation, formatted or not", () => {
    fc.assert(
      fc.property(anyValue, fc.nat(4), (value, depth) => {
        const written = `${writeExpression(literal(value), depth)}\n`;
        expect(sameValue(evaluateExpression(written, scopeOf({})).value, value)).toBe(true);
        const { text: formatted, diagnostics } = formatSource(`a = ${written}`);
        expect(diagnostics).toEqual([]);
        expect(sameValue(evaluateExpression(formatted.slice("a = ".length), scopeOf({})).value, value)).toBe(true);
      }),
    );
  });

  test("any template of texts and references, written and read, is the text", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.constant(undefined)), { maxLength: 5 }), fc.nat(3), (parts, depth) => {
        const written = writeExpression({ kind: "template", parts: parts.map((part) => part ?? writtenReference("x")) }, depth);
        const expected = parts.map((part) => part ?? "v$").join("");
        const { value, diagnostics } = evaluateExpression(`${written}\n`, scopeOf({ x: stringVal("v$") }));
        expect(diagnostics).toEqual([]);
        expect(value.raw).toBe(expected.normalize("NFC"));
      }),
    );
  });
});
