import { fitsElements } from "./elements.ts";
import { DEPTH_MAX, holds, isMatchers, isRecord, type Leaf } from "./matchers.ts";
import type { Matcher, Pattern, PatternNode } from "./rule.ts";

/** Does an event match a pattern? Time grows with the event and the pattern only, whatever they hold. Pure. */
export function matches(pattern: Pattern, event: unknown): boolean {
  return pattern.some((way) => fits(way, event) ?? fitsElements(way, event));
}

/** Undefined: objects in arrays are on the way, and which fields belong together takes `fitsElements`. */
function fits(pattern: PatternNode, event: unknown): boolean | undefined {
  if (Array.isArray(event) && event.some((element) => typeof element === "object" && element !== null)) return undefined;
  const record = isRecord(event) ? event : {};
  let isOpen = false;
  for (const [name, wanted] of pattern.fields) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    const fitting = isMatchers(wanted) ? leavesMatch(wanted, value) : fits(wanted, value);
    if (fitting === false) return false;
    isOpen ||= fitting === undefined;
  }
  return isOpen ? undefined : true;
}

/** The plain values of a field; those of arrays one by one, objects are none. */
function leaves(value: unknown, depth = 0): Leaf[] {
  if (value === undefined || isRecord(value) || depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, depth + 1));
  return [value as Leaf];
}

function leavesMatch(wanted: readonly Matcher[], value: unknown): boolean {
  const values = leaves(value);
  return wanted.some((matcher) => {
    if (matcher.kind === "exists") return matcher.value === values.length > 0;
    return values.some((leaf) => holds(matcher, leaf));
  });
}
