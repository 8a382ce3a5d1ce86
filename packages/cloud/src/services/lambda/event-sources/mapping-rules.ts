import type { CreateEventSourceMappingRequest, EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import { parseArn } from "../../../core/arn.ts";
import { PatternError } from "../../../core/event-pattern/rule.ts";
import { invalidParameter } from "../errors.ts";
import { parseFilter } from "./filter.ts";

/** What each kind of event source allows of a mapping's members, beyond the model's ranges. Pure. */
export type Kind = "sqs" | "dynamodb" | "kinesis";

type Members = Partial<CreateEventSourceMappingRequest>;

const STREAM_ONLY = [
  "ParallelizationFactor",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "MaximumRecordAgeInSeconds",
  "TumblingWindowInSeconds",
  "StartingPosition",
] as const;
const DESTINATIONS = new Set(["sqs", "sns", "s3"]);

/** `given` is what the request says, `all` what the mapping is with it. Throws InvalidParameterValueException. */
export function checkMapping(kind: Kind, given: Members, all: Members | EventSourceMappingConfiguration = given): void {
  if (kind === "sqs") checkQueueMapping(given, all);
  else checkStreamMapping(kind, given, all);
  const filters = given.FilterCriteria?.Filters ?? [];
  for (const { Pattern } of filters) checkPattern(Pattern);
}

function checkPattern(pattern: string | undefined): void {
  try {
    parseFilter(pattern ?? "");
  } catch (error) {
    if (error instanceof PatternError) throw invalidParameter("Invalid filter pattern definition.");
    throw error;
  }
}

function checkQueueMapping(given: Members, all: Members | EventSourceMappingConfiguration): void {
  for (const name of STREAM_ONLY)
    if (given[name] !== undefined) throw invalidParameter(`Unsupported parameter for given event source mapping type: ${name}`);
  const size = all.BatchSize ?? 10;
  const windowSeconds = all.MaximumBatchingWindowInSeconds ?? 0;
  const isFifo = (all.EventSourceArn ?? "").endsWith(".fifo");
  if (isFifo && windowSeconds > 0) throw invalidParameter("Batching window is not supported for FIFO queues");
  if (isFifo && size > 10) throw invalidParameter(`Invalid BatchSize: ${size}. BatchSize must be at most 10 for FIFO queues`);
  if (size > 10 && windowSeconds < 1)
    throw invalidParameter("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
}

function checkStreamMapping(kind: "dynamodb" | "kinesis", given: Members, all: Members | EventSourceMappingConfiguration): void {
  if (all.StartingPosition === undefined)
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  if (kind === "dynamodb" && all.StartingPosition === "AT_TIMESTAMP")
    throw invalidParameter("Unsupported starting position for arn type: AT_TIMESTAMP");
  if (all.StartingPosition === "AT_TIMESTAMP" && all.StartingPositionTimestamp === undefined)
    throw invalidParameter("StartingPositionTimestamp must be provided when StartingPosition is AT_TIMESTAMP.");
  if (given.ScalingConfig?.MaximumConcurrency !== undefined)
    throw invalidParameter("Unsupported parameter for given event source mapping type: ScalingConfig");
  const age = given.MaximumRecordAgeInSeconds;
  if (age !== undefined && age !== -1 && age < 60)
    throw invalidParameter("MaximumRecordAgeInSeconds must be either -1 or between 60 and 604800.");
  const destination = given.DestinationConfig?.OnFailure?.Destination;
  if (destination !== undefined && !DESTINATIONS.has(parseArn(destination)?.service ?? ""))
    throw invalidParameter("The destination ARN must be of an SQS queue, an SNS topic or an S3 bucket.");
}
