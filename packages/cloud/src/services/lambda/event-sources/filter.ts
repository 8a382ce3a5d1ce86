/**
 * Event filtering of event source mappings: the patterns of EventBridge on a record's fields. Pure.
 * AWS developer guide, "Control which events Lambda sends to your function" (read 2026-11-21).
 */
import { matches } from "../../../core/event-pattern/match.ts";
import { type Pattern, PatternError, parsePattern } from "../../../core/event-pattern/rule.ts";

/** Whether a record goes to the function. */
export type Filter = (record: unknown) => boolean;

/** `{}` lets everything through. Throws PatternError. */
export function parseFilter(text: string): Pattern {
  return /^\s*\{\s*\}\s*$/.test(text) ? [{ fields: new Map() }] : parsePattern(text);
}

/** A record passes when one of the patterns matches it; without patterns all pass. What is no pattern matches nothing. */
export function filterOf(patterns: readonly string[]): Filter {
  if (patterns.length === 0) return () => true;
  const parsed = patterns.flatMap((text) => {
    try {
      return [parseFilter(text)];
    } catch (error) {
      if (error instanceof PatternError) return [];
      throw error;
    }
  });
  return (record) => parsed.some((pattern) => matches(pattern, record));
}
