/**
 * `npm run conformance:roots`: every piece in every phase, the modules' examples and the photo editor, all four ways. `-- NAME…` takes only
 * these pieces, `--first` only the first two phases, `--ways 0,3` only these ways, `--photo-editor` and `--examples` only those.
 */
import { parseArgs } from "node:util";
import { realBinary } from "../../provider/judge/parties.ts";
import { reasonFor } from "./explained.ts";
import { type Difference, judgeFourWays, WAYS } from "./judge.ts";
import { phasesOf } from "./phases.ts";
import { moduleExamples, photoEditor } from "./photo-editor.ts";
import { readPieces } from "./pieces.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    first: { type: "boolean", default: false },
    ways: { type: "string" },
    "photo-editor": { type: "boolean", default: false },
    examples: { type: "boolean", default: false },
  },
});
const binary = realBinary();
if (binary === undefined) throw new Error("no provider mirror (DOVETAIL_TF_MIRROR names one)");
const ways = values.ways === undefined ? WAYS : values.ways.split(",").map((index) => WAYS[Number(index)] ?? WAYS[0]);
const pieces = readPieces().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const started = process.hrtime.bigint();
const tell = (line: string) => console.error(`${seconds()} s: ${line}`);
const isChosen = values["photo-editor"] || values.examples || positionals.length > 0;
const found: Difference[] = [];
if (!isChosen || positionals.length > 0) {
  const phases = phasesOf(pieces, !values.first && positionals.length === 0);
  found.push(...(await judgeFourWays({ binary, phases, ways, tell })));
}
if (!isChosen || values.examples)
  found.push(...(await judgeFourWays({ binary, phases: moduleExamples(), ways, tell, hasOneProvider: true })));
if (!isChosen || values["photo-editor"])
  found.push(...(await judgeFourWays({ binary, phases: photoEditor(), ways, tell, hasOneProvider: true })));
const explained = new Map<string, number>();
const rest = found.filter((difference) => {
  const why = reasonFor(difference);
  if (why !== undefined) explained.set(why, (explained.get(why) ?? 0) + 1);
  return why === undefined;
});
for (const { way, phase, piece, what, ours, real } of rest)
  console.log(`${way} | ${phase} | ${piece} | ${what}\n    ours: ${ours}\n    real: ${real}`);
for (const [why, count] of explained) console.log(`${count} explained: ${why}`);
console.log(`${pieces.length} pieces, ${ways.length} ways, ${rest.length} differences, ${seconds()} s`);
process.exitCode = rest.length === 0 ? 0 : 1;

function seconds(): number {
  return Number((process.hrtime.bigint() - started) / 1_000_000_000n);
}
