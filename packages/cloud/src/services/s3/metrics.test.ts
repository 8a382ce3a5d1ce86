import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START_MS = Date.UTC(2026, 0, 10, 8);
const DAY_MS = 24 * 3600 * 1000;
const Bucket = "measured";
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(4), volatile: true });
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterAll(() => cloud.stop());

const AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=test/20260110/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/** A request from outside: only these count. */
async function send(method: string, path: string, body?: string): Promise<number> {
  const sent = { method, headers: { authorization: AUTHORIZATION }, ...(body === undefined ? {} : { body }) };
  const answer = await fetch(`${cloud.endpoint}/${Bucket}${path}`, sent);
  await answer.arrayBuffer();
  return answer.status;
}

async function sums(dimensions: Record<string, string>, names: readonly string[]): Promise<Record<string, number>> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults } = await cloud.call<{ MetricDataResults: { Label: string; Values: number[] }[] }>(
    "cloudwatch",
    "GetMetricData",
    {
      StartTime: new Date(START_MS - DAY_MS),
      EndTime: new Date(START_MS + 10 * DAY_MS),
      MetricDataQueries: names.map((MetricName, i) => ({
        Id: `m${i}`,
        Label: MetricName,
        MetricStat: { Metric: { Namespace: "AWS/S3", MetricName, Dimensions }, Period: 86_400, Stat: "Sum" },
      })),
    },
  );
  return Object.fromEntries(MetricDataResults.map(({ Label, Values }) => [Label, Values.reduce((sum, each) => sum + each, 0)]));
}

function metrics(Id: string, Filter?: object): Promise<unknown> {
  return cloud.call("s3", "PutBucketMetricsConfiguration", {
    Bucket,
    Id,
    MetricsConfiguration: { Id, ...(Filter === undefined ? {} : { Filter }) },
  });
}

describe("requests", () => {
  it("are counted for each configuration whose filter they meet, and for none before there is one", async () => {
    expect(await send("PUT", "/logs/early", "early")).toBe(200);
    await metrics("EntireBucket");
    await metrics("logs", { Prefix: "logs/" });
    await metrics("red", { And: { Prefix: "logs/", Tags: [{ Key: "colour", Value: "red" }] } });
    await cloud.call("s3", "PutObject", {
      Bucket,
      Key: "logs/inside",
      Body: Buffer.from("not from outside"),
      Tagging: "colour=red",
    });
    expect(await send("PUT", "/logs/a", "12345")).toBe(200);
    expect(await send("GET", "/logs/a")).toBe(200);
    expect(await send("GET", "/logs/inside")).toBe(200);
    expect(await send("GET", "/other/none")).toBe(404);
    expect(await send("HEAD", "/logs/a")).toBe(200);
    expect(await send("DELETE", "/logs/a")).toBe(204);
    expect(await send("GET", "?list-type=2")).toBe(200);
    const names = ["AllRequests", "GetRequests", "PutRequests", "HeadRequests", "DeleteRequests", "ListRequests", "4xxErrors"];
    const bytes = ["BytesDownloaded", "BytesUploaded"];
    const whole = await sums({ BucketName: Bucket, FilterId: "EntireBucket" }, [...names, ...bytes]);
    expect(whole).toEqual({
      AllRequests: 7,
      GetRequests: 3,
      PutRequests: 1,
      HeadRequests: 1,
      DeleteRequests: 1,
      ListRequests: 1,
      "4xxErrors": 1,
      BytesDownloaded: 5 + "not from outside".length,
      BytesUploaded: 5,
    });
    expect(await sums({ BucketName: Bucket, FilterId: "logs" }, ["AllRequests", "4xxErrors"])).toEqual({
      AllRequests: 5,
      "4xxErrors": 0,
    });
    expect(await sums({ BucketName: Bucket, FilterId: "red" }, ["AllRequests"])).toEqual({ AllRequests: 1 });
  });
});

describe("storage", () => {
  it("is told at each midnight, by class, versions and unfinished parts with it", async () => {
    const name = "stored";
    await cloud.call("s3", "CreateBucket", { Bucket: name });
    const put = (Key: string, size: number, more: object = {}) =>
      cloud.call("s3", "PutObject", { Bucket: name, Key, Body: Buffer.alloc(size), ...more });
    await cloud.call("s3", "PutBucketVersioning", { Bucket: name, VersioningConfiguration: { Status: "Enabled" } });
    await put("a", 100);
    await put("a", 50);
    await put("cold", 7, { StorageClass: "GLACIER" });
    const { UploadId } = await cloud.call<{ UploadId: string }>("s3", "CreateMultipartUpload", { Bucket: name, Key: "u" });
    await cloud.call("s3", "UploadPart", { Bucket: name, Key: "u", UploadId, PartNumber: 1, Body: Buffer.alloc(3) });
    const size = (StorageType: string) => sums({ BucketName: name, StorageType }, ["BucketSizeBytes"]);
    const objects = () => sums({ BucketName: name, StorageType: "AllStorageTypes" }, ["NumberOfObjects"]);
    await cloud.clock.advance(DAY_MS);
    expect([await size("StandardStorage"), await size("GlacierStorage"), await objects()]).toEqual([
      { BucketSizeBytes: 153 },
      { BucketSizeBytes: 7 },
      { NumberOfObjects: 4 },
    ]);
    await put("b", 1000);
    await cloud.clock.advance(DAY_MS);
    expect([await size("StandardStorage"), await objects()]).toEqual([
      { BucketSizeBytes: 153 + 1153 },
      { NumberOfObjects: 4 + 5 },
    ]);
  });
});

describe("configurations", () => {
  const destination = { S3BucketDestination: { Bucket: "arn:aws:s3:::reports", Format: "CSV" } };
  const inventory = {
    Id: "i",
    IsEnabled: true,
    Destination: destination,
    IncludedObjectVersions: "All",
    Schedule: { Frequency: "Daily" },
  };
  const tiering = { Id: "i", Status: "Enabled", Tierings: [{ AccessTier: "ARCHIVE_ACCESS", Days: 90 }] };

  it.each<[string, object, string]>([
    ["Metrics", { Id: "other" }, "MalformedXML"],
    ["Metrics", { Id: "i", Filter: { Prefix: "a", Tag: { Key: "k", Value: "v" } } }, "MalformedXML"],
    ["Metrics", { Id: "i", Filter: { And: { Prefix: "a" } } }, "MalformedXML"],
    ["Inventory", { ...inventory, Schedule: { Frequency: "Hourly" } }, "MalformedXML"],
    ["Inventory", { ...inventory, Destination: {} }, "MalformedXML"],
    [
      "Inventory",
      { ...inventory, Destination: { S3BucketDestination: { Bucket: "reports", Format: "CSV" } } },
      "InvalidArgument",
    ],
    ["IntelligentTiering", { ...tiering, Tierings: [] }, "MalformedXML"],
    ["IntelligentTiering", { ...tiering, Tierings: [{ AccessTier: "ARCHIVE_ACCESS", Days: 89 }] }, "InvalidArgument"],
    ["IntelligentTiering", { ...tiering, Tierings: [{ AccessTier: "constructor", Days: 100 }] }, "MalformedXML"],
    ["Analytics", { Id: "i" }, "MalformedXML"],
  ])("%s: %j is refused with %s", async (name, value, code) => {
    const input = { Bucket, Id: "i", [`${name}Configuration`]: value };
    await expect(cloud.call("s3", `PutBucket${name}Configuration`, input)).rejects.toMatchObject({ code });
  });

  it("are listed a hundred a page, by ID; an ID is letters, digits, dots, dashes and underscores", async () => {
    await expect(metrics("a b")).rejects.toMatchObject({ code: "InvalidArgument" });
    await cloud.call("s3", "CreateBucket", { Bucket: "many" });
    for (let i = 0; i < 101; i++)
      await cloud.call("s3", "PutBucketInventoryConfiguration", {
        Bucket: "many",
        Id: `i${i}`,
        InventoryConfiguration: { ...inventory, Id: `i${i}` },
      });
    type Page = { IsTruncated: boolean; NextContinuationToken?: string; InventoryConfigurationList: { Id: string }[] };
    const first = await cloud.call<Page>("s3", "ListBucketInventoryConfigurations", { Bucket: "many" });
    expect([first.IsTruncated, first.InventoryConfigurationList.length]).toEqual([true, 100]);
    const next = { Bucket: "many", ContinuationToken: first.NextContinuationToken };
    const second = await cloud.call<Page>("s3", "ListBucketInventoryConfigurations", next);
    expect(second.InventoryConfigurationList.map(({ Id }) => Id)).toEqual(["i99"]);
  });
});
