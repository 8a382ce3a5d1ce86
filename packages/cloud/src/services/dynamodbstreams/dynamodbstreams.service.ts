/** The streams' own API. Its records lie with the tables: the service shares the store and the memory of `dynamodb`. */
import type { Ctx, Operation, ServiceDefinition } from "../../core/service.ts";
import { describeStream, getRecords, getShardIterator, listStreams } from "../dynamodb/operations/streams.ts";

function onStream(_ctx: Ctx, input: { readonly StreamArn?: string }) {
  return { resources: [input.StreamArn ?? "*"] };
}

/** An iterator names its stream. */
function onIterator(_ctx: Ctx, input: { readonly ShardIterator?: string }) {
  const match = /arn:[^"]+/.exec(Buffer.from(input.ShardIterator ?? "", "base64").toString());
  return { resources: [match?.[0] ?? "*"] };
}

function reads(handler: Operation["handler"], iam: NonNullable<Operation["iam"]>): Operation {
  return { handler, readonly: true, wire: true, validate: true, iam };
}

export const service: ServiceDefinition = {
  name: "dynamodbstreams",
  operations: {
    DescribeStream: reads(describeStream, onStream),
    GetRecords: reads(getRecords, onIterator),
    GetShardIterator: reads(getShardIterator, onStream),
    ListStreams: reads(listStreams, () => ({ resources: ["*"] })),
  },
};
