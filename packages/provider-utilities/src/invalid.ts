import { type Diagnostic, DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import { numeric, text, texts } from "./values.ts";

/** What is wrong with an attribute's value, under the summary that the real provider gives it. */
export function invalid(attribute: string, detail: string, summary = "Invalid Attribute Value"): Diagnostic {
  return errorDiagnostic("DVT3001", summary, { detail, attribute });
}

/** A failure of an operation as the real provider words it. */
export function failure(summary: string, detail: string, attribute?: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", summary, { detail, ...(attribute === undefined ? {} : { attribute }) }));
}

/** The framework's validators: nothing where the value is unset or not known yet. */
export function oneOf(config: ValueObject, name: string, allowed: readonly string[]): readonly Diagnostic[] {
  const value = text(config, name);
  return value === undefined || allowed.includes(value) ? [] : [unmatched(name, value, allowed)];
}

export function eachOneOf(config: ValueObject, name: string, allowed: readonly string[]): readonly Diagnostic[] {
  return texts(config, name).flatMap((value, i) => (allowed.includes(value) ? [] : [unmatched(`${name}[${i}]`, value, allowed)]));
}

function unmatched(name: string, value: string, allowed: readonly string[]): Diagnostic {
  const list = allowed.map((each) => JSON.stringify(each)).join(" ");
  return invalid(
    name,
    `Attribute ${name} value must be one of: [${list}], got: ${JSON.stringify(value)}`,
    "Invalid Attribute Value Match",
  );
}

export function atLeast(config: ValueObject, name: string, least: number): readonly Diagnostic[] {
  const value = numeric(config, name);
  if (value === undefined || value >= least) return [];
  return [invalid(name, `Attribute ${name} value must be at least ${least}, got: ${value}`)];
}

/** No text of the list is empty. */
export function eachFilled(config: ValueObject, name: string): readonly Diagnostic[] {
  return texts(config, name).flatMap((value, i) =>
    value === ""
      ? [
          invalid(
            `${name}[${i}]`,
            `Attribute ${name}[${i}] string length must be at least 1, got: 0`,
            "Invalid Attribute Value Length",
          ),
        ]
      : [],
  );
}

/** Whether the configuration has an attribute, known or not yet. */
export function isGiven(config: ValueObject, name: string): boolean {
  return (config[name] ?? null) !== null;
}
