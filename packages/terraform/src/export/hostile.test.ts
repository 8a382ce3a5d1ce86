/** Whatever a value holds, what an export writes for it is read back as that value. */
import { NO_SCOPE, parseNative, writeBody } from "@dovetail/hcl";
import type { Value } from "@dovetail/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainValue } from "../values/to-engine.ts";
import { explain } from "./explain-value.ts";
import { StandIns } from "./stand-ins.ts";

/** The value of an argument that an export writes for a value of the program's own. */
function reread(value: Value): Value {
  const { expression } = explain(new StandIns(), { real: value, marked: value });
  const text = writeBody([
    { kind: "block", type: "resource", labels: ["x", "y"], items: [{ kind: "attribute", name: "value", value: expression }] },
  ]);
  const { body, diagnostics } = parseNative(text, "export.tf");
  expect(diagnostics).toEqual([]);
  const { blocks } = body.content({ blocks: [{ type: "resource", labels: ["type", "name"] }], attributes: [] });
  const attribute = blocks[0]?.body.justAttributes().attributes.get("value");
  if (attribute === undefined) throw new Error(`nothing was written:\n${text}`);
  return plainValue(attribute.expression.evaluate(NO_SCOPE).value);
}

const HOSTILE = [
  `\${aws_sqs_queue.x.arn}`,
  "%{ if true }",
  `$\${x} $$\${x} %%{x}`,
  "$",
  "ends with $",
  'quotes " and \\ and \\n',
  "line\nbreak",
  "line\nbreak\n",
  "EOT\nEOT\n",
  "a\n  EOT\nb\n",
  "  indented\n    more\n",
  "\n\n\n",
  " \n \n",
  "tab\tand\rreturn\r\n",
  "nul \u0000 and \u001b",
  "\u2028\u2029\u200b\ufeff",
  "emoji 👩‍👩‍👧‍👧 and 𝒳",
  "<<-EOT",
  `{"a": "\${b}"}`,
  "# no comment // nor /* this */",
  "dvtref",
];

describe("an export writes what is read back as", () => {
  test.each(HOSTILE)("%j", (text) => {
    expect(reread(text)).toBe(text);
    expect(reread({ [text]: [text] })).toEqual({ [text]: [text] });
  });

  test("a text of a hundred thousand characters", () => {
    const text = `${"%{x} ".repeat(20_000)}\n`;
    expect(reread(text)).toBe(text);
  });

  test("any text and any object of texts, numbers and lists", () => {
    const text = fc.string({ unit: "binary" }).map((each) => each.normalize("NFC"));
    const value = fc.letrec<{ any: Value }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.boolean(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => (Object.is(each, -0) ? 0 : each)),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(text, tie("any"), { maxKeys: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (each) => {
        expect(reread(each)).toEqual(each);
      }),
      { numRuns: 40 },
    );
  });

  test("a JSON text, by jsonencode, with the same bytes", () => {
    const json = fc
      .dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ depthSize: "small" }))
      .map((each) => JSON.stringify(each));
    fc.assert(
      fc.property(json, (text) => {
        const { expression } = explain(new StandIns(), { real: text, marked: text });
        if (expression.kind === "literal") expect(reread(text)).toBe(text.normalize("NFC"));
        else expect(expression).toMatchObject({ kind: "call", name: "jsonencode" });
      }),
    );
  });
});
