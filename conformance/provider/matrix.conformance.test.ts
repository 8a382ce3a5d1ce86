/** A share of the matrix that `npm run conformance:provider` judges: the objects of one service, {our engine, terraform} × {ours, the real provider}. */
import { describe, expect, test } from "vitest";
import { explanationOf } from "./judge/explained.ts";
import { EXPLAINED_MATRIX } from "./judge/explained-matrix.ts";
import { judgeMatrix } from "./judge/matrix.ts";
import { realBinary } from "./judge/parties.ts";
import { loadTables } from "./judge/tables.ts";
import { whyMissing } from "./real-provider.ts";

const binary = realBinary();
const missing = whyMissing() ?? (binary === undefined ? "no provider 5.100.0 in the mirror" : undefined);
const SHARE = new Set(["SES"]);

describe.skipIf(missing !== undefined)(
  `four ways to the same objects${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    test("end in the same states, and leave the same behind", { timeout: 400_000 }, async () => {
      const { groups } = await loadTables();
      const judged = await judgeMatrix(
        binary ?? "",
        groups.filter(({ name }) => SHARE.has(name)),
      );
      expect(judged.length).toBeGreaterThan(20);
      const unexplained = judged.flatMap(({ type, row, differences }) =>
        differences
          .filter((difference) => explanationOf(type, row, difference, EXPLAINED_MATRIX) === undefined)
          .map((difference) => ({ type, row, difference })),
      );
      expect(unexplained).toEqual([]);
    });
  },
);
