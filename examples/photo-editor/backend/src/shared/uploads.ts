/** What a client does with a job: asks for a place to upload to, asks how it stands, asks for the result. */
import { randomUUID } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { required } from "./env.ts";
import { HttpError } from "./http.ts";
import { createJob, findJob, type Job } from "./jobs.ts";

const URL_LIFETIME_SECONDS = 900;
const CONTENT_TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp"]);
// The client computes no CRC of its own; a presigned URL must not ask it for the checksum of an empty body.
const s3 = new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" });

export interface Upload {
  readonly jobId: string;
  readonly uploadUrl: string;
  readonly expiresIn: number;
}

/** @param request the client's words: `fileName`, `contentType`, `prompt`, `userId` (optional) */
export async function beginUpload(request: Readonly<Record<string, unknown>>): Promise<Upload> {
  const fileName = text(request, "fileName", 128);
  const contentType = text(request, "contentType", 64);
  const prompt = text(request, "prompt", 500);
  if (!/^[\w][\w.-]*$/.test(fileName))
    throw new HttpError(400, "fileName may have letters, digits, dots, hyphens and underscores");
  if (!CONTENT_TYPES.has(contentType)) throw new HttpError(400, `contentType must be one of ${[...CONTENT_TYPES].join(", ")}`);
  const jobId = randomUUID();
  const uploadKey = `uploads/${jobId}/${fileName}`;
  const now = new Date().toISOString();
  const userId = typeof request.userId === "string" ? request.userId : "anonymous";
  await createJob({ jobId, userId, status: "PENDING", prompt, uploadKey, createdAt: now, updatedAt: now });
  const command = new PutObjectCommand({ Bucket: required("TEMP_BUCKET_NAME"), Key: uploadKey, ContentType: contentType });
  return {
    jobId,
    uploadUrl: await getSignedUrl(s3, command, { expiresIn: URL_LIFETIME_SECONDS }),
    expiresIn: URL_LIFETIME_SECONDS,
  };
}

export async function jobStatus(jobId: string): Promise<Pick<Job, "jobId" | "status" | "error" | "createdAt" | "updatedAt">> {
  const { status, error, createdAt, updatedAt } = await existing(jobId);
  return { jobId, status, createdAt, updatedAt, ...(typeof error === "string" ? { error } : {}) };
}

export async function downloadUrl(jobId: string): Promise<{ jobId: string; downloadUrl: string; expiresIn: number }> {
  const job = await existing(jobId);
  if (job.status !== "COMPLETED" || typeof job.imageKey !== "string") throw new HttpError(409, `The job is ${job.status}`);
  const command = new GetObjectCommand({ Bucket: required("FINAL_BUCKET_NAME"), Key: job.imageKey });
  return {
    jobId,
    downloadUrl: await getSignedUrl(s3, command, { expiresIn: URL_LIFETIME_SECONDS }),
    expiresIn: URL_LIFETIME_SECONDS,
  };
}

async function existing(jobId: string): Promise<Job> {
  const job = await findJob(jobId);
  if (job === undefined) throw new HttpError(404, "There is no such job");
  return job;
}

function text(request: Readonly<Record<string, unknown>>, name: string, maxLength: number): string {
  const value = request[name];
  if (typeof value !== "string" || value.trim() === "") throw new HttpError(400, `${name} is missing`);
  if (value.length > maxLength) throw new HttpError(400, `${name} is longer than ${maxLength} characters`);
  return value;
}
