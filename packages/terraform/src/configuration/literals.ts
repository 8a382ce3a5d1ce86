import { type Attribute, BOOL, convert, isNull, isUnknown, type Scope, STRING, type Type, type Val } from "@dovetail/hcl";
import type { Problems } from "./problems.ts";

/** Arguments whose value must stand in the text itself. */

/** No name means anything: what an expression without references is evaluated in. */
export const EMPTY_SCOPE: Scope = {
  variable: () => undefined,
  variableNames: () => [],
  function: () => undefined,
  functionNames: () => [],
};

/** The text of an argument; undefined where it is not there or no text, which is then a problem. */
export function literalString(attribute: Attribute | undefined, problems: Problems): string | undefined {
  const value = literal(attribute, STRING, problems);
  return typeof value?.raw === "string" ? value.raw : undefined;
}

export function literalBool(attribute: Attribute | undefined, problems: Problems): boolean | undefined {
  const value = literal(attribute, BOOL, problems);
  return typeof value?.raw === "boolean" ? value.raw : undefined;
}

function literal(attribute: Attribute | undefined, type: Type, problems: Problems): Val | undefined {
  if (attribute === undefined) return undefined;
  const { expression } = attribute;
  const { value, diagnostics } = expression.evaluate(EMPTY_SCOPE);
  problems.add(diagnostics);
  if (diagnostics.some((d) => d.severity === "error") || isUnknown(value) || isNull(value)) return undefined;
  try {
    return convert(value, type);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    problems.error("Unsuitable value type", `Unsuitable value: ${text}`, expression.range);
    return undefined;
  }
}
