/**
 * From a checked message to the mailbox: who may send, suppression, the mailbox simulator's addresses, events.
 * SES developer guide, "Using the mailbox simulator", "Using the account-level suppression list".
 */
import { randomHex, randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { addressOf, identitiesFor } from "./identity.ts";
import { notifyTopic, publishEvent, type SentMail } from "./publishing.ts";
import { count, findIdentity, findSet, findSuppressed, getAccount, type IdentityRecord } from "./store.ts";
import { render, TemplateError } from "./template.ts";

export interface Outgoing {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[] | undefined;
  readonly bcc?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly headers?: SentMail["headers"] | undefined;
  readonly configurationSet?: string | undefined;
  readonly tags?: { readonly [name: string]: string } | undefined;
  /** `sesv2` or `ses`, as the mailbox shows it. */
  readonly service: string;
}

/** What the two versions of the API call their refusals. */
export interface Refusals {
  readonly bad: (message: string) => ServiceError;
  readonly noSet: (name: string) => ServiceError;
  readonly paused: (message: string) => ServiceError;
}

export const V2: Refusals = {
  bad: (message) => new ServiceError("BadRequestException", 400, message),
  noSet: (name) => new ServiceError("NotFoundException", 404, `Configuration set <${name}> does not exist.`),
  paused: (message) => new ServiceError("SendingPausedException", 400, message),
};

const RECIPIENTS_MAX = 50;

/** The identity that lets an address send. Throws MessageRejected. */
export function requireSender(
  ctx: Ctx,
  from: string | undefined,
  refusals: Refusals,
): { identity: IdentityRecord; address: string } {
  const address = addressOf(from ?? "");
  if (address === undefined) throw refusals.bad("Missing or invalid FromEmailAddress.");
  const name = identitiesFor(address).find((each) => findIdentity(ctx, each) !== undefined);
  const identity = name === undefined ? undefined : findIdentity(ctx, name);
  if (identity === undefined)
    throw new ServiceError(
      "MessageRejected",
      400,
      `Email address is not verified. The following identities failed the check in region ${ctx.region.toUpperCase()}: ${from}`,
    );
  return { identity, address };
}

function checkRecipients(message: Outgoing, refusals: Refusals): string[] {
  const all = [...message.to, ...(message.cc ?? []), ...(message.bcc ?? [])];
  if (all.length === 0) throw refusals.bad("Destination must have at least one address.");
  if (all.length > RECIPIENTS_MAX) throw refusals.bad(`Recipient count exceeds ${RECIPIENTS_MAX}.`);
  return all.map((recipient) => {
    const to = addressOf(recipient);
    if (to === undefined) throw refusals.bad(`Illegal address: ${recipient.slice(0, 200)}`);
    return to;
  });
}

type Fate = "delivered" | "bounced" | "complained" | "suppressed";

function reasonsOf(ctx: Ctx, set: string | undefined): readonly string[] {
  const own = set === undefined ? undefined : (findSet(ctx, set)?.options.SuppressionOptions as { SuppressedReasons?: string[] });
  return own?.SuppressedReasons ?? getAccount(ctx).suppressedReasons ?? ["BOUNCE", "COMPLAINT"];
}

function fateOf(ctx: Ctx, address: string, set: string | undefined): Fate {
  const suppressed = findSuppressed(ctx, address);
  if (suppressed !== undefined && reasonsOf(ctx, set).includes(suppressed.reason)) return "suppressed";
  const local = /^([a-z]+)(\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address)?.[1]?.toLowerCase();
  if (local === "bounce") return "bounced";
  if (local === "complaint") return "complained";
  return local === "suppressionlist" ? "suppressed" : "delivered";
}

function bounceOf(ctx: Ctx, addresses: readonly string[], fate: Fate): object {
  const isSuppressed = fate === "suppressed";
  return {
    bounce: {
      feedbackId: `${randomHex(ctx.random, 16)}-${randomUuid(ctx.random)}-000000`,
      bounceType: "Permanent",
      bounceSubType: isSuppressed ? "OnAccountSuppressionList" : "General",
      bouncedRecipients: addresses.map((emailAddress) => ({
        emailAddress,
        action: "failed",
        status: "5.1.1",
        diagnosticCode: isSuppressed
          ? "Amazon SES did not send the message to this address because it is on the suppression list for your account."
          : "smtp; 550 5.1.1 user unknown",
      })),
      timestamp: new Date(ctx.now()).toISOString(),
      reportingMTA: "dns; amazonses.com",
    },
  };
}

function complaintOf(ctx: Ctx, addresses: readonly string[]): object {
  return {
    complaint: {
      feedbackId: `${randomHex(ctx.random, 16)}-${randomUuid(ctx.random)}-000000`,
      complaintSubType: null,
      complainedRecipients: addresses.map((emailAddress) => ({ emailAddress })),
      timestamp: new Date(ctx.now()).toISOString(),
      userAgent: "Amazon SES Mailbox Simulator",
      complaintFeedbackType: "abuse",
      arrivalDate: new Date(ctx.now()).toISOString(),
    },
  };
}

function deliveryOf(ctx: Ctx, addresses: readonly string[]): object {
  return {
    delivery: {
      timestamp: new Date(ctx.now()).toISOString(),
      processingTimeMillis: 0,
      recipients: addresses,
      smtpResponse: "250 2.6.0 Message received",
      reportingMTA: "dns; amazonses.com",
    },
  };
}

async function tell(
  ctx: Ctx,
  mail: SentMail,
  identity: IdentityRecord,
  fates: ReadonlyMap<Fate, readonly string[]>,
): Promise<void> {
  await publishEvent(ctx, mail, "SEND", { send: {} });
  const parts: [string, string, Fate, (to: readonly string[]) => object][] = [
    ["DELIVERY", "Delivery", "delivered", (to) => deliveryOf(ctx, to)],
    ["DELIVERY", "Delivery", "complained", (to) => deliveryOf(ctx, to)],
    ["BOUNCE", "Bounce", "bounced", (to) => bounceOf(ctx, to, "bounced")],
    ["BOUNCE", "Bounce", "suppressed", (to) => bounceOf(ctx, to, "suppressed")],
    ["COMPLAINT", "Complaint", "complained", (to) => complaintOf(ctx, to)],
  ];
  for (const [type, name, fate, part] of parts) {
    const to = fates.get(fate);
    if (to === undefined) continue;
    await publishEvent(ctx, mail, type, part(to));
    const topic = identity.topics?.[name];
    if (topic !== undefined) await notifyTopic(ctx, mail, topic, name, part(to));
  }
}

function put(ctx: Ctx, message: Outgoing, to: string): void {
  ctx.mail({
    kind: "email",
    from: message.from,
    to,
    service: message.service,
    subject: message.subject ?? "",
    body: message.text ?? message.html ?? "",
    ...(message.html === undefined ? {} : { html: message.html }),
  });
}

function checkSending(ctx: Ctx, set: string | undefined, refusals: Refusals): void {
  const found = set === undefined ? undefined : findSet(ctx, set);
  if (set !== undefined && found === undefined) throw refusals.noSet(set);
  if (getAccount(ctx).isSendingOff === true) throw refusals.paused("Sending is disabled for your account.");
  if ((found?.options.SendingOptions as { SendingEnabled?: boolean } | undefined)?.SendingEnabled === false)
    throw refusals.paused(`Email sending is disabled for the configuration set <${set}>.`);
}

/** Sends one message; answers its id. Throws MessageRejected and what `refusals` gives. */
export function sendMail(ctx: Ctx, given: Outgoing, refusals: Refusals): string {
  const { identity } = requireSender(ctx, given.from, refusals);
  const configurationSet = given.configurationSet ?? identity.configurationSetName;
  checkSending(ctx, configurationSet, refusals);
  const recipients = checkRecipients(given, refusals);
  const id = `${randomHex(ctx.random, 16)}-${randomUuid(ctx.random)}-000000`;
  const fates = new Map<Fate, string[]>();
  for (const to of recipients) {
    const fate = fateOf(ctx, to, configurationSet);
    fates.set(fate, [...(fates.get(fate) ?? []), to]);
    if (fate === "delivered" || fate === "complained") put(ctx, given, to);
  }
  count(ctx, {
    attempts: recipients.length,
    bounces: (fates.get("bounced") ?? []).length,
    complaints: (fates.get("complained") ?? []).length,
  });
  const mail: SentMail = {
    id,
    atMs: ctx.now(),
    from: given.from,
    identity: identity.name,
    to: recipients,
    subject: given.subject ?? "",
    headers: given.headers ?? [
      { name: "From", value: given.from },
      { name: "To", value: given.to.join(", ") },
      { name: "Subject", value: given.subject ?? "" },
    ],
    tags: given.tags ?? {},
    ...(configurationSet === undefined ? {} : { configurationSet }),
  };
  ctx.after((later) => tell(later, mail, identity, fates));
  return id;
}

export interface TemplateText {
  readonly name: string;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}

/** A template with its data. Throws TemplateError. */
export function rendered(template: TemplateText, data: unknown): Pick<Outgoing, "subject" | "text" | "html"> {
  return {
    subject: render(template.subject ?? "", data),
    ...(template.text === undefined ? {} : { text: render(template.text, data) }),
    ...(template.html === undefined ? {} : { html: render(template.html, data) }),
  };
}

/** SES takes a templated message before it renders it: one that cannot be rendered is told as an event, and a hint here. */
export function sendTemplated(
  ctx: Ctx,
  message: Omit<Outgoing, "subject" | "text" | "html">,
  template: TemplateText,
  data: unknown,
  refusals: Refusals,
): string {
  try {
    return sendMail(ctx, { ...message, ...rendered(template, data) }, refusals);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { identity } = requireSender(ctx, message.from, refusals);
    const configurationSet = message.configurationSet ?? identity.configurationSetName;
    checkSending(ctx, configurationSet, refusals);
    const to = checkRecipients({ ...message, subject: "" }, refusals);
    const id = `${randomHex(ctx.random, 16)}-${randomUuid(ctx.random)}-000000`;
    const mail: SentMail = {
      id,
      atMs: ctx.now(),
      from: message.from,
      identity: identity.name,
      to,
      subject: "",
      headers: [],
      tags: message.tags ?? {},
      ...(configurationSet === undefined ? {} : { configurationSet }),
    };
    ctx.hint(`e-mail of template ${template.name} to ${to.join(", ")} is not sent: ${error.message}`);
    const failure = { errorMessage: error.message, templateName: template.name };
    ctx.after((later) => publishEvent(later, mail, "RENDERING_FAILURE", { failure }));
    return id;
  }
}
