/**
 * Where ours differs from the real provider and stays so: each row says which differences it covers, and why. What no row covers is
 * unequal, and fails. A row that covers nothing any more fails too.
 */
import type { Difference } from "./compare.ts";

export interface Explanation {
  /** Shown in the report. */
  readonly why: string;
  readonly type?: RegExp;
  readonly row?: RegExp;
  readonly aspect: RegExp;
  readonly path?: RegExp;
  readonly ours?: RegExp;
  readonly real?: RegExp;
}

export function explanationOf(
  type: string,
  row: string,
  difference: Difference,
  table: readonly Explanation[],
): Explanation | undefined {
  return table.find(
    (each) =>
      each.aspect.test(difference.aspect) &&
      (each.type?.test(type) ?? true) &&
      (each.row?.test(row) ?? true) &&
      (each.path?.test(difference.path) ?? true) &&
      (each.ours?.test(difference.ours) ?? true) &&
      (each.real?.test(difference.real) ?? true),
  );
}

export const EXPLAINED: readonly Explanation[] = [
  {
    why: "Ours names the very argument; the real one only the block around it, or none.",
    aspect: /^finer attribute$/,
  },
  {
    why: "An argument that ours does not carry out is refused by its name (DVT3006), before anything else is said of it; the real one carries it out or finds other faults first.",
    aspect: /^(refusal|words)$/,
    ours: /DVT3006/,
  },
  {
    why: "The real one shows a configured `tags_all` in the plan where there are no tags, and never sends it.",
    aspect: /^plan$/,
    path: /^tags_all/,
    row: /tags_all/,
  },
];
