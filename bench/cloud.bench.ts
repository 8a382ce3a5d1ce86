/** Design §10: the cloud's start, memory, and CPU a request of the hot operations, beside an echo server in the same run. */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuMs, type Row, residentMb, type Server, startServer } from "./measure.ts";

const root = join(import.meta.dirname, "..");
const REQUESTS = 4000;
const CONNECTIONS = 8;

export async function cloudRows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-cloud-"));
  const echo = await startServer([join(root, "bench/echo-server.ts")], {}, (url) => send(url, "POST", "/", {}, "{}"));
  const cloud = await startServer([join(root, "dist/cloud-serve.js"), "--data-dir", folder, "--port", "0"], {}, (url) =>
    dynamo(url, "ListTables", {}),
  );
  try {
    const idleMb = residentMb(cloud.process.pid ?? 0);
    const rows: Row[] = [
      {
        what: "cloud: start to first DynamoDB answer",
        measured: `${cloud.startMs.toFixed(0)} ms`,
        control: `echo: ${echo.startMs.toFixed(0)} ms`,
        budget: "echo + 80 ms",
        met: cloud.startMs <= echo.startMs + 80,
      },
      {
        what: "cloud: idle memory",
        measured: `${idleMb.toFixed(0)} MB`,
        control: `echo: ${residentMb(echo.process.pid ?? 0).toFixed(0)} MB`,
        budget: "80 MB",
        met: idleMb <= 80,
      },
    ];
    const item = { pk: { S: "a" }, sk: { N: "1" }, text: { S: "x".repeat(1000) } };
    const body = JSON.stringify({ TableName: "bench", Item: item });
    const echoUs = await cpuPerRequest(echo, () => send(echo.url, "POST", "/", {}, body));
    await dynamo(cloud.url, "CreateTable", {
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
      await dynamo(cloud.url, "PutItem", { TableName: "bench", Item: { ...item, sk: { N: String(i) } } });
    const row = async (what: string, factor: number, work: () => Promise<unknown>) => {
      const us = await cpuPerRequest(cloud, work);
      rows.push({
        what,
        measured: `${us.toFixed(0)} µs, ${(us / echoUs).toFixed(1)}× echo`,
        control: `echo: ${echoUs.toFixed(0)} µs`,
        budget: `${factor}× echo`,
        met: us <= factor * echoUs,
      });
    };
    await row("DynamoDB GetItem, 1 KB: server CPU a request", 2.3, () =>
      dynamo(cloud.url, "GetItem", { TableName: "bench", Key: { pk: { S: "a" }, sk: { N: "1" } } }),
    );
    await row("DynamoDB PutItem, 1 KB", 3.3, () => dynamo(cloud.url, "PutItem", { TableName: "bench", Item: item }));
    await row("DynamoDB Query, 20 items", 6, () =>
      dynamo(cloud.url, "Query", {
        TableName: "bench",
        KeyConditionExpression: "pk = :a",
        ExpressionAttributeValues: { ":a": { S: "a" } },
      }),
    );
    await send(cloud.url, "PUT", "/bench-bucket", sign("s3"), "");
    await send(cloud.url, "PUT", "/bench-bucket/key", sign("s3"), "x".repeat(1024));
    await row("S3 GetObject, 1 KB", 2, () => send(cloud.url, "GET", "/bench-bucket/key", sign("s3")));
    await row("S3 PutObject, 1 KB", 3, () => send(cloud.url, "PUT", "/bench-bucket/key", sign("s3"), "x".repeat(1024)));
    return rows;
  } finally {
    await cloud.stop();
    await echo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Microseconds of the server's CPU a request, over `REQUESTS` requests on `CONNECTIONS` connections, after a warm-up. */
async function cpuPerRequest(server: Server, work: () => Promise<unknown>): Promise<number> {
  const pid = server.process.pid ?? 0;
  const many = async (count: number) => {
    let left = count;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (left-- > 0) await work();
      }),
    );
  };
  await many(REQUESTS / 2);
  const before = cpuMs(pid);
  await many(REQUESTS);
  return ((cpuMs(pid) - before) * 1000) / REQUESTS;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function sign(service: string): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  };
}

function dynamo(url: string, operation: string, input: unknown): Promise<string> {
  return send(
    url,
    "POST",
    "/",
    { ...sign("dynamodb"), "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${operation}` },
    JSON.stringify(input),
  );
}

function send(url: string, method: string, path: string, headers: Record<string, string>, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        method,
        agent,
        headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) >= 300)
            reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
          else resolve(text);
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
