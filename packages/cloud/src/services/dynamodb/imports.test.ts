import { gzipSync, zstdCompressSync } from "node:zlib";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const Bucket = "imports";
let cloud: Cloud;
let count = 0;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(Date.UTC(2026, 0, 1)), random: seededRandom(3), volatile: true });
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterAll(() => cloud.stop());

interface Description {
  readonly ImportArn: string;
  readonly ImportStatus: string;
  readonly ErrorCount: number;
  readonly ImportedItemCount: number;
  readonly ProcessedItemCount: number;
  readonly FailureCode?: string;
}

function parameters(TableName: string) {
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  };
}

/** Imports files of these contents into a new table; answers how it ended and what the table holds. */
async function imported(files: readonly (string | Uint8Array)[], how: object) {
  const TableName = `imported-${++count}`;
  for (const [i, body] of files.entries())
    await cloud.call("s3", "PutObject", { Bucket, Key: `${TableName}/${i}`, Body: Buffer.from(body) });
  const started = await cloud.call<{ ImportTableDescription: Description }>("dynamodb", "ImportTable", {
    S3BucketSource: { S3Bucket: Bucket, S3KeyPrefix: `${TableName}/` },
    TableCreationParameters: parameters(TableName),
    ...how,
  });
  expect(started.ImportTableDescription.ImportStatus).toBe("IN_PROGRESS");
  await cloud.idle();
  const { ImportTableDescription: end } = await cloud.call<{ ImportTableDescription: Description }>(
    "dynamodb",
    "DescribeImport",
    {
      ImportArn: started.ImportTableDescription.ImportArn,
    },
  );
  const { Items } = await cloud.call<{ Items: Record<string, object>[] }>("dynamodb", "Scan", { TableName });
  return { end, Items, TableName };
}

const item = (n: number) => `{"Item":{"pk":{"S":"a"},"sk":{"N":"${n}"},"list":{"L":[{"BOOL":true}]}}}\n`;

describe("ImportTable", () => {
  it.each([
    ["plain", "NONE", (text: string) => Buffer.from(text)],
    ["gzip", "GZIP", (text: string) => gzipSync(text)],
    ["zstd", "ZSTD", (text: string) => zstdCompressSync(Buffer.from(text))],
  ])("reads DynamoDB JSON from %s files under the prefix", async (_, InputCompressionType, pack) => {
    const files = [pack(item(1) + item(2)), pack(item(3))];
    const { end, Items } = await imported(files, { InputFormat: "DYNAMODB_JSON", InputCompressionType });
    expect(end).toMatchObject({ ImportStatus: "COMPLETED", ImportedItemCount: 3, ErrorCount: 0 });
    expect(Items.map(({ sk }) => sk)).toEqual([{ N: "1" }, { N: "2" }, { N: "3" }]);
    expect(Items[0]).toEqual({ pk: { S: "a" }, sk: { N: "1" }, list: { L: [{ BOOL: true }] } });
  });

  it("reads CSV: keys by their types, all else as text, quoted fields with delimiters and line ends in them", async () => {
    const text = 'pk,sk,note\r\na,1,"one, ""two""\nthree"\r\nb,2,\r\n';
    const { Items } = await imported([text], { InputFormat: "CSV" });
    expect(Items).toHaveLength(2);
    expect(Items).toContainEqual({ pk: { S: "a" }, sk: { N: "1" }, note: { S: 'one, "two"\nthree' } });
    expect(Items).toContainEqual({ pk: { S: "b" }, sk: { N: "2" } });
  });

  it("takes the CSV's header and delimiter from the request", async () => {
    const Csv = { Delimiter: ";", HeaderList: ["sk", "pk"] };
    const { Items } = await imported(["7;x\n"], { InputFormat: "CSV", InputFormatOptions: { Csv } });
    expect(Items).toEqual([{ pk: { S: "x" }, sk: { N: "7" } }]);
  });

  it("counts what is no item of the table, tells it in the log, and imports the rest", async () => {
    const rows = [
      "{",
      "[]",
      '{"Item":5}',
      '{"Item":{"pk":{"S":"a"}}}',
      '{"Item":{"pk":{"S":""},"sk":{"N":"1"}}}',
      '{"__proto__":{}}',
    ];
    const { end, Items } = await imported([`${rows.join("\n")}\n${item(1)}`], { InputFormat: "DYNAMODB_JSON" });
    expect(end).toMatchObject({ ImportStatus: "COMPLETED", ImportedItemCount: 1, ErrorCount: 6, ProcessedItemCount: 7 });
    expect(Items).toHaveLength(1);
    const { events } = await cloud.call<{ events: { message: string }[] }>("logs", "FilterLogEvents", {
      logGroupName: "/aws-dynamodb/imports",
    });
    expect(events.map(({ message }) => message).join("\n")).toContain("Missing the key sk in the item");
  });

  it.each([
    ["no gzip at all", Buffer.from(item(1))],
    ["cut in the middle", gzipSync(item(1) + item(2)).subarray(0, 40)],
  ])("ends with an error for a file that is %s", async (_, body) => {
    const { end } = await imported([body], { InputFormat: "DYNAMODB_JSON", InputCompressionType: "GZIP" });
    expect(end.ImportStatus).toBe("COMPLETED");
    expect(end.ErrorCount).toBeGreaterThan(0);
  });

  it("fails where the bucket is not there, and says what S3 said", async () => {
    const { end } = await imported([], { InputFormat: "CSV", S3BucketSource: { S3Bucket: "nowhere-at-all" } });
    expect(end).toMatchObject({ ImportStatus: "FAILED", FailureCode: "S3NoSuchBucket" });
  });

  it("refuses Ion by name, options of another format, a table that is there, and another request under one token", async () => {
    const base = {
      S3BucketSource: { S3Bucket: Bucket, S3KeyPrefix: "none/" },
      InputFormat: "DYNAMODB_JSON",
      TableCreationParameters: parameters("refused"),
    };
    const refused = (more: object) => expect(cloud.call("dynamodb", "ImportTable", { ...base, ...more })).rejects;
    await refused({ InputFormat: "ION" }).toMatchObject({ code: "NotImplemented" });
    await refused({ InputFormatOptions: { Csv: { Delimiter: "," } } }).toMatchObject({ code: "ValidationException" });
    await refused({ InputFormat: "CSV", InputFormatOptions: { Csv: { Delimiter: "x" } } }).toMatchObject({
      code: "ValidationException",
    });
    const first = await cloud.call<{ ImportTableDescription: Description }>("dynamodb", "ImportTable", {
      ...base,
      ClientToken: "t",
    });
    const again = await cloud.call<{ ImportTableDescription: Description }>("dynamodb", "ImportTable", {
      ...base,
      ClientToken: "t",
    });
    expect(again.ImportTableDescription.ImportArn).toBe(first.ImportTableDescription.ImportArn);
    await refused({ ClientToken: "t", InputFormat: "CSV" }).toMatchObject({ code: "IdempotentParameterMismatchException" });
    await refused({}).toMatchObject({ code: "ResourceInUseException" });
    await cloud.idle();
  });

  it("is listed in pages", async () => {
    type Page = { ImportSummaryList: { ImportArn: string }[]; NextToken?: string };
    const all = await cloud.call<Page>("dynamodb", "ListImports", {});
    const first = await cloud.call<Page>("dynamodb", "ListImports", { PageSize: 2 });
    const rest = await cloud.call<Page>("dynamodb", "ListImports", { NextToken: first.NextToken });
    expect([...first.ImportSummaryList, ...rest.ImportSummaryList]).toEqual(all.ImportSummaryList);
    expect(first.ImportSummaryList).toHaveLength(2);
    const ImportArn = `${all.ImportSummaryList[0]?.ImportArn}x`;
    await expect(cloud.call("dynamodb", "DescribeImport", { ImportArn })).rejects.toMatchObject({
      code: "ImportNotFoundException",
    });
  });
});
