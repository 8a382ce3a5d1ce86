/** Times of a budget's period, `2026-01-31_00:00`, UTC. Behaviour: `internal/service/budgets/time.go` (read 2026-11). Pure. */
import { type Check, each } from "../checks.ts";

const LAYOUT = "2006-01-02_15:04";
/** The layout's parts in order, as Go names them: what each takes, what it is called, and from where to where it goes. */
const PARTS: readonly (readonly [part: string, pattern: RegExp, range?: readonly [name: string, min: number, max: number]])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d{2}/, ["month", 1, 12]],
  ["-", /^-/],
  ["02", /^\d{2}/, ["day", 1, 31]],
  ["_", /^_/],
  ["15", /^\d{2}/, ["hour", 0, 23]],
  [":", /^:/],
  ["04", /^\d{2}/, ["minute", 0, 59]],
];

/** @param text valid by `isPeriodTime` */
export function periodTime(text: string): Date {
  return new Date(`${text.replace("_", "T")}:00Z`);
}

export function periodText(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", "_");
}

export function isPeriodTime(path: string): Check {
  return each(path, (value, key) => {
    if (typeof value !== "string") return undefined;
    const problem = parseProblem(value);
    return problem === undefined
      ? undefined
      : `"${key}" cannot be parsed as "${LAYOUT}": parsing time ${JSON.stringify(value)}${problem}`;
  });
}

/** What Go's time.Parse says after the quoted time; undefined when it is one. */
function parseProblem(text: string): string | undefined {
  let rest = text;
  for (const [part, pattern, range] of PARTS) {
    const taken = pattern.exec(rest)?.[0];
    if (taken !== undefined && range !== undefined && (Number(taken) < range[1] || Number(taken) > range[2]))
      return `: ${range[0]} out of range`;
    if (taken === undefined) return ` as "${LAYOUT}": cannot parse ${JSON.stringify(rest)} as "${part}"`;
    rest = rest.slice(taken.length);
  }
  if (rest !== "") return `: extra text: ${JSON.stringify(rest)}`;
  return periodText(periodTime(text)) === text ? undefined : ": day out of range";
}
