/**
 * Writes `packages/provider-aws/data/checks-5.100.0.json`: which values of which arguments the real provider refuses, as facts (lists,
 * ranges, patterns), asked from itself: every argument of every native type is given absurd values, and the sentences are taken apart.
 *
 * Usage: node conformance/provider/judge/harvest-checks.ts (with DOVETAIL_TF_MIRROR)
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BlockSchema, type Diagnostic, isList, type TypeExpr, type Value, type ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { tellFact } from "../../../packages/provider-aws/src/plan/fact-checks.ts";
import { errorsOf } from "./compare.ts";
import { realBinary, startParties } from "./parties.ts";

/** A fact about an argument: kind, then what it needs; the second is how the sentence names the argument. */
export type Fact = readonly [kind: string, ...rest: readonly (string | number | readonly (string | number | Fact)[])[]];

const LONG_TEXT = "x".repeat(12_000);
/** Absurd ones, and three that some check or other lets pass. */
const TEXTS = ["bogus!", "", "1", LONG_TEXT, "abc", "arn:aws:iam::123456789012:role/r"];
const NUMBERS = [-1_000_000, -1, 0, 1_000_000_000, 1, 60];

function probesOf(type: TypeExpr | undefined): readonly Value[] {
  if (type === "string") return TEXTS;
  if (type === "number") return NUMBERS;
  if (Array.isArray(type) && (type[0] === "list" || type[0] === "set") && (type[1] === "string" || type[1] === "number"))
    return [...probesOf(type[1]).map((value): Value => [value]), [], probesOf(type[1]).slice(0, 2)];
  return [];
}

/** Every argument of a schema: its path without indices, and what makes an object in which it has a value. */
function* argumentsOf(
  schema: BlockSchema,
  path: string,
  wrap: (inner: ValueObject) => ValueObject,
): Generator<readonly [string, Value, ValueObject]> {
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    if (attribute.optional !== true && attribute.required !== true) continue;
    for (const probe of probesOf(attribute.type)) yield [path + name, probe, wrap({ [name]: probe })];
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    if (name === "timeouts" || path.split(".").length > 5) continue;
    yield* argumentsOf(block, `${path}${name}.`, (inner) => wrap({ [name]: block.nesting === "single" ? inner : [inner] }));
  }
}

const LIST = /"((?:[^"\\]|\\.)*)"/g;

function listIn(text: string): readonly string[] {
  return [...text.matchAll(LIST)].map(([, inner = ""]) => inner);
}

/** How a sentence calls the argument: by its whole key, or by the last step of it. */
function form(key: string, path: string): string | undefined {
  const plain = key.replaceAll(/\.\d+(?=\.|$)|\[(\d+|Value\(.*\))\]/g, "");
  if (plain === path) return /\.\d+$/.test(key) ? "element" : "key";
  return plain === path.split(".").at(-1) ? "last" : undefined;
}

/** The fact that a sentence states about the argument at `path`; undefined where it is about something else. */
function factOf(text: string, path: string): Fact | undefined {
  const named = (key: string | undefined, make: (how: string) => Fact): Fact | undefined => {
    const how = key === undefined ? undefined : form(key, path);
    return how === undefined ? undefined : make(how);
  };
  let match = /^expected (\S+) to be one of \[(".*")\], got/s.exec(text);
  if (match !== null) return named(match[1], (how) => ["oneOf", how, listIn(match?.[2] ?? "")]);
  match = /^expected (\S+) to be one of \[([\d ]+)\], got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["oneOf", how, (match?.[2] ?? "").split(" ").map(Number)]);
  match = /^expected length of (\S+) to be in the range \((\d+) - (\d+)\), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["length", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^expected (\S+) to be in the range \((-?\d+) - (-?\d+)\), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["range", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^expected (\S+) to be at (least|most) \((-?\d+)\), got/.exec(text);
  if (match !== null) return named(match[1], (how) => [match?.[2] === "least" ? "min" : "max", how, Number(match?.[3])]);
  match = /^expected value of (\S+) to match regular expression ("(?:[^"\\]|\\.)*"), got/s.exec(text);
  if (match !== null) return named(match[1], (how) => ["pattern", how, JSON.parse(match?.[2] ?? '""')]);
  match = /^"(\S+)" \(.*\) is an invalid ARN: /s.exec(text);
  if (match !== null) return named(match[1], (how) => ["arn", how]);
  match = /^(\S+) must not be empty, got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["notEmpty", how]);
  match = /^"(\S+)" doesn't look like AWS Account ID/.exec(text);
  if (match !== null) return named(match[1], (how) => ["account", how]);
  match = /^expected (\S+) to be divisible by (\d+), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["divisible", how, Number(match?.[2])]);
  match = /^"(\S+)" does not match EC2 automation ARN \((".*")\): /.exec(text);
  if (match !== null) return named(match[1], (how) => ["ec2Arn", how, JSON.parse(match?.[2] ?? '""')]);
  match = /^"(\S+)" cannot be less than (\d+) (.*)$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["notShorter", how, Number(match?.[2]), match?.[3] ?? ""]);
  match = /^"(\S+)" cannot be longer than (\d+) ([\w -]+)$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["notLonger", how, Number(match?.[2]), match?.[3] ?? ""]);
  match = /^"(\S+)" does not contain (\S+)$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["contains", how, match?.[2] ?? ""]);
  match = /^"(\S+)" must satisfy regular expression pattern: (.*)$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["satisfies", how, match?.[2] ?? ""]);
  match = /^invalid value for (\S+) \(must satisfy regular expression pattern: (.*)\)$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["satisfiesToo", how, match?.[2] ?? ""]);
  match = /^Not enough list items: Attribute (\S+) requires (\d+) item minimum/.exec(text);
  if (match !== null) return named(match[1], (how) => ["itemsMin", how, Number(match?.[2])]);
  match = /^Too many list items: Attribute (\S+) supports (\d+) item maximum/.exec(text);
  if (match !== null) return named(match[1], (how) => ["itemsMax", how, Number(match?.[2])]);
  return factOfFramework(text, path, named);
}

function factOfFramework(
  text: string,
  _path: string,
  named: (key: string | undefined, make: (how: string) => Fact) => Fact | undefined,
): Fact | undefined {
  let match = /^Invalid String Enum Value: [\s\S]*Path: (\S+)\nGiven Value: .*\nValid Values: \[(.*)\]$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["enum", how, (match?.[2] ?? "").split(" ")]);
  match = /^Invalid Attribute Value Length: Attribute (\S+) string length must be between (\d+) and (\d+), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["textLength", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^Invalid Attribute Value Match: Attribute (\S+) value must be one of: \[(".*")\], got/s.exec(text);
  if (match !== null) {
    const kind = match[1]?.endsWith(")]") === true ? "setMember" : "memberOf";
    return named(match[1], (how) => [kind, how, listIn(match?.[2] ?? "")]);
  }
  match = /^Invalid ARN Value: The provided value cannot be parsed as an ARN\.\n\nPath: (\S+)\nValue: /.exec(text);
  if (match !== null) return named(match[1], (how) => ["arnValue", how]);
  match = /^Invalid Attribute Value Length: Attribute (\S+) UTF-8 character count must be between (\d+) and (\d+), got/.exec(
    text,
  );
  if (match !== null) return named(match[1], (how) => ["charCount", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^Invalid Attribute Value: Attribute (\S+) value must be a valid AWS account ID, got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["accountValue", how]);
  match = /^Invalid Attribute Value: Attribute (\S+) value must be between (-?\d+) and (-?\d+), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["valueBetween", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^Invalid Attribute Value: Attribute (\S+) value must be at least (-?\d+), got/.exec(text);
  return match === null ? undefined : named(match[1], (how) => ["valueMin", how, Number(match?.[2])]);
}

async function harvest(real: Provider, type: string): Promise<{ [path: string]: readonly Fact[] }> {
  const schema = real.getSchema("resource", type);
  if (schema === undefined) return {};
  const answers = new Map<string, Answer[]>();
  const passed = new Map<string, Value[]>();
  for (const [path, probe, config] of argumentsOf(schema, "", (inner) => inner)) {
    const whole = shapeObject(schema, config);
    const { diagnostics } = await real.planChange({ type, prior: null, proposed: whole, config: whole });
    const last = path.split(".").at(-1) ?? path;
    const all = errorsOf(diagnostics).map(sentenceOf);
    const texts = all.filter((text) => isAbout(text, last));
    const isChecked = !path.split(".").some((step) => all.some((text) => text.includes(step)));
    if (isChecked) passed.set(path, [...(passed.get(path) ?? []), probe]);
    if (texts.length > 0) answers.set(path, [...(answers.get(path) ?? []), texts.map((text) => factOf(text, path))]);
  }
  return Object.fromEntries(
    [...answers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([path, all]) => {
        const facts = factsOf(all);
        // A fact that refuses what the provider lets pass is one of alternatives, and so may be the others.
        const isRefuted = facts.some((fact) => (passed.get(path) ?? []).some((value) => refuses(fact, path, value)));
        return facts.length === 0 || isRefuted ? [] : [[path, facts]];
      }),
  );
}

function refuses(fact: Fact, path: string, value: Value): boolean {
  const values: readonly Value[] = isList(value) && !fact[0].startsWith("items") ? value : [value];
  return values.some((each) => tellFact(fact as Parameters<typeof tellFact>[0], path, each).length > 0);
}

/** What the sentences about one probe say; undefined for a sentence that is no fact of these kinds. */
type Answer = readonly (Fact | undefined)[];

/** Names the argument; sentences about arguments that are missing beside it say nothing of its value. */
function isAbout(text: string, last: string): boolean {
  return text.includes(last) && !/^(Missing required argument|Invalid combination|Missing Configuration)/.test(text);
}

/**
 * Checks that are all made fail alone for some probe. Where several always fail together they may be alternatives, of which one is enough:
 * then it is certain only that a value which fails all of them is refused.
 */
function factsOf(answers: readonly Answer[]): readonly Fact[] {
  const known = answers.map((answer) => [...new Map(answer.map((fact) => [JSON.stringify(fact), fact])).values()]);
  const isTogether =
    known.every((answer) => answer.length > 1) && new Set(known.map((answer) => JSON.stringify(answer))).size === 1;
  const [first = []] = known;
  if (isTogether) {
    const facts = first.filter((fact) => fact !== undefined);
    return facts.length < first.length ? [] : [["any", "key", facts]];
  }
  return [...new Map(known.flat().flatMap((fact) => (fact === undefined ? [] : [[JSON.stringify(fact), fact]]))).values()];
}

function sentenceOf({ summary, detail }: Diagnostic): string {
  return detail === undefined ? summary : `${summary}: ${detail}`;
}

const binary = realBinary();
if (binary === undefined) throw new Error("no real provider: DOVETAIL_TF_MIRROR names no mirror of it");
const parties = await startParties(binary);
try {
  const lines: string[] = [];
  for (const type of [...parties.ours.listTypes("resource")].sort()) {
    const facts = await harvest(parties.real, type);
    if (Object.keys(facts).length > 0) lines.push(`${JSON.stringify(type)}: ${JSON.stringify(facts)}`);
  }
  const file = join(import.meta.dirname, "../../../packages/provider-aws/data/checks-5.100.0.json");
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
  console.log(`${lines.length} types`);
} finally {
  await parties.close();
}
process.exit(0);
