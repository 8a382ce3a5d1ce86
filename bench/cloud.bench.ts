/** Design §10: the cloud's start, idle memory, and processor time a request of the hot operations; an echo server and moto in the same run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, send, signed } from "./aws-http.ts";
import { cpuBeside, type Load, median, type Row, residentMb, type Server, startServer, wait } from "./measure.ts";
import { type Moto, startMoto } from "./moto.ts";

const root = join(import.meta.dirname, "..");
const echoProgram = join(root, "bench/echo-server.mjs");
const STARTS = 7;
const ITEM = { pk: { S: "a" }, sk: { N: "1" }, text: { S: "x".repeat(1000) } };
/** The control of design §10: a POST of 1.1 KB, parsed and written again. */
const ECHO_BODY = JSON.stringify({ TableName: "bench", Item: ITEM });

export function startEcho(): Promise<Server> {
  return startServer([echoProgram], (url) => send(url, { body: "{}" }));
}

export function startCloudProcess(dataDir: string): Promise<Server> {
  const args = [join(root, "dist/cloud-serve.js"), "--data-dir", dataDir, "--port", "0"];
  return startServer(args, (url) => json(url, "dynamodb", "ListTables", {}));
}

/** Several starts of each in turn; the second of each pair finds the code cache that the first one left. */
async function startRows(folder: string): Promise<readonly Row[]> {
  const cloud: number[] = [];
  const echo: number[] = [];
  const memory: number[] = [];
  const echoMemory: number[] = [];
  for (let i = 0; i <= STARTS; i++) {
    const control = await startEcho();
    const started = await startCloudProcess(join(folder, `start-${i}`));
    if (i > 0) {
      echo.push(control.startMs);
      cloud.push(started.startMs);
    }
    await wait(300);
    memory.push(residentMb(started.pid));
    echoMemory.push(residentMb(control.pid));
    await control.stop();
    await started.stop();
  }
  return [
    {
      what: "cloud: start to first DynamoDB answer",
      measured: `${median(cloud).toFixed(0)} ms`,
      control: `echo: ${median(echo).toFixed(0)} ms`,
      budget: "echo + 80 ms",
      met: median(cloud) <= median(echo) + 80,
    },
    {
      what: "cloud: idle memory",
      measured: `${median(memory).toFixed(0)} MB`,
      control: `echo: ${median(echoMemory).toFixed(0)} MB`,
      budget: "80 MB",
      met: median(memory) <= 80,
    },
  ];
}

interface RequestRow {
  readonly what: string;
  readonly factor: number;
  readonly requests: number;
  readonly work: (url: string) => Promise<unknown>;
}

/** Makes the table, bucket and queue; answers the rows. What they name is the same in every server. */
async function prepare(url: string): Promise<readonly RequestRow[]> {
  await json(url, "dynamodb", "CreateTable", {
    TableName: "bench",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
    ],
  });
  for (let i = 0; i < 20; i++)
    await json(url, "dynamodb", "PutItem", { TableName: "bench", Item: { ...ITEM, sk: { N: String(i) } } });
  const s3 = (to: string, method: string, path: string, body?: Uint8Array) =>
    send(to, { method, path, headers: signed("s3"), ...(body === undefined ? {} : { body }) });
  const [small, large] = [Buffer.alloc(1024, "x"), Buffer.alloc(1024 * 1024, "x")];
  await s3(url, "PUT", "/bench-bucket");
  await s3(url, "PUT", "/bench-bucket/small", small);
  await s3(url, "PUT", "/bench-bucket/large", large);
  const { QueueUrl } = await json(url, "sqs", "CreateQueue", { QueueName: "bench" });
  const { QueueUrl: busy } = await json(url, "sqs", "CreateQueue", { QueueName: "bench-busy" });
  const message = { MessageBody: "x".repeat(100) };
  return [
    {
      what: "DynamoDB GetItem, 1 KB: server CPU a request",
      factor: 2.3,
      requests: 1000,
      work: (to) => json(to, "dynamodb", "GetItem", { TableName: "bench", Key: { pk: ITEM.pk, sk: ITEM.sk } }),
    },
    {
      what: "DynamoDB PutItem, 1 KB",
      factor: 3.3,
      requests: 1000,
      work: (to) => json(to, "dynamodb", "PutItem", { TableName: "bench", Item: ITEM }),
    },
    {
      what: "DynamoDB Query, 20 items",
      factor: 6,
      requests: 1000,
      work: (to) =>
        json(to, "dynamodb", "Query", {
          TableName: "bench",
          KeyConditionExpression: "pk = :a",
          ExpressionAttributeValues: { ":a": { S: "a" } },
        }),
    },
    { what: "S3 GetObject, 1 KB", factor: 2, requests: 1000, work: (to) => s3(to, "GET", "/bench-bucket/small") },
    { what: "S3 PutObject, 1 KB", factor: 3, requests: 1000, work: (to) => s3(to, "PUT", "/bench-bucket/small", small) },
    { what: "S3 GetObject, 1 MB", factor: 11, requests: 200, work: (to) => s3(to, "GET", "/bench-bucket/large") },
    {
      what: "SQS SendMessage",
      factor: 3,
      requests: 1000,
      work: (to) => json(to, "sqs", "SendMessage", { QueueUrl, ...message }),
    },
    {
      what: "SQS send, receive and delete",
      factor: 8,
      requests: 500,
      work: async (to) => {
        await json(to, "sqs", "SendMessage", { QueueUrl: busy, ...message });
        const { Messages } = await json(to, "sqs", "ReceiveMessage", { QueueUrl: busy });
        const [received] = (Messages ?? []) as { ReceiptHandle: string }[];
        if (received !== undefined)
          await json(to, "sqs", "DeleteMessage", { QueueUrl: busy, ReceiptHandle: received.ReceiptHandle });
      },
    },
  ];
}

async function requestRows(cloud: Server, echo: Server, moto: Moto): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const control: Load = { pid: echo.pid, work: () => send(echo.url, { body: ECHO_BODY }) };
  const ours = await prepare(cloud.url);
  const theirs = moto.server === undefined ? [] : await prepare(moto.server.url);
  for (const [i, { what, factor, requests, work }] of ours.entries()) {
    const { us, controlUs, ratio } = await cpuBeside(control, { pid: cloud.pid, work: () => work(cloud.url) }, requests);
    rows.push({
      what,
      measured: `${us.toFixed(0)} µs, ${ratio.toFixed(2)}× echo`,
      control: `echo: ${controlUs.toFixed(0)} µs; moto: ${await moto.measure(theirs[i]?.work)}`,
      budget: `${factor}× echo`,
      met: ratio <= factor,
    });
  }
  return rows;
}

export async function cloudRows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-cloud-"));
  const [echo, cloud, moto] = await Promise.all([startEcho(), startCloudProcess(join(folder, "requests")), startMoto()]);
  try {
    return [...(await startRows(folder)), ...(await requestRows(cloud, echo, moto))];
  } finally {
    await Promise.all([cloud.stop(), echo.stop(), moto.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}
