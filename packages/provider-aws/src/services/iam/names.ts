import type { ValueObject } from "@dovetail/model";
import { requiredText, textAt } from "../attribute-map.ts";
import { type Check, lengthBetween, matches } from "../checks.ts";

/** Checks of the names of roles and policies: length of name and prefix, characters. Source: internal/service/iam/validate.go (read 2026-11). */
export function nameChecks(maxLength: number, suffixLength: number): readonly Check[] {
  const pattern = /^[\w+=,.@-]*$/;
  return [
    lengthBetween("name", 1, maxLength, { code: "DVT3007" }),
    matches("name", pattern, "must match [\\w+=,.@-]", { code: "DVT3007" }),
    lengthBetween("name_prefix", 1, maxLength - suffixLength, { code: "DVT3007" }),
    matches("name_prefix", pattern, "must match [\\w+=,.@-]", { code: "DVT3007" }),
  ];
}

/** Digits and hex of a name that the provider completes. */
export const UNIQUE_SUFFIX_LENGTH = 26;

/** Names of users and groups. */
export function principalName(path: string): Check {
  const says =
    "must only contain alphanumeric characters, hyphens, underscores, commas, periods, @ symbols, plus and equals signs";
  return matches(path, /^[0-9A-Za-z=,.@\-_+]+$/, says, { code: "DVT3007" });
}

/** The name under which IAM knows the object now: after a rename the state's id is still the name of before. */
export function currentName(state: ValueObject): string {
  return textAt(state, "name") ?? requiredText(state, "id");
}
