/**
 * Uses a deployed PhotoEditor as its clients and its operators would: the document's acceptance flow, the same for every way it was deployed.
 * Every step asserts what it saw and throws when it is not so.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import sharp from "sharp";
import type { CloudControl } from "../deployment.ts";
import { eventually } from "../eventually.ts";
import type { StandIn } from "./backend/stand-in/provider.ts";

/** Every way of deploying it names its outputs alike. */
export interface PhotoEditorOutputs {
  readonly api_url: string;
  readonly temp_bucket_name: string;
  readonly final_bucket_name: string;
  readonly processing_queue_url: string;
  readonly dlq_url: string;
  readonly kms_key_arn: string;
  readonly worker_function_name: string;
}

export interface PhotoEditorFlow extends CloudControl {
  readonly region: string;
  readonly outputs: PhotoEditorOutputs;
  readonly provider: StandIn;
  /** Names of the alarms that the flow drives. */
  readonly alarms: { readonly deadLetters: string; readonly health: string };
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

const ON_CALL = "oncall@example.com";
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const VISIBILITY_MS = 360 * SECOND_MS;
const MAX_RECEIVE_COUNT = 3;

export async function runPhotoEditorFlow(flow: PhotoEditorFlow): Promise<void> {
  await flow.step("whoever is on call confirms the subscription from the mail", () => confirmMail(flow));
  await flow.step("refuses a request without a prompt", () => badRequest(flow));
  const photo = await flow.step("take a photo", takePhoto);
  const jobId = await flow.step("upload it by presigned URL", () => upload(flow, photo));
  await flow.step("the worker completes the job", () => isCompleted(flow, jobId));
  await flow.step("download it: a grey JPEG of at most 1024 pixels, under the key", () => download(flow, jobId));
  const poisoned = await flow.step("with the provider down, three tries end in the dead-letter queue", () => poison(flow, photo));
  await flow.step("its alarm and the composite alarm fire; the mail arrives", () => alarms(flow));
  await flow.step("the error analysis finds the reason", () => errorLines(flow));
  await flow.step("after the fix the runbook's redrive succeeds", () => redrive(flow, poisoned));
  await flow.step("the 48-hour rule takes the uploads away, and not the images", () => expiry(flow));
}

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

function clientOptions({ endpoint, region }: PhotoEditorFlow): {
  endpoint: string;
  region: string;
  credentials: typeof credentials;
} {
  return { endpoint, region, credentials };
}

function s3Of(flow: PhotoEditorFlow): S3Client {
  return new S3Client({ ...clientOptions(flow), forcePathStyle: true });
}

async function request(
  flow: PhotoEditorFlow,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; value: Record<string, unknown> }> {
  const response = await fetch(`${flow.outputs.api_url.replace(/\/$/, "")}/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return { status: response.status, value: JSON.parse((await response.text()) || "{}") as Record<string, unknown> };
}

async function confirmMail(flow: PhotoEditorFlow): Promise<void> {
  const asked = (await flow.mailbox()).find(
    ({ to, subject }) => to === ON_CALL && subject?.includes("Subscription Confirmation"),
  );
  const link = /https?:\/\/\S*Action=ConfirmSubscription\S*/.exec(asked?.body ?? "")?.[0];
  assert.ok(link !== undefined, "no mail asks for a confirmation");
  assert.equal((await fetch(link)).status, 200);
}

async function badRequest(flow: PhotoEditorFlow): Promise<void> {
  const answer = await request(flow, "POST", "upload/presign", { fileName: "a.jpg", contentType: "image/jpeg" });
  assert.deepEqual(answer, { status: 400, value: { message: "prompt is missing" } });
  assert.equal((await request(flow, "GET", `jobs/${randomUUID()}`)).status, 404);
}

/** A JPEG of 1600 by 1200 pixels with something to see in it. */
function takePhoto(): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200">
    <rect width="1600" height="1200" fill="#38b"/><circle cx="800" cy="600" r="400" fill="#fa3"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

async function upload(flow: PhotoEditorFlow, photo: Buffer): Promise<string> {
  const contentType = "image/jpeg";
  const asked = await request(flow, "POST", "upload/presign", { fileName: "beach.jpg", contentType, prompt: "make it grey" });
  assert.equal(asked.status, 201, JSON.stringify(asked.value));
  const put = await fetch(String(asked.value.uploadUrl), {
    method: "PUT",
    headers: { "content-type": contentType },
    body: new Uint8Array(photo),
  });
  assert.equal(put.status, 200, await put.text());
  return String(asked.value.jobId);
}

function statusIs(flow: PhotoEditorFlow, jobId: string, status: string): Promise<void> {
  return eventually(`the job is ${status}`, async () => (await request(flow, "GET", `jobs/${jobId}`)).value.status === status);
}

const isCompleted = (flow: PhotoEditorFlow, jobId: string) => statusIs(flow, jobId, "COMPLETED");

async function download(flow: PhotoEditorFlow, jobId: string): Promise<void> {
  const { status, value } = await request(flow, "GET", `jobs/${jobId}/download`);
  assert.equal(status, 200, JSON.stringify(value));
  const got = await fetch(String(value.downloadUrl));
  assert.equal(got.headers.get("content-type"), "image/jpeg");
  const image = sharp(Buffer.from(await got.arrayBuffer()));
  const { width, height } = await image.metadata();
  assert.deepEqual([width, height], [1024, 768]);
  const { channels } = await image.stats();
  assert.ok(
    channels.every((c) => Math.abs(c.mean - (channels[0]?.mean ?? 0)) < 1),
    "the image is not grey",
  );
  const head = await s3Of(flow).send(
    new HeadObjectCommand({ Bucket: flow.outputs.final_bucket_name, Key: `images/${jobId}.jpg` }),
  );
  assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ["aws:kms", flow.outputs.kms_key_arn]);
}

async function depth(flow: PhotoEditorFlow, QueueUrl: string): Promise<number> {
  const sqs = new SQSClient(clientOptions(flow));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

async function poison(flow: PhotoEditorFlow, photo: Buffer): Promise<string> {
  flow.provider.setOutage(true);
  const jobId = await upload(flow, photo);
  await statusIs(flow, jobId, "FAILED");
  for (let tries = 1; tries <= MAX_RECEIVE_COUNT; tries++) await flow.advanceClock(VISIBILITY_MS + SECOND_MS);
  await eventually("the message is in the dead-letter queue", async () => (await depth(flow, flow.outputs.dlq_url)) === 1);
  assert.equal((await request(flow, "GET", `jobs/${jobId}`)).value.error, "the image provider answered 503");
  return jobId;
}

async function alarms(flow: PhotoEditorFlow): Promise<void> {
  const cloudwatch = new CloudWatchClient(clientOptions(flow));
  await flow.advanceClock(3 * MINUTE_MS);
  const { deadLetters, health } = flow.alarms;
  await eventually("both alarms are in ALARM", async () => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [deadLetters, health], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
    );
    return [...MetricAlarms, ...CompositeAlarms].filter(({ StateValue }) => StateValue === "ALARM").length === 2;
  });
  await eventually("the mails of both arrived", async () => {
    const mails = (await flow.mailbox()).filter(({ to }) => to === ON_CALL);
    return [deadLetters, health].every((name) => mails.some(({ subject }) => subject?.startsWith(`ALARM: "${name}"`)));
  });
}

async function errorLines(flow: PhotoEditorFlow): Promise<void> {
  const logs = new CloudWatchLogsClient(clientOptions(flow));
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({
      logGroupName: `/aws/lambda/${flow.outputs.worker_function_name}`,
      filterPattern: "ERROR",
    }),
  );
  assert.equal(events.length, MAX_RECEIVE_COUNT);
  assert.match(events[0]?.message ?? "", /the image provider answered 503/);
}

async function redrive(flow: PhotoEditorFlow, jobId: string): Promise<void> {
  flow.provider.setOutage(false);
  const sqs = new SQSClient(clientOptions(flow));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: flow.outputs.dlq_url, AttributeNames: ["QueueArn"] }),
  );
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.QueueArn }));
  await isCompleted(flow, jobId);
  assert.equal(await depth(flow, flow.outputs.dlq_url), 0);
}

async function expiry(flow: PhotoEditorFlow): Promise<void> {
  const s3 = s3Of(flow);
  const count = async (Bucket: string) => (await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount;
  const { temp_bucket_name: temp, final_bucket_name: final } = flow.outputs;
  assert.deepEqual([await count(temp), await count(final)], [2, 2]);
  // Two days old at the next midnight at the latest.
  await flow.advanceClock(72 * HOUR_MS);
  await eventually("the uploads are gone", async () => (await count(temp)) === 0);
  assert.equal(await count(final), 2);
}
