import type { Ctx, Principal } from "../../../core/service.ts";
import { sendToDestination } from "../invoke/destinations.ts";
import { parseFunctionRef } from "../names.ts";
import type { MappingRecord } from "../store.ts";
import type { Batch } from "./batch.ts";
import type { FailedCall } from "./stream-invoke.ts";
import type { StreamSource } from "./stream-source.ts";

/** Batches that a mapping gives up: their failure record goes to the OnFailure destination. */
export interface Discarded {
  readonly batch: Batch;
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly shardId: string;
  /** The last invocation, when there was one. */
  readonly outcome?: FailedCall;
}

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** Developer guide, "Retain discarded batch records" (Kinesis and DynamoDB, read 2026-11-21). */
function failureRecord(
  ctx: Ctx,
  mapping: MappingRecord,
  source: StreamSource,
  { batch, condition, shardId, outcome }: Discarded,
) {
  const first = batch.records[0];
  const last = batch.records.at(-1);
  return {
    requestContext: {
      requestId: ctx.requestId,
      functionArn: mapping.config.FunctionArn,
      condition,
      approximateInvokeCount: batch.invocations,
    },
    ...(outcome === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: outcome.version,
            functionError: outcome.functionError ?? null,
          },
        }),
    version: "1.0",
    timestamp: iso(ctx.now()),
    [source.batchInfo]: {
      shardId,
      startSequenceNumber: first?.sequence,
      endSequenceNumber: last?.sequence,
      approximateArrivalOfFirstRecord: iso(first?.arrivedMs),
      approximateArrivalOfLastRecord: iso(last?.arrivedMs),
      batchSize: batch.records.length,
      streamArn: source.streamArn,
    },
  };
}

export async function discard(
  ctx: Ctx,
  mapping: MappingRecord,
  as: Principal,
  source: StreamSource,
  discarded: Discarded,
): Promise<void> {
  const ref = parseFunctionRef(ctx, mapping.config.FunctionArn ?? "");
  const arn = mapping.config.DestinationConfig?.OnFailure?.Destination;
  if (arn === undefined) {
    ctx.hint(
      `event source mapping ${mapping.config.UUID}: ${discarded.batch.records.length} records of ${discarded.shardId} were given up (${discarded.condition}); without an OnFailure destination they are lost`,
    );
    return;
  }
  const record = failureRecord(ctx, mapping, source, discarded);
  // Only a bucket gets the records themselves.
  const payload = JSON.stringify({ Records: discarded.batch.records.map(({ event }) => event) });
  await sendToDestination(ctx, {
    arn,
    as,
    functionName: ref.name,
    body: JSON.stringify(record),
    objectBody: JSON.stringify({ ...record, payload }),
    objectPrefix: `aws/lambda/${mapping.config.UUID}/${discarded.shardId}`,
    failureMetric: "DestinationDeliveryFailures",
  });
}
