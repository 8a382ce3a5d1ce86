/** Takes uploads from the queue: provider, then a JPEG of at most 1024 pixels in the final bucket, then the news to the topic. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import sharp from "sharp";
import { required } from "../../shared/env.ts";
import { findJob, updateJob } from "../../shared/jobs.ts";
import { log } from "../../shared/log.ts";
import { httpProvider } from "./provider.ts";

const MAX_EDGE = 1024;
const s3 = new S3Client({});
const sns = new SNSClient({});

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}
interface UploadNotice {
  readonly bucket: string;
  readonly key: string;
}

/** Only what failed comes back to the queue. */
export async function handler(event: QueueEvent): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      for (const upload of uploadsOf(body)) await processUpload(upload);
    } catch (error) {
      log("ERROR", "process-upload", { messageId, message: String(error) });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

/** The uploads that a message of S3 tells of; none for the test message that S3 sends when the rule is made. */
function uploadsOf(body: string): readonly UploadNotice[] {
  const message = JSON.parse(body) as { Records?: { s3: { bucket: { name: string }; object: { key: string } } }[] };
  return (message.Records ?? []).map(({ s3: { bucket, object } }) => ({
    bucket: bucket.name,
    key: decodeURIComponent(object.key.replaceAll("+", " ")),
  }));
}

async function processUpload({ bucket, key }: UploadNotice): Promise<void> {
  const jobId = key.split("/")[1] ?? "";
  const job = await findJob(jobId);
  if (job === undefined) throw new Error(`no job for ${key}`);
  if (job.status === "COMPLETED") return;
  await updateJob(jobId, "PROCESSING");
  try {
    const upload = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const photo = Buffer.from((await upload.Body?.transformToByteArray()) ?? []);
    const provider = httpProvider(required("AI_PROVIDER_URL"), required("AI_PROVIDER_KEY"));
    const edited = await provider.edit(photo, job.prompt);
    const image = await sharp(edited)
      .resize({ width: MAX_EDGE, height: MAX_EDGE, fit: "inside" })
      .jpeg({ quality: 85 })
      .toBuffer();
    const imageKey = `images/${jobId}.jpg`;
    await s3.send(
      new PutObjectCommand({ Bucket: required("FINAL_BUCKET_NAME"), Key: imageKey, Body: image, ContentType: "image/jpeg" }),
    );
    await updateJob(jobId, "COMPLETED", { imageKey });
    await sns.send(
      new PublishCommand({
        TopicArn: required("SNS_TOPIC_ARN"),
        Subject: "Your photo is ready",
        Message: JSON.stringify({ jobId, userId: job.userId, status: "COMPLETED" }),
      }),
    );
    log("INFO", "process-upload", { jobId, bytes: image.length });
  } catch (error) {
    await updateJob(jobId, "FAILED", { error: error instanceof Error ? error.message : "unknown" });
    throw error;
  }
}
