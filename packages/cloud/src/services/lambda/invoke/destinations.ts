import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../../core/arn.ts";
import type { Ctx, Principal } from "../../../core/service.ts";

/** Where records of invocations go, with the function's role: queues, topics, functions, buses, buckets. A refusal is a metric and a hint, as nobody waits for an answer. */
export interface Delivery {
  readonly arn: string;
  readonly as: Principal;
  readonly functionName: string;
  readonly body: string;
  readonly attributes?: { readonly [name: string]: { readonly DataType: string; readonly StringValue: string } };
  /** For EventBridge. */
  readonly busEntry?: object;
  /** For S3: `<prefix>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`. */
  readonly objectPrefix: string;
  /** For S3, where it holds more than `body`. */
  readonly objectBody?: string;
  readonly failureMetric: "DeadLetterErrors" | "DestinationDeliveryFailures";
}

export async function sendToDestination(ctx: Ctx, delivery: Delivery): Promise<void> {
  try {
    await send(ctx, delivery);
  } catch (error) {
    ctx.metric("AWS/Lambda", delivery.failureMetric, { FunctionName: delivery.functionName }, 1, "Count");
    const why = error instanceof Error ? error.message : String(error);
    ctx.hint(`function ${delivery.functionName}: its event could not be sent to ${delivery.arn}: ${why}`);
  }
}

async function send(ctx: Ctx, delivery: Delivery): Promise<void> {
  const { arn, as, body, attributes } = delivery;
  const parts = parseArn(arn);
  const own = { region: parts?.region || ctx.region, account: parts?.account || ctx.account };
  const withAttributes = attributes === undefined ? {} : { MessageAttributes: attributes };
  switch (parts?.service) {
    case "sqs": {
      const { QueueUrl } = await ctx.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: parts.resource }, own);
      await ctx.call("sqs", "SendMessage", { QueueUrl, MessageBody: body, ...withAttributes }, { as, ...own });
      return;
    }
    case "sns":
      await ctx.call("sns", "Publish", { TopicArn: arn, Message: body, ...withAttributes }, { as, ...own });
      return;
    case "lambda":
      await ctx.call(
        "lambda",
        "Invoke",
        { FunctionName: arn, InvocationType: "Event", Payload: Buffer.from(body) },
        { as, ...own },
      );
      return;
    case "events":
      await ctx.call("events", "PutEvents", { Entries: [delivery.busEntry ?? {}] }, { as, ...own });
      return;
    case "s3": {
      const Body = Buffer.from(delivery.objectBody ?? body);
      await ctx.call("s3", "PutObject", { Bucket: parts.resource, Key: objectKey(ctx, delivery.objectPrefix), Body }, { as });
      return;
    }
    default:
      ctx.hint(`function ${delivery.functionName}: destinations of ${parts?.service ?? arn} are not emulated`);
  }
}

function objectKey(ctx: Ctx, prefix: string): string {
  const at = new Date(ctx.now()).toISOString().slice(0, 19);
  return `${prefix}/${at.slice(0, 10).replaceAll("-", "/")}/${at.replaceAll(":", ".")}-${randomUuid(ctx.random)}`;
}
