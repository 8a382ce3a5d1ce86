/** SQS, SNS, EventBridge, Scheduler, SES. Expectations: the services' API references ("Errors", "Response Elements"). */
import { type Scenario, stepsOf } from "./case.ts";

const sqs = stepsOf("sqs");
const sns = stepsOf("sns");
const events = stepsOf("events");
const scheduler = stepsOf("scheduler");
const ses = stepsOf("sesv2");

const NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue";
const NOWHERE = { QueueUrl: "http://127.0.0.1/000000000000/none" };
const TOPIC = { TopicArn: "arn:aws:sns:eu-west-1:000000000000:none" };
const NOT_FOUND = "ResourceNotFoundException";
const ROLE = "arn:aws:iam::000000000000:role/none";
const FLEXIBLE = { FlexibleTimeWindow: { Mode: "OFF" } };
const TARGET = { Target: { Arn: "arn:aws:sqs:eu-west-1:000000000000:none", RoleArn: ROLE } };

const ON_QUEUES: readonly (readonly [operation: string, input: object])[] = [
  ["DeleteQueue", {}],
  ["PurgeQueue", {}],
  ["GetQueueAttributes", { AttributeNames: ["All"] }],
  ["SetQueueAttributes", { Attributes: { VisibilityTimeout: "1" } }],
  ["SendMessage", { MessageBody: "a" }],
  ["SendMessageBatch", { Entries: [{ Id: "a", MessageBody: "a" }] }],
  ["ReceiveMessage", {}],
  ["DeleteMessage", { ReceiptHandle: "a" }],
  ["ChangeMessageVisibility", { ReceiptHandle: "a", VisibilityTimeout: 1 }],
  ["ListQueueTags", {}],
  ["TagQueue", { Tags: { a: "b" } }],
  ["UntagQueue", { TagKeys: ["a"] }],
  ["ListDeadLetterSourceQueues", {}],
  ["AddPermission", { Label: "a", AWSAccountIds: ["123456789012"], Actions: ["SendMessage"] }],
  ["RemovePermission", { Label: "a" }],
];

const BAD_ATTRIBUTES: readonly (readonly [name: string, value: string])[] = [
  ["VisibilityTimeout", "43201"],
  ["VisibilityTimeout", "-1"],
  ["VisibilityTimeout", "a"],
  ["DelaySeconds", "901"],
  ["MessageRetentionPeriod", "59"],
  ["MessageRetentionPeriod", "1209601"],
  ["MaximumMessageSize", "1023"],
  ["ReceiveMessageWaitTimeSeconds", "21"],
  ["RedrivePolicy", "{"],
];

/** Patterns that EventBridge refuses. */
const BAD_PATTERNS = ["{", "[]", '{"a": "b"}', '{"a": [{"unknown": 1}]}', '{"a": [{"numeric": ["<"]}]}', '{"a": []}'];

const EVENT = JSON.stringify({
  id: "1",
  account: "000000000000",
  source: "a",
  time: "2026-01-01T00:00:00Z",
  region: "eu-west-1",
  resources: [],
  "detail-type": "b",
  detail: {},
});

const BAD_SCHEDULES = ["rate(0 minutes)", "rate(1 minutes", "cron(* * * * *)", "cron(0 0 1 * 1 *)", "at(yesterday)", "every day"];

export const messagingScenarios: readonly Scenario[] = [
  {
    name: "sqs: what is not there, and what is out of bounds",
    steps: [
      sqs.fails("GetQueueUrl", { QueueName: "none" }, NO_QUEUE, 400, "The specified queue does not exist"),
      ...ON_QUEUES.map(([operation, input]) => sqs.fails(operation, { ...NOWHERE, ...input }, NO_QUEUE, 400)),
      ...BAD_ATTRIBUTES.map(([name, value]) =>
        sqs.fails(
          "CreateQueue",
          { QueueName: "bad", Attributes: { [name]: value } },
          name === "RedrivePolicy" ? "InvalidParameterValue" : "InvalidAttributeValue",
          400,
          name === "RedrivePolicy" ? "for parameter RedrivePolicy is invalid" : `Invalid value for the parameter ${name}.`,
        ),
      ),
      sqs.fails("CreateQueue", { QueueName: "bad", Attributes: { Colour: "red" } }, "InvalidAttributeName", 400),
      sqs.fails("CreateQueue", { QueueName: "bad name" }, "InvalidParameterValue", 400),
      sqs.fails("CreateQueue", { QueueName: "x".repeat(81) }, "InvalidParameterValue", 400),
    ],
  },
  {
    name: "sqs: a queue's life",
    steps: [
      sqs.ok("CreateQueue", { QueueName: "q", Attributes: { VisibilityTimeout: "5" } }, { keep: { url: "QueueUrl" } }),
      sqs.ok("CreateQueue", { QueueName: "q", Attributes: { VisibilityTimeout: "5" } }),
      sqs.fails("CreateQueue", { QueueName: "q", Attributes: { VisibilityTimeout: "6" } }, "QueueAlreadyExists", 400),
      sqs.ok(
        "GetQueueAttributes",
        { QueueUrl: "@{url}", AttributeNames: ["VisibilityTimeout", "QueueArn"] },
        {
          output: { Attributes: { VisibilityTimeout: "5", QueueArn: "arn:aws:sqs:eu-west-1:000000000000:q" } },
        },
      ),
      sqs.ok(
        "SendMessage",
        { QueueUrl: "@{url}", MessageBody: "hello" },
        {
          output: { MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592" },
        },
      ),
      sqs.fails("SendMessage", { QueueUrl: "@{url}", MessageBody: "a", DelaySeconds: 901 }, "InvalidParameterValue", 400),
      sqs.fails("SendMessage", { QueueUrl: "@{url}", MessageBody: "" }, "MissingParameter", 400),
      sqs.fails("SendMessage", { QueueUrl: "@{url}", MessageBody: "\u0000" }, "InvalidMessageContents", 400),
      sqs.fails("SendMessageBatch", { QueueUrl: "@{url}", Entries: [] }, "AWS.SimpleQueueService.EmptyBatchRequest", 400),
      sqs.fails(
        "SendMessageBatch",
        { QueueUrl: "@{url}", Entries: Array.from({ length: 11 }, (_, at) => ({ Id: `a${at}`, MessageBody: "a" })) },
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        400,
      ),
      sqs.fails(
        "SendMessageBatch",
        {
          QueueUrl: "@{url}",
          Entries: [
            { Id: "a", MessageBody: "a" },
            { Id: "a", MessageBody: "b" },
          ],
        },
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        400,
      ),
      sqs.fails(
        "SendMessageBatch",
        { QueueUrl: "@{url}", Entries: [{ Id: "a b", MessageBody: "a" }] },
        "AWS.SimpleQueueService.InvalidBatchEntryId",
        400,
      ),
      sqs.fails("ReceiveMessage", { QueueUrl: "@{url}", MaxNumberOfMessages: 11 }, "InvalidParameterValue", 400),
      sqs.fails("ReceiveMessage", { QueueUrl: "@{url}", WaitTimeSeconds: 21 }, "InvalidParameterValue", 400),
      sqs.ok(
        "ReceiveMessage",
        { QueueUrl: "@{url}", AttributeNames: ["All"] },
        {
          output: { Messages: [{ Body: "hello", Attributes: { ApproximateReceiveCount: "1" } }] },
          keep: { receipt: "Messages.0.ReceiptHandle" },
        },
      ),
      sqs.ok("ChangeMessageVisibility", { QueueUrl: "@{url}", ReceiptHandle: "@{receipt}", VisibilityTimeout: 0 }),
      sqs.fails(
        "ChangeMessageVisibility",
        { QueueUrl: "@{url}", ReceiptHandle: "@{receipt}", VisibilityTimeout: 43_201 },
        "InvalidParameterValue",
        400,
      ),
      sqs.fails("DeleteMessage", { QueueUrl: "@{url}", ReceiptHandle: "nonsense" }, "ReceiptHandleIsInvalid", 404),
      sqs.ok("DeleteMessage", { QueueUrl: "@{url}", ReceiptHandle: "@{receipt}" }),
      sqs.ok("TagQueue", { QueueUrl: "@{url}", Tags: { a: "b" } }),
      sqs.ok("ListQueueTags", { QueueUrl: "@{url}" }, { output: { Tags: { a: "b" } } }),
      sqs.ok("ListQueues", { QueueNamePrefix: "q" }, { output: { QueueUrls: [{}] } }),
      sqs.ok("CreateQueue", { QueueName: "f.fifo", Attributes: { FifoQueue: "true" } }, { keep: { fifo: "QueueUrl" } }),
      sqs.fails("CreateQueue", { QueueName: "f", Attributes: { FifoQueue: "true" } }, "InvalidParameterValue", 400),
      sqs.fails("SendMessage", { QueueUrl: "@{fifo}", MessageBody: "a" }, "MissingParameter", 400, "MessageGroupId"),
      sqs.fails("SendMessage", { QueueUrl: "@{fifo}", MessageBody: "a", MessageGroupId: "g" }, "InvalidParameterValue", 400),
      sqs.ok("SendMessage", { QueueUrl: "@{fifo}", MessageBody: "a", MessageGroupId: "g", MessageDeduplicationId: "1" }),
      sqs.ok("SendMessage", { QueueUrl: "@{fifo}", MessageBody: "b", MessageGroupId: "g", MessageDeduplicationId: "2" }),
      sqs.ok("ReceiveMessage", { QueueUrl: "@{fifo}" }, { output: { Messages: [{ Body: "a" }] } }),
      sqs.ok("PurgeQueue", { QueueUrl: "@{url}" }),
      sqs.fails("PurgeQueue", { QueueUrl: "@{url}" }, "AWS.SimpleQueueService.PurgeQueueInProgress", 403),
      sqs.ok("DeleteQueue", { QueueUrl: "@{url}" }),
      sqs.fails("GetQueueUrl", { QueueName: "q" }, NO_QUEUE, 400),
    ],
  },
  {
    name: "sns",
    steps: [
      sns.fails("GetTopicAttributes", TOPIC, "NotFound", 404, "Topic does not exist"),
      sns.fails("SetTopicAttributes", { ...TOPIC, AttributeName: "DisplayName", AttributeValue: "a" }, "NotFound", 404),
      sns.fails("Publish", { ...TOPIC, Message: "a" }, "NotFound", 404, "Topic does not exist"),
      sns.fails("PublishBatch", { ...TOPIC, PublishBatchRequestEntries: [{ Id: "a", Message: "a" }] }, "NotFound", 404),
      sns.fails("Subscribe", { ...TOPIC, Protocol: "email", Endpoint: "a@example.com" }, "NotFound", 404),
      sns.fails("ListSubscriptionsByTopic", TOPIC, "NotFound", 404),
      sns.fails(
        "GetSubscriptionAttributes",
        { SubscriptionArn: `${TOPIC.TopicArn}:00000000-0000-0000-0000-000000000000` },
        "NotFound",
        404,
      ),
      sns.fails("ListTagsForResource", { ResourceArn: TOPIC.TopicArn }, "ResourceNotFound", 404, "Resource does not exist"),
      sns.fails("TagResource", { ResourceArn: TOPIC.TopicArn, Tags: [{ Key: "a", Value: "b" }] }, "ResourceNotFound", 404),
      sns.fails("UntagResource", { ResourceArn: TOPIC.TopicArn, TagKeys: ["a"] }, "ResourceNotFound", 404),
      sns.ok("DeleteTopic", TOPIC),
      sns.fails("CreateTopic", { Name: "bad name" }, "InvalidParameter", 400, "Invalid parameter: Topic Name"),
      sns.ok(
        "CreateTopic",
        { Name: "t" },
        { output: { TopicArn: "arn:aws:sns:eu-west-1:000000000000:t" }, keep: { arn: "TopicArn" } },
      ),
      sns.fails("Publish", { TopicArn: "@{arn}", Message: "" }, "InvalidParameter", 400, "Empty message"),
      sns.fails("Publish", { TopicArn: "@{arn}", Message: "{", MessageStructure: "json" }, "InvalidParameter", 400),
      sns.fails(
        "Publish",
        { TopicArn: "@{arn}", Message: "a", MessageGroupId: "g", MessageDeduplicationId: "d" },
        "InvalidParameter",
        400,
      ),
      sns.fails("Subscribe", { TopicArn: "@{arn}", Protocol: "pigeon", Endpoint: "a" }, "InvalidParameter", 400),
      sns.fails("Subscribe", { TopicArn: "@{arn}", Protocol: "email", Endpoint: "nobody" }, "InvalidParameter", 400),
      sns.ok(
        "Subscribe",
        { TopicArn: "@{arn}", Protocol: "email", Endpoint: "a@example.com" },
        {
          output: { SubscriptionArn: "pending confirmation" },
        },
      ),
      sns.ok(
        "ListSubscriptionsByTopic",
        { TopicArn: "@{arn}" },
        {
          output: { Subscriptions: [{ SubscriptionArn: "PendingConfirmation", Protocol: "email" }] },
        },
      ),
      sns.fails("ConfirmSubscription", { TopicArn: "@{arn}", Token: "nonsense" }, "InvalidParameter", 400),
      sns.ok("Publish", { TopicArn: "@{arn}", Message: "hello", Subject: "s" }),
      sns.ok(
        "GetTopicAttributes",
        { TopicArn: "@{arn}" },
        { output: { Attributes: { SubscriptionsPending: "1", TopicArn: "arn:aws:sns:eu-west-1:000000000000:t" } } },
      ),
      sns.ok("DeleteTopic", { TopicArn: "@{arn}" }),
    ],
  },
  {
    name: "events: rules, targets, patterns",
    steps: [
      events.fails("DescribeRule", { Name: "none" }, NOT_FOUND, 400, "Rule none does not exist on EventBus default."),
      events.fails("EnableRule", { Name: "none" }, NOT_FOUND, 400),
      events.fails("DisableRule", { Name: "none" }, NOT_FOUND, 400),
      events.fails("ListTargetsByRule", { Rule: "none" }, NOT_FOUND, 400),
      events.fails("PutTargets", { Rule: "none", Targets: [{ Id: "a", Arn: TARGET.Target.Arn }] }, NOT_FOUND, 400),
      events.fails("RemoveTargets", { Rule: "none", Ids: ["a"] }, NOT_FOUND, 400),
      events.ok("DeleteRule", { Name: "none" }),
      events.fails("DescribeEventBus", { Name: "none" }, NOT_FOUND, 400, "Event bus none does not exist."),
      events.fails("PutRule", { Name: "r", EventBusName: "none", EventPattern: "{}" }, NOT_FOUND, 400),
      events.fails("DescribeArchive", { ArchiveName: "none" }, NOT_FOUND, 400),
      events.fails("DeleteArchive", { ArchiveName: "none" }, NOT_FOUND, 400),
      events.fails("DescribeReplay", { ReplayName: "none" }, NOT_FOUND, 400),
      events.fails("DeleteEventBus", { Name: "default" }, "ValidationException", 400),
      events.ok(
        "CreateEventBus",
        { Name: "bus" },
        { output: { EventBusArn: "arn:aws:events:eu-west-1:000000000000:event-bus/bus" } },
      ),
      events.fails("CreateEventBus", { Name: "bus" }, "ResourceAlreadyExistsException", 400, "Event bus bus already exists."),
      ...BAD_PATTERNS.map((pattern) =>
        events.fails("PutRule", { Name: "r", EventPattern: pattern }, "InvalidEventPatternException", 400),
      ),
      ...BAD_PATTERNS.map((pattern) =>
        events.fails("TestEventPattern", { EventPattern: pattern, Event: EVENT }, "InvalidEventPatternException", 400),
      ),
      events.fails(
        "PutRule",
        { Name: "r", ScheduleExpression: "rate(0 minutes)" },
        "ValidationException",
        400,
        "ScheduleExpression is not valid",
      ),
      events.fails("PutRule", { Name: "r" }, "ValidationException", 400),
      events.ok("PutRule", { Name: "r", EventBusName: "bus", EventPattern: '{"source":["a"]}' }, { keep: { arn: "RuleArn" } }),
      events.ok("DescribeRule", { Name: "r", EventBusName: "bus" }, { output: { State: "ENABLED", EventBusName: "bus" } }),
      events.fails("DeleteEventBus", { Name: "bus" }, "ValidationException", 400),
      events.ok(
        "PutTargets",
        { Rule: "r", EventBusName: "bus", Targets: [{ Id: "a", Arn: TARGET.Target.Arn }] },
        {
          output: { FailedEntryCount: 0 },
        },
      ),
      events.fails(
        "DeleteRule",
        { Name: "r", EventBusName: "bus" },
        "ValidationException",
        400,
        "Rule can't be deleted since it has targets.",
      ),
      events.ok("ListRuleNamesByTarget", { TargetArn: TARGET.Target.Arn, EventBusName: "bus" }, { output: { RuleNames: ["r"] } }),
      events.ok(
        "PutEvents",
        {
          Entries: [
            { Source: "a", DetailType: "b", Detail: "{}" },
            { Source: "a", DetailType: "b", Detail: "[" },
          ],
        },
        {
          output: { FailedEntryCount: 1, Entries: [{}, { ErrorCode: "MalformedDetail" }] },
        },
      ),
      events.ok("RemoveTargets", { Rule: "r", EventBusName: "bus", Ids: ["a"] }, { output: { FailedEntryCount: 0 } }),
      events.ok("DeleteRule", { Name: "r", EventBusName: "bus" }),
      events.ok("DeleteEventBus", { Name: "bus" }),
    ],
  },
  {
    name: "sns: archives of FIFO topics",
    steps: [
      sns.fails(
        "CreateTopic",
        { Name: "archive", Attributes: { ArchivePolicy: '{"MessageRetentionPeriod":"1"}' } },
        "InvalidParameter",
        400,
      ),
      sns.fails(
        "CreateTopic",
        { Name: "archive.fifo", Attributes: { FifoTopic: "true", ArchivePolicy: '{"MessageRetentionPeriod":"366"}' } },
        "InvalidParameter",
        400,
      ),
      sns.ok(
        "CreateTopic",
        { Name: "archive.fifo", Attributes: { FifoTopic: "true", ArchivePolicy: '{"MessageRetentionPeriod":"1"}' } },
        { keep: { archive: "TopicArn" } },
      ),
      sns.fails("DeleteTopic", { TopicArn: "@{archive}" }, "InvalidParameter", 400),
      sns.ok("SetTopicAttributes", { TopicArn: "@{archive}", AttributeName: "ArchivePolicy", AttributeValue: "{}" }),
      sns.ok("DeleteTopic", { TopicArn: "@{archive}" }),
    ],
  },
  {
    name: "scheduler",
    steps: [
      scheduler.fails("GetSchedule", { Name: "none" }, NOT_FOUND, 404, "Schedule none does not exist."),
      scheduler.fails("DeleteSchedule", { Name: "none" }, NOT_FOUND, 404),
      scheduler.fails("GetScheduleGroup", { Name: "none" }, NOT_FOUND, 404),
      scheduler.fails("DeleteScheduleGroup", { Name: "none" }, NOT_FOUND, 404),
      scheduler.fails("DeleteScheduleGroup", { Name: "default" }, "ValidationException", 400),
      scheduler.ok("GetScheduleGroup", { Name: "default" }, { output: { State: "ACTIVE" } }),
      scheduler.fails(
        "UpdateSchedule",
        { Name: "none", ScheduleExpression: "rate(1 day)", ...FLEXIBLE, ...TARGET },
        NOT_FOUND,
        404,
      ),
      ...BAD_SCHEDULES.map((expression) =>
        scheduler.fails(
          "CreateSchedule",
          { Name: "s", ScheduleExpression: expression, ...FLEXIBLE, ...TARGET },
          "ValidationException",
          400,
        ),
      ),
      scheduler.ok("CreateScheduleGroup", { Name: "g" }),
      scheduler.fails("CreateScheduleGroup", { Name: "g" }, "ConflictException", 409),
      scheduler.ok("ListScheduleGroups", {}, { output: { ScheduleGroups: [{ Name: "default" }, { Name: "g" }] } }),
      scheduler.ok("DeleteScheduleGroup", { Name: "g" }),
    ],
  },
  {
    name: "sesv2",
    steps: [
      ses.fails("GetEmailIdentity", { EmailIdentity: "none@example.com" }, "NotFoundException", 404),
      ses.fails("DeleteEmailIdentity", { EmailIdentity: "none@example.com" }, "NotFoundException", 404),
      ses.ok("CreateEmailIdentity", { EmailIdentity: "a@example.com" }, { output: { IdentityType: "EMAIL_ADDRESS" } }),
      ses.fails("CreateEmailIdentity", { EmailIdentity: "a@example.com" }, "AlreadyExistsException", 400),
      ses.ok("ListEmailIdentities", {}, { output: { EmailIdentities: [{ IdentityName: "a@example.com" }] } }),
      ses.fails(
        "SendEmail",
        {
          FromEmailAddress: "stranger@example.org",
          Destination: { ToAddresses: ["a@example.com"] },
          Content: { Simple: { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } } },
        },
        "MessageRejected",
        400,
        "Email address is not verified.",
      ),
      ses.ok("SendEmail", {
        FromEmailAddress: "a@example.com",
        Destination: { ToAddresses: ["b@example.com"] },
        Content: { Simple: { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } } },
      }),
      ses.ok("DeleteEmailIdentity", { EmailIdentity: "a@example.com" }),
    ],
  },
];
