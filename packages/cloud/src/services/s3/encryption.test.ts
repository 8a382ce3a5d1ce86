import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { type ALGORITHMS, summer } from "./checksums.ts";
import { joinedSum } from "./joined-checksum.ts";

const Bucket = "sealed";
const MARK = "what nobody may find on disk";
let folder: string;
let cloud: Cloud;
let s3: S3Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-s3-"));
  cloud = await startCloud({ dataDir: folder });
  s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3.destroy();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function newKey(): Promise<string> {
  const { KeyMetadata } = await cloud.call<{ KeyMetadata: { Arn: string } }>("kms", "CreateKey", {});
  return KeyMetadata.Arn;
}

function isOnDisk(text: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(text));
}

/** Larger than what lies in the store, no multiple of a cipher's block, the mark far inside. */
function large(): Buffer {
  const bytes = randomBytes(100_001);
  bytes.write(MARK, 70_003);
  return bytes;
}

async function bytesOf(place: { Bucket?: string; Key: string; Range?: string }, more: object = {}): Promise<Buffer> {
  const got = await s3.send(new GetObjectCommand({ Bucket, ...place, ...more }));
  return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
}

function customer(key = randomBytes(32)) {
  return {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
}

function asSource(key: ReturnType<typeof customer>) {
  return {
    CopySourceSSECustomerAlgorithm: key.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: key.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: key.SSECustomerKeyMD5,
  };
}

describe("bytes under a key", () => {
  it.each([
    ["a KMS key", async () => ({ put: { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: await newKey() }, get: {} })],
    ["S3's own KMS key", async () => ({ put: { ServerSideEncryption: "aws:kms" as const }, get: {} })],
    [
      "a customer's key",
      async () => {
        const key = customer();
        return { put: key, get: key };
      },
    ],
  ])("of %s are not to be found on disk, and come back whole and by range", async (name, how) => {
    const { put, get } = await how();
    for (const [size, Body] of [
      ["small", Buffer.from(`small: ${MARK}!`)],
      ["large", large()],
      ["none", Buffer.alloc(0)],
    ] as const) {
      const Key = `${name} ${size}`;
      const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...put }));
      if ("ServerSideEncryption" in put) expect(ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
      expect((await bytesOf({ Key }, get)).equals(Body)).toBe(true);
      for (const [from, to] of [
        [3, 9],
        [16, 31],
        [70_000, 70_040],
      ] as const)
        if (to < Body.length)
          expect((await bytesOf({ Key, Range: `bytes=${from}-${to}` }, get)).equals(Body.subarray(from, to + 1))).toBe(true);
    }
    expect(isOnDisk(MARK)).toBe(false);
  });

  it("are not readable while the KMS key is off, and are again when it is on", async () => {
    const KeyId = await newKey();
    const Key = "locked";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyId }));
    await cloud.call("kms", "DisableKey", { KeyId });
    await expect(bytesOf({ Key })).rejects.toMatchObject({
      name: "KMS.DisabledException",
      $metadata: { httpStatusCode: 400 },
    });
    await expect(s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${Key}` }))).rejects.toMatchObject({
      name: "KMS.DisabledException",
    });
    await cloud.call("kms", "EnableKey", { KeyId });
    expect((await bytesOf({ Key })).toString()).toBe("x");
    await cloud.call("kms", "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
    await expect(bytesOf({ Key })).rejects.toMatchObject({ name: "KMS.KMSInvalidStateException" });
  });

  it("of a customer's key are refused to any other key, and to a key whose MD5 is another's", async () => {
    const [mine, other] = [customer(), customer()];
    const Key = "mine";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...mine }));
    await expect(bytesOf({ Key })).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(bytesOf({ Key }, other)).rejects.toMatchObject({ name: "AccessDenied" });
    // The SDK would compute the MD5 anew.
    for (const SSECustomerKey of [other.SSECustomerKey, "c2hvcnQ=", ""])
      await expect(cloud.call("s3", "GetObject", { Bucket, Key, ...mine, SSECustomerKey })).rejects.toMatchObject({
        code: "InvalidArgument",
      });
  });

  it("are copied from one key to another, and out of every key", async () => {
    const [from, to] = [customer(), customer()];
    const Body = randomBytes(100_001);
    await s3.send(new PutObjectCommand({ Bucket, Key: "from", Body, ...from }));
    const copy = { Bucket, CopySource: `${Bucket}/from`, ...asSource(from) };
    await s3.send(new CopyObjectCommand({ ...copy, Key: "to", ...to }));
    await s3.send(new CopyObjectCommand({ ...copy, Key: "kms", ServerSideEncryption: "aws:kms", SSEKMSKeyId: await newKey() }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: "plain", CopySource: `${Bucket}/kms` }));
    expect((await bytesOf({ Key: "to" }, to)).equals(Body)).toBe(true);
    expect((await bytesOf({ Key: "plain" })).equals(Body)).toBe(true);
  });

  it("of a multipart upload are each part's, small and large, and ranges cross them", async () => {
    for (const how of [{ ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: await newKey() }, customer()]) {
      const get = "SSECustomerKey" in how ? how : {};
      const [Key, first] = ["parts", randomBytes(5 * 1024 * 1024 + 5)];
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...how }));
      const place = { Bucket, Key, UploadId };
      const one = await s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: first, ...get }));
      if ("SSECustomerKey" in how)
        await expect(s3.send(new UploadPartCommand({ ...place, PartNumber: 2, Body: "x" }))).rejects.toMatchObject({
          name: "InvalidRequest",
        });
      await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: "0123456789, a part", ...get }));
      const two = await s3.send(
        new UploadPartCopyCommand({
          ...place,
          PartNumber: 2,
          CopySource: `${Bucket}/source`,
          ...("SSECustomerKey" in how ? asSource(how) : {}),
          ...get,
        }),
      );
      const Parts = [one.ETag, two.CopyPartResult?.ETag].map((ETag, i) => ({ PartNumber: i + 1, ETag }));
      await s3.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts } }));
      const whole = Buffer.concat([first, Buffer.from("0123456789, a part")]);
      expect((await bytesOf({ Key }, get)).equals(whole)).toBe(true);
      const [from, to] = [first.length - 7, first.length + 12];
      expect((await bytesOf({ Key, Range: `bytes=${from}-${to}` }, get)).equals(whole.subarray(from, to + 1))).toBe(true);
    }
  });

  it("are replicated: encrypted anew with the rule's key, a customer's as they are", async () => {
    const [source, target] = ["sealed-source", "sealed-target"];
    for (const name of [source, target]) {
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: "Enabled" } }));
    }
    const [from, to] = [await newKey(), await newKey()];
    const Destination = { Bucket: `arn:aws:s3:::${target}`, EncryptionConfiguration: { ReplicaKmsKeyID: to } };
    await s3.send(
      new PutBucketReplicationCommand({
        Bucket: source,
        ReplicationConfiguration: {
          Role: "arn:aws:iam::000000000000:role/replicator",
          Rules: [
            {
              Status: "Enabled",
              Priority: 1,
              Filter: { Prefix: "" },
              DeleteMarkerReplication: { Status: "Disabled" },
              SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
              Destination,
            },
          ],
        },
      }),
    );
    const [Body, mine] = [large(), customer()];
    await s3.send(new PutObjectCommand({ Bucket: source, Key: "kms", Body, ServerSideEncryption: "aws:kms", SSEKMSKeyId: from }));
    await s3.send(new PutObjectCommand({ Bucket: source, Key: "customer", Body: `${MARK}.`, ...mine }));
    await cloud.idle();
    await cloud.call("kms", "DisableKey", { KeyId: from });
    expect((await bytesOf({ Bucket: target, Key: "kms" })).equals(Body)).toBe(true);
    expect((await bytesOf({ Bucket: target, Key: "customer" }, mine)).toString()).toBe(`${MARK}.`);
    expect(isOnDisk(MARK)).toBe(false);
  });
});

it("CRCs of what follows each other are the CRC of the whole", () => {
  const sum = (algorithm: (typeof ALGORITHMS)[number], bytes: Uint8Array) => {
    const made = summer(algorithm);
    made.update(bytes);
    return made.digest().toString("base64");
  };
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 5 }), (parts) => {
      for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME"] as const) {
        const rows = parts.map((bytes) => ({ value: sum(algorithm, bytes), bytes: bytes.length }));
        expect(joinedSum(algorithm, rows)).toBe(sum(algorithm, Buffer.concat(parts)));
      }
    }),
  );
  expect(joinedSum("SHA256", [])).toBeUndefined();
});
