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
    aspect: /^(refusal|other words|some words)$/,
    ours: /DVT3006/,
  },
  {
    why: "How many blocks there may be is checked by Terraform's core before a provider is asked; ours says it in core's words, here as there.",
    aspect: /^(refusal|other words|some words)$/,
    ours: /blocks are (allowed|required)/,
  },
  {
    why: "Both refuse, with a sentence in common; of further faults of the same configuration one says more than the other.",
    aspect: /^some words$/,
  },
  {
    why: "Ours refuses before anything is made what AWS would refuse in the apply.",
    aspect: /^refusal$/,
    ours: /^DVT/,
    real: /^\(none\)$/,
  },
  {
    why: "A check that the real one makes in the plan and ours does not: AWS refuses it in the apply.",
    aspect: /^refusal$/,
    ours: /^\(none\)$/,
  },
  {
    why: "The provider SDK does not tell unset from zero; which of the two it shows for what has not changed hangs on how it came there.",
    aspect: /^zero$/,
  },
  {
    why: "The real one shows a configured `tags_all` in the plan where there are no tags, and never sends it.",
    aspect: /^plan$/,
    path: /^tags_all/,
    row: /tags_all/,
  },
];
