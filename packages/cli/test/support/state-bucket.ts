/** What a state lies in: a bucket, and a table for its locks, in an app's cloud. */
import type { TestApp } from "./app.ts";

const REGION = "eu-central-1";
const signed = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

export async function endpointOf(app: TestApp): Promise<string> {
  return (JSON.parse((await app.succeed("cloud", "status", "--json")).out) as { endpoint: string }).endpoint;
}

export async function makeBucket(app: TestApp, name: string): Promise<void> {
  const place = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
  await answered(app, `/${name}`, { method: "PUT", body: place, headers: { authorization: signed("s3") } });
}

/** The object's text; undefined where there is none. */
export async function objectText(app: TestApp, path: string): Promise<string | undefined> {
  const response = await fetch(`${await endpointOf(app)}/${path}`, { headers: { authorization: signed("s3") } });
  return response.ok ? await response.text() : undefined;
}

export async function putObject(app: TestApp, path: string, body: string): Promise<void> {
  await answered(app, `/${path}`, { method: "PUT", body, headers: { authorization: signed("s3") } });
}

export async function dynamodb<T>(app: TestApp, operation: string, input: object): Promise<T> {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `DynamoDB_20120810.${operation}`,
    authorization: signed("dynamodb"),
  };
  return JSON.parse(await answered(app, "/", { method: "POST", headers, body: JSON.stringify(input) })) as T;
}

export async function makeLockTable(app: TestApp, TableName: string): Promise<void> {
  await dynamodb(app, "CreateTable", {
    TableName,
    KeySchema: [{ AttributeName: "LockID", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "LockID", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
}

async function answered(app: TestApp, path: string, request: RequestInit): Promise<string> {
  const response = await fetch(`${await endpointOf(app)}${path}`, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.method} ${path}: ${response.status} ${text}`);
  return text;
}
