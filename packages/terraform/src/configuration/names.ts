import type { SourceRange } from "@dovetail/model";
import type { Problems } from "./problems.ts";

const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

const RULE = "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.";

export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** false: it is no name, which is then a problem called `summary`. */
export function checkName(name: string, summary: string, range: SourceRange, problems: Problems): boolean {
  if (isIdentifier(name)) return true;
  problems.error(summary, RULE, range);
  return false;
}
