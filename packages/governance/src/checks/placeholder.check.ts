/** Values that stand for others still to be filled in, on a stage that is protected: an example's account, "REPLACE_ME", an empty ARN. */
import { type Diagnostic, formatPath, type Path, pathStartsWith, warningDiagnostic } from "@dovetail/model";
import { type PlanCheck, texts } from "./check.ts";

/** Account ids of AWS's own documentation: never anybody's. */
const EXAMPLE_ACCOUNT = /(?<!\d)(?:123456789012|111122223333|444455556666|777788889999|012345678901)(?!\d)/;
const WORDS =
  /\b(?:(?:REPLACE|CHANGE|FILL)[_-]?(?:ME|THIS|IN)|TO[_-]?BE[_-]?REPLACED|PLACEHOLDER|TODO|FIXME|your[_-][a-z0-9_-]+[_-]here|test[_-](?:key|secret|token)|dummy(?:[_-](?:key|secret|token|value))?|(?:sk|pk)_test_\w+|xxxx+)\b/i;
/** `<ACCOUNT_ID>`: in capitals, so that no HTML is meant. */
const BRACKETS = /<[A-Z][A-Z0-9_ -]*>/;
const FINDINGS_MAX = 20;

export const placeholderCheck: PlanCheck = {
  name: "placeholder",
  run(plan) {
    const found: Diagnostic[] = [];
    if (!plan.isProtected) return found;
    for (const change of plan.resources) {
      if (change.config === undefined) continue;
      for (const [path, value] of texts(change.config, [])) {
        const why = placeholderIn(path, value);
        if (why === undefined) continue;
        const isHidden = (change.configSensitive ?? []).some((hidden) => pathStartsWith(path, hidden));
        found.push(
          warningDiagnostic("DVT3012", "Placeholder on a protected stage", {
            address: change.address,
            attribute: formatPath(path),
            ...(change.range === undefined ? {} : { range: change.range }),
            detail: `${isHidden ? "The value, which is secret," : `"${value.slice(0, 120)}"`} ${why}, and stage "${plan.stage}" is protected: what is deployed there is in use.`,
            fix: "Put the real value there, or give the stage one of its own.",
          }),
        );
        if (found.length >= FINDINGS_MAX) return found;
      }
    }
    return found;
  },
};

/** What makes a text look like one that was to be replaced. */
function placeholderIn(path: Path, value: string): string | undefined {
  const name = path.findLast((step) => typeof step === "string");
  if (value === "") return typeof name === "string" && /(^|_)arns?$/.test(name) ? "is an ARN that is empty" : undefined;
  const account = EXAMPLE_ACCOUNT.exec(value)?.[0];
  if (account !== undefined) return `holds ${account}, an account of AWS's own examples`;
  const word = (WORDS.exec(value) ?? BRACKETS.exec(value))?.[0];
  return word === undefined ? undefined : `holds "${word}", which looks like something still to be filled in`;
}
