/**
 * Which values of which arguments the real provider refuses: facts of `data/checks-5.100.0.json`, told in the words that it tells them in
 * (terraform-plugin-sdk helper/validation and terraform-plugin-framework-validators, read 2026-11). They complete what a type checks itself.
 */
import { readFileSync } from "node:fs";
import { type Diagnostic, formatPath, isList, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { dataFile } from "../data-file.ts";
import type { Edition } from "../schema/load-schema.ts";
import { arnProblem, configError, elementsOf, type Found, valuesAt } from "../services/checks.ts";

export type Fact = readonly [
  kind: string,
  /** How a sentence calls the argument: by its key, by the last step of it, or with the place of the element. */
  named: "key" | "last" | "element",
  ...rest: readonly (string | number | readonly (string | number | Fact)[])[],
];
type Facts = { readonly [path: string]: readonly Fact[] };

const MEASURED: Edition = "5.100.0";
/** What another edition may have widened: lists grow, limits are raised. The rest holds for all. */
const OF_ONE_EDITION = new Set(["oneOf", "enum", "memberOf", "range", "min", "max", "valueBetween", "valueMin"]);

let table: { readonly [type: string]: Facts } | undefined;

function factsOf(type: string): Facts {
  table ??= JSON.parse(readFileSync(dataFile(`checks-${MEASURED}.json`), "utf8")) as { readonly [type: string]: Facts };
  return Object.hasOwn(table, type) ? (table[type] ?? {}) : {};
}

/** What the facts have against a whole config. Unset and unknown values pass. */
export function validateByFacts(type: string, config: ValueObject, edition: Edition): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [path, facts] of Object.entries(factsOf(type)))
    for (const fact of facts)
      if (edition === MEASURED || !OF_ONE_EDITION.has(fact[0]))
        for (const { key, value } of placesOf(config, path, fact))
          if (value !== null && value !== UNKNOWN)
            for (const text of tellFact(fact, key, value)) found.push(configError(text, key));
  return found;
}

/** How many elements there are is a fact of the whole list, the rest of each element. */
function placesOf(config: ValueObject, path: string, [kind]: Fact): readonly Found[] {
  const values = valuesAt(config, path);
  return kind === "itemsMin" || kind === "itemsMax" ? values : values.flatMap(elementsOf);
}

/** What a sentence is about, so that two of the same place can be told from two that say the same. */
const SUBJECTS: readonly RegExp[] = [
  /^expected length of|cannot be (less|longer) than|character count|string length/,
  /^expected \S+ to be (one of|in the range|at least|at most|divisible)|valid values|value must be (one|between|at least)/i,
  /^expected value of|does not contain|must satisfy regular expression/,
  /account ID/i,
  /ARN/,
  /not be empty/,
];

/** Both, each thing said once. Where a type says of a place otherwise what the facts say of it, the facts are right. */
export function mergeChecks(own: readonly Diagnostic[], facts: readonly Diagnostic[]): readonly Diagnostic[] {
  const subject = ({ detail = "" }: Diagnostic) => SUBJECTS.findIndex((pattern) => pattern.test(detail));
  const isReplaced = (each: Diagnostic) =>
    subject(each) !== -1 && facts.some((fact) => fact.attribute === each.attribute && subject(fact) === subject(each));
  const kept = own.filter((each) => !isReplaced(each) || facts.some(({ detail }) => detail === each.detail));
  const told = new Set(kept.map(({ detail }) => detail));
  return [...kept, ...facts.filter(({ detail }) => !told.has(detail))];
}

type Tell = (how: {
  readonly name: string;
  readonly key: string;
  readonly args: Fact;
  readonly value: Value;
}) => string | undefined;

const TELL: { readonly [kind: string]: Tell | undefined } = {
  oneOf: ({ name, args, value }) =>
    listOf(args).includes(value as string) ? undefined : `expected ${name} to be one of ${quoted(args)}, got ${shown(value)}`,
  length: ({ name, args, value }) =>
    outside(args, bytesOf(value)) &&
    `expected length of ${name} to be in the range (${args[2]} - ${args[3]}), got ${shown(value)}`,
  range: ({ name, args, value }) =>
    outside(args, value) && `expected ${name} to be in the range (${args[2]} - ${args[3]}), got ${shown(value)}`,
  min: ({ name, args, value }) =>
    Number(value) < Number(args[2]) ? `expected ${name} to be at least (${args[2]}), got ${shown(value)}` : undefined,
  max: ({ name, args, value }) =>
    Number(value) > Number(args[2]) ? `expected ${name} to be at most (${args[2]}), got ${shown(value)}` : undefined,
  pattern: ({ name, args, value }) =>
    patternOf(String(args[2]))?.test(String(value)) === false
      ? `expected value of ${name} to match regular expression ${JSON.stringify(args[2])}, got ${shown(value)}`
      : undefined,
  arn: ({ name, value }) => (typeof value === "string" && value !== "" ? arnProblem(value, name) : undefined),
  notEmpty: ({ name, value }) => (value === "" ? `${name} must not be empty, got ` : undefined),
  account: ({ name, value }) =>
    /^\d{12}$/.test(String(value))
      ? undefined
      : `"${name}" doesn't look like AWS Account ID (exactly 12 digits): ${JSON.stringify(value)}`,
  enum: ({ key, args, value }) =>
    listOf(args).includes(value as string)
      ? undefined
      : `The provided value does not match any valid values.\n\nPath: ${pathOf(key)}\nGiven Value: ${shown(value)}\nValid Values: [${listOf(args).join(" ")}]`,
  textLength: ({ key, args, value }) =>
    outside(args, bytesOf(value)) &&
    `Attribute ${pathOf(key)} string length must be between ${args[2]} and ${args[3]}, got: ${bytesOf(value)}`,
  memberOf: ({ key, args, value }) =>
    listOf(args).includes(value as string)
      ? undefined
      : `Attribute ${pathOf(key)} value must be one of: ${quoted(args)}, got: ${JSON.stringify(value)}`,
  valueBetween: ({ key, args, value }) =>
    outside(args, value) && `Attribute ${pathOf(key)} value must be between ${args[2]} and ${args[3]}, got: ${shown(value)}`,
  divisible: ({ name, args, value }) =>
    Number(value) % Number(args[2]) === 0 ? undefined : `expected ${name} to be divisible by ${args[2]}, got: ${shown(value)}`,
  ec2Arn: ({ key, args, value }) =>
    patternOf(String(args[2]))?.test(String(value)) === false
      ? `"${key}" does not match EC2 automation ARN (${JSON.stringify(args[2])}): ${JSON.stringify(value)}`
      : undefined,
  notShorter: ({ key, args, value }) =>
    [...String(value)].length < Number(args[2]) ? `"${key}" cannot be less than ${args[2]} ${args[3]}` : undefined,
  notLonger: ({ key, args, value }) =>
    [...String(value)].length > Number(args[2]) ? `"${key}" cannot be longer than ${args[2]} ${args[3]}` : undefined,
  contains: ({ key, args, value }) =>
    String(value).includes(String(args[2])) ? undefined : `"${key}" does not contain ${args[2]}`,
  satisfies: ({ key, args, value }) =>
    patternOf(String(args[2]))?.test(String(value)) === false
      ? `"${key}" must satisfy regular expression pattern: ${args[2]}`
      : undefined,
  satisfiesToo: ({ key, args, value }) =>
    patternOf(String(args[2]))?.test(String(value)) === false
      ? `invalid value for ${key} (must satisfy regular expression pattern: ${args[2]})`
      : undefined,
  itemsMin: ({ key, args, value }) =>
    isList(value) && value.length < Number(args[2])
      ? `Attribute ${key} requires ${args[2]} item minimum, but config has only ${value.length} declared.`
      : undefined,
  itemsMax: ({ key, args, value }) =>
    isList(value) && value.length > Number(args[2])
      ? `Attribute ${key} supports ${args[2]} item maximum, but config has ${value.length} declared.`
      : undefined,
  setMember: ({ key, args, value }) =>
    listOf(args).includes(value as string)
      ? undefined
      : `Attribute ${pathOf(key.replace(/\.\d+$/, ""))}[Value(${JSON.stringify(value)})] value must be one of: ${quoted(args)}, got: ${JSON.stringify(value)}`,
  arnValue: ({ key, value }) =>
    typeof value === "string" && arnProblem(value, key) !== undefined
      ? `The provided value cannot be parsed as an ARN.\n\nPath: ${pathOf(key)}\nValue: ${value}`
      : undefined,
  charCount: ({ key, args, value }) =>
    outside(args, [...String(value)].length) &&
    `Attribute ${pathOf(key)} UTF-8 character count must be between ${args[2]} and ${args[3]}, got: ${[...String(value)].length}`,
  accountValue: ({ key, value }) =>
    /^\d{12}$/.test(String(value))
      ? undefined
      : `Attribute ${pathOf(key)} value must be a valid AWS account ID, got: ${shown(value)}`,
  valueMin: ({ key, args, value }) =>
    Number(value) < Number(args[2])
      ? `Attribute ${pathOf(key)} value must be at least ${args[2]}, got: ${shown(value)}`
      : undefined,
};

/** What a fact has to say of a value at `key` (`a.0.b`); of alternatives nothing where one of them holds. */
export function tellFact(fact: Fact, key: string, value: Value): readonly string[] {
  const [kind, , facts] = fact;
  if (kind !== "any" || !Array.isArray(facts)) return [sentence(fact, key, value)].filter((text) => text !== undefined);
  const told = facts.map((each) => sentence(each as Fact, key, value)).filter((text) => text !== undefined);
  return told.length === facts.length ? told : [];
}

function sentence(fact: Fact, key: string, value: Value): string | undefined {
  const [kind, named] = fact;
  const plain = key.split(".").filter((step) => !/^\d+$/.test(step));
  const whole = named === "element" ? key : key.replace(/\.\d+$/, "");
  const name = named === "last" ? (plain.at(-1) ?? key) : whole;
  return TELL[kind]?.({ name, key, args: fact, value }) || undefined;
}

function listOf(fact: Fact): readonly (string | number | Fact)[] {
  const list = fact[2];
  return Array.isArray(list) ? list : [];
}

function quoted(fact: Fact): string {
  return `[${listOf(fact)
    .map((each) => JSON.stringify(each))
    .join(" ")}]`;
}

/** Undefined within, so that a sentence can follow. */
function outside(fact: Fact, value: Value): true | undefined {
  return typeof value === "number" && (value < Number(fact[2]) || value > Number(fact[3])) ? true : undefined;
}

function bytesOf(value: Value): number {
  return Buffer.byteLength(String(value));
}

function shown(value: Value): string {
  return isList(value) ? JSON.stringify(value) : String(value);
}

/** `a.0.b` as paths are written. */
function pathOf(key: string): string {
  return formatPath(key.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
}

/** A pattern of Go's in this language; undefined where it says it otherwise. */
function patternOf(source: string): RegExp | undefined {
  try {
    return source.startsWith("(?i)") ? new RegExp(source.slice(4), "iu") : new RegExp(source, "u");
  } catch {
    return undefined;
  }
}
