/** Change records sent to a Kinesis stream (Developer Guide, "Using Kinesis Data Streams to capture changes to DynamoDB"). */
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import { checkItem, type Item } from "./attribute-value.ts";
import { keyAttributes } from "./key.ts";
import { type Change, eventName } from "./streams.ts";
import type { KinesisDestination, TableRecord } from "./table.ts";

function record(ctx: Ctx, table: TableRecord, change: Change, precision: KinesisDestination["precision"]): object {
  const { before, after } = change;
  const keys = keyAttributes(after ?? before ?? {}, table.keys);
  const images = { ...(after === undefined ? {} : { NewImage: after }), ...(before === undefined ? {} : { OldImage: before }) };
  const sizes = [keys, ...(Object.values(images) as Item[])].map((item) => checkItem(item));
  return {
    awsRegion: table.region,
    eventID: randomUuid(ctx.random),
    eventName: eventName(change),
    userIdentity: change.byService ? { principalId: "dynamodb.amazonaws.com", type: "Service" } : null,
    recordFormat: "application/json",
    tableName: table.name,
    dynamodb: {
      ApproximateCreationDateTime: precision === "MICROSECOND" ? ctx.now() * 1000 : ctx.now(),
      ...(precision === "MICROSECOND" ? { ApproximateCreationDateTimePrecision: precision } : {}),
      Keys: keys,
      ...images,
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    },
    eventSource: "aws:dynamodb",
  };
}

/** Sends the record of a change once the write is kept. Records of one item go to one shard, in order. */
export function sendToKinesis(ctx: Ctx, table: TableRecord, change: Change): void {
  for (const { streamArn, isActive, precision } of table.kinesis ?? []) {
    const parts = isActive ? parseArn(streamArn) : undefined;
    if (parts === undefined) continue;
    const Data = Buffer.from(JSON.stringify(record(ctx, table, change, precision)));
    const PartitionKey = JSON.stringify(keyAttributes(change.after ?? change.before ?? {}, { hash: table.keys.hash })).slice(
      0,
      256,
    );
    ctx.after(async (later) => {
      await later.call(
        "kinesis",
        "PutRecord",
        { StreamARN: streamArn, Data, PartitionKey },
        { region: parts.region, account: parts.account },
      );
    });
  }
}
