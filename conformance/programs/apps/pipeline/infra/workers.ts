import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Storage } from "./storage";

interface WorkerArgs {
  handler: string;
  statements: pulumi.Input<aws.types.input.iam.GetPolicyDocumentStatementArgs>[];
  environment?: Record<string, pulumi.Input<string>>;
}

/** A function with a role that may do what its statements say and write its logs. */
class Worker extends pulumi.ComponentResource {
  readonly fn: aws.lambda.Function;
  readonly policy: aws.iam.RolePolicy;

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("pipeline:index:Worker", name, {}, opts);
    const role = new aws.iam.Role(
      `${name}Role`,
      { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) },
      { parent: this },
    );
    new aws.iam.RolePolicyAttachment(
      `${name}Logs`,
      { role: role.name, policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole },
      { parent: this },
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}Policy`,
      { role: role.id, policy: aws.iam.getPolicyDocumentOutput({ statements: args.statements }).json },
      { parent: this },
    );
    this.fn = new aws.lambda.Function(
      `${name}Function`,
      {
        role: role.arn,
        runtime: aws.lambda.Runtime.NodeJS20dX,
        handler: args.handler,
        code: new pulumi.asset.FileArchive("./functions"),
        timeout: 10,
        environment: { variables: args.environment ?? {} },
      },
      { parent: this, dependsOn: [this.policy] },
    );
    this.registerOutputs({ arn: this.fn.arn });
  }
}

export function workers({ uploads, deadLetters, work, results, news, inbox }: Storage) {
  // S3 -> SQS -> Lambda
  const queuePolicy = new aws.sqs.QueuePolicy("WorkFromUploads", {
    queueUrl: work.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          effect: "Allow",
          principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
          actions: ["sqs:SendMessage"],
          resources: [work.arn],
          conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [uploads.arn] }],
        },
      ],
    }).json,
  });
  const consume = (queue: aws.sqs.Queue) => ({
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    resources: [queue.arn],
  });
  const indexer = new Worker("Indexer", {
    handler: "indexer.handler",
    statements: [
      consume(work),
      { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${uploads.arn}/in/*`] },
      { actions: ["dynamodb:PutItem"], resources: [results.arn] },
    ],
    environment: { TABLE: results.name, BUCKET: uploads.bucket },
  });
  new aws.lambda.EventSourceMapping("IndexerFromWork", {
    eventSourceArn: work.arn,
    functionName: indexer.fn.arn,
    batchSize: 5,
    functionResponseTypes: ["ReportBatchItemFailures"],
  });

  // S3 -> Lambda
  const thumbnailer = new Worker("Thumbnailer", {
    handler: "thumbnailer.handler",
    statements: [
      { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${uploads.arn}/pictures/*`] },
      { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${uploads.arn}/thumbnails/*`] },
    ],
  });
  const allowUploads = new aws.lambda.Permission("ThumbnailerFromUploads", {
    action: "lambda:InvokeFunction",
    function: thumbnailer.fn.name,
    principal: "s3.amazonaws.com",
    sourceArn: uploads.arn,
  });
  new aws.s3.BucketNotification(
    "UploadsNotification",
    {
      bucket: uploads.id,
      queues: [{ queueArn: work.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "in/" }],
      lambdaFunctions: [
        {
          lambdaFunctionArn: thumbnailer.fn.arn,
          events: ["s3:ObjectCreated:*"],
          filterPrefix: "pictures/",
          filterSuffix: ".png",
        },
      ],
    },
    { dependsOn: [queuePolicy, allowUploads] },
  );

  // table -> Lambda -> topic
  const announcer = new Worker("Announcer", {
    handler: "announcer.handler",
    statements: [
      {
        actions: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
        resources: [results.streamArn],
      },
      { actions: ["dynamodb:ListStreams"], resources: ["*"] },
      { actions: ["sns:Publish"], resources: [news.arn] },
    ],
    environment: { TOPIC: news.arn },
  });
  new aws.lambda.EventSourceMapping("AnnouncerFromResults", {
    eventSourceArn: results.streamArn,
    functionName: announcer.fn.name,
    startingPosition: "TRIM_HORIZON",
    batchSize: 10,
    maximumRetryAttempts: 2,
    filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ["INSERT"] }) }] },
  });

  // topic -> queue, function, e-mail
  new aws.sqs.QueuePolicy("InboxFromNews", {
    queueUrl: inbox.id,
    policy: pulumi.all([inbox.arn, news.arn]).apply(([queue, topic]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queue,
            Condition: { ArnEquals: { "aws:SourceArn": topic } },
          },
        ],
      }),
    ),
  });
  new aws.sns.TopicSubscription("NewsToInbox", {
    topic: news.arn,
    protocol: "sqs",
    endpoint: inbox.arn,
    rawMessageDelivery: true,
    filterPolicy: JSON.stringify({ kind: ["text"] }),
  });
  const reader = new Worker("Reader", {
    handler: "reader.handler",
    statements: [{ actions: ["dynamodb:UpdateItem"], resources: [results.arn] }],
    environment: { TABLE: results.name },
  });
  new aws.lambda.Permission("ReaderFromNews", {
    action: "lambda:InvokeFunction",
    function: reader.fn,
    principal: "sns.amazonaws.com",
    sourceArn: news.arn,
  });
  new aws.sns.TopicSubscription("NewsToReader", { topic: news, protocol: "lambda", endpoint: reader.fn.arn });
  new aws.sns.TopicSubscription("NewsToEditor", { topic: news.arn, protocol: "email", endpoint: "editor@example.com" });

  return {
    bucket: uploads.bucket,
    table: results.name,
    topic: news.arn,
    inbox: inbox.url,
    work: work.url,
    deadLetters: deadLetters.url,
  };
}
