import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";

let cloud: Cloud;
let s3: S3Client;
beforeAll(async () => {
  cloud = await startCloud({});
  s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  s3.destroy();
  await cloud.stop();
});

it("a cloud that was reset takes objects again, in every folder that it had made before", async () => {
  for (let round = 0; round < 2; round++) {
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    // Large enough not to lie in the store itself; many, so that folders repeat.
    for (let i = 0; i < 40; i++)
      await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: `k${i}`, Body: Buffer.alloc(100_000, i) }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "k39" }));
    expect((await Body?.transformToByteArray())?.length).toBe(100_000);
    await cloud.reset();
  }
});
