/** The account's sending, its suppression list, and policies of identities. */
import { checkPolicy, MalformedPolicy } from "../../../core/policy/document.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { addressOf } from "../identity.ts";
import { cut, type PageInput } from "../page.ts";
import { V2 } from "../sending.ts";
import {
  changeAccount,
  countsSince,
  findSuppressed,
  getAccount,
  putIdentity,
  putSuppressed,
  removeSuppressed,
  requireIdentity,
  type SuppressedRecord,
  suppressedOf,
} from "../store.ts";

const DAY_MS = 86_400_000;
const DAILY_MAX = 50_000;
const RATE_MAX = 14;

/** Figures of an account out of the sandbox. */
export function quotaOf(ctx: Ctx) {
  const sent = countsSince(ctx, ctx.now() - DAY_MS).reduce((sum, { quarter }) => sum + quarter.attempts, 0);
  return { Max24HourSend: DAILY_MAX, MaxSendRate: RATE_MAX, SentLast24Hours: sent };
}

export function getAccountOperation(ctx: Ctx): object {
  const { isSendingOff, suppressedReasons, isWarmupOn, details, vdm } = getAccount(ctx);
  return {
    DedicatedIpAutoWarmupEnabled: isWarmupOn === true,
    EnforcementStatus: "HEALTHY",
    ProductionAccessEnabled: true,
    SendQuota: quotaOf(ctx),
    SendingEnabled: isSendingOff !== true,
    SuppressionAttributes: { SuppressedReasons: suppressedReasons ?? ["BOUNCE", "COMPLAINT"] },
    ...(details === undefined ? {} : { Details: details }),
    VdmAttributes: vdm ?? { VdmEnabled: "DISABLED" },
  };
}

export function putAccountDetails(
  ctx: Ctx,
  { ProductionAccessEnabled: _asked, ...details }: { readonly ProductionAccessEnabled?: boolean },
): object {
  changeAccount(ctx, { details: { ...details, ReviewDetails: { Status: "GRANTED" } } });
  return {};
}

export function putSendingAttributes(ctx: Ctx, input: { readonly SendingEnabled?: boolean }): object {
  changeAccount(ctx, { isSendingOff: input.SendingEnabled !== true });
  return {};
}

export function putSuppressionAttributes(ctx: Ctx, input: { readonly SuppressedReasons?: readonly string[] }): object {
  changeAccount(ctx, { suppressedReasons: input.SuppressedReasons ?? [] });
  return {};
}

export function putWarmup(ctx: Ctx, input: { readonly AutoWarmupEnabled?: boolean }): object {
  changeAccount(ctx, { isWarmupOn: input.AutoWarmupEnabled === true });
  return {};
}

export function putVdm(ctx: Ctx, input: { readonly VdmAttributes: object }): object {
  changeAccount(ctx, { vdm: input.VdmAttributes });
  return {};
}

interface Address {
  readonly EmailAddress: string;
}

export function putSuppressedDestination(ctx: Ctx, input: Address & { readonly Reason: string }): object {
  if (addressOf(input.EmailAddress) !== input.EmailAddress)
    throw V2.bad(`Invalid email address ${input.EmailAddress.slice(0, 200)}`);
  putSuppressed(ctx, { address: input.EmailAddress, reason: input.Reason, atMs: ctx.now() });
  return {};
}

function requireSuppressed(ctx: Ctx, address: string): SuppressedRecord {
  const found = findSuppressed(ctx, address);
  if (found === undefined)
    throw new ServiceError("NotFoundException", 404, `Email address ${address} does not exist on your suppression list.`);
  return found;
}

const shown = (each: SuppressedRecord) => ({
  EmailAddress: each.address,
  Reason: each.reason,
  LastUpdateTime: new Date(each.atMs),
});

export function getSuppressedDestination(ctx: Ctx, input: Address): object {
  return { SuppressedDestination: shown(requireSuppressed(ctx, input.EmailAddress)) };
}

export function deleteSuppressedDestination(ctx: Ctx, input: Address): object {
  removeSuppressed(ctx, requireSuppressed(ctx, input.EmailAddress).address);
  return {};
}

interface ListInput extends PageInput {
  readonly Reasons?: readonly string[];
  readonly StartDate?: Date;
  readonly EndDate?: Date;
}

export function listSuppressedDestinations(ctx: Ctx, input: ListInput): object {
  const wanted = suppressedOf(ctx).filter(
    (each) =>
      (input.Reasons === undefined || input.Reasons.includes(each.reason)) &&
      each.atMs >= (input.StartDate?.getTime() ?? 0) &&
      each.atMs <= (input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY),
  );
  const page = cut(
    input,
    wanted,
    (each) => each.address.toLowerCase(),
    () => V2.bad("The NextToken is not valid."),
    1000,
  );
  return { SuppressedDestinationSummaries: page.shown.map(shown), ...page.more };
}

interface OnPolicy {
  readonly EmailIdentity: string;
  readonly PolicyName: string;
}

const POLICIES_MAX = 20;

function checked(policy: string): string {
  try {
    checkPolicy(policy, "resource");
  } catch (error) {
    if (error instanceof MalformedPolicy || error instanceof SyntaxError) throw V2.bad(`Invalid policy: ${error.message}`);
    throw error;
  }
  return policy;
}

export function putPolicy(mustBe: boolean) {
  return (ctx: Ctx, input: OnPolicy & { readonly Policy: string }): object => {
    const identity = requireIdentity(ctx, input.EmailIdentity);
    const policies = identity.policies ?? {};
    const isThere = Object.hasOwn(policies, input.PolicyName);
    if (isThere && !mustBe) throw new ServiceError("AlreadyExistsException", 400, `Policy ${input.PolicyName} already exists.`);
    if (!isThere && mustBe) throw new ServiceError("NotFoundException", 404, `Policy ${input.PolicyName} does not exist.`);
    if (!isThere && Object.keys(policies).length >= POLICIES_MAX)
      throw new ServiceError("LimitExceededException", 400, "An identity can have at most 20 policies.");
    putIdentity(ctx, { ...identity, policies: { ...policies, [input.PolicyName]: checked(input.Policy) } });
    return {};
  };
}

export function deletePolicy(ctx: Ctx, input: OnPolicy): object {
  const identity = requireIdentity(ctx, input.EmailIdentity);
  const rest = Object.entries(identity.policies ?? {}).filter(([name]) => name !== input.PolicyName);
  putIdentity(ctx, { ...identity, policies: Object.fromEntries(rest) });
  return {};
}

export function getPolicies(ctx: Ctx, input: { readonly EmailIdentity: string }): object {
  return { Policies: requireIdentity(ctx, input.EmailIdentity).policies ?? {} };
}
