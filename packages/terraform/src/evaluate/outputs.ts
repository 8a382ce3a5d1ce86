import { DYNAMIC_NULL, deepMarks, withMarks } from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { OutputConfig } from "../configuration/model.ts";
import { dependsOnSources } from "./depends-on.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { ModuleScope, Result, Sources } from "./nodes.ts";
import { allOf, NO_SOURCES, unitedSources } from "./result.ts";
import { checkRules } from "./rules.ts";

/** The value of an output. Throws DiagnosticError, Unavailable. */
export async function evaluateOutput(module: ModuleScope, name: string): Promise<Result> {
  const output = module.tree.config.outputs.get(name);
  if (output?.expression === undefined) return { value: DYNAMIC_NULL, from: NO_SOURCES };
  const [explicit, checked] = await allOf([dependsOnSources(output.dependsOn, module), preconditions(module, output)]);
  const { value, from } = await evaluateExpression(output.expression, module.place);
  const marks = deepMarks(value);
  if (module.address === "") checkRoot(output, marks);
  else checkEphemeral(output, marks);
  const shown = output.isSensitive ? withMarks(value, new Set(["sensitive"])) : value;
  const marked = output.isEphemeral ? withMarks(shown, new Set(["ephemeral"])) : shown;
  return { value: marked, from: unitedSources([from, explicit ?? NO_SOURCES, checked ?? NO_SOURCES]) };
}

async function preconditions(module: ModuleScope, output: OutputConfig): Promise<Sources> {
  const own = `output.${output.name}`;
  return await checkRules(output.preconditions, module.place, {
    kind: "output_value",
    config: [...module.tree.path.map((each) => `module.${each}`), own].join("."),
    address: module.address === "" ? own : `${module.address}.${own}`,
    summary: "Module output value precondition failed",
  });
}

/** What a module gives is ephemeral where its output says so, and there only. */
function checkEphemeral({ isEphemeral, expression, range }: OutputConfig, marks: ReadonlySet<string>): void {
  const at = expression?.range ?? range;
  if (isEphemeral === marks.has("ephemeral")) return;
  const [summary, detail] = isEphemeral
    ? [
        "Value not allowed in ephemeral output",
        "This output value is declared as returning an ephemeral value, so it can only be set to an ephemeral value.",
      ]
    : [
        "Ephemeral value not allowed",
        "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.",
      ];
  throw new DiagnosticError(errorDiagnostic("DVT2031", summary, { detail, range: at }));
}

function checkRoot(output: OutputConfig, marks: ReadonlySet<string>): void {
  const { isSensitive, isEphemeral, range } = output;
  if (isEphemeral) {
    const detail = "Ephemeral outputs are not allowed in context of a root module";
    throw new DiagnosticError(errorDiagnostic("DVT2031", "Ephemeral output not allowed", { detail, range }));
  }
  checkEphemeral(output, marks);
  if (marks.has("sensitive") && !isSensitive) {
    const detail =
      "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true";
    throw new DiagnosticError(errorDiagnostic("DVT2031", "Output refers to sensitive values", { detail, range }));
  }
}
