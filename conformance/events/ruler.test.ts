import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { matches } from "../../packages/cloud/src/core/event-pattern/match.ts";
import { PatternError, parsePattern } from "../../packages/cloud/src/core/event-pattern/rule.ts";
import { filterOf } from "../../packages/cloud/src/services/lambda/event-sources/filter.ts";

/**
 * Our matcher (EventBridge's rules, Lambda's event filters) beside AWS's own event-ruler. Needs a JDK and the jars in Maven's local repository:
 * mvn dependency:get -Dartifact=software.amazon.event.ruler:event-ruler:1.7.3
 * `DOVETAIL_FUZZ_CASES=50000` asks for more, `RULER_SEED` for other ones.
 */
const REPOSITORY = join(homedir(), ".m2/repository");
const CASES = Number(process.env.DOVETAIL_FUZZ_CASES ?? 4000);
/** A JVM that compiles its source, and a hundred microseconds a case. */
const MS_MAX = 120_000 + CASES * 4;

function jar(folder: string): string | undefined {
  const at = join(REPOSITORY, folder);
  if (!existsSync(at)) return undefined;
  for (const version of readdirSync(at).sort().reverse()) {
    const found = existsSync(join(at, version))
      ? readdirSync(join(at, version)).find((file) => /^[a-z-]+-[\d.]+\.jar$/.test(file))
      : undefined;
    if (found !== undefined) return join(at, version, found);
  }
  return undefined;
}

const jars = [
  "software/amazon/event/ruler/event-ruler",
  ...["core", "databind", "annotations"].map((part) => `com/fasterxml/jackson/core/jackson-${part}`),
].map(jar);
const hasJava = spawnSync("java", ["-version"]).status === 0;
const missing = !hasJava ? "java" : jars.includes(undefined) ? "event-ruler's jars" : undefined;

const word = fc.constantFrom("", "a", "ab", "abc", "b", "ba", "A", "aXb", "10.0.0.1", "10.0.1.1", "::1");
const number = fc.constantFrom(0, 1, 2, 2.5, 10, -1);
const leaf = fc.oneof(word, number, fc.boolean(), fc.constant(null));
const field = fc.constantFrom("x", "y", "z");
const operators = fc.oneof(
  leaf,
  word.map((prefix) => ({ prefix })),
  word.map((text) => ({ prefix: { "equals-ignore-case": text } })),
  word.map((suffix) => ({ suffix })),
  word.map((text) => ({ "equals-ignore-case": text })),
  fc.constantFrom("a*", "*b", "a*b", "*", "a*b*c", "ab", "*a*").map((wildcard) => ({ wildcard })),
  fc.boolean().map((exists) => ({ exists })),
  fc
    .oneof(word, number, fc.array(word, { minLength: 1, maxLength: 2 }), fc.array(number, { minLength: 1, maxLength: 2 }))
    .map((text) => ({ "anything-but": text })),
  fc.constantFrom("a", "ab").map((prefix) => ({ "anything-but": { prefix } })),
  fc.constantFrom("b", "ab").map((suffix) => ({ "anything-but": { suffix } })),
  fc.constantFrom([">", 0], ["<=", 2], ["=", 2], [">=", 0, "<", 2.5], [">", 1, "<=", 10]).map((numeric) => ({ numeric })),
  fc.constantFrom("10.0.0.0/24", "10.0.0.0/16", "::/64").map((cidr) => ({ cidr })),
);
/** A list with both `exists: true` and `exists: false` is left out: event-ruler answers it differently from one pattern to the next. */
const leaves = fc
  .array(operators, { minLength: 1, maxLength: 2 })
  .filter((list) => !["true", "false"].every((value) => JSON.stringify(list).includes(`"exists":${value}`)));
const flat = fc.dictionary(field, leaves, { minKeys: 1, maxKeys: 2 });
const pattern = fc.oneof(
  flat,
  fc.dictionary(field, fc.oneof(leaves, flat), { minKeys: 1, maxKeys: 2 }),
  fc.tuple(flat, flat).map(([a, b]) => ({ $or: [a, b] })),
  fc.tuple(field, leaves, flat, flat).map(([name, own, a, b]) => ({ [name]: own, $or: [a, b] })),
  fc.tuple(field, field, flat, leaves).map(([outer, name, nested, own]) => ({ [outer]: { [name]: nested, other: own } })),
);
const inner = fc.dictionary(field, fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })), { maxKeys: 3 });
const elements = fc.array(fc.oneof({ weight: 4, arbitrary: inner }, leaf, fc.array(inner, { maxLength: 2 })), { maxLength: 3 });
/** Arrays in arrays: which values lie in the same element. */
const deep = fc.dictionary(fc.oneof(field, fc.constant("other")), fc.oneof(leaf, elements, fc.array(leaf, { maxLength: 2 })), {
  maxKeys: 3,
});
const event = fc.dictionary(
  field,
  fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), inner, elements, fc.array(deep, { maxLength: 3 })),
  { maxKeys: 3 },
);

/** event-ruler contradicts itself in about one case in 30,000; more than this would mean that something else hides behind it. */
const CONTRADICTIONS_MAX = Math.max(2, CASES / 5_000);

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * What a pattern says, one choice at a time: of each list one value, of `$or` one alternative (said twice, since `$or` wants two). A pattern
 * matches when one of these does: by event-ruler's documentation, though not always by its one automaton for all of them.
 */
function choicesOf(pattern: Json): Json[] {
  let choices: Record<string, Json>[] = [{}];
  for (const [name, wanted] of Object.entries(pattern as Record<string, Json>)) {
    const own: Json[] = Array.isArray(wanted)
      ? name === "$or"
        ? wanted.flatMap((part: Json) => choicesOf(part).map((choice) => [choice, choice]))
        : wanted.map((value: Json) => [value])
      : choicesOf(wanted);
    choices = choices.flatMap((before) => own.map((value) => ({ ...before, [name]: value })));
  }
  return choices;
}

type Case = readonly [pattern: string, event: string];

/** event-ruler's answers, in order: `true`, `false` or `refused`. */
function theirs(cases: readonly Case[]): readonly string[] {
  const input = cases.map((row) => JSON.stringify(row)).join("\n");
  const server = join(import.meta.dirname, "RulerServer.java");
  const out = execFileSync("java", ["-cp", jars.join(":"), server], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  return out.trim().split("\n");
}

/** Whether event-ruler, asked for one choice after another, says what we say of the whole pattern: then it contradicts itself. */
function contradicts({
  pattern: text,
  event: given,
  ours: answer,
}: {
  readonly pattern: string;
  readonly event: string;
  readonly ours: string;
}) {
  const choices = choicesOf(JSON.parse(text)).map((choice) => [JSON.stringify(choice), given] as const);
  return String(theirs(choices).includes("true")) === answer;
}

function ours(patternText: string, eventText: string): string {
  try {
    const matching = matches(parsePattern(patternText), JSON.parse(eventText));
    const passing = filterOf([patternText])(JSON.parse(eventText));
    return matching === passing ? String(matching) : "Lambda's filter decides otherwise";
  } catch (error) {
    if (error instanceof PatternError) return "refused";
    throw error;
  }
}

test.skipIf(missing !== undefined)(
  `event-ruler decides as we do${missing === undefined ? "" : ` (skipped: ${missing} not on this machine)`}`,
  () => {
    const seed = Number(process.env.RULER_SEED ?? 78);
    const cases = fc
      .sample(fc.tuple(pattern, event), { numRuns: CASES, seed })
      .map(([p, e]) => [JSON.stringify(p), JSON.stringify(e)] as const);
    const answers = theirs(cases);
    const differing = cases
      .map(([p, e], index) => ({ pattern: p, event: e, ours: ours(p, e), theirs: answers[index] }))
      .filter((row) => row.ours !== row.theirs)
      .sort((a, b) => a.pattern.length + a.event.length - b.pattern.length - b.event.length);
    expect(differing.length, `differences, seed ${seed}: ${JSON.stringify(differing[0])}`).toBeLessThanOrEqual(
      CONTRADICTIONS_MAX,
    );
    const unexplained = differing.filter((row) => !contradicts(row));
    expect(unexplained, `${unexplained.length} differences, seed ${seed}`).toEqual([]);
    console.info(`${CASES} cases, seed ${seed}; event-ruler contradicts itself in ${differing.length}`);
  },
  MS_MAX,
);
