import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_RESOURCES } from "../src/core/contract.ts";
import { hasToken, replaceTokens } from "../src/core/tokens.ts";
import type { Evaluation } from "../src/evaluate/evaluation.ts";
import { locateArgument } from "../src/translate/locate.ts";

/** An evaluation with one Output that has this value: token number 0. */
function evaluationWith(value: unknown): Evaluation {
  return { tokens: [Promise.resolve({ value, secret: false, resources: NO_RESOURCES })] } as unknown as Evaluation;
}

const fill = (value: unknown, text: string) => replaceTokens(evaluationWith(value), text, (state) => state.value);

const plain = fc.jsonValue({ maxDepth: 3 }).filter((value) => !hasToken(JSON.stringify(value)));

describe("tokens", () => {
  test("JSON.stringify over an Output is JSON.stringify over its value, however deep and however indented", async () => {
    await fc.assert(
      fc.asyncProperty(plain, plain, fc.constantFrom(undefined, 1, "\t"), async (value, around, space) => {
        const make = (item: unknown) => JSON.stringify({ around, list: [item], inner: JSON.stringify({ item }) }, null, space);
        const wanted = JSON.parse(make(value)) as unknown;
        const filled = await fill(value, make({ toJSON: () => "DvtJsn0000Z" }));
        expect(JSON.parse(String(filled))).toEqual(wanted);
      }),
    );
  });

  test("a text in a template literal inside JSON stays one text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (value, before) => {
        fc.pre(!hasToken(before) && !hasToken(value));
        const filled = await fill(
          value,
          JSON.stringify({ text: `${before}DvtOut0000Z!`, json: JSON.stringify([`DvtOut0000Z`]) }),
        );
        expect(JSON.parse(String(filled))).toEqual({ text: `${before}${value}!`, json: JSON.stringify([value]) });
      }),
    );
  });

  test("a text without tokens is left as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        fc.pre(!hasToken(text));
        expect(await fill("x", text)).toBe(text);
      }),
    );
  });
});

describe("locateArgument", () => {
  test("any text, any place: an answer inside the file, never an exception", () => {
    const code = fc.string({ unit: fc.constantFrom(..."{}[]()'\"`,:/*\n \\ab$new".split("")), maxLength: 200 });
    fc.assert(
      fc.property(
        code,
        fc.nat(10),
        fc.nat(40),
        fc.array(fc.oneof(fc.constantFrom("a", "b"), fc.nat(2)), { maxLength: 3 }),
        (text, line, column, path) => {
          const place = locateArgument(text, { file: "f", line: line + 1, column: column + 1 }, path, 1);
          expect(place.file).toBe("f");
          expect(place.line).toBeGreaterThan(0);
        },
      ),
    );
  });
});
