/** KMS in its users' place, Kinesis's limits, Logs and CloudWatch beyond the basics. Expectations: the services' API references. */
import { type Scenario, stepsOf } from "./case.ts";

const kms = stepsOf("kms");
const ssm = stepsOf("ssm");
const sqs = stepsOf("sqs");
const kinesis = stepsOf("kinesis");
const logs = stepsOf("logs");
const cloudwatch = stepsOf("cloudwatch");
const secrets = stepsOf("secretsmanager");

const STREAM = { ResourceARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/observed" };
const NOBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:role/nobody" }, Action: "kms:*", Resource: "*" }],
});
const LOCKOUT = "The new key policy will not allow you to update the key policy in the future.";
const RANGE = { StartTime: "2026-01-01T00:00:00Z", EndTime: "2026-01-01T00:01:00Z" };

function data(Expression: string): object {
  return { ...RANGE, MetricDataQueries: [{ Id: "q", Expression, Period: 60 }] };
}

const NIGHT = { Expression: "cron(0 23 * * *)", Duration: "PT2H", Timezone: "Europe/Berlin" };
const METRIC = { Namespace: "Observed", MetricName: "x" };
const BAND_ALARM = {
  AlarmName: "band",
  ComparisonOperator: "GreaterThanUpperThreshold",
  EvaluationPeriods: 1,
  ThresholdMetricId: "ad1",
  Metrics: [
    { Id: "m1", MetricStat: { Metric: METRIC, Stat: "Sum", Period: 60 } },
    { Id: "ad1", Expression: "ANOMALY_DETECTION_BAND(m1, 2)" },
  ],
};
const IMPORT = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" };
const BUS = "arn:aws:events:eu-west-1:000000000000:event-bus/orders";
const NEVER = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" };
const BLOB = { $bytes: "AAAA" };

const PROTECTION = JSON.stringify({
  Name: "p",
  Version: "2021-06-01",
  Statement: [{ Audit: { FindingsDestination: {} } }, { Deidentify: { MaskConfig: {} } }].map((Operation) => ({
    DataIdentifier: ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
    Operation,
  })),
});

export const observingScenarios: readonly Scenario[] = [
  {
    name: "kms: keys that wait for their material, and ML-DSA",
    steps: [
      kms.ok("CreateKey", { Origin: "EXTERNAL" }, { keep: { key: "KeyMetadata.KeyId" } }),
      kms.ok("DescribeKey", { KeyId: "@{key}" }, { output: { KeyMetadata: { KeyState: "PendingImport", Origin: "EXTERNAL" } } }),
      kms.fails("Encrypt", { KeyId: "@{key}", Plaintext: BLOB }, "KMSInvalidStateException", 400, "is pending import."),
      kms.fails("EnableKey", { KeyId: "@{key}" }, "KMSInvalidStateException", 400),
      kms.fails("DeleteImportedKeyMaterial", { KeyId: "@{key}" }, "KMSInvalidStateException", 400),
      kms.ok("GetParametersForImport", { KeyId: "@{key}", ...IMPORT }, { keep: { token: "ImportToken" } }),
      kms.fails(
        "ImportKeyMaterial",
        { KeyId: "@{key}", ImportToken: BLOB, EncryptedKeyMaterial: BLOB, ...NEVER },
        "InvalidImportTokenException",
        400,
      ),
      kms.fails(
        "ImportKeyMaterial",
        { KeyId: "@{key}", ImportToken: BLOB, EncryptedKeyMaterial: BLOB },
        "ValidationException",
        400,
      ),
      kms.ok("CreateKey", {}, { keep: { own: "KeyMetadata.KeyId" } }),
      kms.fails("GetParametersForImport", { KeyId: "@{own}", ...IMPORT }, "UnsupportedOperationException", 400),
      kms.ok("CreateKey", { KeySpec: "ML_DSA_65", KeyUsage: "SIGN_VERIFY" }, { keep: { mldsa: "KeyMetadata.KeyId" } }),
      kms.ok(
        "Sign",
        { KeyId: "@{mldsa}", Message: BLOB, SigningAlgorithm: "ML_DSA_SHAKE_256" },
        { output: { SigningAlgorithm: "ML_DSA_SHAKE_256" }, keep: { signature: "Signature" } },
      ),
      kms.fails(
        "Verify",
        { KeyId: "@{mldsa}", Message: BLOB, SigningAlgorithm: "ML_DSA_SHAKE_256", Signature: BLOB },
        "KMSInvalidSignatureException",
        400,
      ),
    ],
  },
  {
    name: "kms: keys that services use",
    steps: [
      kms.ok("CreateKey", {}, { keep: { key: "KeyMetadata.KeyId", arn: "KeyMetadata.Arn" } }),
      kms.fails("PutKeyPolicy", { KeyId: "@{key}", Policy: NOBODY }, "MalformedPolicyDocumentException", 400, LOCKOUT),
      kms.fails("CreateKey", { Policy: NOBODY }, "MalformedPolicyDocumentException", 400, LOCKOUT),
      kms.fails(
        "Decrypt",
        { KeyId: "@{key}", DryRun: true, DryRunModifiers: ["IGNORE_CIPHERTEXT"] },
        "DryRunOperationException",
        412,
      ),
      ssm.ok("PutParameter", { Name: "/observed/secret", Value: "hush", Type: "SecureString", KeyId: "@{key}" }),
      ssm.ok("GetParameter", { Name: "/observed/secret", WithDecryption: true }, { output: { Parameter: { Value: "hush" } } }),
      ssm.fails(
        "PutParameter",
        { Name: "/observed/b", Value: "x", Type: "SecureString", KeyId: "alias/none" },
        "InvalidKeyId",
        400,
      ),
      sqs.ok("CreateQueue", { QueueName: "observed", Attributes: { KmsMasterKeyId: "@{key}" } }, { keep: { url: "QueueUrl" } }),
      sqs.ok("SendMessage", { QueueUrl: "@{url}", MessageBody: "a" }),
      logs.fails(
        "CreateLogGroup",
        { logGroupName: "/observed/locked", kmsKeyId: "@{arn}" },
        "AccessDeniedException",
        400,
        "The specified KMS key does not exist or is not allowed to be used with Arn",
      ),
      kms.ok("DisableKey", { KeyId: "@{key}" }),
      ssm.fails("GetParameter", { Name: "/observed/secret", WithDecryption: true }, "InvalidKeyId", 400, "is disabled"),
      sqs.fails("SendMessage", { QueueUrl: "@{url}", MessageBody: "a" }, "KMS.DisabledException", 400),
      sqs.fails("ReceiveMessage", { QueueUrl: "@{url}" }, "KMS.DisabledException", 400),
    ],
  },
  {
    name: "kinesis: policies, limits, settings",
    steps: [
      kinesis.ok("CreateStream", { StreamName: "observed", ShardCount: 1 }),
      kinesis.fails(
        "SubscribeToShard",
        {
          ConsumerARN: `${STREAM.ResourceARN}/consumer/none:1`,
          ShardId: "shardId-000000000000",
          StartingPosition: { Type: "LATEST" },
        },
        "ResourceNotFoundException",
        400,
        "not found.",
      ),
      kinesis.fails("GetResourcePolicy", STREAM, "ResourceNotFoundException", 400),
      kinesis.fails("PutResourcePolicy", { ...STREAM, Policy: "{" }, "InvalidArgumentException", 400),
      kinesis.fails(
        "PutResourcePolicy",
        { ResourceARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/observed/consumer/none:1", Policy: "{}" },
        "ResourceNotFoundException",
        400,
      ),
      kinesis.ok("DescribeLimits", {}, { output: { ShardLimit: 20_000, OnDemandStreamCountLimit: 50 } }),
      kinesis.ok(
        "EnableEnhancedMonitoring",
        { StreamName: "observed", ShardLevelMetrics: ["IncomingBytes"] },
        {
          output: { DesiredShardLevelMetrics: ["IncomingBytes"] },
        },
      ),
      kinesis.ok(
        "DisableEnhancedMonitoring",
        { StreamName: "observed", ShardLevelMetrics: ["ALL"] },
        {
          output: { DesiredShardLevelMetrics: [] },
        },
      ),
      kinesis.fails(
        "StartStreamEncryption",
        { StreamName: "observed", EncryptionType: "KMS", KeyId: "alias/none" },
        "KMSNotFoundException",
        400,
      ),
      kinesis.fails("UpdateStreamWarmThroughput", { StreamName: "observed", WarmThroughputMiBps: 1 }, "ValidationException", 400),
    ],
  },
  {
    name: "logs: destinations, exports, records",
    steps: [
      logs.ok("CreateLogGroup", { logGroupName: "/observed" }),
      logs.fails(
        "DeleteDestination",
        { destinationName: "none" },
        "ResourceNotFoundException",
        400,
        "The specified destination does not exist.",
      ),
      logs.fails("PutDestinationPolicy", { destinationName: "none", accessPolicy: "{}" }, "ResourceNotFoundException", 400),
      logs.ok("DescribeDestinations", {}, { output: { destinations: [] } }),
      logs.fails("CancelExportTask", { taskId: "none" }, "ResourceNotFoundException", 400),
      logs.fails(
        "CreateExportTask",
        { logGroupName: "/observed", from: 0, to: 1, destination: "no-such-bucket-here" },
        "InvalidParameterException",
        400,
        "The given bucket does not exist",
      ),
      logs.ok("GetLogGroupFields", { logGroupName: "/observed" }, { output: { logGroupFields: [] } }),
      logs.fails("GetLogRecord", { logRecordPointer: "AAAA" }, "InvalidParameterException", 400),
      logs.ok(
        "TestMetricFilter",
        { filterPattern: '{ $.level = "ERROR" }', logEventMessages: ['{"level":"ERROR"}', "x"] },
        { output: { matches: [{ eventNumber: 1, extractedValues: { "$.level": "ERROR" } }] } },
      ),
    ],
  },
  {
    name: "logs: data protection and policies of the account",
    steps: [
      logs.fails("GetDataProtectionPolicy", { logGroupIdentifier: "/none" }, "ResourceNotFoundException", 400),
      logs.fails(
        "PutDataProtectionPolicy",
        { logGroupIdentifier: "/observed", policyDocument: "{}" },
        "InvalidParameterException",
        400,
      ),
      logs.ok("PutDataProtectionPolicy", { logGroupIdentifier: "/observed", policyDocument: PROTECTION }),
      logs.ok("GetDataProtectionPolicy", { logGroupIdentifier: "/observed" }, { output: { policyDocument: PROTECTION } }),
      logs.ok("DeleteDataProtectionPolicy", { logGroupIdentifier: "/observed" }),
      logs.fails(
        "PutAccountPolicy",
        { policyName: "a", policyType: "SUBSCRIPTION_FILTER_POLICY", policyDocument: "{}" },
        "InvalidParameterException",
        400,
      ),
      logs.ok("DescribeAccountPolicies", { policyType: "DATA_PROTECTION_POLICY" }, { output: { accountPolicies: [] } }),
      logs.fails(
        "DeleteAccountPolicy",
        { policyName: "none", policyType: "DATA_PROTECTION_POLICY" },
        "ResourceNotFoundException",
        400,
      ),
      logs.ok("PutIndexPolicy", { logGroupIdentifier: "/observed", policyDocument: '{"Fields":["a"]}' }),
      logs.ok(
        "DescribeIndexPolicies",
        { logGroupIdentifiers: ["/observed"] },
        { output: { indexPolicies: [{ source: "LOG_GROUP" }] } },
      ),
      logs.ok("DeleteIndexPolicy", { logGroupIdentifier: "/observed" }),
      logs.fails(
        "StartLiveTail",
        { logGroupIdentifiers: ["arn:aws:logs:eu-west-1:000000000000:log-group:/none"] },
        "ResourceNotFoundException",
        400,
      ),
    ],
  },
  {
    name: "logs: deliveries",
    steps: [
      logs.fails("GetDelivery", { id: "none" }, "ResourceNotFoundException", 400),
      logs.fails("CreateDelivery", { deliverySourceName: "none", deliveryDestinationArn: BUS }, "ResourceNotFoundException", 400),
      logs.fails("PutDeliverySource", { name: "s", resourceArn: BUS, logType: "ACCESS_LOGS" }, "ValidationException", 400),
      logs.ok(
        "PutDeliverySource",
        { name: "bus", resourceArn: BUS, logType: "ERROR_LOGS" },
        { output: { deliverySource: { service: "events", resourceArns: [BUS] } } },
      ),
      logs.fails("PutDeliverySource", { name: "bus", resourceArn: BUS, logType: "INFO_LOGS" }, "ConflictException", 400),
      logs.ok(
        "PutDeliveryDestination",
        { name: "bucket", outputFormat: "json", deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::b" } },
        { output: { deliveryDestination: { deliveryDestinationType: "S3" } }, keep: { destination: "deliveryDestination.arn" } },
      ),
      logs.ok(
        "CreateDelivery",
        {
          deliverySourceName: "bus",
          deliveryDestinationArn: "@{destination}",
          s3DeliveryConfiguration: { suffixPath: "x", enableHiveCompatiblePath: false },
        },
        { keep: { delivery: "delivery.id" } },
      ),
      logs.fails("DeleteDeliverySource", { name: "bus" }, "ConflictException", 400),
      logs.ok(
        "DescribeDeliveries",
        {},
        { output: { deliveries: [{ deliverySourceName: "bus", deliveryDestinationType: "S3" }] } },
      ),
      logs.ok("DeleteDelivery", { id: "@{delivery}" }),
      logs.ok("DeleteDeliverySource", { name: "bus" }),
      logs.ok("DeleteDeliveryDestination", { name: "bucket" }),
    ],
  },
  {
    name: "cloudwatch: searches and queries",
    steps: [
      // What finds nothing: no document says whether the answer then has an entry without values, or none.
      cloudwatch.ok("GetMetricData", data('SELECT AVG(x) FROM SCHEMA("Observed", Stage) GROUP BY Stage')),
      cloudwatch.ok("GetMetricData", data("SEARCH('{Observed,Stage} x', 'Sum', 60)")),
      cloudwatch.fails("GetMetricData", data("SELECT x"), "ValidationError", 400),
      cloudwatch.fails("GetMetricData", data("SEARCH('(', 'Sum', 60)"), "ValidationError", 400),
      cloudwatch.fails("DescribeAlarmContributors", { AlarmName: "none" }, "ResourceNotFoundException", 404),
    ],
  },
  {
    name: "cloudwatch: anomaly detection",
    steps: [
      cloudwatch.fails("DeleteAnomalyDetector", { ...METRIC, Stat: "Sum" }, "ResourceNotFoundException", 404),
      cloudwatch.fails("PutAnomalyDetector", METRIC, "MissingParameter", 400),
      cloudwatch.ok("PutAnomalyDetector", { SingleMetricAnomalyDetector: { ...METRIC, Stat: "Sum" } }),
      cloudwatch.ok(
        "DescribeAnomalyDetectors",
        { Namespace: "Observed" },
        { output: { AnomalyDetectors: [{ ...METRIC, Stat: "Sum", StateValue: "PENDING_TRAINING" }] } },
      ),
      cloudwatch.fails("PutMetricAlarm", { ...BAND_ALARM, Threshold: 1 }, "ValidationError", 400),
      cloudwatch.fails("PutMetricAlarm", { ...BAND_ALARM, ThresholdMetricId: "m1" }, "ValidationError", 400),
      cloudwatch.ok("PutMetricAlarm", BAND_ALARM),
      cloudwatch.ok(
        "DescribeAlarms",
        { AlarmNames: ["band"] },
        { output: { MetricAlarms: [{ ThresholdMetricId: "ad1", ComparisonOperator: "GreaterThanUpperThreshold" }] } },
      ),
      cloudwatch.ok("DeleteAlarms", { AlarmNames: ["band"] }),
      cloudwatch.ok("DeleteAnomalyDetector", { ...METRIC, Stat: "Sum" }),
    ],
  },
  {
    name: "cloudwatch: alarm mute rules",
    steps: [
      cloudwatch.fails("GetAlarmMuteRule", { AlarmMuteRuleName: "none" }, "ResourceNotFoundException", 404),
      cloudwatch.ok("DeleteAlarmMuteRule", { AlarmMuteRuleName: "none" }),
      cloudwatch.fails(
        "PutAlarmMuteRule",
        { Name: "night", Rule: { Schedule: { ...NIGHT, Duration: "P30D" } } },
        "ValidationError",
        400,
      ),
      cloudwatch.ok("PutAlarmMuteRule", { Name: "night", Rule: { Schedule: NIGHT } }),
      cloudwatch.ok(
        "GetAlarmMuteRule",
        { AlarmMuteRuleName: "night" },
        { output: { Name: "night", Rule: { Schedule: NIGHT }, MuteType: "RECURRING" } },
      ),
      cloudwatch.ok("ListAlarmMuteRules", { Statuses: ["EXPIRED"] }, { output: { AlarmMuteRuleSummaries: [] } }),
      cloudwatch.ok("DeleteAlarmMuteRule", { AlarmMuteRuleName: "night" }),
    ],
  },
  {
    name: "sqs and secretsmanager: attempts, pages, schedules",
    steps: [
      sqs.ok("CreateQueue", { QueueName: "observed.fifo", Attributes: { FifoQueue: "true" } }, { keep: { url: "QueueUrl" } }),
      sqs.fails("ReceiveMessage", { QueueUrl: "@{url}", ReceiveRequestAttemptId: "a b" }, "InvalidParameterValue", 400),
      sqs.ok("ListDeadLetterSourceQueues", { QueueUrl: "@{url}", MaxResults: 1 }, { output: { queueUrls: [] } }),
      sqs.fails("ListDeadLetterSourceQueues", { QueueUrl: "@{url}", MaxResults: 1001 }, "InvalidParameterValue", 400),
      secrets.ok("CreateSecret", { Name: "observed", SecretString: "x" }),
      secrets.fails(
        "RotateSecret",
        {
          SecretId: "observed",
          RotationLambdaARN: "arn:aws:lambda:eu-west-1:000000000000:function:none",
          RotationRules: { ScheduleExpression: "cron(5 0 ? * SUN *)" },
        },
        "InvalidParameterException",
        400,
      ),
    ],
  },
];
