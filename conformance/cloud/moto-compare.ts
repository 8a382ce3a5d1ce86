/** What moto answers where it differs from what a step expects, in a few words that a table can name. */
import type { Outcome, Step } from "./case.ts";

/** `accepts` what we refuse, `refuses` what we accept, another `error` (code, status or text), another `value`. */
export type Kind = "accepts" | "refuses" | "error" | "value";

export interface Difference {
  readonly service: string;
  readonly operation: string;
  readonly kind: Kind;
  readonly input: string;
  /** What is expected of us and what moto answers, shortly. */
  readonly expected: string;
  readonly theirs: string;
}

/** A row of the tables of differences. */
export interface Row {
  readonly service: string;
  /** Absent: any. Alternatives are separated by spaces. */
  readonly operations?: string;
  readonly kind?: Kind;
  /** What the input's JSON looks like. */
  readonly input?: RegExp;
  readonly right: "ours" | "theirs" | "unknown";
  readonly why: string;
}

export type Compared = { readonly difference: Difference } | "equal" | "not claimed";

/** Statuses and codes by which moto says that it doesn't have an operation. */
const NOT_CLAIMED = new Set(["500", "501", "404", "InternalFailure", "NotImplemented", "NotYetImplemented"]);

/** `earlier`: whether an earlier step of the scenario kept nothing there, so that this one speaks of something else. */
export function compare(step: Step, outcome: Outcome | undefined, earlier: boolean): Compared {
  if (outcome === undefined || "refused" in outcome || earlier) return "not claimed";
  if ("error" in outcome && isNotClaimed(outcome.error)) return "not claimed";
  const kind = kindOf(step, outcome);
  if (kind === undefined) return "equal";
  return {
    difference: {
      service: step.service,
      operation: step.operation,
      kind,
      input: JSON.stringify(step.input),
      expected: step.error === undefined ? JSON.stringify(step.output ?? {}) : `${step.error.code} ${step.error.message ?? ""}`,
      theirs:
        "error" in outcome
          ? `${outcome.error.code} ${outcome.error.status} ${outcome.error.message}`
          : JSON.stringify(outcome.output),
    },
  };
}

function isNotClaimed({
  code,
  status,
  message,
}: {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}): boolean {
  return (
    status >= 500 ||
    (NOT_CLAIMED.has(code) && /not implemented|html|not found/i.test(`${message} ${code === "404" ? "html" : ""}`))
  );
}

function kindOf(step: Step, outcome: Exclude<Outcome, { readonly refused: string }>): Kind | undefined {
  if (step.error === undefined) {
    if ("error" in outcome) return "refuses";
    return contains(outcome.output, step.output ?? {}) ? undefined : "value";
  }
  if (!("error" in outcome)) return "accepts";
  const { code, status, message } = step.error;
  const same = outcome.error.code === code && outcome.error.status === status && outcome.error.message.includes(message ?? "");
  return same ? undefined : "error";
}

/** Whether `part` is in `whole`, as `toMatchObject` compares. Vitest's own matchers (`expect.any` …) compare for themselves. */
function contains(whole: unknown, part: unknown): boolean {
  if (isMatcher(part)) return part.asymmetricMatch(whole);
  if (Array.isArray(part))
    return Array.isArray(whole) && whole.length === part.length && part.every((each, at) => contains(whole[at], each));
  if (typeof part === "object" && part !== null && Object.keys(part).length === 0) return whole !== undefined;
  if (typeof part === "object" && part !== null)
    return (
      typeof whole === "object" &&
      whole !== null &&
      Object.entries(part).every(([key, each]) => contains((whole as { readonly [key: string]: unknown })[key], each))
    );
  return Object.is(whole, part);
}

function isMatcher(value: unknown): value is { readonly asymmetricMatch: (other: unknown) => boolean } {
  return typeof value === "object" && value !== null && "asymmetricMatch" in value && typeof value.asymmetricMatch === "function";
}
