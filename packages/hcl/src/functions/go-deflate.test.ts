import { constants, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { goDeflate } from "./go-deflate.ts";

function inflated(bytes: Uint8Array): Uint8Array {
  return inflateRawSync(bytes, { finishFlush: constants.Z_FINISH });
}

test("what is compressed comes out again", () => {
  const words = fc.array(fc.constantFrom("resource", "aws_instance", " = ", "\n", "a", "b", "", "0123456789"), {
    maxLength: 3000,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 2000 }),
        words.map((parts) => Buffer.from(parts.join(""))),
      ),
      (bytes) => {
        expect(Buffer.from(inflated(goDeflate(bytes))).equals(Buffer.from(bytes))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test("what is longer than the window comes out again, and small", () => {
  const bytes = Buffer.from("all work and no play makes a dull boy\n".repeat(10_000));
  const compressed = goDeflate(bytes);
  expect(Buffer.from(inflated(compressed)).equals(bytes)).toBe(true);
  expect(compressed.length).toBeLessThan(bytes.length / 100);
});
