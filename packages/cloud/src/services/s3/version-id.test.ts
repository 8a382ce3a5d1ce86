import { seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newVersionId, sequenceIn } from "./version-id.ts";

const random = seededRandom(1);

test("an ID tells its version's sequence", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (sequence) => {
      const id = newVersionId(random, sequence);
      expect(id).toMatch(/^[A-Za-z0-9._]{32}$/);
      expect(sequenceIn(id)).toBe(sequence);
    }),
  );
});

test("two IDs of one sequence differ", () => {
  expect(newVersionId(random, 5)).not.toBe(newVersionId(random, 5));
});

test.each(["", "null", "x".repeat(31), "x".repeat(33), `${"x".repeat(31)}-`, "é".repeat(32)])("%j tells nothing", (id) => {
  expect(sequenceIn(id)).toBeUndefined();
});
