/** Checks of names, with the patterns as the real provider shows them in its sentences. */
import { anyOf, type Check, each, isArn } from "../checks.ts";

/** Of archives. */
export const ARCHIVE_NAME = "^[\\.\\-_A-Za-z0-9]+$";
/** Of buses. */
export const BUS_NAME = "^[/\\.\\-_A-Za-z0-9]+$";
/** Of connections: only the beginning is looked at. */
export const CONNECTION_NAME = "^[0-9A-Za-z_.-]+";

/** The value fits the pattern. */
export function fits(path: string, pattern: string): Check {
  const form = new RegExp(pattern);
  return each(path, (value, key) =>
    typeof value === "string" && !form.test(value)
      ? `expected value of ${key} to match regular expression ${JSON.stringify(pattern)}, got ${value}`
      : undefined,
  );
}

/** The value is a bus's name or ARN. */
export function busName(path: string): Check {
  return anyOf(isArn(path), fits(path, BUS_NAME));
}

/** The value is one of a list, in the words of SDKv2's `StringInSlice`, which name the whole key. */
export function isIn(path: string, values: readonly string[]): Check {
  return each(path, (value, key) =>
    typeof value === "string" && !values.includes(value)
      ? `expected ${key} to be one of [${values.map((one) => JSON.stringify(one)).join(" ")}], got ${value}`
      : undefined,
  );
}
