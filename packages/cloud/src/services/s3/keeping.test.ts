import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

/** What happens to objects after they were put: archives, keys that are turned off, replicas, access logs. */
const START_MS = Date.UTC(2026, 0, 10, 8);
const HOUR_MS = 3600 * 1000;
let cloud: Cloud;
let s3: S3Client;

/** A client whose signatures are of the cloud's time. */
function clientNow(): S3Client {
  return new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
    systemClockOffset: cloud.clock.now() - Date.now(),
  });
}

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(4), volatile: true });
  s3 = clientNow();
});
afterAll(async () => {
  s3.destroy();
  await cloud.stop();
});

async function bucket(Bucket: string, versioned = false): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (versioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
}

async function textOf(Bucket: string, Key: string): Promise<string | undefined> {
  return (await cloud.call<{ Body: Uint8Array }>("s3", "GetObject", { Bucket, Key })).Body.toString();
}

describe("archived objects", () => {
  it("are read only while a restored copy is there", async () => {
    await bucket("vault");
    const place = { Bucket: "vault", Key: "old" };
    await s3.send(new PutObjectCommand({ ...place, Body: "x", StorageClass: "GLACIER" }));
    await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({
      name: "InvalidObjectState",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(s3.send(new CopyObjectCommand({ ...place, Key: "new", CopySource: "vault/old" }))).rejects.toMatchObject({
      name: "ObjectNotInActiveTierError",
    });
    const restore = { ...place, RestoreRequest: { Days: 2, GlacierJobParameters: { Tier: "Standard" as const } } };
    expect((await s3.send(new RestoreObjectCommand(restore))).$metadata.httpStatusCode).toBe(202);
    await expect(s3.send(new RestoreObjectCommand(restore))).rejects.toMatchObject({ name: "RestoreAlreadyInProgress" });
    expect((await s3.send(new HeadObjectCommand(place))).Restore).toBe('ongoing-request="true"');
    await cloud.clock.advance(5 * HOUR_MS);
    expect(await cloud.call("s3", "HeadObject", place)).toMatchObject({
      Restore: 'ongoing-request="false", expiry-date="Tue, 13 Jan 2026 00:00:00 GMT"',
      StorageClass: "GLACIER",
    });
    expect(await textOf("vault", "old")).toBe("x");
    await cloud.clock.advance(3 * 24 * HOUR_MS);
    await expect(textOf("vault", "old")).rejects.toMatchObject({ code: "InvalidObjectState" });
    expect(await cloud.call("s3", "HeadObject", place)).not.toHaveProperty("Restore");
  });

  it.each([
    ["an object in STANDARD", "STANDARD", { Days: 1 }, "InvalidObjectState"],
    ["no days", "GLACIER", {}, "MalformedXML"],
    [
      "expedited, out of Deep Archive",
      "DEEP_ARCHIVE",
      { Days: 1, GlacierJobParameters: { Tier: "Expedited" } },
      "InvalidArgument",
    ],
  ])("a restore of %s is refused", async (_, StorageClass, RestoreRequest, code) => {
    const place = { Bucket: "vault", Key: `refused-${StorageClass}-${code}` };
    await cloud.call("s3", "PutObject", { ...place, Body: Buffer.from(""), StorageClass });
    await expect(cloud.call("s3", "RestoreObject", { ...place, RestoreRequest })).rejects.toMatchObject({ code });
  });
});

describe("KMS keys", () => {
  it("must be there and turned on, to write and to read", async () => {
    await bucket("sealed");
    const { KeyMetadata } = await cloud.call<{ KeyMetadata: { KeyId: string; Arn: string } }>("kms", "CreateKey", {});
    const place = { Bucket: "sealed", Key: "letter" };
    const sealed = { ...place, Body: Buffer.from("x"), ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyMetadata.KeyId };
    await cloud.call("s3", "PutObject", sealed);
    expect(await textOf("sealed", "letter")).toBe("x");
    await cloud.call("kms", "DisableKey", { KeyId: KeyMetadata.KeyId });
    await expect(textOf("sealed", "letter")).rejects.toMatchObject({
      code: "KMS.DisabledException",
      message: `${KeyMetadata.Arn} is disabled.`,
    });
    await expect(cloud.call("s3", "PutObject", sealed)).rejects.toMatchObject({ code: "KMS.DisabledException" });
    await expect(cloud.call("s3", "CreateMultipartUpload", { ...sealed, Body: undefined })).rejects.toMatchObject({
      code: "KMS.DisabledException",
    });
    const none = "11111111-2222-3333-4444-555555555555";
    await expect(cloud.call("s3", "PutObject", { ...sealed, SSEKMSKeyId: none })).rejects.toMatchObject({
      code: "KMS.NotFoundException",
    });
  });

  it("the managed key serves without being asked", async () => {
    const sealed = { Bucket: "sealed", Key: "managed", Body: Buffer.from("y"), ServerSideEncryption: "aws:kms" };
    await cloud.call("s3", "PutObject", sealed);
    expect(await textOf("sealed", "managed")).toBe("y");
  });
});

describe("replication", () => {
  const rules = (prefix: string, target: string) => ({
    Role: "arn:aws:iam::000000000000:role/replication",
    Rules: [
      {
        ID: "all",
        Status: "Enabled" as const,
        Priority: 1,
        Filter: { Prefix: prefix },
        DeleteMarkerReplication: { Status: "Enabled" as const },
        Destination: { Bucket: `arn:aws:s3:::${target}` },
      },
    ],
  });

  it("brings new versions and delete markers to the other bucket, under the same version", async () => {
    await bucket("here", true);
    await bucket("there", true);
    await cloud.call("s3", "PutBucketReplication", { Bucket: "here", ReplicationConfiguration: rules("a/", "there") });
    const { VersionId } = await cloud.call<{ VersionId: string }>("s3", "PutObject", {
      Bucket: "here",
      Key: "a/x",
      Body: Buffer.from("x"),
      Metadata: { from: "here" },
    });
    await cloud.call("s3", "PutObject", { Bucket: "here", Key: "b/x", Body: Buffer.from("x") });
    await cloud.idle();
    expect(await cloud.call("s3", "HeadObject", { Bucket: "here", Key: "a/x" })).toMatchObject({
      ReplicationStatus: "COMPLETED",
    });
    expect(await cloud.call("s3", "HeadObject", { Bucket: "there", Key: "a/x" })).toMatchObject({
      ReplicationStatus: "REPLICA",
      VersionId,
      Metadata: { from: "here" },
    });
    expect(await textOf("there", "a/x")).toBe("x");
    await expect(cloud.call("s3", "HeadObject", { Bucket: "there", Key: "b/x" })).rejects.toMatchObject({ status: 404 });
    await cloud.call("s3", "DeleteObject", { Bucket: "here", Key: "a/x" });
    await cloud.idle();
    const versions = await s3.send(new ListObjectVersionsCommand({ Bucket: "there" }));
    expect(versions.DeleteMarkers).toHaveLength(1);
  });

  it("is refused without versions on both sides, and fails where they were turned off", async () => {
    await bucket("plain");
    const put = (Bucket: string, target: string) =>
      s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: rules("", target) }));
    await expect(put("plain", "there")).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(put("here", "plain")).rejects.toMatchObject({ message: "Destination bucket must have versioning enabled." });
    await expect(put("here", "nowhere")).rejects.toMatchObject({ message: "Destination bucket must exist." });
    await cloud.call("s3", "PutBucketVersioning", { Bucket: "there", VersioningConfiguration: { Status: "Suspended" } });
    await cloud.call("s3", "PutObject", { Bucket: "here", Key: "a/y", Body: Buffer.from("y") });
    await cloud.idle();
    expect(await cloud.call("s3", "HeadObject", { Bucket: "here", Key: "a/y" })).toMatchObject({ ReplicationStatus: "FAILED" });
  });
});

describe("access logs", () => {
  const allow = (target: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "logging.s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${target}/*`,
        },
      ],
    });

  it("are delivered every hour, a line for each request, failures too", async () => {
    const now = cloud.clock.now();
    const client = clientNow();
    for (const Bucket of ["watched", "logs-here"]) await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutBucketPolicyCommand({ Bucket: "logs-here", Policy: allow("logs-here") }));
    const LoggingEnabled = {
      TargetBucket: "logs-here",
      TargetPrefix: "s3/",
      TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: "EventTime" as const } },
    };
    await client.send(new PutBucketLoggingCommand({ Bucket: "watched", BucketLoggingStatus: { LoggingEnabled } }));
    await client.send(new PutObjectCommand({ Bucket: "watched", Key: "a b", Body: "12345" }));
    await client.send(new GetObjectCommand({ Bucket: "watched", Key: "a b" }));
    await client.send(new GetObjectCommand({ Bucket: "watched", Key: "none" })).catch(() => undefined);
    await client.send(new ListObjectsV2Command({ Bucket: "watched" }));
    await client.send(new DeleteObjectCommand({ Bucket: "watched", Key: "a b" }));
    client.destroy();
    await cloud.clock.advance(HOUR_MS);
    await cloud.idle();
    const { Contents = [] } = await cloud.call<{ Contents?: { Key: string }[] }>("s3", "ListObjectsV2", { Bucket: "logs-here" });
    const [{ Key } = { Key: "" }] = Contents;
    const day = new Date(now + HOUR_MS).toISOString().slice(0, 10);
    expect(Key).toMatch(
      new RegExp(`^s3/000000000000/us-east-1/watched/${day.replaceAll("-", "/")}/${day}-\\d\\d-\\d\\d-\\d\\d-[0-9A-F]{16}$`),
    );
    const lines = ((await textOf("logs-here", Key)) ?? "").trim().split("\n");
    const told = lines.map((each) => /REST\.\S+ \S+ "[^"]*" \d+ \S+ \S+/.exec(each)?.[0].replace(/ "[^"]*"/, ""));
    expect(told).toEqual([
      "REST.PUT.OBJECT a+b 200 - -",
      "REST.GET.OBJECT a+b 200 - 5",
      "REST.GET.OBJECT none 404 NoSuchKey -",
      "REST.GET.BUCKET - 200 - -",
      "REST.DELETE.OBJECT a+b 204 - -",
    ]);
    for (const each of lines) expect(each.match(/"[^"]*"|\[[^\]]*\]|\S+/g)).toHaveLength(26);
  });

  it("stay away, with a hint, where the target's policy does not let them in", async () => {
    for (const Bucket of ["closed", "watched-too"]) await cloud.call("s3", "CreateBucket", { Bucket });
    await cloud.call("s3", "PutBucketLogging", {
      Bucket: "watched-too",
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "closed", TargetPrefix: "" } },
    });
    const client = clientNow();
    await client.send(new ListObjectsV2Command({ Bucket: "watched-too" }));
    client.destroy();
    await cloud.clock.advance(HOUR_MS);
    await cloud.idle();
    expect(await cloud.call("s3", "ListObjectsV2", { Bucket: "closed" })).toMatchObject({ KeyCount: 0 });
    expect(JSON.stringify(cloud.hints)).toContain("access logs of watched-too cannot be put into closed: AccessDenied");
  });
});
