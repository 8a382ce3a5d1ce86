/** RegisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers, DeregisterStreamConsumer. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import {
  type ConsumerRecord,
  consumersOf,
  putConsumer,
  type ReferencedConsumer,
  removeConsumer,
  requireConsumer,
  requireStream,
  streamArn,
} from "../store.ts";
import { type Tags, tagged } from "./tags.ts";

const CONSUMERS_MAX = 20;

function present(consumer: ConsumerRecord) {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: "ACTIVE",
    ConsumerCreationTimestamp: new Date(consumer.createdMs),
  };
}

interface Registration {
  readonly StreamARN: string;
  readonly ConsumerName: string;
  readonly Tags?: Tags;
}

export function registerConsumer(ctx: Ctx, input: Registration) {
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
  const consumer: ConsumerRecord = { name: input.ConsumerName, arn, createdMs, tags: tagged({}, input.Tags ?? {}) };
  putConsumer(ctx, stream, consumer);
  return { Consumer: present(consumer) };
}

export function describeConsumer(ctx: Ctx, input: ReferencedConsumer) {
  const { stream, consumer } = requireConsumer(ctx, input);
  return { ConsumerDescription: { ...present(consumer), StreamARN: streamArn(stream) } };
}

export function deregisterConsumer(ctx: Ctx, input: ReferencedConsumer): void {
  const { stream, consumer } = requireConsumer(ctx, input);
  removeConsumer(ctx, stream, consumer);
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
