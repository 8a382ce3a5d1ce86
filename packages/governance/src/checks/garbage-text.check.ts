/** "undefined", "[object Object]" and the like inside a text that goes to AWS: an unset variable or a missing property. */
import { type Diagnostic, formatPath, pathStartsWith, warningDiagnostic } from "@dovetail/model";
import { type PlanCheck, texts } from "./check.ts";

/** Whole words between separators; a text about the word "null" is not meant. */
const GARBAGE =
  /\[object (?:Object|Promise|Array)\]|Calling \[toString\] on an \[Output<T>\]|(?:^|[-/:.="])(undefined|null|NaN)(?:$|[-/:."])/;
/** Code and descriptions are people's own words. */
const FREE_TEXT = /(^|_)(description|comment|body|content|source_code_hash|value|input|template)$/;
const FINDINGS_MAX = 20;

export const garbageTextCheck: PlanCheck = {
  name: "garbage-text",
  run(plan) {
    const found: Diagnostic[] = [];
    for (const change of plan.resources) {
      if (change.config === undefined || change.action === "no-op") continue;
      for (const [path, value] of texts(change.config, [])) {
        const name = path.findLast((step) => typeof step === "string");
        if (typeof name === "string" && FREE_TEXT.test(name)) continue;
        if ((change.configSensitive ?? []).some((hidden) => pathStartsWith(path, hidden))) continue;
        const match = value.match(GARBAGE);
        if (match === null || looksLikeJson(value)) continue;
        found.push(
          warningDiagnostic("DVT1022", "Text made of a missing value", {
            address: change.address,
            attribute: formatPath(path),
            ...(change.range === undefined ? {} : { range: change.range }),
            detail: `The text is "${value.slice(0, 120)}": "${match[1] ?? match[0]}" in it looks like a value that was missing where the text was made.`,
          }),
        );
        if (found.length >= FINDINGS_MAX) return found;
      }
    }
    return found;
  },
};

/** JSON has nulls of its own. */
function looksLikeJson(value: string): boolean {
  return /^\s*[[{]/.test(value) && !value.includes("[object ");
}
