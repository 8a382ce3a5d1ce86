/** Latencies and failures by operation. Kinesis developer guide, "Monitoring … with Amazon CloudWatch" (read 2026-11-21). */
import type { Ctx, EndedOperation } from "../../core/service.ts";
import { iteratorArn } from "./operations/records.ts";

const MEASURED: ReadonlySet<string> = new Set(["GetRecords", "PutRecord", "PutRecords"]);

export function observeRequest(ctx: Ctx, { operation, input, error, latencyMs }: EndedOperation): void {
  if (!MEASURED.has(operation)) return;
  const StreamName = streamIn(input);
  if (StreamName === undefined) return;
  ctx.metric("AWS/Kinesis", `${operation}.Latency`, { StreamName }, latencyMs, "Milliseconds");
  if (error !== undefined) ctx.metric("AWS/Kinesis", `${operation}.Success`, { StreamName }, 0, "Count");
}

function streamIn(input: object): string | undefined {
  if ("StreamName" in input && typeof input.StreamName === "string") return input.StreamName;
  if ("StreamARN" in input && typeof input.StreamARN === "string") return lastOf(input.StreamARN);
  if ("ShardIterator" in input && typeof input.ShardIterator === "string") return lastOf(iteratorArn(input.ShardIterator));
  return undefined;
}

const lastOf = (arn: string) => (arn.includes("/") ? arn.slice(arn.lastIndexOf("/") + 1) : undefined);
