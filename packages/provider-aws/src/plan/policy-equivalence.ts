import { canonicalJson } from "./canonical-json.ts";

/**
 * True when two IAM policies say the same: statements in any order, a lone string equal to a one-element list, actions without regard to
 * case, an account id in a principal equal to its root ARN, values of conditions as texts.
 * Source: IAM User Guide, "IAM JSON policy elements" and "Grammar of the IAM JSON policy language" (read 2026-11).
 */
export function policiesEquivalent(a: unknown, b: unknown): boolean {
  return canonicalJson(normalisePolicy(a)) === canonicalJson(normalisePolicy(b));
}

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function normalisePolicy(policy: unknown): unknown {
  if (!isRecord(policy)) return policy;
  const { Statement, ...rest } = policy;
  if (Statement === undefined) return rest;
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(normaliseStatement);
  return { ...rest, Statement: sorted(statements) };
}

function normaliseStatement(statement: unknown): unknown {
  if (!isRecord(statement)) return statement;
  const out: Json = {};
  for (const [key, value] of Object.entries(statement)) {
    if (key === "Action" || key === "NotAction")
      out[key] = texts(value)
        .map((text) => text.toLowerCase())
        .sort();
    else if (key === "Resource" || key === "NotResource") out[key] = texts(value).sort();
    else if (key === "Principal" || key === "NotPrincipal") out[key] = normalisePrincipal(value);
    else if (key === "Condition") out[key] = normaliseCondition(value);
    else if (value !== "" || key !== "Sid") out[key] = value;
  }
  return out;
}

function normalisePrincipal(value: unknown): unknown {
  if (!isRecord(value)) return value === "*" ? { AWS: ["*"] } : value;
  return Object.fromEntries(Object.entries(value).map(([kind, who]) => [kind, texts(who).map(principalAccount).sort()]));
}

function principalAccount(who: string): string {
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(who)?.[1] ?? who;
}

function normaliseCondition(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const out: Json = {};
  for (const [operator, keys] of Object.entries(value)) {
    out[operator.toLowerCase()] = isRecord(keys)
      ? Object.fromEntries(Object.entries(keys).map(([key, values]) => [key.toLowerCase(), texts(values).sort()]))
      : keys;
  }
  return out;
}

function texts(value: unknown): string[] {
  return [...new Set((Array.isArray(value) ? value : [value]).map(String))];
}

function sorted(values: readonly unknown[]): unknown[] {
  return [...values].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}
