/**
 * `GET /_aws/sqs/messages?QueueUrl=…` and `/_aws/sqs/messages/REGION/ACCOUNT/NAME`: a queue's messages, without receiving them. For people and tests.
 * `Messages` has all of them; beside it stands what LocalStack answers in JSON, where `ShowInvisible` and `ShowDelayed` ask for more.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx } from "../../core/service.ts";
import { md5 } from "./message.ts";
import { findQueue } from "./queues.ts";
import { type MessageRecord, messagesOf, type QueueRecord, queueAt } from "./store.ts";

const BY_PATH = /^\/_aws\/sqs\/messages\/([a-z0-9-]+)\/(\d{12})\/([^/]+)$/;

export function peek(ctx: Ctx, _request: IncomingMessage, response: ServerResponse): void {
  const queue = asked(ctx);
  response.writeHead(queue === undefined ? 404 : 200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(queue === undefined ? { message: "No such queue" } : shown(ctx, queue)));
}

function asked(ctx: Ctx): QueueRecord | undefined {
  const [, region, account, name] = BY_PATH.exec(ctx.http?.path ?? "") ?? [];
  if (region !== undefined && account !== undefined) return queueAt(ctx, account, region, name ?? "");
  const url = ctx.http?.query.get("QueueUrl");
  return url === undefined || url === null ? undefined : findQueue(ctx, url);
}

function shown(ctx: Ctx, queue: QueueRecord): object {
  const all = [...messagesOf(ctx.store, queue.id)];
  const wants = (flag: string) => /^(1|true)$/i.test(ctx.http?.query.get(flag) ?? "");
  const listed = all.filter(
    (message) => message.visibleMs <= ctx.now() || (message.receives > 0 ? wants("ShowInvisible") : wants("ShowDelayed")),
  );
  return {
    Messages: all.map((message) => ({
      MessageId: message.id,
      Body: message.body,
      MessageAttributes: message.attributes ?? {},
      Attributes: attributesOf(message),
      IsVisible: message.visibleMs <= ctx.now(),
    })),
    ReceiveMessageResponse: {
      ReceiveMessageResult: {
        Message: listed.map((message) => ({
          MessageId: message.id,
          ReceiptHandle: "SQS/BACKDOOR/ACCESS",
          MD5OfBody: md5(message.body),
          Body: message.body,
          Attribute: Object.entries(attributesOf(message)).map(([Name, Value]) => ({ Name, Value })),
        })),
      },
    },
  };
}

function attributesOf({ sentMs, receives, groupId, senderId }: MessageRecord): { readonly [name: string]: string } {
  return {
    SenderId: senderId,
    SentTimestamp: String(sentMs),
    ApproximateReceiveCount: String(receives),
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
  };
}
