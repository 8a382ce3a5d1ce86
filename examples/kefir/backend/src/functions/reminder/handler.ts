/** POST/GET /batches/{batchId}/reminders: a reminder is an item and a one-time schedule of the same name. */
import { randomUUID } from "node:crypto";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { ownBatch, table, tableName } from "../../shared/batches.ts";
import { required } from "../../shared/env.ts";
import {
  type ApiEvent,
  type ApiResult,
  answering,
  bodyOf,
  callerId,
  HttpError,
  json,
  pathParameter,
  textField,
} from "../../shared/http.ts";
import { log } from "../../shared/log.ts";

const scheduler = new SchedulerClient({});

export const main = answering(async (event) => {
  const userId = callerId(event);
  const { batchId } = await ownBatch(pathParameter(event, "batchId"), userId);
  if (event.routeKey.startsWith("POST ")) return addReminder(event, userId, batchId);
  return listReminders(batchId);
});

async function addReminder(event: ApiEvent, userId: string, batchId: string): Promise<ApiResult> {
  const body = bodyOf(event);
  const message = textField(body, "message", 500);
  const at = new Date(textField(body, "at", 40));
  if (Number.isNaN(at.getTime())) throw new HttpError(400, "at is no time");
  const reminderId = randomUUID();
  await table.send(
    new PutCommand({
      TableName: tableName(),
      Item: {
        PK: `BATCH#${batchId}`,
        SK: `REMINDER#${reminderId}`,
        reminderId,
        batchId,
        userId,
        message,
        at: at.toISOString(),
        status: "SCHEDULED",
        sentCount: 0,
      },
    }),
  );
  await scheduler.send(
    new CreateScheduleCommand({
      Name: `reminder-${reminderId}`,
      GroupName: required("SCHEDULE_GROUP"),
      ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: {
        Arn: required("REMINDER_FUNCTION_ARN"),
        RoleArn: required("SCHEDULER_ROLE_ARN"),
        Input: JSON.stringify({ batchId, reminderId }),
      },
    }),
  );
  log("info", "addReminder", { userId, batchId, reminderId });
  return json(201, { reminderId, at: at.toISOString() });
}

async function listReminders(batchId: string): Promise<ApiResult> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: "PK = :batch AND begins_with(SK, :reminder)",
      ExpressionAttributeValues: { ":batch": `BATCH#${batchId}`, ":reminder": "REMINDER#" },
    }),
  );
  return json(200, {
    reminders: Items.map(({ reminderId, message, at, status, sentCount }) => ({ reminderId, message, at, status, sentCount })),
  });
}
