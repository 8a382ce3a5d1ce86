/**
 * Syntax of EventBridge's schedule expressions. Sources: "Schedule expressions for rules" (EventBridge User Guide) and
 * "Schedule types in EventBridge Scheduler" (Scheduler User Guide), read 2026-11.
 */

const MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const DAYS = "SUN|MON|TUE|WED|THU|FRI|SAT";

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: RegExp;
  /** `?` and the like: whole values that only this field takes. */
  readonly special?: RegExp;
}

const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31, special: /^(\?|L|LW|L-\d{1,2}|\d{1,2}W)$/ },
  { min: 1, max: 12, names: new RegExp(`^(${MONTHS})$`, "i") },
  {
    min: 1,
    max: 7,
    names: new RegExp(`^(${DAYS})$`, "i"),
    special: new RegExp(`^(\\?|L|[1-7]L|(${DAYS})L|([1-7]|${DAYS})#[1-5])$`, "i"),
  },
  { min: 1970, max: 2199 },
];

/** Why the expression is refused, in a phrase; undefined when it is accepted. `at` says whether one-time schedules are taken. */
export function scheduleProblem(expression: string, options: { readonly at: boolean }): string | undefined {
  const match = /^(rate|cron|at)\((.*)\)$/.exec(expression);
  if (match === null) return options.at ? "it is neither rate(…), cron(…) nor at(…)" : "it is neither rate(…) nor cron(…)";
  const [, kind, body = ""] = match;
  if (kind === "rate") return rateProblem(body, !options.at);
  if (kind === "cron") return cronProblem(body);
  if (!options.at) return "at(…) is for EventBridge Scheduler, not for rules";
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body) ? undefined : "at(…) takes yyyy-mm-ddThh:mm:ss";
}

function rateProblem(body: string, strictUnit: boolean): string | undefined {
  const match = /^(\d+) (minute|hour|day)(s?)$/.exec(body);
  if (match === null) return "rate(…) takes a whole number and minute(s), hour(s) or day(s)";
  const count = Number(match[1]);
  if (count === 0) return "the rate must be at least 1";
  const isPlural = match[3] === "s";
  if (strictUnit && (count === 1) === isPlural)
    return count === 1 ? `1 takes the singular, ${match[2]}` : `${count} takes the plural, ${match[2]}s`;
  return undefined;
}

function cronProblem(body: string): string | undefined {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    return `cron(…) takes six fields (minutes hours day-of-month month day-of-week year), here are ${fields.length}`;
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (dayOfMonth !== "?" && dayOfWeek !== "?") return "one of day-of-month and day-of-week must be ?";
  if (dayOfMonth === "?" && dayOfWeek === "?") return "day-of-month and day-of-week cannot both be ?";
  const bad = fields.find((field, i) => !isField(field, FIELDS[i]));
  return bad === undefined ? undefined : `the field ${bad} is not understood`;
}

function isField(text: string, field: Field | undefined): boolean {
  if (field === undefined) return false;
  if (field.special?.test(text)) return true;
  return text.split(",").every((part) => isFieldPart(part, field));
}

function isFieldPart(part: string, field: Field): boolean {
  const [range = "", step, ...more] = part.split("/");
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  return ends.length <= 2 && ends.every((end) => isFieldValue(end, field));
}

function isFieldValue(text: string, field: Field): boolean {
  if (field.names?.test(text)) return true;
  return /^\d+$/.test(text) && Number(text) >= field.min && Number(text) <= field.max;
}
