import { type Diagnostic, errorDiagnostic, noteDiagnostic, type SourceRange, warningDiagnostic } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { locateArgument, onlyMention, spells } from "../translate/locate.ts";
import type { Problem } from "../translate/to-schema.ts";
import { formatJsPath } from "./lift.ts";

/** The call that problems are about. */
export interface Call {
  readonly range: SourceRange | undefined;
  readonly address?: string;
  /** Which of the call's arguments holds what is wrong: 1 for `new X(name, args)`, 0 for `f(args)`. */
  readonly argument: 0 | 1;
}

const SUMMARIES: { readonly [code: string]: string } = {
  DVT1005: "Unsupported argument",
  DVT1006: "Wrong argument type",
  DVT1007: "Missing required argument",
  DVT1009: "Reserved environment variable",
  DVT1010: "Missing build artefact",
  DVT1011: "Handler not found",
  DVT1019: "Argument given in another form",
  DVT1020: "Module missing from the archive",
  DVT1022: "Text made of a missing value",
};

/** Reports each problem at its argument's place; true when one of them is an error. */
export function reportProblems(evaluation: Evaluation, call: Call, problems: readonly Problem[]): boolean {
  const text = call.range && evaluation.setting.places.text(call.range.file);
  for (const problem of problems) evaluation.report(diagnosticOf(call, problem, text));
  return problems.some((problem) => problem.severity === "error");
}

function diagnosticOf({ range, address, argument }: Call, problem: Problem, text: string | undefined): Diagnostic {
  const located = range && text !== undefined ? locateArgument(text, range, problem.path, argument) : range;
  const elsewhere =
    problem.word !== undefined && text !== undefined && !spells(text, located, problem.word)
      ? onlyMention(text, range, problem.word)
      : undefined;
  const place = elsewhere ?? located;
  const make =
    problem.severity === "error" ? errorDiagnostic : problem.severity === "warning" ? warningDiagnostic : noteDiagnostic;
  return make(problem.code, SUMMARIES[problem.code] ?? "Invalid configuration", {
    detail: problem.detail,
    ...(elsewhere || address === undefined ? {} : { address }),
    ...(problem.path.length > 0 ? { attribute: formatJsPath(problem.path) } : {}),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    ...(place ? { range: place } : {}),
  });
}
