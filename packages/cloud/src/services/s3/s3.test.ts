import { createHmac, randomBytes } from "node:crypto";
import { get } from "node:http";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { seededRandom, systemClock } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const DAY_MS = 24 * 3600 * 1000;
const PART_BYTES = 5 * 1024 * 1024;
let cloud: Cloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startCloud({ clock: systemClock(), random: seededRandom(2) });
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
});

const Bucket = "photos";

async function text(Key: string, more: object = {}): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await Body?.transformToString()) ?? "";
}

describe("buckets", () => {
  it.each([
    ["Bad_Name", "InvalidBucketName"],
    ["ab", "InvalidBucketName"],
  ])("CreateBucket refuses %s", async (name, code) => {
    await expect(s3.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({ name: code });
  });

  it("DeleteBucket refuses a bucket that holds something", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "full" }));
    await s3.send(new PutObjectCommand({ Bucket: "full", Key: "x", Body: "" }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket: "full" }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
    await s3.send(new DeleteObjectCommand({ Bucket: "full", Key: "x" }));
    await s3.send(new DeleteBucketCommand({ Bucket: "full" }));
    await expect(s3.send(new ListObjectsV2Command({ Bucket: "full" }))).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  it("a new bucket blocks public access, and with it a public policy", async () => {
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    const Policy = JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }],
    });
    await expect(s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: "NoSuchBucketPolicy" });
  });

  it("a policy about another bucket is refused", async () => {
    const Policy = JSON.stringify({
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::other/*" }],
    });
    await expect(s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toMatchObject({
      name: "MalformedPolicy",
      message: "Policy has invalid resource",
    });
  });

  it("what was not set answers its own error", async () => {
    await expect(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchLifecycleConfiguration",
    });
  });
});

describe("objects", () => {
  it("come back as they were put", async () => {
    const Metadata = { owner: "me" };
    const put = await s3.send(
      new PutObjectCommand({ Bucket, Key: "a/b c+é.txt", Body: "hello", ContentType: "text/plain", Metadata }),
    );
    expect(put).toMatchObject({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ServerSideEncryption: "AES256",
      ChecksumCRC32: "NhCmhg==",
    });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a/b c+é.txt" }));
    expect(got).toMatchObject({ ContentType: "text/plain", ContentLength: 5, Metadata, AcceptRanges: "bytes" });
    expect(await got.Body?.transformToString()).toBe("hello");
    expect(await text("a/b c+é.txt", { Range: "bytes=1-3" })).toBe("ell");
  });

  it("a large one is stored and read whole and in parts", async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    await s3.send(new PutObjectCommand({ Bucket, Key: "large", Body: bytes }));
    const whole = await s3.send(new GetObjectCommand({ Bucket, Key: "large" }));
    expect(Buffer.compare(Buffer.from((await whole.Body?.transformToByteArray()) ?? []), bytes)).toBe(0);
    const piece = await s3.send(new GetObjectCommand({ Bucket, Key: "large", Range: "bytes=1000000-1999999" }));
    expect(piece).toMatchObject({ ContentRange: "bytes 1000000-1999999/3145728", ContentLength: 1_000_000 });
    expect(
      Buffer.compare(Buffer.from((await piece.Body?.transformToByteArray()) ?? []), bytes.subarray(1_000_000, 2_000_000)),
    ).toBe(0);
  });

  it.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)("takes and shows a %s", async (ChecksumAlgorithm) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "sum", Body: "123456789", ChecksumAlgorithm }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "sum", ChecksumMode: "ENABLED" }));
    expect(head[`Checksum${ChecksumAlgorithm}`]).toEqual(expect.any(String));
  });

  it("a wrong sum leaves nothing behind", async () => {
    const put = new PutObjectCommand({ Bucket, Key: "wrong", Body: "x", ContentMD5: "XUFAKrxLKna5cZ2REBfFkg==" });
    await expect(s3.send(put)).rejects.toMatchObject({ name: "BadDigest" });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "wrong" }))).rejects.toMatchObject({ name: "NotFound" });
  });

  it("If-None-Match: * writes once; If-Match only over what it names", async () => {
    const once = () => s3.send(new PutObjectCommand({ Bucket, Key: "lock", Body: "1", IfNoneMatch: "*" }));
    await once();
    await expect(once()).rejects.toMatchObject({ name: "PreconditionFailed", $metadata: { httpStatusCode: 412 } });
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: "lock", Body: "2", IfMatch: '"x"' }))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: "lock", Body: "2", IfMatch: '"c4ca4238a0b923820dcc509a6f75849b"' }));
    expect(await text("lock")).toBe("2");
  });

  it("GetObject answers 304, 412, 416 and 404 as AWS does", async () => {
    const get = (more: object) => s3.send(new GetObjectCommand({ Bucket, Key: "lock", ...more }));
    await expect(get({ IfNoneMatch: "*" })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get({ IfMatch: '"x"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(get({ Range: "bytes=9-" })).rejects.toMatchObject({ name: "InvalidRange", $metadata: { httpStatusCode: 416 } });
    await expect(get({ Key: "none" })).rejects.toMatchObject({ name: "NoSuchKey", message: "The specified key does not exist." });
    await expect(get({ VersionId: "none" })).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(get({ VersionId: "x".repeat(32) })).rejects.toMatchObject({ name: "NoSuchVersion" });
  });

  it("CopyObject copies, replaces metadata when told, and refuses a copy onto itself that changes nothing", async () => {
    const copy = (Key: string, more: object = {}) =>
      s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/a/b%20c%2B%C3%A9.txt`, ...more }));
    await copy("copied");
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "copied" }))).toMatchObject({ Metadata: { owner: "me" } });
    await copy("copied", { MetadataDirective: "REPLACE", Metadata: { owner: "you" } });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "copied" }))).toMatchObject({ Metadata: { owner: "you" } });
    await expect(copy("a/b c+é.txt")).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(s3.send(new CopyObjectCommand({ Bucket, Key: "x", CopySource: "nonsense" }))).rejects.toMatchObject({
      name: "InvalidArgument",
    });
  });

  it("keys are names, not paths", async () => {
    for (const Key of ["../../etc/passwd", "/lead", "a//b", "a/../b", "x/", "%2e%2e/x", "\u{1f600}", "k".repeat(1024)]) {
      await s3.send(new PutObjectCommand({ Bucket: "hostile", Key, Body: Key })).catch(async (error) => {
        if (error.name !== "NoSuchBucket") throw error;
        await s3.send(new CreateBucketCommand({ Bucket: "hostile" }));
        await s3.send(new PutObjectCommand({ Bucket: "hostile", Key, Body: Key }));
      });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "hostile", Key }));
      expect(await Body?.transformToString()).toBe(Key);
    }
    await expect(s3.send(new PutObjectCommand({ Bucket: "hostile", Key: "k".repeat(1025), Body: "" }))).rejects.toMatchObject({
      name: "KeyTooLongError",
    });
  });
});

describe("lists", () => {
  const keys = ["a", "a/1", "a/2", "a/b/3", "b", "c/4", "é"];
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "lists" }));
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: "lists", Key, Body: "" }));
  });

  async function pages(more: object): Promise<string[]> {
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await s3.send(
        new ListObjectsV2Command({ Bucket: "lists", ContinuationToken, ...more }),
      );
      const both = [
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      ];
      seen.push(...both.sort());
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return seen;
  }

  it.each([1, 2, 3, 1000])("list everything in order, %i a page", async (MaxKeys) => {
    expect(await pages({ MaxKeys })).toEqual(keys);
  });

  it.each([1, 2, 1000])("fold what a delimiter folds, %i a page", async (MaxKeys) => {
    expect(await pages({ MaxKeys, Delimiter: "/" })).toEqual(["a", "a/", "b", "c/", "é"]);
    expect(await pages({ MaxKeys, Delimiter: "/", Prefix: "a/" })).toEqual(["a/1", "a/2", "a/b/"]);
  });

  it("start after a key, and answer nothing for MaxKeys 0", async () => {
    expect(await pages({ StartAfter: "a/2" })).toEqual(["a/b/3", "b", "c/4", "é"]);
    expect(await s3.send(new ListObjectsV2Command({ Bucket: "lists", MaxKeys: 0 }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
  });

  it("refuse a token that is none", async () => {
    await expect(s3.send(new ListObjectsV2Command({ Bucket: "lists", ContinuationToken: "?" }))).rejects.toMatchObject({
      name: "InvalidArgument",
    });
  });
});

describe("versions", () => {
  const versioned = { Bucket: "versions", Key: "k" };
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket: versioned.Bucket, ObjectLockEnabledForBucket: true }));
  });

  it("a delete marker hides, its removal brings back, a version goes for good", async () => {
    const first = await s3.send(new PutObjectCommand({ ...versioned, Body: "1" }));
    const second = await s3.send(new PutObjectCommand({ ...versioned, Body: "2" }));
    const marker = await s3.send(new DeleteObjectCommand(versioned));
    expect(marker.DeleteMarker).toBe(true);
    await expect(s3.send(new GetObjectCommand(versioned))).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(s3.send(new GetObjectCommand({ ...versioned, VersionId: marker.VersionId }))).rejects.toMatchObject({
      name: "MethodNotAllowed",
    });
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned.Bucket }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, false],
      [first.VersionId, false],
    ]);
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
    await s3.send(new DeleteObjectCommand({ ...versioned, VersionId: marker.VersionId }));
    await s3.send(new DeleteObjectCommand({ ...versioned, VersionId: second.VersionId }));
    const { Body } = await s3.send(new GetObjectCommand(versioned));
    expect(await Body?.transformToString()).toBe("1");
  });

  it("pages of versions lose and repeat nothing", async () => {
    for (const Key of ["p1", "p2"])
      for (const Body of ["1", "2", "3"]) await s3.send(new PutObjectCommand({ Bucket: versioned.Bucket, Key, Body }));
    const seen: string[] = [];
    let markers: object | undefined = {};
    while (markers !== undefined) {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({ Bucket: versioned.Bucket, Prefix: "p", MaxKeys: 2, ...markers }),
      );
      seen.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId ?? ""));
      markers = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
    }
    expect(seen.length).toBe(6);
    expect(new Set(seen).size).toBe(6);
  });

  it("a legal hold keeps a version", async () => {
    const { VersionId } = await s3.send(new PutObjectCommand({ ...versioned, Key: "held", Body: "" }));
    const hold = (Status: "ON" | "OFF") =>
      s3.send(new PutObjectLegalHoldCommand({ ...versioned, Key: "held", LegalHold: { Status } }));
    const remove = () =>
      s3.send(new DeleteObjectsCommand({ Bucket: versioned.Bucket, Delete: { Objects: [{ Key: "held", VersionId }] } }));
    await hold("ON");
    expect((await remove()).Errors).toMatchObject([{ Code: "AccessDenied" }]);
    await hold("OFF");
    expect((await remove()).Errors).toBeUndefined();
  });
});

describe("multipart", () => {
  const Key = "multi";
  async function start(): Promise<string> {
    return (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "text/x" }))).UploadId ?? "";
  }
  async function part(UploadId: string, PartNumber: number, Body: Uint8Array) {
    return { PartNumber, ETag: (await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))).ETag };
  }

  it("joins its parts, one of them copied", async () => {
    const UploadId = await start();
    const first = randomBytes(PART_BYTES);
    await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: "0123456789" }));
    const copied = await s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber: 7,
        CopySource: `${Bucket}/source`,
        CopySourceRange: "bytes=2-4",
      }),
    );
    const Parts = [await part(UploadId, 2, first), { PartNumber: 7, ETag: copied.CopyPartResult?.ETag }];
    expect(
      (await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
    ).toEqual([
      [2, PART_BYTES],
      [7, 3],
    ]);
    const done = await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(got.ContentType).toBe("text/x");
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(Buffer.compare(bytes, Buffer.concat([first, Buffer.from("234")]))).toBe(0);
  });

  it("refuses parts that are small, unknown or out of order, and an upload that is gone", async () => {
    const UploadId = await start();
    const one = await part(UploadId, 1, Buffer.from("x"));
    const two = await part(UploadId, 2, Buffer.from("y"));
    const complete = (Parts: object[]) =>
      s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    await expect(complete([one, two])).rejects.toMatchObject({ name: "EntityTooSmall" });
    await expect(complete([two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(complete([one, { PartNumber: 3, ETag: "x" }])).rejects.toMatchObject({ name: "InvalidPart" });
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await expect(complete([one])).rejects.toMatchObject({ name: "NoSuchUpload" });
  });
});

describe("over plain HTTP", () => {
  it("presigned URLs put and get, and expire", async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "signed" }), { expiresIn: 60 });
    expect((await fetch(put, { method: "PUT", body: "by url" })).status).toBe(200);
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "signed", ResponseContentType: "text/own" }), {
      expiresIn: 60,
    });
    const answer = await fetch(get);
    expect([await answer.text(), answer.headers.get("content-type")]).toEqual(["by url", "text/own"]);
    const old = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "signed" }), {
      expiresIn: 1,
      signingDate: new Date(Date.now() - 10_000),
    });
    const refused = await fetch(old);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("Request has expired");
  });

  it("preflights follow the bucket's rules", async () => {
    await s3.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: {
          CORSRules: [{ AllowedMethods: ["PUT"], AllowedOrigins: ["https://app.example"], AllowedHeaders: ["content-type"] }],
        },
      }),
    );
    const ask = (origin: string) =>
      fetch(`${cloud.endpoint}/${Bucket}/x`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "content-type" },
      });
    const allowed = await ask("https://app.example");
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, "https://app.example"]);
    expect((await ask("https://evil.example")).status).toBe(403);
  });

  it("malformed XML answers 400", async () => {
    const url = await getSignedUrl(s3, new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} }));
    for (const body of ["", "<", "<a/>", "\u0000", "<VersioningConfiguration><Status>On</Status></VersioningConfiguration>"])
      expect([body, (await fetch(url, { method: "PUT", body })).status]).toEqual([body, 400]);
  });
});

describe("by the clock", () => {
  it("an object expires once its days are over", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "short" }));
    const Rules = [{ ID: "two-days", Status: "Enabled" as const, Filter: { Prefix: "tmp/" }, Expiration: { Days: 2 } }];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: "short", LifecycleConfiguration: { Rules } }));
    for (const Key of ["tmp/x", "kept"]) await s3.send(new PutObjectCommand({ Bucket: "short", Key, Body: "" }));
    const list = async () =>
      (await cloud.call<{ Contents?: { Key: string }[] }>("s3", "ListObjectsV2", { Bucket: "short" })).Contents?.map(
        ({ Key }) => Key,
      );
    await cloud.clock.advance(DAY_MS);
    await cloud.idle();
    expect(await list()).toEqual(["kept", "tmp/x"]);
    await cloud.clock.advance(DAY_MS + 5000);
    await cloud.idle();
    expect(await list()).toEqual(["kept"]);
  });
});

describe("forms", () => {
  const FILE_NAME = ["$", "{filename}"].join("");
  const key = "uploads/form.txt";
  function policy(conditions: unknown[], expiresMs = cloud.clock.now() + 60_000): string {
    const text = JSON.stringify({ expiration: new Date(expiresMs).toISOString(), conditions });
    return Buffer.from(text).toString("base64");
  }
  /** The old signature: HMAC-SHA1 of the policy; the credentials are any for the account's root. */
  async function post(fields: Record<string, string>, file: string, name = "holiday.txt"): Promise<Response> {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    form.append("file", new Blob([file]), name);
    return fetch(`${cloud.endpoint}/${Bucket}`, { method: "POST", body: form, redirect: "manual" });
  }
  const signed = (encoded: string) => ({
    key,
    AWSAccessKeyId: "test",
    policy: encoded,
    signature: createHmac("sha1", "test").update(encoded).digest("base64"),
  });

  it("a signed form uploads, within its policy", async () => {
    const conditions = [
      { bucket: Bucket },
      ["starts-with", "$key", "uploads/"],
      ["content-length-range", 1, 100],
      { success_action_status: "201" },
    ];
    const stored = await post({ ...signed(policy(conditions)), success_action_status: "201" }, "by form");
    expect([stored.status, await stored.text()]).toEqual([201, expect.stringContaining(`<Key>${key}</Key>`)]);
    expect(await text(key)).toBe("by form");
  });

  it("variables are put in before the policy is asked, and fields become the object's", async () => {
    const conditions = [
      { bucket: Bucket },
      { key: "uploads/by/holiday.txt" },
      ["eq", "$x-amz-meta-from", "holiday.txt"],
      ["starts-with", "$Content-Type", "text/"],
      ["starts-with", "$tagging", ""],
      ["starts-with", "$success_action_redirect", "http://localhost/"],
      ["eq", "$x-amz-storage-class", "STANDARD_IA"],
    ];
    const stored = await post(
      {
        ...signed(policy(conditions)),
        key: `uploads/by/${FILE_NAME}`,
        "x-amz-meta-from": FILE_NAME,
        "Content-Type": "text/plain",
        tagging: "<Tagging><TagSet><Tag><Key>a+b</Key><Value>c = d</Value></Tag></TagSet></Tagging>",
        success_action_redirect: "http://localhost/done?x=1",
        "x-amz-storage-class": "STANDARD_IA",
      },
      "by form",
      "C:\\pictures\\holiday.txt",
    );
    expect([stored.status, stored.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/^http:\/\/localhost\/done\?x=1&bucket=.*&key=uploads%2Fby%2Fholiday.txt&etag=%22[0-9a-f]{32}%22$/),
    ]);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "uploads/by/holiday.txt" }));
    expect(head).toMatchObject({ ContentType: "text/plain", Metadata: { from: "holiday.txt" }, StorageClass: "STANDARD_IA" });
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "uploads/by/holiday.txt" }));
    expect(TagSet).toEqual([{ Key: "a+b", Value: "c = d" }]);
  });

  it.each([
    ["a file that is too small", [{ bucket: Bucket }, { key }, ["content-length-range", 50, 60]], "EntityTooSmall", 400],
    ["sizes that are none", [{ bucket: Bucket }, { key }, ["content-length-range", "few", 60]], "InvalidPolicyDocument", 400],
    ["an operator that is none", [{ bucket: Bucket }, ["ends-with", "$key", "t"]], "InvalidPolicyDocument", 400],
    ["a key of another prefix", [{ bucket: Bucket }, ["starts-with", "$key", "else/"]], "Policy Condition failed", 403],
    ["a field without a condition", [{ bucket: Bucket }], "Extra input fields: key", 403],
    ["a file that is too large", [{ bucket: Bucket }, { key }, ["content-length-range", 0, 3]], "EntityTooLarge", 400],
  ])("refuses %s", async (_label, conditions, message, status) => {
    const refused = await post(signed(policy(conditions)), "by form");
    expect([refused.status, await refused.text()]).toEqual([status, expect.stringContaining(message)]);
  });

  it("refuses an expired policy, one that is none, and a body that is no form", async () => {
    const expired = await post(signed(policy([{ bucket: Bucket }, { key }], Date.now() - 1000)), "x");
    expect(await expired.text()).toContain("Policy expired");
    expect((await post(signed("!"), "x")).status).toBe(400);
    for (const body of ["", "--x", "--x\r\n", "--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--"]) {
      const answer = await fetch(`${cloud.endpoint}/${Bucket}`, {
        method: "POST",
        body,
        headers: { "content-type": "multipart/form-data; boundary=x" },
      });
      expect([body, answer.status]).toEqual([body, 400]);
    }
  });
});

describe("websites", () => {
  it("answer the index, the error document, and nobody who is not let in", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "site" }));
    await s3.send(
      new PutBucketWebsiteCommand({
        Bucket: "site",
        WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "oops.html" } },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: "site", Key: "docs/index.html", Body: "<p>docs", ContentType: "text/html" }));
    const get = (path: string) => fetchFrom(cloud.port, "site.s3-website.localhost", path);
    expect((await get("/docs/")).status).toBe(403);
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: "site" }));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*" }],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "site", Policy }));
    expect(await get("/docs/")).toMatchObject({ status: 200, type: "text/html", body: "<p>docs" });
    await s3.send(new PutObjectCommand({ Bucket: "site", Key: "oops.html", Body: "oops", ContentType: "text/html" }));
    expect(await get("/none")).toMatchObject({ status: 403, body: "oops" });
    expect(await get("/docs")).toMatchObject({ status: 302, location: "/docs/" });
  });

  it("redirect by routing rules: before an object is looked for, and after an error", async () => {
    await s3.send(
      new PutBucketWebsiteCommand({
        Bucket: "site",
        WebsiteConfiguration: {
          IndexDocument: { Suffix: "index.html" },
          RoutingRules: [
            {
              Condition: { KeyPrefixEquals: "old/" },
              Redirect: { ReplaceKeyPrefixWith: "new/", HttpRedirectCode: "302", HostName: "example.com", Protocol: "https" },
            },
            { Condition: { HttpErrorCodeReturnedEquals: "403" }, Redirect: { ReplaceKeyWith: "docs/index.html" } },
          ],
        },
      }),
    );
    const get = (path: string) => fetchFrom(cloud.port, "site.s3-website.localhost", path);
    expect(await get("/old/a b")).toMatchObject({ status: 302, location: "https://example.com/new/a%20b" });
    expect(await get("/none")).toMatchObject({
      status: 301,
      location: `http://site.s3-website.localhost:${cloud.port}/docs/index.html`,
    });
    expect(await get("/docs/")).toMatchObject({ status: 200, body: "<p>docs" });
  });
});

/** `fetch` sets Host by itself. */
function fetchFrom(
  port: number,
  host: string,
  path: string,
): Promise<{ status: number; type: string; location?: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: encodeURI(path), headers: { host: `${host}:${port}` } }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          location: response.headers.location,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    }).on("error", reject);
  });
}
