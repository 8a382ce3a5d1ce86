/** SendEmail and SendBulkEmail. The account counts as out of the sandbox: senders must be verified identities, recipients need not be. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { addressList, headerOf, parseRaw } from "../mime.ts";
import { type Outgoing, requireSender, sendMail, sendTemplated, type TemplateText, V2 } from "../sending.ts";
import { requireTemplate } from "../store.ts";
import { dataOf, readTemplate, type TemplateContent } from "./templates.ts";

interface Addresses {
  readonly ToAddresses?: readonly string[];
  readonly CcAddresses?: readonly string[];
  readonly BccAddresses?: readonly string[];
}

type MessageTags = readonly { readonly Name: string; readonly Value: string }[];

interface TemplateInput {
  readonly TemplateName?: string;
  readonly TemplateArn?: string;
  readonly TemplateContent?: TemplateContent;
  readonly TemplateData?: string;
}

interface Header {
  readonly Name: string;
  readonly Value: string;
}

interface Simple {
  readonly Subject?: { readonly Data: string };
  readonly Body?: { readonly Text?: { readonly Data: string }; readonly Html?: { readonly Data: string } };
  readonly Headers?: readonly Header[];
}

interface SendInput {
  readonly FromEmailAddress?: string;
  readonly Destination?: Addresses;
  readonly Content?: {
    readonly Simple?: Simple;
    readonly Raw?: { readonly Data: Uint8Array };
    readonly Template?: TemplateInput;
  };
  readonly EmailTags?: MessageTags;
  readonly ConfigurationSetName?: string;
  readonly ListManagementOptions?: unknown;
}

export function tagsOf(tags: MessageTags | undefined): { readonly [name: string]: string } {
  for (const { Name, Value } of tags ?? [])
    if (!/^[A-Za-z0-9_.@-]{1,256}$/.test(Name) || !/^[A-Za-z0-9_.@-]{1,256}$/.test(Value))
      throw new ServiceError("InvalidParameterValue", 400, `Invalid email message tag <${Name.slice(0, 100)}>.`);
  return Object.fromEntries((tags ?? []).map(({ Name, Value }) => [Name, Value]));
}

export function templateOf(ctx: Ctx, input: TemplateInput): TemplateText {
  if (input.TemplateContent !== undefined) return readTemplate("inline", input.TemplateContent);
  const name = input.TemplateName ?? input.TemplateArn?.slice(input.TemplateArn.indexOf("/") + 1);
  return requireTemplate(ctx, name);
}

/** The message of a raw one: who it is from and for as its headers say, where the call doesn't. */
export function rawMessage(
  data: Uint8Array,
  given: { readonly from?: string | undefined; readonly to?: readonly string[] | undefined },
): Omit<Outgoing, "service"> {
  const raw = parseRaw(Buffer.from(data).toString("utf8"));
  const head = (name: string) => addressList(headerOf(raw.headers, name));
  const isSaid = given.to !== undefined && given.to.length > 0;
  const text = raw.text ?? (raw.html === undefined ? raw.body : undefined);
  return {
    from: given.from ?? headerOf(raw.headers, "from") ?? "",
    to: isSaid ? (given.to ?? []) : head("to"),
    ...(isSaid ? {} : { cc: head("cc"), bcc: head("bcc") }),
    subject: headerOf(raw.headers, "subject"),
    ...(text === undefined ? {} : { text }),
    ...(raw.html === undefined ? {} : { html: raw.html }),
    headers: raw.headers,
  };
}

function simpleMessage(simple: Simple): Pick<Outgoing, "subject" | "text" | "html"> {
  const { Text, Html } = simple.Body ?? {};
  if (Text === undefined && Html === undefined) throw V2.bad("Missing message body.");
  return {
    subject: simple.Subject?.Data ?? "",
    ...(Text === undefined ? {} : { text: Text.Data }),
    ...(Html === undefined ? {} : { html: Html.Data }),
  };
}

export function sendEmail(ctx: Ctx, input: SendInput): { MessageId: string } {
  if (input.ListManagementOptions !== undefined)
    throw new ServiceError("NotImplemented", 501, "NotImplemented: sesv2.SendEmail with ListManagementOptions (contact lists)");
  const { Simple: simple, Raw: raw, Template: template } = input.Content ?? {};
  const { ToAddresses: to = [], CcAddresses: cc, BccAddresses: bcc } = input.Destination ?? {};
  const common = {
    service: "sesv2",
    configurationSet: input.ConfigurationSetName,
    tags: tagsOf(input.EmailTags),
  };
  if (raw?.Data !== undefined) {
    const given = { from: input.FromEmailAddress, to: [...to, ...(cc ?? []), ...(bcc ?? [])] };
    return { MessageId: sendMail(ctx, { ...rawMessage(raw.Data, given), ...common }, V2) };
  }
  requireSender(ctx, input.FromEmailAddress, V2);
  const message = { from: input.FromEmailAddress ?? "", to, cc, bcc, ...common };
  if (simple !== undefined) return { MessageId: sendMail(ctx, { ...message, ...simpleMessage(simple) }, V2) };
  if (template === undefined) throw V2.bad("Content must have one of Simple, Raw or Template.");
  const data = dataOf(template.TemplateData, V2.bad);
  return { MessageId: sendTemplated(ctx, message, templateOf(ctx, template), data, V2) };
}

interface BulkEntry {
  readonly Destination: Addresses;
  readonly ReplacementTags?: MessageTags;
  readonly ReplacementEmailContent?: { readonly ReplacementTemplate?: { readonly ReplacementTemplateData?: string } };
}

interface BulkInput {
  readonly FromEmailAddress?: string;
  readonly DefaultEmailTags?: MessageTags;
  readonly DefaultContent: { readonly Template?: TemplateInput };
  readonly BulkEmailEntries: readonly BulkEntry[];
  readonly ConfigurationSetName?: string;
}

const ENTRIES_MAX = 50;

/** The default's data with the entry's own over it. */
export function mergedData(base: string | undefined, own: string | undefined): object {
  return { ...(dataOf(base, V2.bad) as object), ...(dataOf(own === "" ? undefined : own, V2.bad) as object) };
}

export function sendBulkEmail(ctx: Ctx, input: BulkInput): object {
  const { Template: template } = input.DefaultContent;
  if (template === undefined) throw V2.bad("DefaultContent must have a Template.");
  if (input.BulkEmailEntries.length === 0 || input.BulkEmailEntries.length > ENTRIES_MAX)
    throw V2.bad(`BulkEmailEntries must have between 1 and ${ENTRIES_MAX} entries.`);
  requireSender(ctx, input.FromEmailAddress, V2);
  const text = templateOf(ctx, template);
  const BulkEmailEntryResults = input.BulkEmailEntries.map((entry) => {
    const { ToAddresses: to = [], CcAddresses: cc, BccAddresses: bcc } = entry.Destination;
    const message = {
      from: input.FromEmailAddress ?? "",
      to,
      cc,
      bcc,
      service: "sesv2",
      configurationSet: input.ConfigurationSetName,
      tags: { ...tagsOf(input.DefaultEmailTags), ...tagsOf(entry.ReplacementTags) },
    };
    try {
      const own = entry.ReplacementEmailContent?.ReplacementTemplate?.ReplacementTemplateData;
      const MessageId = sendTemplated(ctx, message, text, mergedData(template.TemplateData, own), V2);
      return { Status: "SUCCESS", MessageId };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const Status = { NotFoundException: "CONFIGURATION_SET_NOT_FOUND", SendingPausedException: "ACCOUNT_SENDING_PAUSED" }[
        error.code
      ];
      return { Status: Status ?? "INVALID_PARAMETER", Error: error.message };
    }
  });
  return { BulkEmailEntryResults };
}
