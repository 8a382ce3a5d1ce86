/** CORS rules of a bucket (User Guide, "Using cross-origin resource sharing"). */
import type { CORSRule } from "@aws-sdk/client-s3";
import type { BucketRecord } from "./bucket.ts";
import { invalidRequest, malformedXml } from "./errors.ts";

const RULES_MAX = 100;
const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "HEAD", "POST", "DELETE"]);

/** Throws MalformedXML or InvalidRequest. */
export function checkCorsRules(value: unknown): CORSRule[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > RULES_MAX) throw malformedXml();
  for (const rule of value as CORSRule[]) {
    if ((rule.AllowedMethods ?? []).length === 0 || (rule.AllowedOrigins ?? []).length === 0) throw malformedXml();
    for (const method of rule.AllowedMethods ?? [])
      if (!METHODS.has(method))
        throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
    for (const origin of rule.AllowedOrigins ?? [])
      if (origin.split("*").length > 2) throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
    for (const header of rule.AllowedHeaders ?? [])
      if (header.split("*").length > 2) throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`);
  }
  return value as CORSRule[];
}

/** `https://*.example.com` against a text: one `*` stands for anything. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

function rulesOf(bucket: BucketRecord): readonly CORSRule[] {
  return (bucket.settings.cors as { CORSRules?: CORSRule[] } | undefined)?.CORSRules ?? [];
}

export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Names in Access-Control-Request-Headers, lower case. */
  readonly headers: readonly string[];
}

function allowedHeaders(rule: CORSRule, wanted: readonly string[]): boolean {
  return wanted.every((name) => (rule.AllowedHeaders ?? []).some((pattern) => matches(pattern.toLowerCase(), name)));
}

/** The headers of the answer by the first rule that fits; undefined when none does. */
export function corsHeaders(
  bucket: BucketRecord,
  question: CorsQuestion,
  isPreflight: boolean,
): Record<string, string> | undefined {
  const rule = rulesOf(bucket).find(
    (each) =>
      each.AllowedMethods?.includes(question.method) === true &&
      each.AllowedOrigins?.some((pattern) => matches(pattern, question.origin)) === true &&
      (!isPreflight || allowedHeaders(each, question.headers)),
  );
  if (rule === undefined) return undefined;
  const any = rule.AllowedOrigins?.includes("*") === true;
  return {
    "Access-Control-Allow-Origin": any ? "*" : question.origin,
    "Access-Control-Allow-Methods": (rule.AllowedMethods ?? []).join(", "),
    ...(isPreflight && question.headers.length > 0 ? { "Access-Control-Allow-Headers": question.headers.join(", ") } : {}),
    ...((rule.ExposeHeaders ?? []).length === 0
      ? {}
      : { "Access-Control-Expose-Headers": (rule.ExposeHeaders ?? []).join(", ") }),
    ...(rule.MaxAgeSeconds === undefined ? {} : { "Access-Control-Max-Age": String(rule.MaxAgeSeconds) }),
    ...(any ? {} : { "Access-Control-Allow-Credentials": "true" }),
    Vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

export function hasCors(bucket: BucketRecord): boolean {
  return rulesOf(bucket).length > 0;
}
