/** What was judged, a line a type, and what stays different, with its reason. */
import type { Difference } from "./compare.ts";
import { EXPLAINED, type Explanation, explanationOf } from "./explained.ts";

export interface Judged {
  readonly type: string;
  readonly row: string;
  readonly differences: readonly Difference[];
}

export interface TypeCount {
  readonly type: string;
  readonly rows: number;
  readonly equal: number;
  readonly explained: number;
  readonly unequal: number;
}

export interface Verdict {
  readonly types: readonly TypeCount[];
  /** Texts: `aws_sqs_queue, named: delay_seconds = 0: plan of delay_seconds: ours …, real …`. */
  readonly unequal: readonly string[];
  readonly used: ReadonlyMap<Explanation, number>;
}

/** A row is explained when every difference of it is. */
export function verdictOf(judged: readonly Judged[], table: readonly Explanation[] = EXPLAINED): Verdict {
  const types = new Map<string, { rows: number; equal: number; explained: number; unequal: number }>();
  const used = new Map<Explanation, number>();
  const unequal: string[] = [];
  for (const { type, row, differences } of judged) {
    const count = types.get(type) ?? { rows: 0, equal: 0, explained: 0, unequal: 0 };
    types.set(type, count);
    count.rows++;
    const reasons = differences.map((each) => explanationOf(type, row, each, table));
    if (differences.length === 0) count.equal++;
    else if (reasons.every((each) => each !== undefined)) count.explained++;
    else count.unequal++;
    for (const reason of new Set(reasons)) if (reason !== undefined) used.set(reason, (used.get(reason) ?? 0) + 1);
    differences.forEach((each, i) => {
      if (reasons[i] === undefined)
        unequal.push(
          `${type}, ${row}: ${each.aspect}${each.path === "" ? "" : ` of ${each.path}`}: ours ${each.ours}, real ${each.real}`,
        );
    });
  }
  return { types: [...types].map(([type, count]) => ({ type, ...count })), unequal, used };
}

export function sumOf(types: readonly TypeCount[]): TypeCount {
  const sum = { type: "all", rows: 0, equal: 0, explained: 0, unequal: 0 };
  for (const { rows, equal, explained, unequal } of types) {
    sum.rows += rows;
    sum.equal += equal;
    sum.explained += explained;
    sum.unequal += unequal;
  }
  return sum;
}

/** The page: the same for the same answers, so without times. */
export function pageOf({ types, used }: Verdict): string {
  const line = ({ type, rows, equal, explained, unequal }: TypeCount) =>
    `| ${type} | ${rows} | ${equal} | ${explained} | ${unequal} |`;
  const reasons = [...used].sort(([, a], [, b]) => b - a);
  return [
    "# Ours beside the real AWS provider",
    "",
    "Written by `npm run conformance:provider -- --write`: every native resource type is asked the same as terraform-provider-aws 5.100.0, which runs",
    "behind the same contract in one process, both in front of an embedded AWS. A row is a configuration, or a change from one to another. Rows come",
    "from tables (`conformance/provider/cases*.ts`) and from the schema: each argument alone, with plausible, absurd, empty and unknown values.",
    "Compared are refusals (words and attribute), planned values and unknowns, and what replaces. Whole lives of objects (made, read by the other",
    "provider, planned again, changed, imported, gone) are judged by the same command and by `npm test`; this page does not count them.",
    "",
    "A row is *explained* when a reason below covers all that differs. *Unequal* is 0, or the command fails.",
    "",
    "| type | rows | equal | explained | unequal |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...types.map(line),
    line(sumOf(types)),
    "",
    "## What stays different, and why",
    "",
    "| rows | why |",
    "| ---: | --- |",
    ...reasons.map(
      ([{ why, type }, rows]) => `| ${rows} | ${type === undefined ? "" : `${typeNames(type)}: `}${why.replaceAll("|", "\\|")} |`,
    ),
    "",
  ].join("\n");
}

function typeNames(pattern: RegExp): string {
  return `\`${pattern.source.replaceAll(/[\^$\\]/g, "")}\``;
}
