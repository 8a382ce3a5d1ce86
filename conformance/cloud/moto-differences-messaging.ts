/** `moto-differences.ts`: SQS, SNS, EventBridge, Scheduler, KMS, Secrets Manager, Kinesis. */
import type { Row } from "./moto-compare.ts";

export const MESSAGING_DIFFERENCES: readonly Row[] = [
  // --- SQS
  {
    service: "sqs",
    operations: "ReceiveMessage ListDeadLetterSourceQueues",
    right: "ours",
    why: "KMS.DisabledException of the error list; ReceiveRequestAttemptId is alphanumeric with punctuation, MaxResults 1 to 1,000 (API reference)",
  },
  {
    service: "sqs",
    operations: "CreateQueue",
    right: "ours",
    why: "attributes are checked against the ranges of the reference before the name is; moto makes the queue with the first bad one",
  },
  {
    service: "sqs",
    operations: "SendMessage",
    right: "ours",
    why: "the reference: a message has at least one character, and only the listed Unicode ranges (InvalidMessageContents)",
  },
  {
    service: "sqs",
    operations: "DeleteMessage",
    right: "ours",
    why: "AWS's model (as the SDK for JavaScript carries it) gives ReceiptHandleIsInvalid status 404",
  },
  {
    service: "sqs",
    operations: "PurgeQueue",
    right: "ours",
    why: "one purge in 60 seconds; PurgeQueueInProgress otherwise",
  },
  // --- SNS
  {
    service: "sns",
    operations: "CreatePlatformApplication SetSMSAttributes SetTopicAttributes",
    kind: "accepts",
    right: "ours",
    why: "platforms are the listed ones, DefaultSMSType Promotional or Transactional, numRetries at most 100, SignatureVersion 1 or 2 (API reference)",
  },
  {
    service: "sns",
    operations: "GetPlatformApplicationAttributes",
    right: "ours",
    why: "credentials are never read back; Enabled is, by the list of attributes",
  },
  {
    service: "sns",
    operations: "Publish",
    right: "ours",
    why: "texts as AWS gives them (`Topic does not exist`, `Empty message`); a JSON structure must be JSON with a default",
  },
  {
    service: "sns",
    operations: "CreateTopic",
    kind: "error",
    right: "ours",
    why: "AWS's text is `Invalid parameter: Topic Name`",
  },
  {
    service: "sns",
    operations: "Subscribe ConfirmSubscription ListSubscriptionsByTopic GetTopicAttributes",
    right: "ours",
    why: "protocols and endpoints are checked, and an e-mail subscription is pending until its token confirms it",
  },
  {
    service: "sns",
    operations: "CreateTopic DeleteTopic SetTopicAttributes",
    input: /ArchivePolicy|@\{archive\}/,
    right: "ours",
    why: "archives are for FIFO topics, of 1 to 365 days, and hold their topic (developer guide); later steps meet the topic that moto deleted",
  },
  // --- EventBridge, Scheduler
  {
    service: "events",
    operations: "CreateConnection CreateApiDestination",
    kind: "accepts",
    right: "ours",
    why: "ResourceAlreadyExistsException and ResourceNotFoundException of the error lists",
  },
  {
    service: "events",
    operations: "DescribeApiDestination DeleteConnection",
    kind: "value",
    right: "ours",
    why: "300 calls a second unless given; a destination without its connection is INACTIVE, a connection that goes is DELETING (user guide)",
  },
  {
    service: "events",
    operations: "PutRule TestEventPattern",
    right: "ours",
    why: "InvalidEventPatternException for what event-ruler refuses; a rate is positive",
  },
  {
    service: "events",
    operations: "DescribeRule",
    right: "ours",
    why: "the text ends with `does not exist on EventBus default.`",
  },
  {
    service: "events",
    operations: "DeleteEventBus DeleteRule PutTargets RemoveTargets ListRuleNamesByTarget",
    right: "ours",
    why: "a bus with rules and a rule with targets cannot be deleted; moto has deleted the bus that later steps use",
  },
  {
    service: "scheduler",
    right: "ours",
    why: "every account has the group `default`, which cannot be deleted; a second group of a name is a ConflictException",
  },
  // --- KMS, Secrets Manager, Kinesis
  {
    service: "kms",
    input: /ML_DSA|mldsa/,
    right: "ours",
    why: "ML-DSA key specs and ML_DSA_SHAKE_256 are in the API reference since June 2025",
  },
  {
    service: "kms",
    operations: "DescribeKey Encrypt EnableKey",
    right: "ours",
    why: "a key of origin EXTERNAL is PendingImport until its material comes (developer guide, key states)",
  },
  {
    service: "kms",
    operations: "PutKeyPolicy CreateKey",
    input: /role\/nobody/,
    right: "ours",
    why: "the lockout safety check, and PolicyName is optional (API reference)",
  },
  {
    service: "kms",
    operations: "Decrypt",
    input: /DryRunModifiers/,
    right: "ours",
    why: "DryRunModifiers: IGNORE_CIPHERTEXT asks for the permission only, without a ciphertext",
  },
  {
    service: "kms",
    operations: "ReplicateKey EnableKeyRotation",
    right: "ours",
    why: "a second replica in a region is AlreadyExistsException, only the primary key rotates, and the answer names both keys (API reference)",
  },
  {
    service: "secretsmanager",
    operations: "ReplicateSecretToRegions DeleteSecret",
    right: "ours",
    why: "ARN is the secret's, a new replica is InProgress, and a secret with replicas is an InvalidRequestException (API reference)",
  },
  {
    service: "secretsmanager",
    operations: "RotateSecret",
    input: /ScheduleExpression/,
    right: "ours",
    why: "a schedule that no rotation can have is refused before the function is looked for",
  },
  {
    service: "kinesis",
    operations: "GetResourcePolicy",
    right: "ours",
    why: "a stream without a policy: ResourceNotFoundException is in the error list, and Policy is required in the answer; moto makes up a document",
  },
  {
    service: "kinesis",
    operations: "PutResourcePolicy StartStreamEncryption",
    kind: "accepts",
    right: "ours",
    why: "a policy is JSON; KMSNotFoundException is in the error list",
  },
  {
    service: "kinesis",
    operations: "DescribeLimits",
    right: "ours",
    why: "the quotas page: 20,000 shards in N. Virginia, Oregon and Ireland; moto has the 6,000 of some others",
  },
];
