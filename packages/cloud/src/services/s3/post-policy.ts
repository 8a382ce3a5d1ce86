/** The policy of a POST upload (API Reference, "Creating a POST policy"): its expiration, and its conditions on the form's fields. */
import { accessDenied, s3Error } from "./errors.ts";

/** Fields that need no condition. */
const FREE = new Set(["x-amz-signature", "file", "policy", "signature", "awsaccesskeyid"]);

interface Rule {
  readonly kind: "eq" | "starts-with";
  readonly name: string;
  readonly value: string;
}

interface Policy {
  readonly expiresMs: number;
  readonly rules: readonly Rule[];
  readonly sizes: { readonly least: number; readonly most: number } | undefined;
}

function invalidPolicy(message: string) {
  return s3Error("InvalidPolicyDocument", 400, `Invalid Policy: ${message}`);
}

function readRule(condition: unknown): Rule[] {
  if (Array.isArray(condition)) {
    const [operator, field, value]: unknown[] = condition;
    const kind = String(operator).toLowerCase();
    if ((kind !== "eq" && kind !== "starts-with") || typeof field !== "string" || typeof value !== "string")
      throw invalidPolicy("Invalid condition.");
    return [{ kind, name: field.replace(/^\$/, "").toLowerCase(), value }];
  }
  if (typeof condition !== "object" || condition === null) throw invalidPolicy("Invalid condition.");
  return Object.entries(condition).map(([name, value]) => ({ kind: "eq", name: name.toLowerCase(), value: String(value) }));
}

function isSizes(condition: unknown): condition is unknown[] {
  return Array.isArray(condition) && String(condition[0]).toLowerCase() === "content-length-range";
}

/** Throws InvalidPolicyDocument. */
export function readPolicy(encoded: string): Policy {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    throw invalidPolicy("Invalid JSON.");
  }
  const { expiration, conditions } = (typeof parsed === "object" && parsed !== null ? parsed : {}) as {
    expiration?: unknown;
    conditions?: unknown;
  };
  const expiresMs = typeof expiration === "string" ? new Date(expiration).getTime() : Number.NaN;
  if (Number.isNaN(expiresMs)) throw invalidPolicy("Invalid 'expiration' value.");
  if (!Array.isArray(conditions)) throw invalidPolicy("Policy missing conditions.");
  const range = conditions.find(isSizes);
  if (range !== undefined && ![range[1], range[2]].every((size) => Number.isSafeInteger(Number(size)) && Number(size) >= 0))
    throw invalidPolicy("Invalid content-length-range.");
  return {
    expiresMs,
    rules: conditions.filter((condition) => !isSizes(condition)).flatMap(readRule),
    sizes: range === undefined ? undefined : { least: Number(range[1]), most: Number(range[2]) },
  };
}

/** Each of a Content-Type's values begins as the condition says. */
function holds({ kind, name, value }: Rule, given: string): boolean {
  if (kind === "eq") return given === value;
  const values = name === "content-type" ? given.split(",") : [given];
  return values.every((each) => each.startsWith(value));
}

/** Throws AccessDenied where the policy is over, a condition fails, or a field has none. `fields` have lower-case names. */
export function checkPolicy(policy: Policy, fields: Readonly<Record<string, string>>, bucket: string, nowMs: number): void {
  if (policy.expiresMs <= nowMs) throw accessDenied("Invalid according to Policy: Policy expired.");
  const given: Record<string, string> = { ...fields, bucket };
  for (const rule of policy.rules) {
    const value = given[rule.name];
    if (value === undefined || !holds(rule, value))
      throw accessDenied(
        `Invalid according to Policy: Policy Condition failed: ["${rule.kind}", "$${rule.name}", "${rule.value}"]`,
      );
  }
  const named = new Set(policy.rules.map(({ name }) => name));
  const extra = Object.keys(fields).filter((name) => !named.has(name) && !FREE.has(name) && !name.startsWith("x-ignore-"));
  if (extra.length > 0) throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra.join(", ")}`);
}

/** The file's bytes as they come, refused as soon as they are too many. */
export async function* withinSizes(policy: Policy, file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const { least, most } = policy.sizes ?? { least: 0, most: Number.POSITIVE_INFINITY };
  for await (const piece of file) {
    bytes += piece.length;
    if (bytes > most)
      throw s3Error("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size", {
        ProposedSize: String(bytes),
        MaxSizeAllowed: String(most),
      });
    yield piece;
  }
  if (bytes < least)
    throw s3Error("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size", {
      ProposedSize: String(bytes),
      MinSizeAllowed: String(least),
    });
}
