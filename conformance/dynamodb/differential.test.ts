import fc from "fast-check";
import { expect, test } from "vitest";
import { CREATE, step, TABLE } from "./generate.ts";
import { comparable, explained, missing, parted, startBoth } from "./oracle.ts";

/**
 * Requests to compare in this run, each against both. CI takes the same ones each time, so that it is red for a reason of ours;
 * `DOVETAIL_FUZZ_CASES=50000` asks for more, `DOVETAIL_FUZZ_SEED` for others (`random`: fast-check's own seed, printed with a failure).
 */
const CASES = Number(process.env.DOVETAIL_FUZZ_CASES ?? 4000);
const SEED = process.env.DOVETAIL_FUZZ_SEED ?? "41";
const STEPS = 25;
const why = missing();

test.skipIf(why !== undefined)(
  `${CASES} requests: items, expressions, pages, units and errors are DynamoDB Local's${why === undefined ? "" : ` (skipped: ${why})`}`,
  { timeout: 120_000 + CASES * 100 },
  async () => {
    const { both, stop } = await startBoth();
    let asked = 0;
    const fresh = async () => {
      await both("DeleteTable", { TableName: TABLE });
      await both("CreateTable", CREATE);
    };
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS, size: "max" }), async (steps) => {
          await fresh();
          for (const [operation, body] of steps) {
            const [left, right] = (await both(operation, body)).map((answer) => comparable(operation, answer, body));
            asked++;
            if (!explained(left, right)) expect({ operation, body, answer: right }).toEqual({ operation, body, answer: left });
            if (parted(left, right)) await fresh();
          }
        }),
        { numRuns: Math.ceil(CASES / STEPS), ...(SEED === "random" ? {} : { seed: Number(SEED) }) },
      );
      expect(asked).toBeGreaterThanOrEqual(CASES);
    } finally {
      await stop();
    }
  },
);
