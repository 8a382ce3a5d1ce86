/** POST/GET /batches/{batchId}/photos. */
import { randomUUID } from "node:crypto";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { ownBatch, table, tableName } from "../../shared/batches.ts";
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
import { downloadUrl, uploadUrl } from "../../shared/photos.ts";

const CONTENT_TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);

export const main = answering(async (event) => {
  const userId = callerId(event);
  const { batchId } = await ownBatch(pathParameter(event, "batchId"), userId);
  if (event.routeKey.startsWith("POST ")) return addPhoto(event, userId, batchId);
  return listPhotos(batchId);
});

async function addPhoto(event: ApiEvent, userId: string, batchId: string): Promise<ApiResult> {
  const contentType = textField(bodyOf(event), "contentType", 100);
  if (!CONTENT_TYPES.has(contentType)) throw new HttpError(415, `${contentType} is no photo`);
  const photoId = randomUUID();
  const photoKey = `batches/${batchId}/${photoId}`;
  await table.send(
    new PutCommand({
      TableName: tableName(),
      Item: {
        PK: `BATCH#${batchId}`,
        SK: `PHOTO#${photoId}`,
        photoId,
        photoKey,
        contentType,
        createdAt: new Date().toISOString(),
      },
    }),
  );
  log("info", "addPhoto", { userId, batchId, photoId });
  return json(201, { photoId, uploadUrl: await uploadUrl(photoKey, contentType) });
}

async function listPhotos(batchId: string): Promise<ApiResult> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: "PK = :batch AND begins_with(SK, :photo)",
      ExpressionAttributeValues: { ":batch": `BATCH#${batchId}`, ":photo": "PHOTO#" },
    }),
  );
  const photos = await Promise.all(
    Items.map(async (item) => ({
      photoId: item.photoId,
      contentType: item.contentType,
      url: await downloadUrl(String(item.photoKey)),
    })),
  );
  return json(200, { photos });
}
