/**
 * A share of what `npm run conformance:provider` judges: every twentieth row of every native type, ours beside the real provider 5.100.0, and
 * of what Terraform's core refuses, beside terraform; and the page of the whole, which is checked in.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manualClock, seededRandom } from "@dovetail/model";
import { createAwsProvider } from "@dovetail/provider-aws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { coreRowsOf } from "./judge/core-tables.ts";
import { EXPLAINED_CORE } from "./judge/explained-core.ts";
import { judgeCore } from "./judge/judge-core.ts";
import { judgePlan, schemaOf } from "./judge/judge-plans.ts";
import { EDITION, type Parties, realBinary, startParties } from "./judge/parties.ts";
import { type Judged, verdictOf } from "./judge/report.ts";
import { rowsOf } from "./judge/rows.ts";
import { loadTables } from "./judge/tables.ts";

const SHARE = 20;
const binary = realBinary();

describe.skipIf(binary === undefined)(
  `ours beside the real provider${binary === undefined ? " (skipped: DOVETAIL_TF_MIRROR names no mirror with it)" : ""}`,
  () => {
    let parties: Parties;
    beforeAll(async () => {
      if (binary !== undefined) parties = await startParties(binary);
    }, 120_000);
    afterAll(async () => parties?.close());

    test("plans and refuses alike, but for what is explained", { timeout: 240_000 }, async () => {
      const tables = await loadTables();
      const judged: Judged[] = [];
      for (const type of parties.ours.listTypes("resource")) {
        const rows = rowsOf(tables, type, schemaOf(parties.real, type)).filter((_, i) => i % SHARE === 0);
        for (const row of rows) judged.push({ type, row: row.name, differences: await judgePlan(parties, row) });
      }
      expect(judged.length).toBeGreaterThan(300);
      expect(verdictOf(judged).unequal).toEqual([]);
    });

    test("bodies that do not fit are refused as terraform refuses them", { timeout: 240_000 }, async () => {
      const rows = coreRowsOf(parties.ours, await loadTables(), () => true).filter((_, i) => i % SHARE === 0);
      const judged = await judgeCore(parties.ours, rows);
      expect(judged.length).toBeGreaterThan(500);
      expect(verdictOf(judged, EXPLAINED_CORE).unequal).toEqual([]);
    });
  },
);

describe("docs/provider-parity.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/provider-parity.md"), "utf8");
  const lines = [...page.matchAll(/^\| (aws_\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)];

  test("has no row that is unequal, and counts each row once", () => {
    expect(lines.length).toBeGreaterThan(50);
    for (const [, , rows, equal, explained, unequal] of lines)
      expect([Number(equal) + Number(explained), Number(unequal)]).toEqual([Number(rows), 0]);
  });

  test("has a line for every type that was judged when it was written, all of them native", () => {
    const ours = createAwsProvider({
      edition: EDITION,
      target: { kind: "local", endpoint: "http://127.0.0.1:1" },
      env: {},
      clock: manualClock(),
      random: seededRandom(1),
    });
    const native = new Set(ours.listTypes("resource"));
    expect(lines.map(([, type = ""]) => type).filter((type) => !native.has(type))).toEqual([]);
  });
});
