/** POST/GET /batches, GET/DELETE /batches/{batchId}. */
import { randomUUID } from "node:crypto";
import { BatchWriteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type Batch, batchKey, ownBatch, publicView, table, tableName } from "../../shared/batches.ts";
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

export const main = answering((event) => {
  switch (event.routeKey) {
    case "POST /batches":
      return createBatch(event);
    case "GET /batches":
      return listBatches(event);
    case "GET /batches/{batchId}":
      return getBatch(event);
    case "DELETE /batches/{batchId}":
      return deleteBatch(event);
    default:
      throw new HttpError(404, "Not Found");
  }
});

async function createBatch(event: ApiEvent): Promise<ApiResult> {
  const userId = callerId(event);
  const body = bodyOf(event);
  const createdAt = new Date().toISOString();
  const batch: Batch = {
    batchId: randomUUID(),
    ownerId: userId,
    name: textField(body, "name", 200),
    createdAt,
    ...(body.notes === undefined ? {} : { notes: textField(body, "notes", 4000) }),
  };
  await table.send(
    new PutCommand({
      TableName: tableName(),
      Item: { ...batchKey(batch.batchId), GSI1PK: `USER#${userId}`, GSI1SK: `BATCH#${createdAt}`, ...batch },
      ConditionExpression: "attribute_not_exists(PK)",
    }),
  );
  log("info", "createBatch", { userId, batchId: batch.batchId });
  return json(201, publicView(batch));
}

async function listBatches(event: ApiEvent): Promise<ApiResult> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: "GSI1",
      KeyConditionExpression: "GSI1PK = :user AND begins_with(GSI1SK, :batch)",
      ExpressionAttributeValues: { ":user": `USER#${callerId(event)}`, ":batch": "BATCH#" },
      ScanIndexForward: false,
    }),
  );
  return json(200, { batches: (Items as Batch[]).map(publicView) });
}

async function getBatch(event: ApiEvent): Promise<ApiResult> {
  return json(200, publicView(await ownBatch(pathParameter(event, "batchId"), callerId(event))));
}

async function deleteBatch(event: ApiEvent): Promise<ApiResult> {
  const userId = callerId(event);
  const { batchId } = await ownBatch(pathParameter(event, "batchId"), userId);
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: "PK = :batch",
      ExpressionAttributeValues: { ":batch": `BATCH#${batchId}` },
      ProjectionExpression: "PK, SK, photoKey",
    }),
  );
  const { deletePhoto } = await import("../../shared/photos.ts");
  for (const item of Items) if (typeof item.photoKey === "string") await deletePhoto(item.photoKey);
  for (let i = 0; i < Items.length; i += 25) {
    await table.send(
      new BatchWriteCommand({
        RequestItems: { [tableName()]: Items.slice(i, i + 25).map(({ PK, SK }) => ({ DeleteRequest: { Key: { PK, SK } } })) },
      }),
    );
  }
  log("info", "deleteBatch", { userId, batchId, items: Items.length });
  return json(200, { deleted: Items.length });
}
