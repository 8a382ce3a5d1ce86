/** Queue, topics, alarms: modules sqs 1.2.0, sns 1.1.0; the alarm of the application's health is the program's own. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { named, tags } from "./names";

interface MessagingProps {
  readonly temp: pulumi.Output<{ name: string; arn: string }>;
  readonly keyId: pulumi.Output<string>;
}

export default function messaging({ temp, keyId }: MessagingProps) {
  const { outputs: jobTopic } = new terraform.Module("notifications", {
    source: "../infrastructure/modules/sns",
    version: "1.1.0",
    inputs: { name: named("jobs"), display_name: "PhotoEditor", kms_key_id: keyId, tags },
    moved: { "aws_sns_topic.this": "aws_sns_topic.JobTopic" },
  });
  const { outputs: alarmTopic } = new terraform.Module("alarms", {
    source: "../infrastructure/modules/sns",
    version: "1.1.0",
    inputs: {
      name: named("alarms"),
      kms_key_id: keyId,
      publisher_services: ["cloudwatch.amazonaws.com"],
      emails: ["oncall@example.com"],
      tags,
    },
    moved: {
      "aws_sns_topic.this": "aws_sns_topic.AlarmTopic",
      'aws_sns_topic_subscription.email["oncall@example.com"]': "aws_sns_topic_subscription.AlarmMail",
    },
  });

  const processing = new terraform.Module("processing", {
    source: "../infrastructure/modules/sqs",
    version: "1.2.0",
    inputs: {
      name: named("processing"),
      kms_key_id: keyId,
      allowed_senders: { uploads: { service: "s3.amazonaws.com", source_arn: temp.arn } },
      alarm_actions: [alarmTopic.arn],
      tags,
    },
    moved: {
      "aws_sqs_queue.main": "aws_sqs_queue.Queue",
      "aws_sqs_queue.dlq": "aws_sqs_queue.Dlq",
      "aws_sqs_queue_policy.main[0]": "aws_sqs_queue_policy.QueuePolicy",
      "aws_cloudwatch_metric_alarm.age": "aws_cloudwatch_metric_alarm.QueueAge",
      "aws_cloudwatch_metric_alarm.dlq": "aws_cloudwatch_metric_alarm.DeadLetters",
    },
  });
  const { queue, dlq, alarm_names: alarms } = processing.outputs;

  new aws.s3.BucketNotification(
    "Uploads",
    { bucket: temp.name, queues: [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "uploads/" }] },
    { dependsOn: [processing] },
  );
  new aws.cloudwatch.CompositeAlarm("Health", {
    alarmName: named("application-health"),
    alarmRule: $interpolate`ALARM("${alarms.age}") OR ALARM("${alarms.dlq}")`,
    alarmActions: [alarmTopic.arn],
    okActions: [alarmTopic.arn],
    tags,
  });
  return { queue, dlq, jobTopicArn: jobTopic.arn, alarmTopicArn: alarmTopic.arn };
}
