/** `GET /_aws/sqs/messages?QueueUrl=…`: every message of a queue, without receiving it. For people and tests. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx } from "../../core/service.ts";
import { findQueue } from "./queues.ts";
import { messagesOf } from "./store.ts";

export function peek(ctx: Ctx, _request: IncomingMessage, response: ServerResponse): void {
  const url = ctx.http?.query.get("QueueUrl");
  const queue = url === undefined || url === null ? undefined : findQueue(ctx, url);
  response.writeHead(queue === undefined ? 404 : 200, { "Content-Type": "application/json" });
  const Messages =
    queue === undefined
      ? []
      : [...messagesOf(ctx.store, queue.id)].map((message) => ({
          MessageId: message.id,
          Body: message.body,
          MessageAttributes: message.attributes ?? {},
          Attributes: {
            SentTimestamp: String(message.sentMs),
            ApproximateReceiveCount: String(message.receives),
            MessageGroupId: message.groupId,
          },
          IsVisible: message.visibleMs <= ctx.now(),
        }));
  response.end(JSON.stringify(queue === undefined ? { message: "No such queue" } : { Messages }));
}
