import { policyText } from "../../core/identities.ts";
import { factsOf } from "../../core/policy/context.ts";
import { checkPolicy, MalformedPolicy } from "../../core/policy/document.ts";
import { type Ctx, ServiceError, type SessionFacts } from "../../core/service.ts";
import { accessDenied, validationError } from "./errors.ts";

/** What requests for temporary credentials say of the session: policies, tags, source identity, second factor. */

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface SessionInput {
  readonly Policy?: string;
  readonly PolicyArns?: readonly { readonly arn?: string }[];
  readonly Tags?: readonly Tag[];
  readonly TransitiveTagKeys?: readonly string[];
  readonly SourceIdentity?: string;
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}

const PACKED_BYTES = 2_048;

/** Session policies, given and attached. Throws MalformedPolicyDocument, ValidationError. */
export function sessionPolicies(ctx: Ctx, input: SessionInput): readonly string[] | undefined {
  const given: string[] = [];
  if (input.Policy !== undefined) {
    try {
      checkPolicy(input.Policy, "identity");
    } catch (error) {
      if (!(error instanceof MalformedPolicy)) throw error;
      throw new ServiceError("MalformedPolicyDocumentException", 400, error.message);
    }
    given.push(input.Policy);
  }
  for (const { arn = "" } of input.PolicyArns ?? []) {
    const text = policyText(ctx.store, arn);
    if (text === undefined) throw validationError(`Policy ARN ${arn} does not exist or is not attachable.`);
    given.push(text);
  }
  return given.length === 0 ? undefined : given;
}

/** How much of AWS's packed limit a session takes, in percent; only that it is small or great can be relied upon. */
export function packedPercent(input: SessionInput): number {
  const tags = (input.Tags ?? []).reduce((sum, tag) => sum + tag.Key.length + tag.Value.length, 0);
  const bytes = (input.Policy ?? "").replace(/\s/g, "").length + tags + (input.PolicyArns ?? []).length * 60;
  const percent = Math.ceil((bytes / PACKED_BYTES) * 100);
  if (percent > 100)
    throw new ServiceError(
      "PackedPolicyTooLargeException",
      400,
      `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
    );
  return percent;
}

/** The session's tags: the caller's transitive ones, then the request's. Throws ValidationError (InvalidParameterValue). */
export function sessionTags(ctx: Ctx, input: SessionInput): Pick<SessionFacts, "tags" | "transitiveTags"> {
  const inherited = factsOf(ctx.principal);
  const tags: Record<string, string> = {};
  for (const key of inherited.transitiveTags ?? []) tags[key] = inherited.tags?.[key] ?? "";
  const seen = new Set(Object.keys(tags).map((key) => key.toLowerCase()));
  for (const { Key, Value } of input.Tags ?? []) {
    if (seen.has(Key.toLowerCase()))
      throw validationError(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive, and transitive tags of the caller cannot be overridden.",
      );
    if (Key.toLowerCase().startsWith("aws:")) throw validationError("Tag keys beginning with aws: are reserved for system use.");
    seen.add(Key.toLowerCase());
    tags[Key] = Value;
  }
  const unknown = (input.TransitiveTagKeys ?? []).find((key) => tags[key] === undefined);
  if (unknown !== undefined)
    throw validationError(`The specified transitive tag key must be included in the requested tags: ${unknown}`);
  if (Object.keys(tags).length === 0) return {};
  return { tags, transitiveTags: [...(inherited.transitiveTags ?? []), ...(input.TransitiveTagKeys ?? [])] };
}

/** Condition keys of a request that carries tags. */
export function tagConditions(
  tags: SessionInput["Tags"],
  transitive: SessionInput["TransitiveTagKeys"],
): Record<string, readonly string[]> {
  const out: Record<string, readonly string[]> = {};
  for (const { Key, Value } of tags ?? []) out[`aws:requesttag/${Key.toLowerCase()}`] = [Value];
  if (tags !== undefined && tags.length > 0) out["aws:tagkeys"] = tags.map((tag) => tag.Key);
  if (transitive !== undefined && transitive.length > 0) out["sts:transitivetagkeys"] = transitive;
  return out;
}

/** `aws:MultiFactorAuth…` of a request with a code; nothing without one. Throws AccessDenied for a wrong one. */
export async function secondFactor(ctx: Ctx, input: SessionInput): Promise<Record<string, readonly string[]>> {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return {};
  const userName =
    ctx.principal.kind === "user" ? ctx.principal.userArn.slice(ctx.principal.userArn.lastIndexOf("/") + 1) : undefined;
  const verdict = await ctx.internal<"good" | "wrong" | "unknown">("iam", "checkMfaCode", {
    serialNumber: input.SerialNumber ?? "",
    code: input.TokenCode ?? "",
    ...(userName === undefined ? {} : { userName }),
  });
  if (verdict === "unknown")
    throw accessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    );
  if (verdict === "wrong") throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  return { "aws:multifactorauthpresent": ["true"], "aws:multifactorauthage": ["0"] };
}
