/** Condition operators. IAM user guide, "IAM JSON policy elements: Condition operators". Pure. */
import { BlockList, isIPv4, isIPv6 } from "node:net";
import { matchesArn, matchesWildcard, substitute, type Values, valuesOf } from "./match.ts";

/** Operator -> key -> wanted values. */
export type ConditionBlock = { readonly [operator: string]: { readonly [key: string]: readonly string[] } };

type Test = (value: string, wanted: string) => boolean;

function time(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function inNetwork(value: string, network: string): boolean {
  const [address = "", bits] = network.split("/");
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  const own = isIPv4(value) ? "ipv4" : isIPv6(value) ? "ipv6" : undefined;
  if (family === undefined || family !== own) return false;
  const list = new BlockList();
  try {
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  } catch {
    return false;
  }
  return list.check(value, own);
}

const same: Test = (value, wanted) => value === wanted;
const number = (compare: (a: number, b: number) => boolean): Test => {
  return (value, wanted) => value !== "" && wanted !== "" && compare(Number(value), Number(wanted));
};
const date = (compare: (a: number, b: number) => boolean): Test => {
  return (value, wanted) => compare(time(value), time(wanted));
};

/** Those that say yes. Their negations stand in NEGATED. */
const POSITIVE: { readonly [operator: string]: Test } = {
  StringEquals: same,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => matchesWildcard(wanted, value),
  NumericEquals: number((a, b) => a === b),
  NumericLessThan: number((a, b) => a < b),
  NumericLessThanEquals: number((a, b) => a <= b),
  NumericGreaterThan: number((a, b) => a > b),
  NumericGreaterThanEquals: number((a, b) => a >= b),
  DateEquals: date((a, b) => a === b),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: same,
  IpAddress: inNetwork,
  ArnEquals: (value, wanted) => matchesArn(wanted, value),
  ArnLike: (value, wanted) => matchesArn(wanted, value),
};

const NEGATED: { readonly [operator: string]: string } = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

interface Operator {
  readonly set: "ForAllValues" | "ForAnyValue" | undefined;
  readonly ifExists: boolean;
  readonly test: Test;
  readonly isNegated: boolean;
}

function operatorOf(text: string): Operator | undefined {
  const found = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(text);
  if (found === null) return undefined;
  const [, set, name = "", ifExists] = found;
  const positive = Object.hasOwn(NEGATED, name) ? NEGATED[name] : name;
  const test = positive !== undefined && Object.hasOwn(POSITIVE, positive) ? POSITIVE[positive] : undefined;
  if (test === undefined) return undefined;
  return { set: set as Operator["set"], ifExists: ifExists !== undefined, test, isNegated: positive !== name };
}

/** Whether AWS knows an operator (`StringEquals`, `ForAnyValue:ArnLikeIfExists`, `Null`). */
export const isConditionOperator = (text: string) => text === "Null" || operatorOf(text) !== undefined;

function holds(operator: Operator, values: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const matches = (value: string) => {
    const any = wanted.some((each) => operator.test(value, each));
    return operator.isNegated ? !any : any;
  };
  if (operator.set === "ForAllValues") return (values ?? []).every(matches);
  if (values === undefined || values.length === 0) return operator.ifExists || (operator.isNegated && operator.set === undefined);
  if (operator.set === "ForAnyValue") return values.some(matches);
  // Several values and a plain operator: a positive one wants one of them, a negated one none.
  return operator.isNegated ? values.every(matches) : values.some(matches);
}

/** All operators and all keys must hold. An operator that AWS doesn't know never does. */
export function conditionsHold(block: ConditionBlock, context: Values, hasVariables: boolean): boolean {
  for (const [name, keys] of Object.entries(block)) {
    if (name === "Null") {
      for (const [key, wanted] of Object.entries(keys))
        if (String(valuesOf(context, key) === undefined) !== wanted[0]?.toLowerCase()) return false;
      continue;
    }
    const operator = operatorOf(name);
    if (operator === undefined) return false;
    for (const [key, raw] of Object.entries(keys)) {
      const wanted = hasVariables ? raw.map((each) => substitute(each, context)).filter((each) => each !== undefined) : raw;
      if (!holds(operator, valuesOf(context, key), wanted)) return false;
    }
  }
  return true;
}
