/**
 * Batches in the single table.
 *   batch     PK BATCH#<id>  SK META            GSI1PK USER#<owner>  GSI1SK BATCH#<createdAt>
 *   photo     PK BATCH#<id>  SK PHOTO#<id>
 *   reminder  PK BATCH#<id>  SK REMINDER#<id>
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { required } from "./env.ts";
import { HttpError } from "./http.ts";

export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

export interface Batch {
  readonly batchId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly notes?: string;
  readonly createdAt: string;
}

export function tableName(): string {
  return required("TABLE_NAME");
}

export function batchKey(batchId: string): { PK: string; SK: string } {
  return { PK: `BATCH#${batchId}`, SK: "META" };
}

export async function findBatch(batchId: string): Promise<Batch | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName: tableName(), Key: batchKey(batchId) }));
  return Item as Batch | undefined;
}

/** The batch, if it is the user's own: 404 when there is none, 403 when it is another's. */
export async function ownBatch(batchId: string, userId: string): Promise<Batch> {
  const batch = await findBatch(batchId);
  if (batch === undefined) throw new HttpError(404, "Batch not found");
  if (batch.ownerId !== userId) throw new HttpError(403, "This batch belongs to somebody else");
  return batch;
}

export function publicView({ batchId, name, notes, createdAt }: Batch): Omit<Batch, "ownerId"> {
  return { batchId, name, createdAt, ...(notes === undefined ? {} : { notes }) };
}
