/** Bugs of ours: answered, logged, and found in the log by what was answered. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";
import type { ServiceDefinition } from "../core/service.ts";

const missing = vi.hoisted(() => new Set<string>());
vi.mock("./model.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("./model.ts")>();
  return {
    ...original,
    loadModel(service: string) {
      if (missing.has(service)) throw new Error(`no file models/${service}.json`);
      return original.loadModel(service);
    },
  };
});

const broken: ServiceDefinition = {
  name: "sqs",
  operations: {
    ListQueues: {
      handler() {
        throw new TypeError("a bug of ours");
      },
    },
  },
};
const lines: string[] = [];
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ services: { sqs: broken }, log: (line) => lines.push(line) });
});
afterEach(() => {
  missing.clear();
  lines.length = 0;
});
afterAll(() => cloud.stop());

const CREDENTIAL = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

function listQueues(): Promise<Response> {
  return fetch(cloud.endpoint, {
    method: "POST",
    headers: { authorization: CREDENTIAL, "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues" },
    body: "{}",
  });
}

test("a failure is logged with its stack, under the id that the answer carries", async () => {
  const response = await listQueues();
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ __type: expect.stringContaining("InternalFailure") });
  const id = response.headers.get("x-amzn-requestid");
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^sqs POST / \\(request ${id}\\): TypeError: a bug of ours\\n +at `))]);
});

test("a missing model is a failure of the request that needs it, not the end of the cloud", async () => {
  missing.add("sqs").add("s3");
  const response = await listQueues();
  expect(response.status).toBe(500);
  const id = response.headers.get("x-amzn-requestid");
  expect(lines.filter((line) => line.includes(`(request ${id})`)).join("\n")).toContain("no file models/sqs.json");
  missing.clear();
  expect((await fetch(`${cloud.endpoint}/_localstack/health`)).status).toBe(200);
});
