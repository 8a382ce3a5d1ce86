/** Subscription filter policies over attributes or body. Amazon SNS developer guide, "Subscription filter policies". Pure. */
import { BlockList, isIPv4 } from "node:net";
import { invalid } from "./store.ts";

type Data = { readonly [key: string]: unknown };

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const KEYWORDS = ["prefix", "suffix", "anything-but", "numeric", "exists", "equals-ignore-case", "cidr", "wildcard"];
const DEPTH_MAX = 5;

function checkRule(rule: unknown): void {
  if (!isData(rule)) return;
  const keys = Object.keys(rule);
  const keyword = keys[0];
  if (keys.length !== 1 || keyword === undefined || !KEYWORDS.includes(keyword))
    throw invalid(`Attributes Reason: FilterPolicy: Unrecognized match type ${keyword ?? ""}`);
  checkOperand(keyword, rule[keyword]);
}

const TEXT_KEYWORDS = ["prefix", "suffix", "equals-ignore-case", "cidr", "wildcard"];

function checkOperand(keyword: string, operand: unknown): void {
  if (TEXT_KEYWORDS.includes(keyword) && typeof operand !== "string")
    throw invalid(`Attributes Reason: FilterPolicy: ${keyword} match pattern must be a string`);
  if (keyword === "exists" && typeof operand !== "boolean")
    throw invalid("Attributes Reason: FilterPolicy: exists match pattern must be either true or false.");
  if (keyword === "numeric") checkNumeric(operand);
  if (keyword === "anything-but" && isData(operand)) checkRule(operand);
}

/** `["=", 5]` or `[">", 0, "<=", 10]`. */
function checkNumeric(operand: unknown): void {
  const list = Array.isArray(operand) ? operand : [];
  const isOne = list.length === 2 && ["=", "<", "<=", ">", ">="].includes(String(list[0]));
  const isTwo = list.length === 4 && [">", ">="].includes(String(list[0])) && ["<", "<="].includes(String(list[2]));
  const bounds = list.filter((_each, at) => at % 2 === 1);
  if ((!isOne && !isTwo) || bounds.some((bound) => typeof bound !== "number"))
    throw invalid("Attributes Reason: FilterPolicy: Invalid numeric match: an operator and a number, or a range, is expected");
  if (isTwo && Number(bounds[0]) >= Number(bounds[1]))
    throw invalid("Attributes Reason: FilterPolicy: Bottom must be less than top");
}

const KEYS_MAX = 5;
const COMBINATIONS_MAX = 150;

/** Developer guide, "Filter policy constraints": five keys, 150 combinations of values (a nested key counts its level too). */
function checkSize(policy: Data): void {
  let keys = 0;
  let combinations = 1;
  const walk = (part: Data, depth: number): void => {
    for (const [key, value] of Object.entries(part)) {
      if (key === "$or" && Array.isArray(value)) for (const each of value) isData(each) && walk(each, depth);
      else if (Array.isArray(value)) {
        keys++;
        combinations *= Math.max(1, value.length) * depth;
      } else if (isData(value)) walk(value, depth + 1);
    }
  };
  walk(policy, 1);
  if (keys > KEYS_MAX) throw invalid(`Attributes Reason: FilterPolicy: Filter policy can not have more than ${KEYS_MAX} keys`);
  if (combinations > COMBINATIONS_MAX) throw invalid("Attributes Reason: FilterPolicy: Filter policy is too complex");
}

function check(policy: Data, depth: number, isBody: boolean): void {
  if (depth > DEPTH_MAX) throw invalid("Attributes Reason: FilterPolicy: nested too deeply");
  for (const [key, value] of Object.entries(policy)) {
    if (key === "$or" && Array.isArray(value)) for (const each of value) isData(each) && check(each, depth + 1, isBody);
    else if (Array.isArray(value)) {
      if (value.length === 0) throw invalid("Attributes Reason: FilterPolicy: Empty arrays are not allowed");
      value.forEach(checkRule);
    } else if (isBody && isData(value)) check(value, depth + 1, isBody);
    else throw invalid(`Attributes Reason: FilterPolicy: "${key}" must be an object or an array`);
  }
}

/** Throws InvalidParameter in SNS's words. */
export function parseFilter(text: string, scope: string): Data {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("Attributes Reason: FilterPolicy: failed to parse JSON.");
  }
  if (!isData(value)) throw invalid("Attributes Reason: FilterPolicy: Filter policy must be a JSON object");
  check(value, 1, scope === "MessageBody");
  checkSize(value);
  return value;
}

function compare(value: number, operator: unknown, bound: number): boolean {
  if (operator === "=") return value === bound;
  if (operator === "<") return value < bound;
  if (operator === "<=") return value <= bound;
  if (operator === ">") return value > bound;
  return operator === ">=" && value >= bound;
}

function numeric(value: unknown, rules: unknown): boolean {
  if (typeof value !== "number" || !Array.isArray(rules)) return false;
  for (let i = 0; i + 1 < rules.length; i += 2) if (!compare(value, rules[i], Number(rules[i + 1]))) return false;
  return rules.length > 0;
}

function inNetwork(value: string, network: string): boolean {
  const [address = "", bits = "32"] = network.split("/");
  if (!isIPv4(address) || !isIPv4(value)) return false;
  const list = new BlockList();
  list.addSubnet(address, Math.min(32, Number(bits) || 0), "ipv4");
  return list.check(value, "ipv4");
}

/** `*` any characters; greedy with one step back. */
function wildcard(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let mark = 0;
  let t = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

const TEXT_RULES: { readonly [keyword: string]: (value: string, wanted: string) => boolean } = {
  prefix: (value, wanted) => value.startsWith(wanted),
  suffix: (value, wanted) => value.endsWith(wanted),
  "equals-ignore-case": (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  cidr: inNetwork,
  wildcard: (value, wanted) => wildcard(wanted, value),
};

function anythingBut(value: unknown, wanted: unknown): boolean {
  const list = Array.isArray(wanted) ? wanted : [wanted];
  return !list.some((each) => (isData(each) ? matchesRule(value, each) : each === value));
}

function matchesRule(value: unknown, rule: unknown): boolean {
  if (!isData(rule)) return rule === value;
  const [keyword = "", wanted] = Object.entries(rule)[0] ?? [];
  if (keyword === "anything-but") return anythingBut(value, wanted);
  if (keyword === "numeric") return numeric(value, wanted);
  const test = Object.hasOwn(TEXT_RULES, keyword) ? TEXT_RULES[keyword] : undefined;
  return test !== undefined && typeof value === "string" && typeof wanted === "string" && test(value, wanted);
}

function matchesField(value: unknown, rules: readonly unknown[]): boolean {
  return rules.some((rule) => {
    if (isData(rule) && rule.exists !== undefined) return (value !== undefined) === rule.exists;
    if (value === undefined) return false;
    const values = Array.isArray(value) ? value : [value];
    return values.some((each) => matchesRule(each, rule));
  });
}

/** Every key must match, any of its rules. A list of objects in the body matches if one of them does. */
export function matchesFilter(policy: Data, data: unknown): boolean {
  if (Array.isArray(data)) return data.some((each) => matchesFilter(policy, each));
  const record = isData(data) ? data : {};
  return Object.entries(policy).every(([key, wanted]) => {
    if (key === "$or" && Array.isArray(wanted)) return wanted.some((each) => isData(each) && matchesFilter(each, data));
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    if (Array.isArray(wanted)) return matchesField(value, wanted);
    return isData(wanted) && value !== undefined && matchesFilter(wanted, value);
  });
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** Attributes as filter policies see them: numbers as numbers, `String.Array` as a list; binary ones not at all. */
export function filterable(attributes: { readonly [name: string]: MessageAttribute }): Data {
  const out: Record<string, unknown> = {};
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (StringValue === undefined) continue;
    if (DataType.startsWith("Number")) out[name] = Number(StringValue);
    else if (DataType === "String.Array") out[name] = parseList(StringValue);
    else out[name] = StringValue;
  }
  return out;
}

function parseList(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}
