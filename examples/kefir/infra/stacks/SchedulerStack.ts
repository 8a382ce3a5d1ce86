/**
 * Scheduler Stack
 *
 * Reminders: each one is a one-time EventBridge schedule that invokes the reminder function.
 *
 * Resources:
 * - Schedule group that holds the app's schedules
 * - Reminder function with its own role
 * - Role that EventBridge Scheduler assumes to invoke it
 */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface SchedulerStackProps {
  dataStack: {
    tableName: pulumi.Output<string>;
    tableArn: pulumi.Output<string>;
  };
}

export default function SchedulerStack({ dataStack }: SchedulerStackProps) {
  const group = new aws.scheduler.ScheduleGroup("KefirReminders", {
    name: `kefir-app-${$app.stage}-reminders`,
    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  });

  const reminderRole = new aws.iam.Role("KefirReminderRole", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
      }],
    }),
  });

  new aws.iam.RolePolicyAttachment("KefirReminderBasicExecution", {
    role: reminderRole.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  });

  new aws.iam.RolePolicy("KefirReminderDynamoPolicy", {
    role: reminderRole.id,
    policy: pulumi.all([dataStack.tableArn]).apply(([tableArn]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
          Effect: "Allow",
          Action: ["dynamodb:UpdateItem"],
          Resource: [tableArn],
        }],
      })
    ),
  });

  const reminderLambda = new aws.lambda.Function("SendReminder", {
    name: `kefir-app-${$app.stage}-sendReminder`,
    runtime: aws.lambda.Runtime.NodeJS20dX,
    role: reminderRole.arn,
    handler: "src/functions/reminder/send.main",
    code: new pulumi.asset.FileArchive("../backend/dist"),
    timeout: 30,
    memorySize: 256,
    architectures: ["arm64"],
    environment: { variables: { TABLE_NAME: dataStack.tableName, STAGE: $app.stage } },
    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  });

  // Create IAM role for EventBridge Scheduler
  const schedulerRole = new aws.iam.Role("KefirSchedulerRole", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
      }],
    }),
  });

  // Grant permission to invoke Lambda
  new aws.iam.RolePolicy("KefirSchedulerLambdaPolicy", {
    role: schedulerRole.id,
    policy: pulumi.interpolate`{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Action": "lambda:InvokeFunction",
      "Resource": "${reminderLambda.arn}"
    }]
  }`,
  });

  return {
    groupName: group.name,
    groupArn: group.arn,
    reminderFunctionArn: reminderLambda.arn,
    reminderFunctionName: reminderLambda.name,
    schedulerRoleArn: schedulerRole.arn,
    reminderLambda,
  };
}
