/** `npm run bench [SUITE …] [-- OPTIONS of the suite]`: the budgets of the design beside what was measured, each with its control in the same run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./measure.ts";

const given = process.argv.slice(2);
const optionsAt = given.findIndex((each) => each.startsWith("-"));
const wanted = optionsAt < 0 ? given : given.slice(0, optionsAt);
const options = optionsAt < 0 ? [] : given.slice(optionsAt);

/** In the design's order. Each suite measures by itself: nothing else runs beside it. */
const SUITES: { readonly [name: string]: () => Promise<readonly Row[]> } = {
  "command-line": async () => (await import("./command-line.bench.ts")).commandLineRows(),
  engine: async () => (await import("./engine.bench.ts")).engineRows(),
  cloud: async () => (await import("./cloud.bench.ts")).cloudRows(),
  lambda: async () => (await import("./lambda.bench.ts")).lambdaRows(),
  store: async () => (await import("./store.bench.ts")).storeRows(),
  provider: async () => (await import("./provider.bench.ts")).providerRows(),
  streams: async () => (await import("./streams.bench.ts")).streamRows(),
  terraform: async () => (await import("./terraform.bench.ts")).terraformRows(options),
};

const COLUMNS = ["what", "measured", "control", "budget"] as const;

function print(rows: readonly Row[]): void {
  const widths = COLUMNS.map((key) => Math.max(...rows.map((row) => row[key].length)));
  for (const row of rows) {
    const mark = row.met === undefined ? "-   " : row.met ? "ok  " : "OVER";
    console.log(`${mark} ${COLUMNS.map((key, k) => row[key].padEnd(widths[k] ?? 0)).join("  ")}`);
  }
}

const unknown = wanted.filter((name) => SUITES[name] === undefined);
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(", ")}. There are: ${Object.keys(SUITES).join(", ")}`);
  process.exit(1);
}
if (!existsSync(join(import.meta.dirname, "../dist/cloud-serve.js"))) await (await import("../scripts/build.ts")).buildDist();
for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  print(await suite());
}
process.exit(0);
