/** The streams' own API. Its records lie with the tables: the service shares the store and the memory of `dynamodb`. */
import type { Ctx, Operation, ServiceDefinition } from "../../core/service.ts";
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
function onIterator(ctx: Ctx, input: { readonly ShardIterator?: string }) {
  const match = /arn:[^"]+/.exec(Buffer.from(input.ShardIterator ?? "", "base64").toString());
  return streamAt(ctx, match?.[0] ?? "*");
}

type Asks = NonNullable<Operation["iam"]>;

function reads<I>(operation: string, handler: (ctx: Ctx, input: I) => unknown, iam: Asks): Operation {
  return {
    handler: (ctx: Ctx, input: I) => {
      askOtherAccounts(ctx, operation, iam(ctx, input as never));
      return handler(ctx, input);
    },
    readonly: true,
    wire: true,
    validate: true,
    iam,
  };
}

export const service: ServiceDefinition = {
  name: "dynamodbstreams",
  operations: {
    DescribeStream: reads("DescribeStream", describeStream, onStream),
    GetRecords: reads("GetRecords", getRecords, onIterator),
    GetShardIterator: reads("GetShardIterator", getShardIterator, onStream),
    ListStreams: reads("ListStreams", listStreams, () => ({ resources: ["*"] })),
  },
};
