/** The streams' own API. Its records lie with the tables: the service shares the store and the memory of `dynamodb`. */
import type { Ctx, Operation, ServiceDefinition, WireJson } from "../../core/service.ts";
import type { Body } from "../dynamodb/input.ts";
import { describeStream, getRecords, getShardIterator, listStreams, policyOfStream } from "../dynamodb/operations/streams.ts";
import { askOtherAccounts } from "../dynamodb/other-accounts.ts";

function streamAt(ctx: Ctx, arn: string) {
  const policy = policyOfStream(ctx, arn);
  return { resources: [arn], ...(policy === undefined ? {} : { resourcePolicy: policy }) };
}

function onStream(ctx: Ctx, input: { readonly StreamArn?: string }) {
  return streamAt(ctx, input.StreamArn ?? "*");
}

/** An iterator names its stream. */
function onIterator(ctx: Ctx, input: { readonly ShardIterator?: unknown }) {
  const { ShardIterator: iterator } = input;
  const match = typeof iterator === "string" ? /arn:[^"]+/.exec(Buffer.from(iterator, "base64").toString()) : null;
  return streamAt(ctx, match?.[0] ?? "*");
}

function reads(handler: Operation["handler"], iam: NonNullable<Operation["iam"]>): Operation {
  return { handler, readonly: true, wire: true, validate: true, iam };
}

function readRecords(ctx: Ctx, input: Body): WireJson {
  askOtherAccounts(ctx, "GetRecords", onIterator(ctx, input));
  return getRecords(ctx, input);
}

export const service: ServiceDefinition = {
  name: "dynamodbstreams",
  operations: {
    DescribeStream: reads(describeStream, onStream),
    GetRecords: reads(readRecords, onIterator),
    GetShardIterator: reads(getShardIterator, onStream),
    ListStreams: reads(listStreams, () => ({ resources: ["*"] })),
  },
};
