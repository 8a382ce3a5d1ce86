/** The table of jobs: one item an upload, gone 90 days after it was made. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { required } from "./env.ts";

export type JobStatus = "PENDING" | "PROCESSING" | "COMPLETED" | "FAILED";

export interface Job {
  readonly jobId: string;
  readonly userId: string;
  readonly status: JobStatus;
  readonly prompt: string;
  readonly uploadKey: string;
  readonly imageKey?: string;
  readonly error?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

export async function createJob(job: Job): Promise<void> {
  const lifetimeDays = Number(process.env.JOB_TTL_DAYS ?? "90");
  const expiresAt = Math.floor(Date.parse(job.createdAt) / 1000) + lifetimeDays * 86_400;
  await client.send(
    new PutCommand({
      TableName: required("JOBS_TABLE_NAME"),
      Item: { ...job, expiresAt },
      ConditionExpression: "attribute_not_exists(jobId)",
    }),
  );
}

/** The job; undefined where there is none. */
export async function findJob(jobId: string): Promise<Job | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: required("JOBS_TABLE_NAME"), Key: { jobId } }));
  return Item as Job | undefined;
}

/** Sets the job's status and what came of it; a job that is gone stays gone. */
export async function updateJob(
  jobId: string,
  status: JobStatus,
  more: { imageKey?: string; error?: string } = {},
): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: required("JOBS_TABLE_NAME"),
      Key: { jobId },
      ConditionExpression: "attribute_exists(jobId)",
      UpdateExpression: "SET #status = :status, updatedAt = :now, imageKey = :imageKey, #error = :error",
      ExpressionAttributeNames: { "#status": "status", "#error": "error" },
      ExpressionAttributeValues: {
        ":status": status,
        ":now": new Date().toISOString(),
        ":imageKey": more.imageKey ?? null,
        ":error": more.error ?? null,
      },
    }),
  );
}
