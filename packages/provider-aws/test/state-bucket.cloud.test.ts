import { createHash, randomBytes } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { DiagnosticError, systemClock, systemRandom, type ValueObject } from "@dovetail/model";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readStateObject } from "../src/state-bucket.ts";

let cloud: Cloud;
const sse = randomBytes(32).toString("base64");
beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const s3 = new S3Client({ endpoint: cloud.endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "states" }));
  await s3.send(new PutObjectCommand({ Bucket: "states", Key: "a/state", Body: "plain" }));
  const SSECustomerKeyMD5 = createHash("md5").update(Buffer.from(sse, "base64")).digest("base64");
  await s3.send(
    new PutObjectCommand({
      Bucket: "states",
      Key: "sealed",
      Body: "sealed",
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: sse,
      SSECustomerKeyMD5,
    }),
  );
});
afterAll(() => cloud.stop());

const shared = { clock: systemClock(), random: systemRandom() };
async function read(access: ValueObject, bucket: string, key: string, target?: "aws") {
  const where = target === "aws" ? { kind: "aws" as const } : { kind: "local" as const, endpoint: cloud.endpoint };
  const bytes = await readStateObject(access, { bucket, key }, { ...shared, target: where, env: {} });
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

it("reads an object of the embedded cloud, whatever profile is named", async () => {
  expect(await read({ profile: "nobody", region: "us-east-1" }, "states", "a/state")).toBe("plain");
});

it.each([
  ["states", "none"],
  ["no-such-bucket", "a"],
])("answers nothing for s3://%s/%s", async (bucket, key) => {
  expect(await read({}, bucket, key)).toBeUndefined();
});

it("reads what is encrypted with the customer's key", async () => {
  expect(await read({ sse_customer_key: sse }, "states", "sealed")).toBe("sealed");
  await expect(read({}, "states", "sealed")).rejects.toThrow(DiagnosticError);
});

it("goes where older endpoint arguments say, with the keys of the backend", async () => {
  const access = {
    region: "us-east-1",
    access_key: "test",
    secret_key: "test",
    endpoint: cloud.endpoint,
    force_path_style: true,
    skip_credentials_validation: true,
  };
  expect(await read(access, "states", "a/state", "aws")).toBe("plain");
  const { endpoint: s3, ...rest } = access;
  expect(await read({ ...rest, endpoints: { s3 } }, "states", "a/state", "aws")).toBe("plain");
});

it("says what is missing before it asks", async () => {
  await expect(read({ access_key: "test", secret_key: "test" }, "states", "a/state", "aws")).rejects.toThrow("has no region");
});
