/** Asks the real terraform for the answers to `function-cases.txt` and writes them down: `node conformance/terraform-language/record-answers.ts`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOCALS_HCL, writeFixtures } from "./fixtures.ts";
import { functionCases } from "./function-cases.ts";
import { answerText } from "./our-answers.ts";
import { askTerraform } from "./terraform-oracle.ts";

const folder = await mkdtemp(join(tmpdir(), "answers-"));
await writeFixtures(folder);
const expressions = functionCases().flatMap((group) => group.expressions);
const answers = await askTerraform(folder, expressions, LOCALS_HCL);
const lines = expressions.map((expression, i) => [expression, answerText(answers[i] ?? { unknown: true })]);
await writeFile(
  join(import.meta.dirname, "function-answers.json"),
  `${JSON.stringify(Object.fromEntries(lines), undefined, 1)}\n`,
);
await rm(folder, { recursive: true });
