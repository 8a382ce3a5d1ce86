/** Diagnostics as the protocol carries them. */
import { type Diagnostic, errorDiagnostic, formatPath, type Path, warningDiagnostic } from "@dovetail/model";
import type { Plain } from "./messages.ts";
import { listOf, recordOf } from "./schemas.ts";

const WARNING = 2;

/** What a hosted provider said, under one code: its sentences are its own. */
export function diagnosticsFrom(value: unknown): readonly Diagnostic[] {
  return listOf(value).map((each) => {
    const path = pathFrom(each.attribute);
    const rest = {
      ...(each.detail === undefined || each.detail === "" ? {} : { detail: String(each.detail) }),
      ...(path.length === 0 ? {} : { attribute: formatPath(path) }),
    };
    const summary = String(each.summary ?? "");
    return each.severity === WARNING ? warningDiagnostic("DVT4010", summary, rest) : errorDiagnostic("DVT4010", summary, rest);
  });
}

/** A path; empty when there is none. */
export function pathFrom(value: unknown): Path {
  return listOf(recordOf(value).steps).map((step) =>
    typeof step.attribute_name === "string"
      ? step.attribute_name
      : typeof step.element_key_string === "string"
        ? step.element_key_string
        : Number(step.element_key_int ?? 0),
  );
}

export function pathTo(path: Path): Plain {
  return {
    steps: path.map((step) => (typeof step === "number" ? { element_key_int: step } : { attribute_name: step })),
  };
}

/** Ours in the protocol's form: the fix follows the detail, notes are warnings. */
export function diagnosticsTo(diagnostics: readonly Diagnostic[]): readonly Plain[] {
  return diagnostics.map(({ severity, summary, detail, fix, attribute }) => ({
    severity: severity === "error" ? 1 : WARNING,
    summary,
    detail: [detail, fix].filter((text) => text !== undefined).join("\n\n"),
    ...(attribute === undefined ? {} : { attribute: pathTo(pathOf(attribute)) }),
  }));
}

/** `a.b[0].c` as steps. */
function pathOf(text: string): Path {
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? "") : Number(index),
  );
}
