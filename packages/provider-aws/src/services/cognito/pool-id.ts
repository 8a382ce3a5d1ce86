import { type Check, each } from "../checks.ts";

/** The id of a user pool, in the words of internal/service/cognitoidp/validate.go (read 2026-11). */
export function isPoolId(path: string): Check {
  return each(path, (value, key) =>
    /^[\w-]+_[0-9A-Za-z]+$/.test(String(value))
      ? undefined
      : `"${key}" must be the region name followed by an underscore and then alphanumeric pattern`,
  );
}
