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
import { findIdentity, type IdentityRecord, listIdentities, putIdentity, removeIdentity, requireIdentity } from "../store.ts";

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
  if (input.DkimSigningAttributes !== undefined)
    throw new ServiceError(
      "NotImplemented",
      501,
      "NotImplemented: sesv2.CreateEmailIdentity with DkimSigningAttributes (bring your own DKIM)",
    );
  if (findIdentity(ctx, name) !== undefined)
    throw new ServiceError("AlreadyExistsException", 400, `Email identity ${name} already exist.`);
  const record: IdentityRecord = {
    name,
    kind,
    createdAtMs: ctx.now(),
    dkimTokens: dkimTokens(ctx.random, kind),
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
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: "SUCCESS",
    DkimAttributes: dkimAttributes(record),
    MailFromAttributes: { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" } as GetEmailIdentityCommandOutput["MailFromAttributes"],
    Policies: {},
    Tags: record.tags.map((tag) => ({ ...tag })),
    ...(record.configurationSetName === undefined ? {} : { ConfigurationSetName: record.configurationSetName }),
  };
}

function dkimAttributes(record: IdentityRecord): CreateEmailIdentityCommandOutput["DkimAttributes"] {
  if (record.kind === "EMAIL_ADDRESS")
    return {
      SigningEnabled: false,
      Status: "NOT_STARTED",
      SigningAttributesOrigin: "AWS_SES",
      NextSigningKeyLength: "RSA_2048_BIT",
    };
  return {
    SigningEnabled: true,
    Status: "SUCCESS",
    Tokens: [...record.dkimTokens],
    SigningAttributesOrigin: "AWS_SES",
    NextSigningKeyLength: "RSA_2048_BIT",
    CurrentSigningKeyLength: "RSA_2048_BIT",
    LastKeyGenerationTimestamp: new Date(record.createdAtMs),
  };
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
  putIdentity(
    ctx,
    input.ConfigurationSetName === undefined ? record : { ...record, configurationSetName: input.ConfigurationSetName },
  );
  return {};
}
