import type { Message } from "@aws-sdk/client-sqs";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../../core/service.ts";
import type { MappingRecord } from "../store.ts";
import { failedItems } from "./partial-failures.ts";
import { filterOfMapping, mappingRole, type PollLoop, pollLoop } from "./poll-loop.ts";

/** Polls one SQS queue for one mapping: batches, window, filters, partial failures. AWS developer guide, "Using Lambda with Amazon SQS". */
const RECEIVE_MAX = 10;
const WAIT_SECONDS = 20;
const CONCURRENCY = 5;
const FULL_WAIT_MS = 60_000;
/** How long an idle poller goes without a receive: what SQS asks KMS again after, and so what a changed permission takes to be noticed. */
const PARK_MS = 300_000;

interface Source {
  readonly arn: string;
  readonly url: string;
  readonly name: string;
  readonly owner: { readonly account: string; readonly region: string };
}

export class SqsPoller {
  #running = 0;
  readonly #ctx: Ctx;
  readonly #loop: PollLoop;
  readonly #stopped = new AbortController();

  constructor(ctx: Ctx, uuid: string) {
    this.#ctx = ctx;
    this.#loop = pollLoop(
      ctx,
      uuid,
      (mapping) => this.#round(mapping),
      () => this.#stopped.abort(),
    );
  }

  stop(): void {
    this.#loop.stop();
  }

  async #round(mapping: MappingRecord): Promise<number> {
    // The end of a batch wakes the loop.
    if (this.#running >= (mapping.config.ScalingConfig?.MaximumConcurrency ?? CONCURRENCY)) return FULL_WAIT_MS;
    const source = await this.#source(mapping);
    const as = mappingRole(this.#ctx, mapping);
    const messages = await this.#gather(mapping, source, as);
    if (messages.length === 0) {
      await this.#park(source);
      return 0;
    }
    this.#running++;
    this.#ctx.after(async () => {
      try {
        await this.#process(mapping, source, as, messages);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#ctx.hint(`event source mapping ${mapping.config.UUID}: ${why}`);
      } finally {
        this.#running--;
        this.#loop.wake();
      }
    });
    return 0;
  }

  async #source(mapping: MappingRecord): Promise<Source> {
    const arn = mapping.config.EventSourceArn ?? "";
    const parts = parseArn(arn);
    const owner = { account: parts?.account ?? mapping.account, region: parts?.region ?? mapping.region };
    const name = parts?.resource ?? "";
    const { QueueUrl } = await this.#ctx.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: name }, owner);
    return { arn, url: QueueUrl, name, owner };
  }

  /** Waits for the next message, or until it is time to ask again. */
  async #park({ name, owner }: Source): Promise<void> {
    const untilMs = this.#ctx.now() + PARK_MS;
    await this.#ctx.internal("sqs", "park", { ...owner, name, untilMs, signal: this.#stopped.signal });
  }

  /** One receive, and more of them while the batch isn't full and its window is open. */
  async #gather(mapping: MappingRecord, source: Source, as: Principal): Promise<Message[]> {
    const size = mapping.config.BatchSize ?? 10;
    const windowMs = (mapping.config.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    const messages = await this.#receive(source, as, Math.min(size, RECEIVE_MAX), WAIT_SECONDS);
    const until = this.#ctx.now() + windowMs;
    while (messages.length > 0 && messages.length < size && this.#ctx.now() < until && !this.#loop.isStopped) {
      const seconds = Math.min(WAIT_SECONDS, Math.ceil((until - this.#ctx.now()) / 1000));
      messages.push(...(await this.#receive(source, as, Math.min(size - messages.length, RECEIVE_MAX), seconds)));
    }
    return messages;
  }

  async #receive(source: Source, as: Principal, most: number, waitSeconds: number): Promise<Message[]> {
    const input = {
      QueueUrl: source.url,
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    const { Messages } = await this.#ctx.call<{ Messages?: Message[] }>("sqs", "ReceiveMessage", input, { as, ...source.owner });
    return [...(Messages ?? [])];
  }

  async #process(mapping: MappingRecord, source: Source, as: Principal, messages: readonly Message[]): Promise<void> {
    const passes = filterOfMapping(mapping);
    const wanted = messages.filter((message) => passes({ ...message, ...lowerCase(message), body: jsonOf(message.Body) }));
    // What no filter lets through is deleted unseen.
    await this.#delete(
      source,
      as,
      messages.filter((message) => !wanted.includes(message)),
    );
    if (wanted.length === 0) return;
    const failed = await this.#invoke(mapping, source, wanted);
    await this.#delete(
      source,
      as,
      wanted.filter((message) => !failed.has(message.MessageId ?? "")),
    );
  }

  /** The ids of the messages that stay in the queue. */
  async #invoke(mapping: MappingRecord, source: Source, messages: readonly Message[]): Promise<Set<string>> {
    const all = new Set(messages.map((message) => message.MessageId ?? ""));
    const records = messages.map((message) => sqsRecord(message, source));
    let answer: { FunctionError?: string; Payload?: Uint8Array };
    try {
      answer = await this.#ctx.call("lambda", "Invoke", {
        FunctionName: mapping.config.FunctionArn,
        Payload: Buffer.from(JSON.stringify({ Records: records })),
      });
    } catch (error) {
      if (error instanceof ServiceError) return all;
      throw error;
    }
    if (answer.FunctionError !== undefined) return all;
    return (mapping.config.FunctionResponseTypes ?? []).includes("ReportBatchItemFailures")
      ? failedItems(answer.Payload, all)
      : new Set();
  }

  async #delete(source: Source, as: Principal, messages: readonly Message[]): Promise<void> {
    for (let i = 0; i < messages.length; i += RECEIVE_MAX) {
      const Entries = messages
        .slice(i, i + RECEIVE_MAX)
        .map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
      await this.#ctx.call("sqs", "DeleteMessageBatch", { QueueUrl: source.url, Entries }, { as, ...source.owner });
    }
  }
}

const jsonOf = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return text;
  }
};

const lowerCase = (message: Message) => ({
  messageId: message.MessageId,
  attributes: message.Attributes,
  messageAttributes: message.MessageAttributes,
});

function sqsRecord(message: Message, source: Source): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
    ),
    ...(message.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: source.arn,
    awsRegion: source.owner.region,
  };
}

function attributeOf(value: NonNullable<Message["MessageAttributes"]>[string]): object {
  return {
    ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
    ...(value.BinaryValue === undefined ? {} : { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType,
  };
}
