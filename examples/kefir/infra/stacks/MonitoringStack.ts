/**
 * Monitoring Stack
 *
 * Log groups with retention, the alarm on failing reminders with its topic and queue; in production
 * an alarm for each function's errors and throttles, the API's 5xx, and a dashboard.
 */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface MonitoringStackProps {
  authStack: { triggers: Record<string, aws.lambda.Function> };
  apiStack: { functions: Record<string, aws.lambda.Function>; apiId: pulumi.Output<string> };
  schedulerStack: { reminderLambda: aws.lambda.Function };
}

export default function MonitoringStack({ authStack, apiStack, schedulerStack }: MonitoringStackProps) {
  const tags = {
    Environment: $app.stage,
    Application: "kefir-app",
  };
  const { handleBatches, handlePhotos, handleReminders, handlePublic } = apiStack.functions;
  const { reminderLambda } = schedulerStack;

  // Log group is created automatically as:
  // /aws/lambda/{function-name}

  // Set retention (future enhancement)
  new aws.cloudwatch.LogGroup("KefirBatchesLogGroup", {
    name: `/aws/lambda/${handleBatches.name}`,
    retentionInDays: $app.stage === "prod" ? 30 : 14,
  });

  for (const [name, fn] of Object.entries({ Photos: handlePhotos, Reminders: handleReminders, Public: handlePublic, SendReminder: reminderLambda })) {
    new aws.cloudwatch.LogGroup(`Kefir${name}LogGroup`, {
      name: `/aws/lambda/${fn.name}`,
      retentionInDays: $app.stage === "prod" ? 30 : 14,
    });
  }

  const alarmTopic = new aws.sns.Topic("KefirAlarmTopic", {
    name: `kefir-app-${$app.stage}-alarms`,
    tags,
  });

  const alarmQueue = new aws.sqs.Queue("KefirAlarmQueue", {
    name: `kefir-app-${$app.stage}-alarms`,
    messageRetentionSeconds: 1209600,
    tags,
  });

  new aws.sqs.QueuePolicy("KefirAlarmQueuePolicy", {
    queueUrl: alarmQueue.url,
    policy: pulumi.all([alarmQueue.arn, alarmTopic.arn]).apply(([queueArn, topicArn]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queueArn,
          Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
        }],
      })
    ),
  });

  new aws.sns.TopicSubscription("KefirAlarmSubscription", {
    topic: alarmTopic.arn,
    protocol: "sqs",
    endpoint: alarmQueue.arn,
  });

  // A reminder that fails is noticed within a minute, in every stage
  const reminderAlarm = new aws.cloudwatch.MetricAlarm("KefirReminderErrorAlarm", {
    name: `kefir-app-${$app.stage}-reminder-errors`,
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    metricName: "Errors",
    namespace: "AWS/Lambda",
    period: 60,
    statistic: "Sum",
    threshold: 0,
    treatMissingData: "notBreaching",
    dimensions: {
      FunctionName: reminderLambda.name,
    },
    alarmDescription: "Alert when a reminder could not be sent",
    alarmActions: [alarmTopic.arn],
    okActions: [alarmTopic.arn],
    tags,
  });

  if ($app.stage === "prod") {
    // Lambda error rate alarm
    new aws.cloudwatch.MetricAlarm("KefirBatchesErrorAlarm", {
      name: `kefir-app-${$app.stage}-batches-errors`,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
      metricName: "Errors",
      namespace: "AWS/Lambda",
      period: 300,
      statistic: "Sum",
      threshold: 10,
      dimensions: {
        FunctionName: handleBatches.name,
      },
      alarmDescription: "Alert when Lambda has too many errors",
      // Add SNS topic for notifications
      alarmActions: [alarmTopic.arn],
    });

    const watched = { ...authStack.triggers, handlePhotos, handleReminders, handlePublic, reminderLambda };
    for (const [name, fn] of Object.entries(watched)) {
      for (const [metricName, threshold] of [["Errors", 10], ["Throttles", 0], ["Duration", 8000]] as const) {
        new aws.cloudwatch.MetricAlarm(`Kefir-${name}-${metricName}`, {
          name: `kefir-app-${$app.stage}-${name}-${metricName.toLowerCase()}`,
          comparisonOperator: "GreaterThanThreshold",
          evaluationPeriods: 2,
          metricName,
          namespace: "AWS/Lambda",
          period: 300,
          ...(metricName === "Duration" ? { extendedStatistic: "p95" } : { statistic: "Sum" }),
          threshold,
          treatMissingData: "notBreaching",
          dimensions: { FunctionName: fn.name },
          alarmDescription: `${metricName} of ${name}`,
          alarmActions: [alarmTopic.arn],
          tags,
        });
      }
    }

    new aws.cloudwatch.MetricAlarm("KefirApi5xxAlarm", {
      name: `kefir-app-${$app.stage}-api-5xx`,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      metricName: "5xx",
      namespace: "AWS/ApiGateway",
      period: 300,
      statistic: "Sum",
      threshold: 5,
      dimensions: { ApiId: apiStack.apiId },
      alarmActions: [alarmTopic.arn],
      tags,
    });

    new aws.cloudwatch.Dashboard("KefirDashboard", {
      dashboardName: `kefir-app-${$app.stage}`,
      dashboardBody: pulumi.all([handleBatches.name, aws.getRegionOutput().name]).apply(([functionName, region]) =>
        JSON.stringify({
          widgets: [{
            type: "metric",
            x: 0, y: 0, width: 12, height: 6,
            properties: {
              title: "Batches",
              region,
              view: "timeSeries",
              stacked: false,
              stat: "Sum",
              period: 300,
              metrics: [["AWS/Lambda", "Invocations", "FunctionName", functionName], [".", "Errors", ".", "."]],
            },
          }],
        })
      ),
    });
  }

  return {
    alarmTopicArn: alarmTopic.arn,
    alarmQueueUrl: alarmQueue.url,
    reminderAlarm: reminderAlarm.name,
  };
}
