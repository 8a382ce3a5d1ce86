/** Invoked by the schedule of a reminder: marks it as sent. A reminder that is gone is an error, which the alarm notices. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table, tableName } from "../../shared/batches.ts";
import { log } from "../../shared/log.ts";

export async function main(event: { batchId?: string; reminderId?: string }): Promise<{ sent: boolean }> {
  const { batchId, reminderId } = event;
  try {
    await table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { PK: `BATCH#${batchId}`, SK: `REMINDER#${reminderId}` },
        UpdateExpression: "SET #status = :sent ADD sentCount :one",
        ConditionExpression: "attribute_exists(PK)",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":sent": "SENT", ":one": 1 },
      }),
    );
  } catch (error) {
    log("error", "sendReminder", { batchId, reminderId, error: String(error) });
    throw new Error(`reminder ${reminderId} of batch ${batchId} could not be sent`, { cause: error });
  }
  log("info", "sendReminder", { batchId, reminderId });
  return { sent: true };
}
