/**
 * Sending events to a configuration set's destinations. SES developer guide, "Examples of event data that Amazon SES publishes to
 * Amazon SNS" and "Event schema" for EventBridge.
 */
import type { Ctx } from "../../core/service.ts";
import { type Destination, findSet, identityArn, setArn } from "./store.ts";

export interface SentMail {
  readonly id: string;
  readonly atMs: number;
  readonly from: string;
  readonly identity: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly configurationSet?: string;
  readonly tags: { readonly [name: string]: string };
}

interface Kind {
  /** `eventType` of the message. */
  readonly type: string;
  readonly detailType: string;
  readonly metric: string;
}

const KINDS: { readonly [type: string]: Kind } = {
  SEND: { type: "Send", detailType: "Email Sent", metric: "Send" },
  DELIVERY: { type: "Delivery", detailType: "Email Delivered", metric: "Delivery" },
  BOUNCE: { type: "Bounce", detailType: "Email Bounced", metric: "Bounce" },
  COMPLAINT: { type: "Complaint", detailType: "Email Complaint Received", metric: "Complaint" },
  REJECT: { type: "Reject", detailType: "Email Rejected", metric: "Reject" },
  RENDERING_FAILURE: { type: "Rendering Failure", detailType: "Email Rendering Failed", metric: "RenderingFailure" },
};

function mailOf(ctx: Ctx, mail: SentMail): object {
  const tags = Object.entries({
    "ses:configuration-set": mail.configurationSet ?? "",
    "ses:source-ip": "127.0.0.1",
    "ses:from-domain": mail.from.slice(mail.from.lastIndexOf("@") + 1).replace(/>$/, ""),
    "ses:caller-identity": ctx.principal.kind,
    ...mail.tags,
  }).map(([name, value]) => [name, [value]]);
  return {
    timestamp: new Date(mail.atMs).toISOString(),
    source: mail.from,
    sourceArn: identityArn(ctx, mail.identity),
    sendingAccountId: ctx.account,
    messageId: mail.id,
    destination: mail.to,
    headersTruncated: false,
    headers: mail.headers,
    commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.id, subject: mail.subject },
    tags: Object.fromEntries(tags),
  };
}

function countEvent(ctx: Ctx, destination: Destination, mail: SentMail, kind: Kind): void {
  const values = (destination.dimensions ?? []).map(({ name, fallback }) => [name, mail.tags[name] ?? fallback] as const);
  ctx.metric("AWS/SES", kind.metric, Object.fromEntries(values), 1, "Count");
}

async function send(ctx: Ctx, destination: Destination, mail: SentMail, kind: Kind, event: object): Promise<void> {
  const set = mail.configurationSet ?? "";
  if (destination.dimensions !== undefined) countEvent(ctx, destination, mail, kind);
  if (destination.busArn !== undefined) {
    const resources = [setArn(ctx, set)];
    await ctx.internal("events", "emit", { source: "aws.ses", detailType: kind.detailType, resources, detail: event });
  }
  if (destination.topicArn === undefined) return;
  const as = {
    kind: "service",
    accountId: ctx.account,
    service: "ses.amazonaws.com",
    sourceArn: setArn(ctx, set),
    sourceAccount: ctx.account,
  } as const;
  const input = {
    TopicArn: destination.topicArn,
    Subject: "Amazon SES Email Event Notification",
    Message: JSON.stringify(event),
  };
  await ctx.call("sns", "Publish", input, { as });
}

/** Tells every enabled destination that wants this type (`SEND`, `BOUNCE`, …); one that fails does not stop the others. */
export async function publishEvent(ctx: Ctx, mail: SentMail, type: string, part: object): Promise<void> {
  const kind = KINDS[type];
  if (kind === undefined) return;
  ctx.metric("AWS/SES", kind.metric, {}, 1, "Count");
  const set = mail.configurationSet === undefined ? undefined : findSet(ctx, mail.configurationSet);
  for (const destination of set?.destinations ?? []) {
    if (!destination.enabled || !destination.types.includes(type)) continue;
    try {
      await send(ctx, destination, mail, kind, { eventType: kind.type, mail: mailOf(ctx, mail), ...part });
    } catch (error) {
      ctx.hint(
        `SES event destination ${destination.name} of ${set?.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** v1's feedback notifications: an identity's own topics. Developer guide, "Amazon SNS notification contents". */
export async function notifyTopic(ctx: Ctx, mail: SentMail, topicArn: string, type: string, part: object): Promise<void> {
  const message = { notificationType: type, mail: mailOf(ctx, mail), ...part };
  const as = { kind: "service", accountId: ctx.account, service: "ses.amazonaws.com", sourceAccount: ctx.account } as const;
  try {
    await ctx.call("sns", "Publish", { TopicArn: topicArn, Message: JSON.stringify(message) }, { as });
  } catch (error) {
    ctx.hint(`SES notification of ${mail.identity}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
