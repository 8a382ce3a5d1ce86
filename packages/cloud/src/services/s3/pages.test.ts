/** Pages of versions and uploads, followed from marker to marker. */
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { seededRandom, systemClock } from "@dovetail/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const Bucket = "pages";
let cloud: Cloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startCloud({ clock: systemClock(), random: seededRandom(3) });
  s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
});
afterAll(async () => {
  s3.destroy();
  await cloud.stop();
});

/** Every entry of every page: `key version` or the common prefix. */
async function versions(MaxKeys: number, more: { Prefix?: string; Delimiter?: string }): Promise<string[]> {
  const seen: string[] = [];
  let markers: object | undefined = {};
  while (markers !== undefined) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys, ...more, ...markers }),
    );
    const rows = (page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`);
    const prefixes = (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? "");
    expect(rows.length + prefixes.length).toBeLessThanOrEqual(MaxKeys);
    seen.push(...rows, ...prefixes);
    markers = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
  return seen;
}

test("versions, newest first below each key, whatever a page holds", async () => {
  const wanted: string[] = [];
  for (const Key of ["a", "b/1", "b/2", "c"]) {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++)
      ids.unshift((await s3.send(new PutObjectCommand({ Bucket, Key, Body: String(n) }))).VersionId ?? "");
    wanted.push(...ids.map((id) => `${Key} ${id}`));
  }
  const folded = ["b/", ...wanted.filter((row) => !row.startsWith("b/"))];
  for (const size of [1, 2, 3, 7, 8, 1000]) {
    expect(await versions(size, {})).toEqual(wanted);
    expect((await versions(size, { Delimiter: "/" })).toSorted()).toEqual(folded.toSorted());
    expect(await versions(size, { Prefix: "b/" })).toEqual(wanted.filter((row) => row.startsWith("b/")));
  }
  // Who empties a bucket removes what a page showed, and asks for the next one.
  const VersionId = wanted[1]?.split(" ")[1];
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }));
  const rest = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: "a", VersionIdMarker: VersionId, Prefix: "a" }));
  expect(rest.Versions?.map((version) => `${version.Key} ${version.VersionId}`)).toEqual(wanted.slice(2, 7));
});

test("uploads, with their common prefixes once", async () => {
  const ids = new Set<string>();
  for (const Key of ["a", "b/1", "b/2", "b/2", "c", "c", "c"])
    ids.add((await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId ?? "");
  const follow = async (MaxUploads: number, more: { Prefix?: string; Delimiter?: string }) => {
    const seen: string[] = [];
    let markers: object | undefined = {};
    while (markers !== undefined) {
      const page: ListMultipartUploadsCommandOutput = await s3.send(
        new ListMultipartUploadsCommand({ Bucket, MaxUploads, ...more, ...markers }),
      );
      seen.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId ?? ""));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""));
      markers = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
    }
    return seen;
  };
  for (const size of [1, 2, 3, 1000]) {
    expect((await follow(size, {})).toSorted()).toEqual([...ids].toSorted());
    const folded = await follow(size, { Delimiter: "/" });
    expect(folded.filter((each) => each === "b/")).toHaveLength(1);
    expect(folded).toHaveLength(5);
    expect(await follow(size, { Prefix: "b/" })).toHaveLength(3);
  }
});
