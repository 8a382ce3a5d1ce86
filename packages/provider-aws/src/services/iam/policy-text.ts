/** IAM policy documents as arguments: checked, normalised and read back as terraform-provider-aws does (internal/verify/{json,validate}.go, read 2026-11). */
import type { RetryRow } from "../../resource.ts";
import { type Check, each, jsonProblem } from "../checks.ts";
import { normalizeJson } from "../json-text.ts";

/** The value is a policy document: a JSON object. Texts as terraform-provider-aws 5.100 gives them (conformance/provider). */
export function isPolicyJson(path: string): Check {
  return each(path, (value, key) => {
    if (typeof value !== "string") return undefined;
    const name = JSON.stringify(key);
    const text = value.trim();
    if (text === "") return `${name} is an empty string, which is not a valid JSON value`;
    if (!/^[{["]/.test(text)) return `${name} contains an invalid JSON policy: not a JSON object`;
    const why = jsonProblem(text);
    if (why !== undefined) return `${name} contains an invalid JSON policy: ${why}, at byte offset ${errorOffset(text)}`;
    const kind = text.startsWith("[") ? "a JSON array" : text.startsWith('"') ? "a JSON-encoded string" : undefined;
    const wanted = kind === "a JSON-encoded string" ? "a JSON-encoded object" : "a JSON object";
    return text.startsWith("{")
      ? undefined
      : `${name} contains an invalid JSON policy: contains ${kind ?? "no JSON object"}, not ${wanted}`;
  });
}

/** Bytes up to and including the one that is no JSON. */
function errorOffset(text: string): number {
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    if (position !== undefined) return Math.min(Buffer.byteLength(text), Buffer.byteLength(text.slice(0, Number(position))) + 1);
  }
  return Buffer.byteLength(text);
}

/** A policy with sorted keys but `Version` first, the order that older checks of AWS insist on. */
export function versionFirst(policy: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(policy);
  } catch {
    return policy;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed) || !("Version" in parsed))
    return normalizeJson(policy);
  const { Version, ...rest } = parsed;
  const others = normalizeJson(JSON.stringify(rest));
  const version = `"Version":${JSON.stringify(Version)}`;
  return others === "{}" ? `{${version}}` : `{${version},${others.slice(1)}`;
}

/** IAM answers policy documents percent-encoded. */
export function decodePolicy(document: string | undefined): string {
  return decodeURIComponent((document ?? "").replace(/\+/g, "%20"));
}

/** A principal that was just made is not known everywhere yet. */
export const NEW_PRINCIPAL: RetryRow = {
  codes: ["MalformedPolicyDocument", "MalformedPolicyDocumentException"],
  message: /Invalid principal in policy/,
  timeoutMs: 120_000,
  why: "IAM is eventually consistent: a policy may name a principal before every part of IAM knows it",
  source: "IAM User Guide, Troubleshoot IAM: Changes that I make are not always immediately visible (read 2026-11)",
};

/** IAM changes one object at a time. */
export const CONCURRENT: RetryRow = {
  codes: ["ConcurrentModification", "ConcurrentModificationException"],
  timeoutMs: 120_000,
  why: "another change to the same IAM object is under way",
  source: "IAM API Reference, common errors (read 2026-11)",
};
