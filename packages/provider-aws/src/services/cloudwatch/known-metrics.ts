/**
 * Metrics that AWS services emit, and the dimensions that they come with: an alarm on anything else in these namespaces never has data.
 * Sources: the "CloudWatch metrics" page of each service's developer guide, read 2026-11. Namespaces that are not here are not judged.
 */

interface Namespace {
  readonly metrics: readonly string[];
  /** Every combination of dimension names under which metrics are published. */
  readonly dimensions: readonly (readonly string[])[];
  /** Metrics that come with dimensions of their own: metric -> combinations. */
  readonly special?: { readonly [metric: string]: readonly (readonly string[])[] };
}

const API_HTTP: Namespace = {
  metrics: ["4xx", "5xx", "Count", "DataProcessed", "IntegrationLatency", "Latency"],
  dimensions: [["ApiId"], ["ApiId", "Stage"], ["ApiId", "Method", "Resource", "Stage"]],
};

const API_REST: Namespace = {
  metrics: ["4XXError", "5XXError", "CacheHitCount", "CacheMissCount", "Count", "IntegrationLatency", "Latency"],
  dimensions: [["ApiName"], ["ApiName", "Stage"], ["ApiName", "Method", "Resource", "Stage"]],
};

const API_WEBSOCKET: Namespace = {
  metrics: ["ClientError", "ConnectCount", "ExecutionError", "IntegrationError", "IntegrationLatency", "MessageCount"],
  dimensions: [["ApiId"], ["ApiId", "Stage"], ["ApiId", "Route", "Stage"]],
};

const TABLE = [["TableName"], ["GlobalSecondaryIndexName", "TableName"]];
const OPERATION = [["Operation", "TableName"], ["Operation"]];

export const KNOWN: { readonly [namespace: string]: readonly Namespace[] } = {
  "AWS/ApiGateway": [API_HTTP, API_REST, API_WEBSOCKET],
  "AWS/DynamoDB": [
    {
      metrics: [
        "AccountMaxReads",
        "AccountMaxTableLevelReads",
        "AccountMaxTableLevelWrites",
        "AccountMaxWrites",
        "AccountProvisionedReadCapacityUtilization",
        "AccountProvisionedWriteCapacityUtilization",
        "AgeOfOldestUnreplicatedRecord",
        "ConditionalCheckFailedRequests",
        "ConsumedChangeDataCaptureUnits",
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "FailedToReplicateRecordCount",
        "MaxProvisionedTableReadCapacityUtilization",
        "MaxProvisionedTableWriteCapacityUtilization",
        "OnDemandMaxReadRequestUnits",
        "OnDemandMaxWriteRequestUnits",
        "OnlineIndexConsumedWriteCapacity",
        "OnlineIndexPercentageProgress",
        "OnlineIndexThrottleEvents",
        "PendingReplicationCount",
        "ProvisionedReadCapacityUnits",
        "ProvisionedWriteCapacityUnits",
        "ReadAccountLimitThrottleEvents",
        "ReadKeyRangeThroughputThrottleEvents",
        "ReadMaxOnDemandThroughputThrottleEvents",
        "ReadProvisionedThroughputThrottleEvents",
        "ReadThrottleEvents",
        "ReplicationLatency",
        "ReturnedBytes",
        "ReturnedItemCount",
        "ReturnedRecordsCount",
        "SuccessfulRequestLatency",
        "SystemErrors",
        "ThrottledPutRecordCount",
        "ThrottledRequests",
        "TimeToLiveDeletedItemCount",
        "TransactionConflict",
        "UserErrors",
        "WriteAccountLimitThrottleEvents",
        "WriteKeyRangeThroughputThrottleEvents",
        "WriteMaxOnDemandThroughputThrottleEvents",
        "WriteProvisionedThroughputThrottleEvents",
        "WriteThrottleEvents",
      ],
      dimensions: [
        [],
        ...TABLE,
        ["Operation", "TableName"],
        ["DelegatedOperation", "TableName"],
        ["ReceivingRegion", "TableName"],
        ["Operation", "StreamLabel", "TableName"],
        ["StreamLabel", "TableName"],
      ],
      special: {
        ConsumedReadCapacityUnits: TABLE,
        ConsumedWriteCapacityUnits: TABLE,
        ReadThrottleEvents: TABLE,
        WriteThrottleEvents: TABLE,
        SuccessfulRequestLatency: OPERATION,
        SystemErrors: OPERATION,
        ThrottledRequests: [...OPERATION, ["GlobalSecondaryIndexName", "Operation", "TableName"]],
        ConditionalCheckFailedRequests: [["TableName"]],
        // Counted for the account and Region, not for a table.
        UserErrors: [[]],
      },
    },
  ],
  "AWS/Events": [
    {
      metrics: [
        "DeadLetterInvocations",
        "Events",
        "FailedInvocations",
        "IngestiontoInvocationCompleteLatency",
        "IngestiontoInvocationStartLatency",
        "InvocationAttempts",
        "InvocationsCreated",
        "InvocationsFailedToBeSentToDlq",
        "InvocationsSentToDlq",
        "Invocations",
        "MatchedEvents",
        "PutEventsApproximateCallCount",
        "PutEventsApproximateFailedCount",
        "PutEventsApproximateSuccessCount",
        "PutEventsApproximateThrottledCount",
        "PutEventsEntriesCount",
        "PutEventsFailedEntriesCount",
        "PutEventsLatency",
        "PutEventsRequestSize",
        "RetryInvocationAttempts",
        "SuccessfulInvocationAttempts",
        "ThrottledRules",
        "TriggeredRules",
      ],
      dimensions: [[], ["RuleName"], ["EventBusName"], ["EventBusName", "RuleName"], ["EventSourceName"]],
    },
  ],
  "AWS/Lambda": [
    {
      metrics: [
        "AsyncEventAge",
        "AsyncEventsDropped",
        "AsyncEventsReceived",
        "ClaimedAccountConcurrency",
        "ConcurrentExecutions",
        "DeadLetterErrors",
        "DestinationDeliveryFailures",
        "DroppedEventCount",
        "Duration",
        "DeletedEventCount",
        "Errors",
        "FailedInvokeEventCount",
        "FilteredOutEventCount",
        "Invocations",
        "InvokedEventCount",
        "IteratorAge",
        "MaxOffsetLag",
        "OffsetLag",
        "OnFailureDestinationDeliveredEventCount",
        "OversizedRecordCount",
        "PolledEventCount",
        "PostRuntimeExtensionsDuration",
        "ProvisionedConcurrencyInvocations",
        "ProvisionedConcurrencySpilloverInvocations",
        "ProvisionedConcurrencyUtilization",
        "ProvisionedConcurrentExecutions",
        "RecursiveInvocationsDropped",
        "SignatureValidationErrors",
        "SumOffsetLag",
        "Throttles",
        "UnreservedConcurrentExecutions",
        "Url4xxCount",
        "Url5xxCount",
        "UrlRequestCount",
        "UrlRequestLatency",
      ],
      dimensions: [
        [],
        ["FunctionName"],
        ["FunctionName", "Resource"],
        ["ExecutedVersion", "FunctionName", "Resource"],
        ["EventSourceMappingUUID"],
      ],
      special: { UnreservedConcurrentExecutions: [[]], ClaimedAccountConcurrency: [[]] },
    },
  ],
  "AWS/Logs": [
    {
      metrics: [
        "DeliveryErrors",
        "DeliveryThrottling",
        "EMFParsingErrors",
        "EMFValidationErrors",
        "ErrorCount",
        "ForwardedBytes",
        "ForwardedLogEvents",
        "IncomingBytes",
        "IncomingLogEvents",
        "LogEventsWithFindings",
        "ThrottleCount",
        "CallCount",
      ],
      dimensions: [
        [],
        ["LogGroupName"],
        ["DestinationType", "FilterName", "LogGroupName"],
        ["DestinationType", "PolicyLevel"],
        ["Resource", "Service", "Class", "Type"],
        ["DataProtectionOperation", "LogGroupName"],
      ],
    },
  ],
  "AWS/S3": [
    {
      metrics: [
        "4xxErrors",
        "5xxErrors",
        "AllRequests",
        "BucketSizeBytes",
        "BytesDownloaded",
        "BytesPendingReplication",
        "BytesUploaded",
        "DeleteRequests",
        "FirstByteLatency",
        "GetRequests",
        "HeadRequests",
        "ListRequests",
        "NumberOfObjects",
        "OperationsFailedReplication",
        "OperationsPendingReplication",
        "PostRequests",
        "PutRequests",
        "ReplicationLatency",
        "SelectBytesReturned",
        "SelectBytesScanned",
        "SelectRequests",
        "TotalRequestLatency",
      ],
      dimensions: [
        ["BucketName", "StorageType"],
        ["BucketName", "FilterId"],
        ["DestinationBucket", "RuleId", "SourceBucket"],
      ],
      special: { BucketSizeBytes: [["BucketName", "StorageType"]], NumberOfObjects: [["BucketName", "StorageType"]] },
    },
  ],
  "AWS/SNS": [
    {
      metrics: [
        "NumberOfMessagesPublished",
        "NumberOfNotificationsDelivered",
        "NumberOfNotificationsFailed",
        "NumberOfNotificationsFailedToRedriveToDlq",
        "NumberOfNotificationsFilteredOut",
        "NumberOfNotificationsFilteredOut-InvalidAttributes",
        "NumberOfNotificationsFilteredOut-InvalidMessageBody",
        "NumberOfNotificationsFilteredOut-MessageAttributes",
        "NumberOfNotificationsFilteredOut-MessageBody",
        "NumberOfNotificationsFilteredOut-NoMessageAttributes",
        "NumberOfNotificationsRedrivenToDlq",
        "PublishSize",
        "SMSMonthToDateSpentUSD",
        "SMSSuccessRate",
      ],
      dimensions: [
        [],
        ["TopicName"],
        ["Application", "Platform"],
        ["Application"],
        ["Platform"],
        ["Country", "SMSType"],
        ["PhoneNumber"],
        ["Country"],
        ["SMSType"],
      ],
    },
  ],
  "AWS/SQS": [
    {
      metrics: [
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfGroupsWithInflightMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfNoisyGroups",
        "ApproximateAgeOfOldestMessageInQuietGroups",
        "ApproximateNumberOfMessagesDelayedInQuietGroups",
        "ApproximateNumberOfMessagesNotVisibleInQuietGroups",
        "ApproximateNumberOfMessagesVisibleInQuietGroups",
        "NumberOfDeduplicatedSentMessages",
        "NumberOfEmptyReceives",
        "NumberOfMessagesDeleted",
        "NumberOfMessagesReceived",
        "NumberOfMessagesSent",
        "SentMessageSize",
      ],
      dimensions: [["QueueName"]],
    },
  ],
  "AWS/Scheduler": [
    {
      metrics: [
        "InvocationAttemptCount",
        "InvocationDroppedCount",
        "InvocationThrottleCount",
        "InvocationsFailedToBeSentToDeadLetterCount",
        "InvocationsSentToDeadLetterCount",
        "InvocationsSentToDeadLetterCount_Truncated_MessageSizeExceeded",
        "TargetErrorCount",
        "TargetErrorThrottledCount",
      ],
      dimensions: [[], ["ScheduleGroup"]],
    },
  ],
};

/** Why no such metric is ever emitted, and what to write instead; undefined where nothing speaks against it. */
export function metricProblem(
  namespace: string,
  metric: string,
  dimensions: readonly string[] | undefined,
): { readonly detail: string; readonly fix: string } | undefined {
  const kinds = KNOWN[namespace];
  if (kinds === undefined) return namespaceProblem(namespace);
  const having = kinds.filter((kind) => kind.metrics.includes(metric));
  if (having.length === 0) return unknownMetric(namespace, metric, kinds);
  if (dimensions === undefined) return undefined;
  const wanted = having.flatMap((kind) => kind.special?.[metric] ?? kind.dimensions);
  const given = key(dimensions);
  if (wanted.some((names) => key(names) === given)) return undefined;
  const list = wanted.map((names) => (names.length === 0 ? "no dimension" : names.join(" + "))).join("; ");
  const has = dimensions.length === 0 ? "no dimension" : `the dimensions ${dimensions.join(", ")}`;
  return {
    detail: `${namespace} never emits ${metric} with ${has}: the alarm stays without data.`,
    fix: `${metric} comes with: ${list}.`,
  };
}

function key(names: readonly string[]): string {
  return [...names].sort().join("\n");
}

function namespaceProblem(namespace: string): { readonly detail: string; readonly fix: string } | undefined {
  const name = Object.keys(KNOWN).find(
    (known) =>
      known.toLowerCase() === namespace.toLowerCase() ||
      known.slice(4).toLowerCase() === namespace.toLowerCase() ||
      isMisspelled(namespace, known),
  );
  if (name === undefined) return undefined;
  return {
    detail: `AWS emits nothing in the namespace ${namespace}: the alarm stays without data.`,
    fix: `Write the namespace as ${name}.`,
  };
}

/** Short names are near to each other without being meant: AWS/ES is no AWS/EBS. */
const SPELLED_CHARS_MIN = "AWS/".length + 5;

/** One letter too many, too few or another one. */
function isMisspelled(namespace: string, known: string): boolean {
  if (!/^AWS\//i.test(namespace) || namespace.length < SPELLED_CHARS_MIN) return false;
  return distance(namespace.toLowerCase(), known.toLowerCase()) === 1;
}

function unknownMetric(
  namespace: string,
  metric: string,
  kinds: readonly Namespace[],
): { readonly detail: string; readonly fix: string } {
  const near = nearest(
    metric,
    kinds.flatMap((kind) => kind.metrics),
  );
  const elsewhere = Object.keys(KNOWN).find((name) => KNOWN[name]?.some((kind) => kind.metrics.includes(metric)));
  const fix =
    elsewhere !== undefined && elsewhere !== namespace
      ? `${metric} is emitted in the namespace ${elsewhere}.`
      : `Did you mean ${near}?`;
  return { detail: `${namespace} never emits a metric named ${metric}: the alarm stays without data.`, fix };
}

/** The known name with the fewest letters to change. */
export function nearest(name: string, known: readonly string[]): string {
  const wanted = name.toLowerCase();
  return known.reduce(
    (best, candidate) => (distance(wanted, candidate.toLowerCase()) < distance(wanted, best.toLowerCase()) ? candidate : best),
    known[0] ?? "",
  );
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
