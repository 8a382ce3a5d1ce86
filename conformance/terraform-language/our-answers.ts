/** What our own evaluator answers to an expression, in the words in which the real terraform's answer is written down. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import {
  coreFunctions,
  evaluateExpression,
  type FunctionFiles,
  isWhollyKnown,
  jsonOfValue,
  parseTemplate,
  type Scope,
  scopeOf,
  typeExpression,
  unmarkedDeep,
} from "@dovetail/hcl";
import { manualClock, seededRandom } from "@dovetail/model";
import { localValues } from "./fixtures.ts";
import type { Answer } from "./terraform-oracle.ts";

/** A scope with all functions, reading files in a folder, as in a plan. */
export function planScope(folder: string, language: "terraform" | "opentofu" = "terraform"): Scope {
  const functions = coreFunctions({
    baseFolder: folder,
    homeFolder: folder,
    files: FILES,
    now: () => manualClock().now(),
    planTimestamp: "2026-11-21T18:30:00Z",
    random: seededRandom(1),
    isPlanning: true,
    language,
    parseTemplate,
  });
  return scopeOf({ local: localValues() }, Object.fromEntries(functions));
}

const FILES: FunctionFiles = {
  read: (path) => (kindOf(path) === undefined ? undefined : readFileSync(path)),
  kind: kindOf,
  list: (path) => (kindOf(path) === "folder" ? readdirSync(path) : undefined),
};

function kindOf(path: string): "file" | "folder" | "other" | undefined {
  try {
    const stat = statSync(path);
    if (stat.isFile()) return "file";
    return stat.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export function ourAnswer(expression: string, scope: Scope): Answer {
  const { value, diagnostics } = evaluateExpression(expression, scope);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { error: errors.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n") };
  return isWhollyKnown(value) ? { value: unmarkedDeep(value) } : { unknown: true };
}

const NEGATIVE_ZERO = /(?<=^|[[:,])-0(?=$|[,}\]])/g;

/**
 * An answer as text. Left out of account: a plan keeps neither the type of a null nor the sign of a zero, places inside messages differ
 * with the file, and several errors come in no order.
 */
export function answerText(answer: Answer): string {
  if ("unknown" in answer) return "(known after apply)";
  if ("error" in answer)
    return answer.error
      .replace(/\(at [^)]*\)/g, "(at …)")
      .split("\n")
      .sort()
      .join("\n");
  const text = jsonOfValue(answer.value);
  if (text === "null") return text;
  return `${text.replace(NEGATIVE_ZERO, "0")} : ${typeExpression(answer.value.type)}`;
}
