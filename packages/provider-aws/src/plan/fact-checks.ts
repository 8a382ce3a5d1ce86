/**
 * Which values of which arguments the real provider refuses: facts of `data/checks-5.100.0.json`, told in the words that it tells them in
 * (terraform-plugin-sdk helper/validation and terraform-plugin-framework-validators, read 2026-11). They complete what a type checks itself.
 */
import { readFileSync } from "node:fs";
import { type Diagnostic, formatPath, isList, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { dataFile } from "../data-file.ts";
import type { Edition } from "../schema/load-schema.ts";
import { arnProblem, configError, elementsOf, valuesAt } from "../services/checks.ts";

type Fact = readonly [kind: string, named: "key" | "last", ...rest: readonly (string | number | readonly (string | number)[])[]];
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
        for (const { key, value } of valuesAt(config, path).flatMap(elementsOf)) {
          const text = value === null || value === UNKNOWN ? undefined : sentence(fact, key, value);
          if (text !== undefined) found.push(configError(text, key));
        }
  return found;
}

/** Both, each thing said once. Where a type says another thing of the same place, the facts are right. */
export function mergeChecks(own: readonly Diagnostic[], facts: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Set(facts.map(({ attribute }) => attribute));
  const told = new Set(own.map(({ detail }) => detail));
  const said = new Set(facts.map(({ detail }) => detail));
  const isWrong = ({ detail = "", attribute }: Diagnostic) =>
    places.has(attribute) && !said.has(detail) && /^(expected|invalid value|")/.test(detail);
  return [...own.filter((each) => !isWrong(each)), ...facts.filter(({ detail }) => !told.has(detail))];
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
  arn: ({ key, value }) => (typeof value === "string" && value !== "" ? arnProblem(value, key) : undefined),
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
  valueMin: ({ key, args, value }) =>
    Number(value) < Number(args[2])
      ? `Attribute ${pathOf(key)} value must be at least ${args[2]}, got: ${shown(value)}`
      : undefined,
};

function sentence(fact: Fact, key: string, value: Value): string | undefined {
  const [kind, named] = fact;
  const plain = key.split(".").filter((step) => !/^\d+$/.test(step));
  // The elements of a list are called as the list is.
  const whole = /\.\d+$/.test(key) ? key.replace(/\.\d+$/, "") : key;
  const name = named === "last" ? (plain.at(-1) ?? key) : whole;
  return TELL[kind]?.({ name, key, args: fact, value }) || undefined;
}

function listOf(fact: Fact): readonly (string | number)[] {
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
