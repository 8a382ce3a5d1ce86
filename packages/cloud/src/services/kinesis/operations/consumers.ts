/** RegisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers, DeregisterStreamConsumer. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type ConsumerRecord, consumersOf, requireStream, type StreamRecord, streamArn } from "../store.ts";

interface Input {
  readonly StreamARN?: string;
  readonly ConsumerName?: string;
  readonly ConsumerARN?: string;
}

const CONSUMERS_MAX = 20;

function present(consumer: ConsumerRecord) {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: "ACTIVE",
    ConsumerCreationTimestamp: new Date(consumer.createdMs),
  };
}

function keyOf(stream: StreamRecord, name: string) {
  return ["consumer", stream.account, stream.region, stream.name, name] as const;
}

export function registerConsumer(ctx: Ctx, input: { readonly StreamARN: string; readonly ConsumerName: string }) {
  const stream = requireStream(ctx, input);
  const known = consumersOf(ctx, stream);
  if (known.some((each) => each.name === input.ConsumerName))
    throw new ServiceError(
      "ResourceInUseException",
      400,
      `Consumer ${input.ConsumerName} under stream ${streamArn(stream)} already exists.`,
    );
  if (known.length >= CONSUMERS_MAX) throw new ServiceError("LimitExceededException", 400, "A stream has at most 20 consumers.");
  const createdMs = ctx.now();
  const arn = `${streamArn(stream)}/consumer/${input.ConsumerName}:${Math.floor(createdMs / 1000)}`;
  const consumer: ConsumerRecord = { name: input.ConsumerName, arn, createdMs };
  ctx.store.put(keyOf(stream, consumer.name), consumer);
  return { Consumer: present(consumer) };
}

/** Throws ResourceNotFoundException. */
export function requireConsumer(ctx: Ctx, input: Input): { stream: StreamRecord; consumer: ConsumerRecord } {
  const stream = requireStream(ctx, { StreamARN: input.StreamARN ?? input.ConsumerARN?.split("/consumer/")[0] ?? "" });
  const consumer = consumersOf(ctx, stream).find((each) =>
    input.ConsumerARN === undefined ? each.name === input.ConsumerName : each.arn === input.ConsumerARN,
  );
  if (consumer === undefined)
    throw new ServiceError(
      "ResourceNotFoundException",
      400,
      `Consumer ${input.ConsumerARN ?? input.ConsumerName} under account ${stream.account} not found.`,
    );
  return { stream, consumer };
}

export function describeConsumer(ctx: Ctx, input: Input) {
  const { stream, consumer } = requireConsumer(ctx, input);
  return { ConsumerDescription: { ...present(consumer), StreamARN: streamArn(stream) } };
}

export function deregisterConsumer(ctx: Ctx, input: Input): void {
  const { stream, consumer } = requireConsumer(ctx, input);
  ctx.store.remove(keyOf(stream, consumer.name));
}

export function listConsumers(
  ctx: Ctx,
  input: { readonly StreamARN: string; readonly NextToken?: string; readonly MaxResults?: number },
) {
  const rest = consumersOf(ctx, requireStream(ctx, input)).filter((each) => each.name > (input.NextToken ?? ""));
  const shown = rest.slice(0, input.MaxResults ?? 100);
  const last = shown.at(-1);
  return { Consumers: shown.map(present), ...(rest.length > shown.length && last !== undefined ? { NextToken: last.name } : {}) };
}
