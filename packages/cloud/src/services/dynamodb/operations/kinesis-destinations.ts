/** Which Kinesis streams get a table's change records. */
import type {
  EnableKinesisStreamingDestinationCommandInput,
  UpdateKinesisStreamingDestinationCommandInput,
} from "@aws-sdk/client-dynamodb";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid } from "../errors.ts";
import { putTable } from "../store.ts";
import type { KinesisDestination, TableRecord } from "../table.ts";
import { namedTable } from "./tables.ts";

function destinationOf(table: TableRecord, arn: string | undefined): KinesisDestination | undefined {
  return table.kinesis?.find(({ streamArn }) => streamArn === arn);
}

function withDestination(table: TableRecord, destination: KinesisDestination): TableRecord {
  const others = (table.kinesis ?? []).filter(({ streamArn }) => streamArn !== destination.streamArn);
  return { ...table, kinesis: [...others, destination] };
}

function answer(table: TableRecord, StreamArn: string, DestinationStatus: string, more: object = {}): object {
  return { TableName: table.name, StreamArn, DestinationStatus, ...more };
}

/** Waits: the stream is asked for before anything is kept. */
export async function enableKinesis(ctx: Ctx, input: EnableKinesisStreamingDestinationCommandInput): Promise<object> {
  const table = namedTable(ctx, input.TableName);
  const arn = input.StreamArn ?? "";
  const parts = parseArn(arn);
  if (parts?.service !== "kinesis" || !parts.resource.startsWith("stream/")) throw invalid(`Invalid StreamArn: ${arn}`);
  if (destinationOf(table, arn)?.isActive === true)
    throw invalid(`Table is already in a valid Kinesis Streaming Destination state: ${table.name} to stream: ${arn}`);
  if (table.kinesis?.some(({ isActive }) => isActive) === true)
    throw new ServiceError("LimitExceededException", 400, "A table can have one active Kinesis streaming destination");
  await ctx.call("kinesis", "DescribeStreamSummary", { StreamARN: arn }, { region: parts.region, account: parts.account });
  const precision = input.EnableKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision ?? "MILLISECOND";
  putTable(ctx, withDestination(table, { streamArn: arn, isActive: true, precision }));
  return answer(table, arn, "ENABLING", {
    EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
  });
}

export function disableKinesis(ctx: Ctx, input: { readonly TableName?: string; readonly StreamArn?: string }): object {
  const table = namedTable(ctx, input.TableName);
  const found = destinationOf(table, input.StreamArn);
  if (found?.isActive !== true)
    throw invalid(`Table is not in a valid state to disable Kinesis Streaming Destination: ${table.name}`);
  putTable(ctx, withDestination(table, { ...found, isActive: false }));
  return answer(table, found.streamArn, "DISABLING");
}

export function updateKinesis(ctx: Ctx, input: UpdateKinesisStreamingDestinationCommandInput): object {
  const table = namedTable(ctx, input.TableName);
  const found = destinationOf(table, input.StreamArn);
  const precision = input.UpdateKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision;
  if (found?.isActive !== true)
    throw invalid(`Table is not in a valid state to update Kinesis Streaming Destination: ${table.name}`);
  if (precision === undefined || precision === found.precision)
    throw invalid("Invalid Request: Precision is already set to the desired value");
  putTable(ctx, withDestination(table, { ...found, precision }));
  return answer(table, found.streamArn, "UPDATING", {
    UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
  });
}

export function describeKinesis(ctx: Ctx, input: { readonly TableName?: string }): object {
  const table = namedTable(ctx, input.TableName);
  return {
    TableName: table.name,
    KinesisDataStreamDestinations: (table.kinesis ?? []).map(({ streamArn, isActive, precision }) => ({
      StreamArn: streamArn,
      DestinationStatus: isActive ? "ACTIVE" : "DISABLED",
      ApproximateCreationDateTimePrecision: precision,
    })),
  };
}
