/**
 * Writes `packages/provider-aws/data/checks-5.100.0.json`: which values of which arguments the real provider refuses, as facts (lists,
 * ranges, patterns), asked from itself: every argument of every native type is given absurd values, and the sentences are taken apart.
 *
 * Usage: node conformance/provider/judge/harvest-checks.ts (with DOVETAIL_TF_MIRROR)
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BlockSchema, Diagnostic, TypeExpr, Value, ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { errorsOf } from "./compare.ts";
import { realBinary, startParties } from "./parties.ts";

/** A fact about an argument: kind, then what it needs; the second is how the sentence names the argument. */
export type Fact = readonly [kind: string, ...rest: readonly (string | number | readonly (string | number)[])[]];

const LONG_TEXT = "x".repeat(12_000);
const TEXTS = ["bogus!", "", "1", LONG_TEXT];
const NUMBERS = [-1_000_000, -1, 0, 1_000_000_000];

function probesOf(type: TypeExpr | undefined): readonly Value[] {
  if (type === "string") return TEXTS;
  if (type === "number") return NUMBERS;
  if (Array.isArray(type) && (type[0] === "list" || type[0] === "set") && (type[1] === "string" || type[1] === "number"))
    return probesOf(type[1]).map((value): Value => [value]);
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
  const plain = key.replaceAll(/[.[]\d+\]?/g, "");
  if (plain === path) return "key";
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
  return factOfFramework(text, path, named);
}

function factOfFramework(
  text: string,
  path: string,
  named: (key: string | undefined, make: (how: string) => Fact) => Fact | undefined,
): Fact | undefined {
  let match = /^Invalid String Enum Value: [\s\S]*Path: (\S+)\nGiven Value: .*\nValid Values: \[(.*)\]$/.exec(text);
  if (match !== null) return named(match[1], (how) => ["enum", how, (match?.[2] ?? "").split(" ")]);
  match = /^Invalid Attribute Value Length: Attribute (\S+) string length must be between (\d+) and (\d+), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["textLength", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^Invalid Attribute Value Match: Attribute (\S+) value must be one of: \[(".*")\], got/s.exec(text);
  if (match !== null) return named(match[1], (how) => ["memberOf", how, listIn(match?.[2] ?? "")]);
  match = /^Invalid Attribute Value: Attribute (\S+) value must be between (-?\d+) and (-?\d+), got/.exec(text);
  if (match !== null) return named(match[1], (how) => ["valueBetween", how, Number(match?.[2]), Number(match?.[3])]);
  match = /^Invalid Attribute Value: Attribute (\S+) value must be at least (-?\d+), got/.exec(text);
  return match === null ? undefined : named(match[1], (how) => ["valueMin", how, Number(match?.[2])]);
}

async function harvest(real: Provider, type: string): Promise<{ [path: string]: readonly Fact[] }> {
  const schema = real.getSchema("resource", type);
  if (schema === undefined) return {};
  const found = new Map<string, Map<string, Fact>>();
  const alternatives = new Set<string>();
  for (const [path, , config] of argumentsOf(schema, "", (inner) => inner)) {
    const whole = shapeObject(schema, config);
    const { diagnostics } = await real.planChange({ type, prior: null, proposed: whole, config: whole });
    const texts = errorsOf(diagnostics).map(sentenceOf);
    const last = path.split(".").at(-1) ?? path;
    // Alternatives, of which one is enough: no sentence of them alone is a fact.
    if (texts.filter((text) => text.includes(last)).length > 1) alternatives.add(path);
    for (const text of texts) {
      const fact = factOf(text, path);
      if (fact === undefined) continue;
      const facts = found.get(path) ?? new Map<string, Fact>();
      found.set(path, facts.set(JSON.stringify(fact), fact));
    }
  }
  const sure = [...found].filter(([path]) => !alternatives.has(path)).sort();
  return Object.fromEntries(sure.map(([path, facts]) => [path, [...facts.values()]]));
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
