/** `npm run bench`: the budgets of the design beside what was measured, each with its control in the same run. */
import { cloudRows } from "./cloud.bench.ts";
import { commandLineRows } from "./command-line.bench.ts";
import type { Row } from "./measure.ts";

const SUITES: { readonly [name: string]: () => Promise<readonly Row[]> } = { "command-line": commandLineRows, cloud: cloudRows };

const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await suite()));
}
const head: Row = { what: "what", measured: "measured", control: "control", budget: "budget", met: true };
const widths = (["what", "measured", "control", "budget"] as const).map((key) =>
  Math.max(...[head, ...rows].map((row) => row[key].length)),
);
for (const [i, row] of [head, ...rows].entries()) {
  const cells = (["what", "measured", "control", "budget"] as const).map((key, k) => row[key].padEnd(widths[k] ?? 0));
  console.log(`${i === 0 ? "    " : row.met ? "ok  " : "OVER"} ${cells.join("  ")}`);
}
process.exit(0);
