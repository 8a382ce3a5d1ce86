import { invalid } from "../store.ts";
import { compilePattern, type FilterPattern, PatternError } from "./filter-pattern.ts";

/** A filter pattern as a request gives it. Throws InvalidParameterException. */
export function compile(pattern: string | undefined): FilterPattern {
  try {
    return compilePattern(pattern ?? "");
  } catch (error) {
    if (error instanceof PatternError) throw invalid("Invalid filter pattern");
    throw error;
  }
}
