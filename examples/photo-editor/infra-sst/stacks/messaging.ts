/** Queue with its dead-letter queue, topics, alarms. Standards: three tries, every dead letter is told. */
import * as aws from "@pulumi/aws";
import { named, tags } from "./names";

interface MessagingProps {
  readonly tempBucket: aws.s3.BucketV2;
  readonly key: aws.kms.Key;
}

export default function messaging({ tempBucket, key }: MessagingProps) {
  const jobTopic = new aws.sns.Topic("JobTopic", {
    name: named("jobs"),
    displayName: "PhotoEditor",
    kmsMasterKeyId: key.keyId,
    tags,
  });
  const alarmTopic = new aws.sns.Topic("AlarmTopic", { name: named("alarms"), kmsMasterKeyId: key.keyId, tags });
  new aws.sns.TopicSubscription("AlarmMail", { topic: alarmTopic.arn, protocol: "email", endpoint: "oncall@example.com" });

  const encrypted = { kmsMasterKeyId: key.keyId, kmsDataKeyReusePeriodSeconds: 300, tags };
  const dlq = new aws.sqs.Queue("Dlq", { name: named("processing-dlq"), messageRetentionSeconds: 1209600, ...encrypted });
  const queue = new aws.sqs.Queue("Queue", {
    name: named("processing"),
    visibilityTimeoutSeconds: 360,
    messageRetentionSeconds: 345600,
    receiveWaitTimeSeconds: 20,
    redrivePolicy: $jsonStringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 3 }),
    ...encrypted,
  });
  const policy = new aws.sqs.QueuePolicy("QueuePolicy", {
    queueUrl: queue.url,
    policy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "SendUploads",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: queue.arn,
          Principal: { Service: "s3.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": tempBucket.arn } },
        },
      ],
    }),
  });
  new aws.s3.BucketNotification(
    "Uploads",
    { bucket: tempBucket.id, queues: [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "uploads/" }] },
    { dependsOn: [policy] },
  );

  const age = alarm("QueueAge", "processing-age", queue, "ApproximateAgeOfOldestMessage", 600);
  const letters = alarm("DeadLetters", "processing-dlq-messages", dlq, "ApproximateNumberOfMessagesVisible", 0);
  new aws.cloudwatch.CompositeAlarm("Health", {
    alarmName: named("application-health"),
    alarmRule: $interpolate`ALARM("${age.name}") OR ALARM("${letters.name}")`,
    alarmActions: [alarmTopic.arn],
    okActions: [alarmTopic.arn],
    tags,
  });
  return { jobTopic, alarmTopic, queue, dlq };

  function alarm(name: string, suffix: string, of: aws.sqs.Queue, metricName: string, threshold: number) {
    return new aws.cloudwatch.MetricAlarm(name, {
      name: named(suffix),
      namespace: "AWS/SQS",
      metricName,
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold,
      treatMissingData: "notBreaching",
      dimensions: { QueueName: of.name },
      alarmActions: [alarmTopic.arn],
      okActions: [alarmTopic.arn],
      tags,
    });
  }
}
