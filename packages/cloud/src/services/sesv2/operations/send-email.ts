import type { SendEmailCommandInput, SendEmailCommandOutput } from "@aws-sdk/client-sesv2";
import { randomHex, randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { addressOf, identitiesFor } from "../identity.ts";
import { findIdentity } from "../store.ts";

const RECIPIENTS_MAX = 50;

/**
 * SendEmail: puts one message per recipient into the cloud's mailbox. The account counts as out of the SES sandbox:
 * senders must be verified identities, recipients need not be.
 */
export function sendEmail(ctx: Ctx, input: SendEmailCommandInput): Omit<SendEmailCommandOutput, "$metadata"> {
  const from = input.FromEmailAddress;
  const sender = from === undefined ? undefined : addressOf(from);
  if (from === undefined || sender === undefined)
    throw new ServiceError("BadRequestException", 400, "Missing or invalid FromEmailAddress.");
  if (!identitiesFor(sender).some((name) => findIdentity(ctx, name) !== undefined)) {
    throw new ServiceError(
      "MessageRejected",
      400,
      `Email address is not verified. The following identities failed the check in region ${ctx.region.toUpperCase()}: ${from}`,
    );
  }
  const recipients = [
    ...(input.Destination?.ToAddresses ?? []),
    ...(input.Destination?.CcAddresses ?? []),
    ...(input.Destination?.BccAddresses ?? []),
  ];
  if (recipients.length === 0) throw new ServiceError("BadRequestException", 400, "Destination must have at least one address.");
  if (recipients.length > RECIPIENTS_MAX)
    throw new ServiceError("BadRequestException", 400, `Recipient count exceeds ${RECIPIENTS_MAX}.`);
  const message = messageOf(input);
  for (const recipient of recipients) {
    const to = addressOf(recipient);
    if (to === undefined) throw new ServiceError("BadRequestException", 400, `Illegal address: ${recipient.slice(0, 200)}`);
    ctx.mail({ kind: "email", from, to, service: "sesv2", ...message });
  }
  return { MessageId: `${randomHex(ctx.random, 16)}-${randomUuid(ctx.random)}-000000` };
}

function messageOf(input: SendEmailCommandInput): { subject?: string; body: string } {
  const { Simple, Raw, Template } = input.Content ?? {};
  if (Simple !== undefined) {
    const body = Simple.Body?.Text?.Data ?? Simple.Body?.Html?.Data;
    if (body === undefined) throw new ServiceError("BadRequestException", 400, "Missing message body.");
    return { subject: Simple.Subject?.Data ?? "", body };
  }
  if (Raw?.Data !== undefined) return rawMessage(Buffer.from(Raw.Data).toString("utf8"));
  if (Template !== undefined)
    throw new ServiceError("NotImplemented", 501, "NotImplemented: sesv2.SendEmail with Content.Template");
  throw new ServiceError("BadRequestException", 400, "Content must have one of Simple, Raw or Template.");
}

/** Head and body of a MIME message; the body stays as it was sent. */
function rawMessage(text: string): { subject?: string; body: string } {
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  const subject = head.split(/\r?\n(?![ \t])/).find((line) => line.slice(0, 8).toLowerCase() === "subject:");
  return {
    body: end < 0 ? "" : text.slice(end).trimStart(),
    ...(subject === undefined ? {} : { subject: subject.slice(8).trim() }),
  };
}
