/**
 * The same scenarios against moto, where it has the operation. A difference is in `moto-differences.ts` with who is right and why;
 * a row there that nothing needs any more fails too.
 */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome } from "./case.ts";
import { hasMoto, type Moto, startMoto } from "./moto.ts";
import { compare, type Difference } from "./moto-compare.ts";
import { DIFFERENCES, rowOf } from "./moto-differences.ts";
import { hasBoto3, runBoto3 } from "./python.ts";
import { scenarios } from "./scenarios.ts";

/** moto loads a service at its first call, and shares the machine. */
const SETUP_MS = 180_000;

describe.skipIf(!hasBoto3() || !hasMoto())("moto, a second implementation", () => {
  let moto: Moto;
  let outcomes: readonly (readonly Outcome[])[] = [];
  beforeAll(async () => {
    moto = await startMoto();
    outcomes = (await runBoto3(moto.endpoint, { scenarios })).scenarios;
  }, SETUP_MS);
  afterAll(() => moto.stop());

  test("differs only where the table says who is right", () => {
    const differences: Difference[] = [];
    const counts = { equal: 0, different: 0, "not claimed": 0 };
    for (const [index, { steps }] of scenarios.entries()) {
      for (const [at, step] of steps.entries()) {
        const earlier =
          JSON.stringify(outcomes[index]?.slice(0, at) ?? []).includes("refused") && JSON.stringify(step.input).includes("@{");
        const compared = compare(step, outcomes[index]?.[at], earlier);
        if (typeof compared === "string") counts[compared]++;
        else {
          counts.different++;
          differences.push(compared.difference);
        }
      }
    }
    const rows = differences.map((difference) => ({ difference, row: rowOf(difference) }));
    const verdicts = Object.groupBy(rows, ({ row }) => row?.right ?? "unexplained");
    console.info(
      `${counts.equal} answers equal, ${counts.different} different (${Object.entries(verdicts)
        .map(([right, all]) => `${right} ${all?.length}`)
        .join(", ")}), ${counts["not claimed"]} not claimed by moto`,
    );
    if (process.env.MOTO_REPORT !== undefined) writeFileSync(process.env.MOTO_REPORT, JSON.stringify(rows, null, 1));
    expect(rows.filter(({ row }) => row === undefined).map(({ difference }) => difference)).toEqual([]);
    expect(DIFFERENCES.filter((row) => !rows.some((each) => each.row === row))).toEqual([]);
    expect(counts.equal).toBeGreaterThan(300);
  });
});
