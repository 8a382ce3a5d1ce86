/** Checks of types that the real provider writes with the plugin framework, in its words (internal/framework/types, read 2026-11). */
import { type Check, each, isArn, jsonProblem } from "./checks.ts";

/** The value is an ARN. */
export function isArnValue(path: string): Check {
  return each(path, (value, key) =>
    typeof value === "string" && isArn("arn").run({ arn: value }).length > 0
      ? `The provided value cannot be parsed as an ARN.\n\nPath: ${key}\nValue: ${value}`
      : undefined,
  );
}

/** The value is an IAM policy: a JSON text. */
export function isPolicyValue(path: string): Check {
  return each(path, (value, key) =>
    typeof value === "string" && jsonProblem(value) !== undefined
      ? `The provided value is not valid JSON string format (RFC 7159).\n\nPath: ${key}\nValue: ${value}`
      : undefined,
  );
}
