/**
 * `npm run conformance:provider [TYPE …]`: every row of every native type, ours beside the real provider; prints a line a type, fails when
 * one row is unequal. `--write` also writes docs/provider-parity.md, for which all is judged;
 * `--no-lives` leaves out the lives in the cloud, in which the real provider waits for minutes, and `--no-matrix` the same objects made
 * four ways, {our engine, terraform} × {ours, the real provider}, which takes some minutes more; `--no-core` what Terraform's core refuses.
 * `--moto`: nothing of this, but the lives on moto.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareTools } from "../../../scripts/tools.ts";
import { hasMoto, startMoto } from "../../cloud/moto.ts";
import type { Difference } from "./compare.ts";
import { coreRowsOf } from "./core-tables.ts";
import { EXPLAINED } from "./explained.ts";
import { EXPLAINED_CORE } from "./explained-core.ts";
import { EXPLAINED_EDITIONS, EXPLAINED_MATRIX } from "./explained-matrix.ts";
import { EXPLAINED_MOTO, MOTO_GROUPS } from "./explained-moto.ts";
import { judgeAdopting } from "./judge-adopting.ts";
import { judgeCore } from "./judge-core.ts";
import { judgePlan, schemaOf } from "./judge-plans.ts";
import { judgeLives } from "./lives.ts";
import { judgeEditions, judgeMatrix } from "./matrix.ts";
import { BODIES, EDITION_6, LIVES, ON_MOTO, PLANS, WAYS } from "./page-parts.ts";
import { ACCOUNT, REGION, realBinary, startOurs, startParties } from "./parties.ts";
import { type Judged, miscounted, type Part, pageOf, sumOf, type TypeCount, verdictOf } from "./report.ts";
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

async function judgeBodies(tables: Tables, wanted: (type: string) => boolean): Promise<readonly Judged[]> {
  const ours = await startOurs("http://127.0.0.1:1");
  try {
    return await judgeCore(ours, coreRowsOf(ours, tables, wanted));
  } finally {
    await ours.close();
  }
}

function printLine({ type, rows, equal, explained, unequal }: TypeCount): void {
  console.log(`${type.padEnd(60)} ${[rows, equal, explained, unequal].map((count) => String(count).padStart(7)).join("")}`);
}

/** Answers whether all is as it should be. */
function printPart({ title, judged, table, lineOf }: Part): boolean {
  const { types } = verdictOf(judged, table, lineOf);
  const columns = ["rows", "equal", "explained", "unequal"].map((name) => name.slice(0, 6).padStart(7)).join("");
  console.log(`${title.padEnd(60)} ${columns}`);
  for (const count of types) printLine(count);
  printLine(sumOf(types));
  const verdict = verdictOf(judged, table);
  for (const text of verdict.unequal.slice(0, SHOWN_MAX)) console.log(`unequal: ${text}`);
  if (verdict.unequal.length > SHOWN_MAX) console.log(`and ${verdict.unequal.length - SHOWN_MAX} more`);
  const wrong = miscounted(verdict, new Set(judged.map(({ type }) => type)), table);
  for (const text of wrong) console.log(`miscounted: ${text}`);
  return verdict.unequal.length === 0 && wrong.length === 0;
}

interface Wanted {
  readonly binary: string;
  readonly tables: Tables;
  /** Types that are named; none: all. */
  readonly types: readonly string[];
  /** `--no-lives` and the like. */
  readonly left: ReadonlySet<string>;
}

async function judgeAll({ binary, tables, types, left }: Wanted): Promise<readonly Part[]> {
  const wanted = (type: string) => types.length === 0 || types.includes(type);
  const groups = tables.groups.filter(({ rows }) => rows.some(({ type }) => wanted(type)));
  const lives = left.has("--no-lives") ? Promise.resolve([]) : judgeLives(binary, groups);
  const [plans, lived] = await Promise.all([judgePlans(binary, tables, wanted), lives]);
  const bodies = left.has("--no-core") ? [] : await judgeBodies(tables, wanted);
  const isWhole = types.length === 0 && !left.has("--no-lives") && !left.has("--no-matrix");
  const ways = isWhole ? await judgeMatrix(binary, tables.groups, (text) => console.error(text)) : [];
  const editions = isWhole ? await judgeEditions(tables.groups) : [];
  return [
    { ...PLANS, judged: inOrder(plans), table: EXPLAINED },
    { ...BODIES, judged: bodies, table: EXPLAINED_CORE },
    { ...LIVES, judged: inOrder(lived), table: [] },
    { ...WAYS, judged: inOrder(ways), table: EXPLAINED_MATRIX },
    { ...EDITION_6, judged: inOrder(editions), table: EXPLAINED_EDITIONS },
  ].filter(({ judged }) => judged.length > 0);
}

/** Group after group: what a group leaves in moto is not the next one's. */
async function judgeOnMoto(binary: string, tables: Tables): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const group of tables.groups.filter(({ name }) => MOTO_GROUPS.has(name)))
    judged.push(...(await judgeLives(binary, [group], () => startMoto({ accountId: ACCOUNT, region: REGION }))));
  return judged;
}

function inOrder(judged: readonly Judged[]): readonly Judged[] {
  const key = ({ type, row }: Judged) => `${type} ${row}`;
  return [...judged].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

async function main(args: readonly string[]): Promise<number> {
  const binary = realBinary(prepareTools(process.env).env.DOVETAIL_TF_MIRROR);
  if (binary === undefined) {
    console.log("skipped: no filesystem mirror with terraform-provider-aws 5.100.0 on this machine");
    return 0;
  }
  if (args.includes("--moto") && !hasMoto()) return 0;
  process.env.DOVETAIL_TF_MIRROR ??= prepareTools(process.env).env.DOVETAIL_TF_MIRROR;
  const types = args.filter((arg) => !arg.startsWith("--"));
  const left = new Set(args.filter((arg) => arg.startsWith("--no-")));
  if (args.includes("--write") && (types.length + left.size > 0 || args.includes("--moto"))) {
    console.log("--write judges all: name no types, and leave nothing out");
    return 2;
  }
  const tables = await loadTables();
  const parts = args.includes("--moto")
    ? [{ ...ON_MOTO, judged: inOrder(await judgeOnMoto(binary, tables)), table: EXPLAINED_MOTO }]
    : await judgeAll({ binary, tables, types, left });
  const isRight = parts.map(printPart).every((each) => each);
  if (args.includes("--write")) writeFileSync(join(import.meta.dirname, "../../../docs/provider-parity.md"), pageOf(parts));
  return isRight ? 0 : 1;
}

process.exit(await main(process.argv.slice(2)));
