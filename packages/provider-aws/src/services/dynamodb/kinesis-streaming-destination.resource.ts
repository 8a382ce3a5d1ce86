import type { KinesisDataStreamDestination } from "@aws-sdk/client-dynamodb";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isArn, oneOf, runChecks } from "../checks.ts";
import { importParts, onePartOnly } from "../import-id.ts";

const MISSING = ["ResourceNotFoundException"];
const SOURCE = "terraform-provider-aws, internal/service/dynamodb/kinesis_streaming_destination.go (read 2026-11)";
const SETTLED: WaitRow = { what: "the streaming destination", timeoutMs: 300_000, source: SOURCE };

const CHECKS = [oneOf("approximate_creation_date_time_precision", ["MILLISECOND", "MICROSECOND"]), isArn("stream_arn")];

/** aws_dynamodb_kinesis_streaming_destination; id is `table,stream`. Behaviour: `internal/service/dynamodb/kinesis_streaming_destination.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_dynamodb_kinesis_streaming_destination",
  noun: "DynamoDB Kinesis Streaming Destination",
  forceNew: ["approximate_creation_date_time_precision", "stream_arn", "table_name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    const precision = textAt(planned, "approximate_creation_date_time_precision");
    await aws.clients.dynamodb.enableKinesisStreamingDestination({
      ...key,
      ...(precision === undefined
        ? {}
        : {
            EnableKinesisStreamingConfiguration: {
              ApproximateCreationDateTimePrecision: precision === "MILLISECOND" ? "MILLISECOND" : "MICROSECOND",
            },
          }),
    });
    await onCreated({ id: `${key.TableName},${key.StreamArn}` });
    await untilStatus(aws, planned, "ACTIVE");
  },
  async read(aws, state) {
    const found = await findDestination(aws, state);
    if (found === undefined || found.DestinationStatus === "DISABLED") return null;
    return {
      id: requiredText(state, "id"),
      table_name: requiredText(state, "table_name"),
      stream_arn: found.StreamArn ?? "",
      approximate_creation_date_time_precision: found.ApproximateCreationDateTimePrecision ?? "",
    };
  },
  async delete(aws, state) {
    const found = await findDestination(aws, state);
    if (found === undefined || found.DestinationStatus === "DISABLED") return;
    await unlessMissing(MISSING, () => aws.clients.dynamodb.disableKinesisStreamingDestination(keyOf(state)));
    await untilStatus(aws, state, "DISABLED");
  },
  importId(id) {
    const [table_name = "", stream_arn = ""] = importParts(id, "table_name,stream_arn", ",", onePartOnly);
    return { id, table_name, stream_arn };
  },
  async find(_aws, planned) {
    const [table, stream] = [textAt(planned, "table_name"), textAt(planned, "stream_arn")];
    return table === undefined || stream === undefined
      ? null
      : { id: `${table},${stream}`, table_name: table, stream_arn: stream };
  },
};

function keyOf(state: ValueObject): { TableName: string; StreamArn: string } {
  return { TableName: requiredText(state, "table_name"), StreamArn: requiredText(state, "stream_arn") };
}

async function findDestination(aws: AwsContext, state: ValueObject): Promise<KinesisDataStreamDestination | undefined> {
  const { TableName, StreamArn } = keyOf(state);
  const answer = await unlessMissing(MISSING, () => aws.clients.dynamodb.describeKinesisStreamingDestination({ TableName }));
  return answer?.KinesisDataStreamDestinations?.find((each) => each.StreamArn === StreamArn);
}

async function untilStatus(aws: AwsContext, state: ValueObject, wanted: "ACTIVE" | "DISABLED"): Promise<void> {
  await aws.wait(SETTLED, async () => {
    const found = await findDestination(aws, state);
    const isGone = found === undefined && wanted === "DISABLED";
    return isGone || found?.DestinationStatus === wanted ? true : undefined;
  });
}
