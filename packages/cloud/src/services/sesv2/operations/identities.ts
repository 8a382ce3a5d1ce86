/** Create, get, list and delete e-mail identities, and their configuration set. */
import type {
  CreateEmailIdentityCommandInput,
  CreateEmailIdentityCommandOutput,
  DeleteEmailIdentityCommandInput,
  GetEmailIdentityCommandInput,
  GetEmailIdentityCommandOutput,
  ListEmailIdentitiesCommandInput,
  ListEmailIdentitiesCommandOutput,
  PutEmailIdentityConfigurationSetAttributesCommandInput,
} from "@aws-sdk/client-sesv2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { addressOf, dkimTokens, kindOf } from "../identity.ts";
import {
  findIdentity,
  type IdentityRecord,
  listIdentities,
  putIdentity,
  removeIdentity,
  requireIdentity,
  requireSet,
} from "../store.ts";

type Answer<T> = Omit<T, "$metadata">;
const PAGE_DEFAULT = 100;

export function createEmailIdentity(ctx: Ctx, input: CreateEmailIdentityCommandInput): Answer<CreateEmailIdentityCommandOutput> {
  const name = input.EmailIdentity ?? "";
  const kind = kindOf(name);
  if (
    kind === "EMAIL_ADDRESS"
      ? addressOf(name) !== name
      : !/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(name)
  ) {
    throw new ServiceError("BadRequestException", 400, `Invalid identity: ${name.slice(0, 200)}`);
  }
  if (findIdentity(ctx, name) !== undefined)
    throw new ServiceError("AlreadyExistsException", 400, `Email identity ${name} already exist.`);
  if (input.ConfigurationSetName !== undefined) requireSet(ctx, input.ConfigurationSetName);
  const record: IdentityRecord = {
    name,
    kind,
    createdAtMs: ctx.now(),
    dkimTokens: dkimTokens(ctx.random, kind),
    ...signingOf(input.DkimSigningAttributes),
    tags: (input.Tags ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value })),
    ...(input.ConfigurationSetName === undefined ? {} : { configurationSetName: input.ConfigurationSetName }),
  };
  putIdentity(ctx, record);
  return { IdentityType: kind, VerifiedForSendingStatus: true, DkimAttributes: dkimAttributes(record) };
}

export function getEmailIdentity(ctx: Ctx, input: GetEmailIdentityCommandInput): Answer<GetEmailIdentityCommandOutput> {
  const record = requireIdentity(ctx, input.EmailIdentity ?? "");
  return {
    IdentityType: record.kind,
    FeedbackForwardingStatus: record.isForwardingOff !== true,
    VerifiedForSendingStatus: true,
    VerificationStatus: "SUCCESS",
    DkimAttributes: dkimAttributes(record),
    MailFromAttributes: mailFromOf(record),
    Policies: { ...record.policies },
    Tags: record.tags.map((tag) => ({ ...tag })),
    ...(record.configurationSetName === undefined ? {} : { ConfigurationSetName: record.configurationSetName }),
  };
}

function mailFromOf(record: IdentityRecord): GetEmailIdentityCommandOutput["MailFromAttributes"] {
  if (record.mailFrom === undefined)
    return { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" } as GetEmailIdentityCommandOutput["MailFromAttributes"];
  const { domain, onMxFailure } = record.mailFrom;
  return {
    MailFromDomain: domain,
    MailFromDomainStatus: "SUCCESS",
    BehaviorOnMxFailure: onMxFailure === "REJECT_MESSAGE" ? "REJECT_MESSAGE" : "USE_DEFAULT_VALUE",
  };
}

type Signing = CreateEmailIdentityCommandInput["DkimSigningAttributes"];

/** Bring your own DKIM: the selector is kept, the private key is not. */
function signingOf(given: Signing): Pick<IdentityRecord, "dkimSelector" | "keyLength"> {
  if (given === undefined) return {};
  const { DomainSigningSelector: selector, DomainSigningPrivateKey: secret, NextSigningKeyLength: length } = given;
  if ((selector === undefined) !== (secret === undefined))
    throw new ServiceError(
      "BadRequestException",
      400,
      "DomainSigningSelector and DomainSigningPrivateKey must be given together.",
    );
  return {
    ...(selector === undefined ? {} : { dkimSelector: selector }),
    ...(length === undefined ? {} : { keyLength: length }),
  };
}

function dkimAttributes(record: IdentityRecord): CreateEmailIdentityCommandOutput["DkimAttributes"] {
  const length = record.keyLength === "RSA_1024_BIT" ? ("RSA_1024_BIT" as const) : ("RSA_2048_BIT" as const);
  if (record.dkimSelector !== undefined)
    return {
      SigningEnabled: record.isDkimOff !== true,
      Status: "SUCCESS",
      Tokens: [record.dkimSelector],
      SigningAttributesOrigin: "EXTERNAL",
    };
  if (record.kind === "EMAIL_ADDRESS")
    return { SigningEnabled: false, Status: "NOT_STARTED", SigningAttributesOrigin: "AWS_SES", NextSigningKeyLength: length };
  return {
    SigningEnabled: record.isDkimOff !== true,
    Status: "SUCCESS",
    Tokens: [...record.dkimTokens],
    SigningAttributesOrigin: "AWS_SES",
    NextSigningKeyLength: length,
    CurrentSigningKeyLength: length,
    LastKeyGenerationTimestamp: new Date(record.createdAtMs),
  };
}

export function putDkim(ctx: Ctx, input: { readonly EmailIdentity: string; readonly SigningEnabled?: boolean }): object {
  putIdentity(ctx, { ...requireIdentity(ctx, input.EmailIdentity), isDkimOff: input.SigningEnabled !== true });
  return {};
}

export function putDkimSigning(
  ctx: Ctx,
  input: { readonly EmailIdentity: string; readonly SigningAttributesOrigin: string; readonly SigningAttributes?: Signing },
): object {
  const { dkimSelector: _old, ...identity } = requireIdentity(ctx, input.EmailIdentity);
  const isOwn = input.SigningAttributesOrigin === "EXTERNAL";
  if (isOwn && input.SigningAttributes?.DomainSigningSelector === undefined)
    throw new ServiceError("BadRequestException", 400, "SigningAttributes are required for the origin EXTERNAL.");
  const signing = signingOf(input.SigningAttributes);
  const record = { ...identity, ...signing, ...(isOwn ? {} : { dkimTokens: dkimTokens(ctx.random, identity.kind) }) };
  putIdentity(ctx, record);
  return { DkimStatus: "SUCCESS", DkimTokens: dkimAttributes(record)?.Tokens ?? [] };
}

export function putFeedback(
  ctx: Ctx,
  input: { readonly EmailIdentity: string; readonly EmailForwardingEnabled?: boolean },
): object {
  putIdentity(ctx, { ...requireIdentity(ctx, input.EmailIdentity), isForwardingOff: input.EmailForwardingEnabled !== true });
  return {};
}

export function putMailFrom(
  ctx: Ctx,
  input: { readonly EmailIdentity: string; readonly MailFromDomain?: string; readonly BehaviorOnMxFailure?: string },
): object {
  const { mailFrom: _old, ...identity } = requireIdentity(ctx, input.EmailIdentity);
  const domain = input.MailFromDomain;
  if (domain === undefined || domain === "") {
    putIdentity(ctx, identity);
    return {};
  }
  const owner = identity.name.slice(identity.name.lastIndexOf("@") + 1);
  if (!domain.endsWith(`.${owner}`))
    throw new ServiceError(
      "BadRequestException",
      400,
      `Provided MAIL-FROM domain <${domain.slice(0, 200)}> is not subdomain of the domain of the identity <${identity.name}>.`,
    );
  putIdentity(ctx, { ...identity, mailFrom: { domain, onMxFailure: input.BehaviorOnMxFailure ?? "USE_DEFAULT_VALUE" } });
  return {};
}

export function listEmailIdentities(ctx: Ctx, input: ListEmailIdentitiesCommandInput): Answer<ListEmailIdentitiesCommandOutput> {
  const limit = input.PageSize ?? PAGE_DEFAULT;
  const after = input.NextToken === undefined ? undefined : Buffer.from(input.NextToken, "base64url").toString();
  const found = listIdentities(ctx, after, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    EmailIdentities: page.map(({ name, kind }) => ({
      IdentityName: name,
      IdentityType: kind,
      SendingEnabled: true,
      VerificationStatus: "SUCCESS",
    })),
    ...(found.length > limit && last !== undefined ? { NextToken: Buffer.from(last.name).toString("base64url") } : {}),
  };
}

export function deleteEmailIdentity(ctx: Ctx, input: DeleteEmailIdentityCommandInput): object {
  const record = requireIdentity(ctx, input.EmailIdentity ?? "");
  removeIdentity(ctx, record.name);
  return {};
}

export function putConfigurationSet(ctx: Ctx, input: PutEmailIdentityConfigurationSetAttributesCommandInput): object {
  const { configurationSetName: _, ...record } = requireIdentity(ctx, input.EmailIdentity ?? "");
  if (input.ConfigurationSetName !== undefined) requireSet(ctx, input.ConfigurationSetName);
  putIdentity(
    ctx,
    input.ConfigurationSetName === undefined ? record : { ...record, configurationSetName: input.ConfigurationSetName },
  );
  return {};
}
