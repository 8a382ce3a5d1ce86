import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface FunctionCases {
  /** The function, or what else of the language is tried. */
  readonly subject: string;
  readonly expressions: readonly string[];
}

/** The expressions of `function-cases.txt`: `## subject`, then one a line. */
export function functionCases(): readonly FunctionCases[] {
  const groups = readFileSync(join(import.meta.dirname, "function-cases.txt"), "utf8")
    .split(/^## /m)
    .slice(1);
  return groups.map((group) => {
    const [subject = "", ...lines] = group.trimEnd().split("\n");
    return { subject, expressions: lines.filter((line) => line !== "") };
  });
}

/** What terraform 1.11.4 answered to each (`record-answers.ts` writes it). */
export function recordedAnswers(): { readonly [expression: string]: string } {
  return JSON.parse(readFileSync(join(import.meta.dirname, "function-answers.json"), "utf8")) as {
    readonly [expression: string]: string;
  };
}
