/**
 * Parameter policies (expiration and the notifications about it and about standstill), and the events that Parameter Store puts on the
 * default bus. Systems Manager user guide, "Assigning parameter policies in Parameter Store" and "Parameter Store events".
 */
import { arn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { getParameter, getVersion, type ParameterType, removeParameter, type VersionRecord } from "./store.ts";

interface Policy {
  readonly Type: string;
  readonly Attributes: { readonly Timestamp?: string; readonly Before?: string; readonly After?: string; readonly Unit?: string };
}

const POLICIES_MAX = 10;
const UNIT_MS: { readonly [unit: string]: number } = { Days: 86_400_000, Hours: 3_600_000 };
const TYPES = ["Expiration", "ExpirationNotification", "NoChangeNotification"];

function read(text: string): Policy[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value as Policy[];
  } catch {
    // Said below.
  }
  throw new ServiceError("InvalidPolicyAttributeException", 400, "Parameter policies must be a JSON array of policies.");
}

function lengthMs(amount: string | undefined, unit: string | undefined): number {
  const each = UNIT_MS[unit ?? ""];
  if (each === undefined || !/^\d{1,5}$/.test(amount ?? ""))
    throw new ServiceError("InvalidPolicyAttributeException", 400, "A policy attribute or its value is invalid.");
  return Number(amount) * each;
}

function dueMs(policy: Policy, all: readonly Policy[], changedMs: number): number {
  const { Timestamp, Before, After, Unit } = policy.Attributes ?? {};
  if (policy.Type === "NoChangeNotification") return changedMs + lengthMs(After, Unit);
  const end = policy.Type === "Expiration" ? policy : all.find((each) => each.Type === "Expiration");
  const endMs = Date.parse((policy.Type === "Expiration" ? Timestamp : end?.Attributes?.Timestamp) ?? "");
  if (Number.isNaN(endMs))
    throw new ServiceError("InvalidPolicyAttributeException", 400, "A policy attribute or its value is invalid.");
  return policy.Type === "Expiration" ? endMs : endMs - lengthMs(Before, Unit);
}

/** Throws what AWS throws for policies that don't fit. */
export function checkPolicies(text: string, tier: string): void {
  if (text === "" || text === "{}") return;
  const policies = read(text);
  if (policies.length === 0) return;
  if (tier === "Standard")
    throw new ServiceError(
      "ValidationException",
      400,
      "This account has the default parameter tier of Standard. Parameter policies require the advanced tier.",
    );
  if (policies.length > POLICIES_MAX)
    throw new ServiceError(
      "PoliciesLimitExceededException",
      400,
      "You specified more than the maximum number of allowed policies.",
    );
  for (const policy of policies) {
    if (!TYPES.includes(policy?.Type))
      throw new ServiceError("InvalidPolicyTypeException", 400, "The policy type is not supported.");
    if (policy.Type === "ExpirationNotification" && !policies.some((each) => each.Type === "Expiration"))
      throw new ServiceError("IncompatiblePolicyException", 400, "ExpirationNotification needs an Expiration policy.");
    dueMs(policy, policies, 0);
  }
}

function policiesIn(version: VersionRecord): Policy[] {
  const text = version.policies ?? "";
  return text === "" || text === "{}" ? [] : read(text);
}

/** As DescribeParameters shows them. */
export function policiesOf(version: VersionRecord): object[] {
  return policiesIn(version).map((policy) => ({
    PolicyText: JSON.stringify(policy),
    PolicyType: policy.Type,
    PolicyStatus: "Pending",
  }));
}

export function disarmPolicies(ctx: Ctx, name: string): void {
  for (let at = 0; at < POLICIES_MAX; at++) ctx.unschedule("policy", `${name} ${at}`);
}

/** Timers for a version's policies, in place of the former one's. */
export function armPolicies(ctx: Ctx, name: string, version: VersionRecord): void {
  disarmPolicies(ctx, name);
  const policies = policiesIn(version);
  for (const [at, policy] of policies.entries())
    ctx.schedule("policy", `${name} ${at}`, dueMs(policy, policies, version.modifiedMs), { name, type: policy.Type });
}

async function tell(ctx: Ctx, name: string, detailType: string, detail: object): Promise<void> {
  const resources = [arn("ssm", ctx.region, ctx.account, `parameter${name.startsWith("/") ? "" : "/"}${name}`)];
  await ctx.internal("events", "emit", { source: "aws.ssm", detailType, resources, detail });
}

/** "Parameter Store Change" on the default bus. */
export function tellChange(ctx: Ctx, name: string, operation: string, type: ParameterType): Promise<void> {
  return tell(ctx, name, "Parameter Store Change", { operation, name, type });
}

/** The timer's end. */
export function duePolicy(ctx: Ctx, payload: unknown): void {
  const { name, type } = payload as { readonly name: string; readonly type: string };
  const parameter = getParameter(ctx, name);
  const version = parameter === undefined ? undefined : getVersion(ctx, name, parameter.latest);
  if (version === undefined) return;
  if (type === "Expiration") {
    removeParameter(ctx, name);
    disarmPolicies(ctx, name);
  }
  const detail = { "parameter-name": name, "parameter-type": version.type, "policy-type": type, "action-status": "Success" };
  ctx.after((later) => tell(later, name, "Parameter Store Policy Action", detail));
  if (type === "Expiration") ctx.after((later) => tellChange(later, name, "Delete", version.type));
}
