import type { Message } from "@aws-sdk/client-sqs";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../../core/service.ts";
import { parseFunctionRef } from "../names.ts";
import { executionRole } from "../role.ts";
import { findTarget, keys, type MappingRecord } from "../store.ts";
import { passes } from "./filter.ts";

/** Polls one SQS queue for one mapping: batches, window, filters, partial failures. AWS developer guide, "Using Lambda with Amazon SQS". */
const RECEIVE_MAX = 10;
const WAIT_SECONDS = 20;
const CONCURRENCY = 5;
const RETRY_WAIT_MS = 1000;

interface Source {
  readonly arn: string;
  readonly url: string;
  readonly owner: { readonly account: string; readonly region: string };
}

export class SqsPoller {
  #isStopped = false;
  #told: string | undefined;
  #running = 0;
  #wake: (() => void) | undefined;
  readonly #ctx: Ctx;
  readonly #uuid: string;

  constructor(ctx: Ctx, uuid: string) {
    this.#ctx = ctx;
    this.#uuid = uuid;
    void this.#loop();
  }

  /** A queue or role that is gone stays gone: the same trouble is told once, not every second. */
  #tell(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== this.#told) this.#ctx.hint(`event source mapping ${this.#uuid}: ${text}`);
    this.#told = text;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  async #loop(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const mapping = this.#mapping();
        if (mapping === undefined) return;
        await this.#freeSlot(mapping.config.ScalingConfig?.MaximumConcurrency ?? CONCURRENCY);
        if (this.#isStopped) return;
        await this.#round(mapping);
      } catch (error) {
        if (this.#isStopped) return;
        this.#tell(error);
        await this.#pause(RETRY_WAIT_MS);
      }
    }
  }

  #mapping(): MappingRecord | undefined {
    return this.#ctx.snapshot((store) => store.get<MappingRecord>(keys.mapping(this.#ctx, this.#uuid)));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ctx.clock.at(this.#ctx.now() + ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #freeSlot(most: number): Promise<void> {
    while (this.#running >= most && !this.#isStopped) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async #round(mapping: MappingRecord): Promise<void> {
    const source = await this.#source(mapping);
    const as = this.#role(mapping);
    const messages = await this.#gather(mapping, source, as);
    if (messages.length === 0) return;
    this.#running++;
    // Counted as the cloud's work: a moved clock waits for it.
    this.#ctx.after(async () => {
      try {
        await this.#process(mapping, source, as, messages);
      } catch (error) {
        this.#ctx.hint(`event source mapping ${this.#uuid}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        this.#running--;
        this.#wake?.();
      }
    });
  }

  #role(mapping: MappingRecord): Principal {
    const ref = parseFunctionRef(this.#ctx, mapping.config.FunctionArn ?? "");
    const { config } = this.#ctx.snapshot((store) => findTarget(store, ref));
    return executionRole(mapping.account, config.Role ?? "", ref.name);
  }

  async #source(mapping: MappingRecord): Promise<Source> {
    const arn = mapping.config.EventSourceArn ?? "";
    const parts = parseArn(arn);
    const owner = { account: parts?.account ?? mapping.account, region: parts?.region ?? mapping.region };
    const { QueueUrl } = await this.#ctx.call<{ QueueUrl: string }>(
      "sqs",
      "GetQueueUrl",
      { QueueName: parts?.resource ?? "" },
      owner,
    );
    return { arn, url: QueueUrl, owner };
  }

  /** One receive, and more of them while the batch isn't full and its window is open. */
  async #gather(mapping: MappingRecord, source: Source, as: Principal): Promise<Message[]> {
    const size = mapping.config.BatchSize ?? 10;
    const windowMs = (mapping.config.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    const messages = await this.#receive(source, as, Math.min(size, RECEIVE_MAX), WAIT_SECONDS);
    const until = this.#ctx.now() + windowMs;
    while (messages.length > 0 && messages.length < size && this.#ctx.now() < until && !this.#isStopped) {
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
    const patterns = (mapping.config.FilterCriteria?.Filters ?? []).map((filter) => filter.Pattern ?? "");
    const wanted = messages.filter((message) =>
      passes(patterns, { ...message, ...lowerCase(message), body: jsonOf(message.Body) }),
    );
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

/** An answer that isn't of the documented form fails the whole batch; an empty one fails nothing. */
export function failedItems(payload: Uint8Array | undefined, all: ReadonlySet<string>): Set<string> {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(payload ?? []).toString("utf8") || "null");
  } catch {
    return new Set(all);
  }
  const items = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (items === undefined || items === null) return new Set();
  if (!Array.isArray(items)) return new Set(all);
  const failed = new Set<string>();
  for (const item of items) {
    const id: unknown = (item as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !all.has(id)) return new Set(all);
    failed.add(id);
  }
  return failed;
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
