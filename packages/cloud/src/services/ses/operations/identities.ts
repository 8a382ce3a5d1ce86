/** Identities by version 1's names: verified at once, with DKIM, topics, MAIL FROM and policies. */
import type { Ctx } from "../../../core/service.ts";
import { addressOf, dkimTokens, kindOf } from "../../sesv2/identity.ts";
import { deletePolicy as dropPolicy, putPolicy as putV2Policy } from "../../sesv2/operations/account.ts";
import { putMailFrom } from "../../sesv2/operations/identities.ts";
import { cut } from "../../sesv2/page.ts";
import {
  findIdentity,
  type IdentityRecord,
  listIdentities as listRecords,
  putIdentity,
  removeIdentity,
} from "../../sesv2/store.ts";
import { alreadyExists, invalidParameter, reworded } from "../errors.ts";

interface One {
  readonly Identity: string;
}

interface Many {
  readonly Identities: readonly string[];
}

function need(ctx: Ctx, name: string): IdentityRecord {
  const found = findIdentity(ctx, name);
  if (found === undefined) throw invalidParameter(`Identity <${name}> is not verified or does not exist.`);
  return found;
}

function verify(ctx: Ctx, name: string): IdentityRecord {
  const found = findIdentity(ctx, name);
  if (found !== undefined) return found;
  const kind = kindOf(name);
  const record = { name, kind, createdAtMs: ctx.now(), dkimTokens: dkimTokens(ctx.random, kind), tags: [] };
  putIdentity(ctx, record);
  return record;
}

export function verifyEmailIdentity(ctx: Ctx, input: { readonly EmailAddress: string }): object {
  if (addressOf(input.EmailAddress) !== input.EmailAddress)
    throw invalidParameter(`Invalid email address<${input.EmailAddress.slice(0, 200)}>.`);
  verify(ctx, input.EmailAddress);
  return {};
}

function checkDomain(domain: string): void {
  if (!/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(domain))
    throw invalidParameter(`Invalid domain name ${domain.slice(0, 200)}.`);
}

export function verifyDomainIdentity(ctx: Ctx, input: { readonly Domain: string }): object {
  checkDomain(input.Domain);
  const { dkimTokens: tokens } = verify(ctx, input.Domain);
  return { VerificationToken: `${(tokens[0] ?? "").slice(0, 31)}=`.padStart(44, "d") };
}

export function verifyDomainDkim(ctx: Ctx, input: { readonly Domain: string }): object {
  checkDomain(input.Domain);
  return { DkimTokens: verify(ctx, input.Domain).dkimTokens };
}

export function deleteIdentity(ctx: Ctx, input: One): object {
  removeIdentity(ctx, input.Identity);
  return {};
}

export function deleteVerifiedEmailAddress(ctx: Ctx, input: { readonly EmailAddress: string }): void {
  removeIdentity(ctx, input.EmailAddress);
}

const all = (ctx: Ctx) => listRecords(ctx, undefined, Number.POSITIVE_INFINITY);

interface ListInput {
  readonly IdentityType?: string;
  readonly NextToken?: string;
  readonly MaxItems?: number;
}

export function listIdentities(ctx: Ctx, input: ListInput): object {
  const kind = input.IdentityType === "Domain" ? "DOMAIN" : "EMAIL_ADDRESS";
  const wanted = all(ctx).filter((each) => input.IdentityType === undefined || each.kind === kind);
  const page = { NextToken: input.NextToken, PageSize: input.MaxItems };
  const { shown, more } = cut(
    page,
    wanted,
    ({ name }) => name,
    () => invalidParameter("The NextToken is not valid."),
    1000,
  );
  return { Identities: shown.map(({ name }) => name), ...more };
}

export const listVerifiedEmailAddresses = (ctx: Ctx): object => ({
  VerifiedEmailAddresses: all(ctx).flatMap(({ name, kind }) => (kind === "EMAIL_ADDRESS" ? [name] : [])),
});

function byName<T>(ctx: Ctx, input: Many, show: (identity: IdentityRecord) => T): { readonly [name: string]: T } {
  return Object.fromEntries(
    input.Identities.flatMap((name) => {
      const found = findIdentity(ctx, name);
      return found === undefined ? [] : [[name, show(found)] as const];
    }),
  );
}

export const getVerificationAttributes = (ctx: Ctx, input: Many): object => ({
  VerificationAttributes: byName(ctx, input, ({ kind, dkimTokens: tokens }) => ({
    VerificationStatus: "Success",
    ...(kind === "DOMAIN" ? { VerificationToken: `${(tokens[0] ?? "").slice(0, 31)}=`.padStart(44, "d") } : {}),
  })),
});

export const getDkimAttributes = (ctx: Ctx, input: Many): object => ({
  DkimAttributes: byName(ctx, input, ({ kind, dkimTokens: tokens, isDkimOff }) =>
    kind === "DOMAIN"
      ? { DkimEnabled: isDkimOff !== true, DkimVerificationStatus: "Success", DkimTokens: tokens }
      : { DkimEnabled: false, DkimVerificationStatus: "NotStarted" },
  ),
});

export function setDkimEnabled(ctx: Ctx, input: One & { readonly DkimEnabled: boolean }): object {
  putIdentity(ctx, { ...need(ctx, input.Identity), isDkimOff: !input.DkimEnabled });
  return {};
}

export const getNotificationAttributes = (ctx: Ctx, input: Many): object => ({
  NotificationAttributes: byName(ctx, input, ({ topics = {}, isForwardingOff }) => ({
    ...Object.fromEntries(Object.entries(topics).map(([type, arn]) => [`${type}Topic`, arn])),
    ForwardingEnabled: isForwardingOff !== true,
    HeadersInBounceNotificationsEnabled: false,
    HeadersInComplaintNotificationsEnabled: false,
    HeadersInDeliveryNotificationsEnabled: false,
  })),
});

export function setNotificationTopic(
  ctx: Ctx,
  input: One & { readonly NotificationType: string; readonly SnsTopic?: string },
): object {
  const identity = need(ctx, input.Identity);
  const { [input.NotificationType]: _old, ...others } = identity.topics ?? {};
  const topics = input.SnsTopic === undefined ? others : { ...others, [input.NotificationType]: input.SnsTopic };
  putIdentity(ctx, { ...identity, topics });
  return {};
}

export function setFeedbackForwarding(ctx: Ctx, input: One & { readonly ForwardingEnabled: boolean }): object {
  const identity = need(ctx, input.Identity);
  const { topics = {} } = identity;
  if (!input.ForwardingEnabled && (topics.Bounce === undefined || topics.Complaint === undefined))
    throw invalidParameter(
      `Identity <${input.Identity}> does not have bounce and complaint topics, forwarding cannot be disabled.`,
    );
  putIdentity(ctx, { ...identity, isForwardingOff: !input.ForwardingEnabled });
  return {};
}

export const getMailFromAttributes = (ctx: Ctx, input: Many): object => ({
  MailFromDomainAttributes: byName(ctx, input, ({ mailFrom }) => ({
    MailFromDomain: mailFrom?.domain ?? "",
    MailFromDomainStatus: mailFrom === undefined ? "" : "Success",
    BehaviorOnMXFailure: mailFrom?.onMxFailure === "REJECT_MESSAGE" ? "RejectMessage" : "UseDefaultValue",
  })),
});

export function setMailFrom(
  ctx: Ctx,
  input: One & { readonly MailFromDomain?: string; readonly BehaviorOnMXFailure?: string },
): object {
  need(ctx, input.Identity);
  const BehaviorOnMxFailure = input.BehaviorOnMXFailure === "RejectMessage" ? "REJECT_MESSAGE" : "USE_DEFAULT_VALUE";
  const given = { EmailIdentity: input.Identity, MailFromDomain: input.MailFromDomain ?? "", BehaviorOnMxFailure };
  return reworded(() => putMailFrom(ctx, given), { BadRequestException: invalidParameter });
}

interface OnPolicy extends One {
  readonly PolicyName: string;
}

export function putPolicy(ctx: Ctx, input: OnPolicy & { readonly Policy: string }): object {
  const isThere = Object.hasOwn(need(ctx, input.Identity).policies ?? {}, input.PolicyName);
  return reworded(() => putV2Policy(isThere)(ctx, { ...input, EmailIdentity: input.Identity }), {
    BadRequestException: (message) => alreadyExists("InvalidPolicyException", message),
  });
}

export function deletePolicy(ctx: Ctx, input: OnPolicy): object {
  need(ctx, input.Identity);
  return dropPolicy(ctx, { ...input, EmailIdentity: input.Identity });
}

export function getPolicies(ctx: Ctx, input: One & { readonly PolicyNames: readonly string[] }): object {
  const policies = Object.entries(findIdentity(ctx, input.Identity)?.policies ?? {});
  return { Policies: Object.fromEntries(policies.filter(([name]) => input.PolicyNames.includes(name))) };
}

export const listPolicies = (ctx: Ctx, input: One): object => ({
  PolicyNames: Object.keys(findIdentity(ctx, input.Identity)?.policies ?? {}),
});
