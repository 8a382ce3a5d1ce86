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
  /** Rows that an explanation covers, by type. */
  readonly used: ReadonlyMap<Explanation, ReadonlyMap<string, number>>;
}

/** A row is explained when every difference of it is. `lineOf`: the line that counts a row; its type's. */
export function verdictOf(
  judged: readonly Judged[],
  table: readonly Explanation[] = EXPLAINED,
  lineOf: (row: Judged) => string = ({ type }) => type,
): Verdict {
  const types = new Map<string, { rows: number; equal: number; explained: number; unequal: number }>();
  const used = new Map<Explanation, Map<string, number>>();
  const unequal: string[] = [];
  for (const each of judged) {
    const { type, row, differences } = each;
    const count = types.get(lineOf(each)) ?? { rows: 0, equal: 0, explained: 0, unequal: 0 };
    types.set(lineOf(each), count);
    count.rows++;
    const reasons = differences.map((each) => explanationOf(type, row, each, table));
    if (differences.length === 0) count.equal++;
    else if (reasons.every((each) => each !== undefined)) count.explained++;
    else count.unequal++;
    for (const reason of new Set(reasons)) {
      if (reason === undefined) continue;
      const counts = used.get(reason) ?? new Map<string, number>();
      used.set(reason, counts.set(type, (counts.get(type) ?? 0) + 1));
    }
    differences.forEach((each, i) => {
      if (reasons[i] === undefined)
        unequal.push(
          `${type}, ${row}: ${each.aspect}${each.path === "" ? "" : ` of ${each.path}`}: ours ${each.ours}, real ${each.real}`,
        );
    });
  }
  return { types: [...types].map(([type, count]) => ({ type, ...count })), unequal, used };
}

/** Explanations that cover other rows than they count, in words. `types`: those whose rows were all judged. */
export function miscounted({ used }: Verdict, types: ReadonlySet<string>, table: readonly Explanation[] = EXPLAINED): string[] {
  return table.flatMap((each) =>
    Object.entries(each.rows).flatMap(([type, counted]) => {
      const found = used.get(each)?.get(type) ?? 0;
      const isRight = each.byChance === true ? found <= counted : found === counted;
      return !types.has(type) || isRight
        ? []
        : [`${type}.${each.attribute}: covers ${found} rows, counted ${counted}: ${each.why}`];
    }),
  );
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

/** A judgement of its own: what was compared, and what stays different in it. */
export interface Part {
  readonly title: string;
  /** What its rows are, for the page. */
  readonly about: readonly string[];
  /** What a line of it counts. */
  readonly line: string;
  readonly judged: readonly Judged[];
  readonly table: readonly Explanation[];
  readonly lineOf?: (row: Judged) => string;
}

/** The page: the same for the same answers, so without times. */
export function pageOf(parts: readonly Part[]): string {
  return [
    "# Ours beside the real AWS provider",
    "",
    "Written by `npm run conformance:provider -- --write`: every native resource type is asked the same as terraform-provider-aws 5.100.0, both in",
    "front of an embedded AWS. Rows come from tables (`conformance/provider/cases*.ts`) and from the schema: each argument alone, with plausible,",
    "absurd, empty and unknown values.",
    "",
    "A row is *explained* when a reason covers all that differs. *Unequal* is 0, or the command fails; so it does when a reason covers other rows",
    "than it counts. Where the real one refuses in its plan it names no argument; ours may.",
    "",
    ...parts.flatMap(sectionOf),
  ].join("\n");
}

function sectionOf({ title, about, line, judged, table, lineOf }: Part): readonly string[] {
  const { types, used } = verdictOf(judged, table, lineOf);
  const cells = ({ type, rows, equal, explained, unequal }: TypeCount) =>
    `| ${type} | ${rows} | ${equal} | ${explained} | ${unequal} |`;
  const reasons = table.filter((each) => used.has(each)).map((each) => reasonLine(each));
  return [
    `## ${title}`,
    "",
    ...about,
    "",
    `| ${line} | rows | equal | explained | unequal |`,
    "| --- | ---: | ---: | ---: | ---: |",
    ...types.map(cells),
    cells(sumOf(types)),
    "",
    ...(reasons.length === 0
      ? []
      : ["What stays different, and why:", "", "| type | argument | rows | why |", "| --- | --- | ---: | --- |", ...reasons, ""]),
  ];
}

function reasonLine({ rows, attribute, why, byChance }: Explanation): string {
  const types = Object.keys(rows);
  const count = types.reduce((sum, type) => sum + (rows[type] ?? 0), 0);
  const shown = byChance === true ? `≤ ${count}` : String(count);
  return `| ${types.map((type) => `\`${type}\``).join(" ")} | \`${attribute}\` | ${shown} | ${why.replaceAll("|", "\\|")} |`;
}
