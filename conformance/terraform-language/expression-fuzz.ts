import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expression } from "./expression-grammar.ts";
import { answerText, ourAnswer, planScope } from "./our-answers.ts";
import { askTerraform } from "./terraform-oracle.ts";

export interface Disagreement {
  readonly expression: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Of an object with several parts that do not fit, Go's maps give any first: the same question can have another answer. */
const ASKED_AGAIN = 3;
const CULPRIT = /(?:element|attribute) "[^"]*": .*/g;
/** Terraform's own failures, which ours need not be: a panic, an unknown set that it forgot to convert, what it calls a bug itself. */
const CRASH = /panic in function implementation|required, but received|this is a bug in cty/;
/** Expressions of one root. */
const BATCH = 400;

/** Where our answers to random expressions differ from the real terraform's. */
export async function disagreements(folder: string, seed: number, count: number): Promise<readonly Disagreement[]> {
  const expressions = fc.sample(expression, { seed, numRuns: count });
  const found: Disagreement[] = [];
  for (let start = 0; start < expressions.length; start += BATCH) {
    const root = join(folder, String(start));
    await mkdir(root);
    found.push(...(await disagreementsAbout(root, expressions.slice(start, start + BATCH))));
  }
  return found;
}

async function disagreementsAbout(root: string, expressions: readonly string[]): Promise<readonly Disagreement[]> {
  const scope = planScope(root);
  let open = expressions.map((asked) => ({ expression: asked, ours: answerText(ourAnswer(asked, scope)), theirs: "" }));
  for (let round = 0; round < ASKED_AGAIN && open.length > 0; round += 1) {
    const answers = await askTerraform(
      join(root, String(round)),
      open.map((one) => one.expression),
    );
    open = open
      .map((one, i) => ({ ...one, theirs: answerText(answers[i] ?? { unknown: true }) }))
      .filter(({ ours, theirs }) => !isAlike(ours, theirs));
  }
  return open;
}

function isAlike(ours: string, theirs: string): boolean {
  return ours.replace(CULPRIT, "") === theirs.replace(CULPRIT, "") || CRASH.test(theirs);
}
