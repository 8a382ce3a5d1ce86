/** SendEmail, SendRawEmail, SendTemplatedEmail, SendBulkTemplatedEmail, and the account's figures. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { headerOf, parseRaw } from "../../sesv2/mime.ts";
import { quotaOf } from "../../sesv2/operations/account.ts";
import { mergedData, rawMessage, tagsOf } from "../../sesv2/operations/send-email.ts";
import { dataOf } from "../../sesv2/operations/templates.ts";
import { requireSender, sendMail, sendTemplated } from "../../sesv2/sending.ts";
import { changeAccount, countsSince, findTemplate, getAccount } from "../../sesv2/store.ts";
import { invalidParameter, noTemplate, V1 } from "../errors.ts";

interface Addresses {
  readonly ToAddresses?: readonly string[];
  readonly CcAddresses?: readonly string[];
  readonly BccAddresses?: readonly string[];
}

interface Common {
  readonly Tags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly ConfigurationSetName?: string;
}

interface Text {
  readonly Data: string;
}

const DAYS_MS = 14 * 86_400_000;

function common(input: Common) {
  return { service: "ses", configurationSet: input.ConfigurationSetName, tags: tagsOf(input.Tags) };
}

function addresses({ ToAddresses: to = [], CcAddresses: cc, BccAddresses: bcc }: Addresses) {
  return { to, cc, bcc };
}

/** The `From` header of a raw message. */
export function senderOf(data: Uint8Array | undefined): string | undefined {
  return data === undefined ? undefined : headerOf(parseRaw(Buffer.from(data).toString("utf8")).headers, "from");
}

interface SendInput extends Common {
  readonly Source: string;
  readonly Destination: Addresses;
  readonly Message: { readonly Subject: Text; readonly Body: { readonly Text?: Text; readonly Html?: Text } };
}

export function sendEmail(ctx: Ctx, input: SendInput): { MessageId: string } {
  const { Text, Html } = input.Message.Body;
  if (Text === undefined && Html === undefined) throw invalidParameter("Missing required header 'Body'.");
  const message = {
    from: input.Source,
    ...addresses(input.Destination),
    subject: input.Message.Subject.Data,
    text: Text?.Data,
    html: Html?.Data,
    ...common(input),
  };
  return { MessageId: sendMail(ctx, message, V1) };
}

interface RawInput extends Common {
  readonly Source?: string;
  readonly Destinations?: readonly string[];
  readonly RawMessage: { readonly Data: Uint8Array };
}

/** What the message's own headers say where the call doesn't; `X-SES-CONFIGURATION-SET` and `X-SES-MESSAGE-TAGS` count as well. */
export function sendRawEmail(ctx: Ctx, input: RawInput): { MessageId: string } {
  const message = rawMessage(input.RawMessage.Data, { from: input.Source, to: input.Destinations });
  if (message.from === "") throw invalidParameter("Missing required header 'From'.");
  const set = input.ConfigurationSetName ?? headerOf(message.headers ?? [], "x-ses-configuration-set");
  const said = headerOf(message.headers ?? [], "x-ses-message-tags") ?? "";
  const tags = [...said.matchAll(/([A-Za-z0-9_-]+)=([A-Za-z0-9_.@-]+)/g)].map(([, Name = "", Value = ""]) => ({ Name, Value }));
  const more = common({ Tags: [...tags, ...(input.Tags ?? [])], ...(set === undefined ? {} : { ConfigurationSetName: set }) });
  return { MessageId: sendMail(ctx, { ...message, ...more }, V1) };
}

interface TemplatedInput extends Common {
  readonly Source: string;
  readonly Destination: Addresses;
  readonly Template: string;
  readonly TemplateData: string;
}

export function sendTemplatedEmail(ctx: Ctx, input: TemplatedInput): { MessageId: string } {
  const template = findTemplate(ctx, input.Template);
  if (template === undefined) throw noTemplate(input.Template);
  const message = { from: input.Source, ...addresses(input.Destination), ...common(input) };
  return { MessageId: sendTemplated(ctx, message, template, dataOf(input.TemplateData, invalidParameter), V1) };
}

interface BulkInput {
  readonly Source: string;
  readonly Template: string;
  readonly DefaultTemplateData: string;
  readonly ConfigurationSetName?: string;
  readonly DefaultTags?: Common["Tags"];
  readonly Destinations: readonly {
    readonly Destination: Addresses;
    readonly ReplacementTags?: Common["Tags"];
    readonly ReplacementTemplateData?: string;
  }[];
}

const STATUS: { readonly [code: string]: string } = {
  ConfigurationSetDoesNotExistException: "ConfigurationSetDoesNotExist",
  AccountSendingPausedException: "AccountSendingPaused",
  MessageRejected: "MessageRejected",
};

export function sendBulkTemplatedEmail(ctx: Ctx, input: BulkInput): object {
  const template = findTemplate(ctx, input.Template);
  if (template === undefined) throw noTemplate(input.Template);
  if (input.Destinations.length > 50) throw invalidParameter("Bulk destination count exceeds 50.");
  requireSender(ctx, input.Source, V1);
  const Status = input.Destinations.map((each) => {
    const message = {
      from: input.Source,
      ...addresses(each.Destination),
      service: "ses",
      configurationSet: input.ConfigurationSetName,
      tags: { ...tagsOf(input.DefaultTags), ...tagsOf(each.ReplacementTags) },
    };
    try {
      const data = mergedData(input.DefaultTemplateData, each.ReplacementTemplateData);
      return { Status: "Success", MessageId: sendTemplated(ctx, message, template, data, V1) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { Status: STATUS[error.code] ?? "InvalidParameterValue", Error: error.message };
    }
  });
  return { Status };
}

export const getSendQuota = (ctx: Ctx): object => quotaOf(ctx);

export function getSendStatistics(ctx: Ctx): object {
  return {
    SendDataPoints: countsSince(ctx, ctx.now() - DAYS_MS).map(({ atMs, quarter }) => ({
      Timestamp: new Date(atMs),
      DeliveryAttempts: quarter.attempts,
      Bounces: quarter.bounces,
      Complaints: quarter.complaints,
      Rejects: quarter.rejects,
    })),
  };
}

export const getAccountSendingEnabled = (ctx: Ctx): object => ({ Enabled: getAccount(ctx).isSendingOff !== true });

export function updateAccountSendingEnabled(ctx: Ctx, input: { readonly Enabled?: boolean }): void {
  changeAccount(ctx, { isSendingOff: input.Enabled !== true });
}
