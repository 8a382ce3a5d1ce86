/**
 * `npm run conformance:provider [TYPE …]`: every row of every native type, ours beside the real provider; prints a line a type, fails when
 * one row is unequal. `--write` also writes docs/provider-parity.md;
 * `--no-lives` leaves out the lives in the cloud, in which the real provider waits for minutes, and `--no-matrix` the same objects made
 * four ways, {our engine, terraform} × {ours, the real provider}, which takes some minutes more.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareTools } from "../../../scripts/tools.ts";
import { end, type Group, live, look, openWorld } from "../life.ts";
import type { Difference } from "./compare.ts";
import { judgeAdopting } from "./judge-adopting.ts";
import { judgePlan, schemaOf } from "./judge-plans.ts";
import { judgeMatrix } from "./matrix.ts";
import { isNotYetJudged } from "./not-yet.ts";
import { realBinary, startParties } from "./parties.ts";
import { type Judged, miscounted, pageOf, sumOf, type TypeCount, verdictOf } from "./report.ts";
import { rowsOf } from "./rows.ts";
import { loadTables, type Tables } from "./tables.ts";

const SHOWN_MAX = 200;

async function judgePlans(binary: string, tables: Tables, wanted: (type: string) => boolean): Promise<Judged[]> {
  const parties = await startParties(binary);
  const judged: Judged[] = [];
  try {
    for (const type of parties.ours.listTypes("resource").filter(wanted)) {
      const rows = rowsOf(tables, type, schemaOf(parties.real, type));
      for (const row of rows) judged.push({ type, row: row.name, differences: await judgePlan(parties, row).catch(asCrash) });
      judged.push(...(await judgeAdopting(parties, type, rows)));
    }
  } finally {
    await parties.close();
  }
  return judged;
}

function asCrash(cause: unknown): Difference[] {
  return [{ aspect: "crash", path: "", ours: String(cause), real: "" }];
}

/** Each group of lives in order, then its ends in the reverse; a problem in words is a difference. */
async function judgeLives(binary: string, tables: Tables, wanted: (type: string) => boolean): Promise<Judged[]> {
  const world = await openWorld(binary);
  const judged: Judged[] = [];
  const say = (type: string, row: string, problems: readonly string[]) =>
    judged.push({ type, row, differences: problems.map((ours): Difference => ({ aspect: "life", path: "", ours, real: "" })) });
  // The real provider waits for AWS for seconds at many a step: groups stand alone, so they live at the same time.
  const lives = async ({ rows, looks }: Group): Promise<void> => {
    if (!rows.some(({ type }) => wanted(type))) return;
    const own = { ...world, states: new Map(world.states) };
    for (const row of rows) say(row.type, `life of ${row.name}`, await live(own, row));
    for (const row of looks) say(`data ${row.data}`, row.name, await look(own, row));
    for (const row of [...rows].reverse()) say(row.type, `end of ${row.name}`, await end(own, row));
  };
  try {
    await Promise.all(tables.groups.map(lives));
  } finally {
    await world.close();
  }
  return judged;
}

function printLine({ type, rows, equal, explained, unequal }: TypeCount): void {
  console.log(`${type.padEnd(60)} ${[rows, equal, explained, unequal].map((count) => String(count).padStart(7)).join("")}`);
}

async function main(args: readonly string[]): Promise<number> {
  const binary = realBinary(prepareTools(process.env).env.DOVETAIL_TF_MIRROR);
  if (binary === undefined) {
    console.log("skipped: no filesystem mirror with terraform-provider-aws 5.100.0 on this machine");
    return 0;
  }
  process.env.DOVETAIL_TF_MIRROR ??= prepareTools(process.env).env.DOVETAIL_TF_MIRROR;
  const types = args.filter((arg) => !arg.startsWith("--"));
  const wanted = (type: string) => types.length === 0 || types.includes(type);
  const byRows = (type: string) => (types.length === 0 ? !isNotYetJudged(type) : types.includes(type));
  const tables = await loadTables();
  const withLives = !args.includes("--no-lives");
  const judged = (
    await Promise.all([judgePlans(binary, tables, byRows), withLives ? judgeLives(binary, tables, wanted) : Promise.resolve([])])
  ).flat();
  if (withLives && types.length === 0 && !args.includes("--no-matrix"))
    judged.push(...(await judgeMatrix(binary, tables.groups)));
  const key = ({ type, row }: Judged) => `${type} ${row}`;
  judged.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const verdict = verdictOf(judged);
  console.log(
    `${"type".padEnd(60)} ${["rows", "equal", "explained", "unequal"].map((name) => name.slice(0, 6).padStart(7)).join("")}`,
  );
  for (const count of verdict.types) printLine(count);
  printLine(sumOf(verdict.types));
  for (const text of verdict.unequal.slice(0, SHOWN_MAX)) console.log(`unequal: ${text}`);
  if (verdict.unequal.length > SHOWN_MAX) console.log(`and ${verdict.unequal.length - SHOWN_MAX} more`);
  const wrong = miscounted(verdict, new Set(judged.map(({ type }) => type)));
  for (const text of wrong) console.log(`miscounted: ${text}`);
  if (args.includes("--unequal")) writeFileSync("unequal.txt", verdict.unequal.join("\n"));
  const planned = judged.filter(
    ({ row, type }) => !/^(life|end) of |^(terraform|our engine), /.test(row) && !type.startsWith("data ") && type !== "cloud",
  );
  if (args.includes("--write"))
    writeFileSync(join(import.meta.dirname, "../../../docs/provider-parity.md"), pageOf(verdictOf(planned)));
  return verdict.unequal.length > 0 || wrong.length > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
