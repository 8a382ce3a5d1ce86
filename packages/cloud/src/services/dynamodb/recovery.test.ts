import { gunzipSync } from "node:zlib";
import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteBackupCommand,
  DeleteItemCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeExportCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DisableKinesisStreamingDestinationCommand,
  DynamoDBClient,
  EnableKinesisStreamingDestinationCommand,
  ExportTableToPointInTimeCommand,
  ListBackupsCommand,
  ListExportsCommand,
  PutItemCommand,
  QueryCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
let cloud: Cloud;
let db: DynamoDBClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(2), volatile: true });
  db = new DynamoDBClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  db.destroy();
  await cloud.stop();
});

async function table(TableName: string): Promise<string> {
  const { TableDescription } = await db.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "g", AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        { IndexName: "by-g", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  return TableDescription?.TableArn ?? "";
}

const put = (TableName: string, id: string, v: string) =>
  db.send(new PutItemCommand({ TableName, Item: { id: { S: id }, g: { S: "g" }, v: { S: v } } }));

async function contents(TableName: string): Promise<Record<string, string | undefined>> {
  const { Items = [] } = await db.send(new ScanCommand({ TableName }));
  return Object.fromEntries(Items.map(({ id, v }) => [id?.S ?? "", v?.S]).sort());
}

function recover(TableName: string, enabled: boolean) {
  return db.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: enabled },
    }),
  );
}

describe("backups on demand", () => {
  it("keep what the table held, under a name of the table's", async () => {
    await table("kept");
    await put("kept", "a", "1");
    const { BackupDetails } = await db.send(new CreateBackupCommand({ TableName: "kept", BackupName: "first" }));
    expect(BackupDetails).toMatchObject({ BackupName: "first", BackupStatus: "CREATING", BackupType: "USER" });
    const BackupArn = BackupDetails?.BackupArn ?? "";
    expect(BackupArn).toMatch(/:table\/kept\/backup\/\d{14}-[0-9a-f]{8}$/);
    await put("kept", "a", "2");
    const { BackupDescription } = await db.send(new DescribeBackupCommand({ BackupArn }));
    expect(BackupDescription).toMatchObject({
      BackupDetails: { BackupStatus: "AVAILABLE", BackupSizeBytes: 7 },
      SourceTableDetails: { TableName: "kept", ItemCount: 1, BillingMode: "PAY_PER_REQUEST" },
      SourceTableFeatureDetails: { GlobalSecondaryIndexes: [{ IndexName: "by-g" }] },
    });
    const restored = await db.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: "kept-again" }));
    expect(restored.TableDescription).toMatchObject({ TableStatus: "CREATING", RestoreSummary: { SourceBackupArn: BackupArn } });
    expect(await contents("kept-again")).toEqual({ a: "1" });
    const indexed = await db.send(
      new QueryCommand({
        TableName: "kept-again",
        IndexName: "by-g",
        KeyConditionExpression: "g = :g",
        ExpressionAttributeValues: { ":g": { S: "g" } },
      }),
    );
    expect(indexed.Count).toBe(1);
    const { Table } = await db.send(new DescribeTableCommand({ TableName: "kept-again" }));
    expect(Table).toMatchObject({ TableStatus: "ACTIVE", RestoreSummary: { RestoreInProgress: false } });
    await db.send(new DeleteBackupCommand({ BackupArn }));
    await expect(db.send(new DescribeBackupCommand({ BackupArn }))).rejects.toMatchObject({
      name: "BackupNotFoundException",
      message: `Backup not found: ${BackupArn}`,
    });
  });

  it("are listed by time, a page at a time", async () => {
    await table("listed");
    for (const name of ["one-", "two-", "three-"]) {
      await db.send(new CreateBackupCommand({ TableName: "listed", BackupName: `${name}backup` }));
      await cloud.clock.advance(1000);
    }
    const first = await db.send(new ListBackupsCommand({ TableName: "listed", Limit: 2 }));
    expect(first.BackupSummaries?.map(({ BackupName }) => BackupName)).toEqual(["one-backup", "two-backup"]);
    const rest = await db.send(
      new ListBackupsCommand({ TableName: "listed", ExclusiveStartBackupArn: first.LastEvaluatedBackupArn }),
    );
    expect(rest.BackupSummaries?.map(({ BackupName }) => BackupName)).toEqual(["three-backup"]);
    expect(rest.LastEvaluatedBackupArn).toBeUndefined();
  });

  it("are refused onto a table that is there", async () => {
    await table("there");
    const { BackupDetails } = await db.send(new CreateBackupCommand({ TableName: "there", BackupName: "backup" }));
    await expect(
      db.send(new RestoreTableFromBackupCommand({ BackupArn: BackupDetails?.BackupArn, TargetTableName: "there" })),
    ).rejects.toMatchObject({ name: "TableAlreadyExistsException", message: "Table already exists: there" });
  });
});

describe("point-in-time recovery", () => {
  it("restores what the table held at any second of its window", async () => {
    await table("past");
    await put("past", "before", "0");
    await recover("past", true);
    const moments: number[] = [];
    const step = async (change: () => Promise<unknown>) => {
      await change();
      moments.push(cloud.clock.now());
      await cloud.clock.advance(10_000);
    };
    await step(() => put("past", "a", "1"));
    await step(() => put("past", "a", "2"));
    await step(() =>
      db.send(
        new UpdateItemCommand({
          TableName: "past",
          Key: { id: { S: "before" } },
          UpdateExpression: "SET v = :v",
          ExpressionAttributeValues: { ":v": { S: "9" } },
        }),
      ),
    );
    await step(() => db.send(new DeleteItemCommand({ TableName: "past", Key: { id: { S: "a" } } })));
    await cloud.clock.advance(6 * MINUTE_MS);
    const wanted = [{ before: "0", a: "1" }, { before: "0", a: "2" }, { before: "9", a: "2" }, { before: "9" }];
    for (const [i, at] of moments.entries()) {
      const TargetTableName = `past-${i}`;
      await db.send(
        new RestoreTableToPointInTimeCommand({ SourceTableName: "past", TargetTableName, RestoreDateTime: new Date(at) }),
      );
      expect(await contents(TargetTableName)).toEqual(wanted[i]);
    }
    await db.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: "past",
        TargetTableName: "past-now",
        UseLatestRestorableTime: true,
      }),
    );
    expect(await contents("past-now")).toEqual({ before: "9" });
  });

  it("is refused while it is off, and outside its window", async () => {
    await table("off");
    const restore = (RestoreDateTime: Date) =>
      db.send(new RestoreTableToPointInTimeCommand({ SourceTableName: "off", TargetTableName: "off-2", RestoreDateTime }));
    await expect(restore(new Date(cloud.clock.now()))).rejects.toMatchObject({
      name: "PointInTimeRecoveryUnavailableException",
      message: "Point in time recovery is not enabled for table 'off'",
    });
    await recover("off", true);
    await cloud.clock.advance(10 * MINUTE_MS);
    const window = await db.send(new DescribeContinuousBackupsCommand({ TableName: "off" }));
    expect(window.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      LatestRestorableDateTime: new Date(cloud.clock.now() - 5 * MINUTE_MS),
    });
    await expect(restore(new Date(cloud.clock.now()))).rejects.toMatchObject({ name: "InvalidRestoreTimeException" });
    await expect(restore(new Date(cloud.clock.now() - 20 * MINUTE_MS))).rejects.toMatchObject({
      name: "InvalidRestoreTimeException",
    });
    await expect(
      db.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: "gone",
          TargetTableName: "off-2",
          UseLatestRestorableTime: true,
        }),
      ),
    ).rejects.toMatchObject({ name: "TableNotFoundException" });
  });

  it("forgets what lies before its period", async () => {
    await table("old");
    await recover("old", true);
    await put("old", "a", "1");
    await cloud.clock.advance(40 * 24 * 60 * MINUTE_MS);
    await put("old", "a", "2");
    await cloud.clock.advance(10 * MINUTE_MS);
    await db.send(
      new RestoreTableToPointInTimeCommand({ SourceTableName: "old", TargetTableName: "old-2", UseLatestRestorableTime: true }),
    );
    expect(await contents("old-2")).toEqual({ a: "2" });
  });
});

describe("exports", () => {
  it("lie in the bucket as gzipped lines, with manifests that name them", async () => {
    const TableArn = await table("exported");
    await cloud.call("s3", "CreateBucket", { Bucket: "exports" });
    await expect(db.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports" }))).rejects.toMatchObject({
      name: "PointInTimeRecoveryUnavailableException",
    });
    await recover("exported", true);
    await put("exported", "a", "1");
    const { ExportDescription } = await db.send(
      new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports", S3Prefix: "daily", ClientToken: "one" }),
    );
    expect(ExportDescription).toMatchObject({ ExportStatus: "IN_PROGRESS", ExportFormat: "DYNAMODB_JSON", S3Bucket: "exports" });
    const ExportArn = ExportDescription?.ExportArn ?? "";
    await cloud.idle();
    const done = (await db.send(new DescribeExportCommand({ ExportArn }))).ExportDescription;
    expect(done).toMatchObject({ ExportStatus: "COMPLETED", ItemCount: 1 });
    const id = ExportArn.slice(ExportArn.lastIndexOf("/") + 1);
    expect(done?.ExportManifest).toBe(`daily/AWSDynamoDB/${id}/manifest-summary.json`);
    const read = async (Key: string) => {
      const { Body } = await cloud.call<{ Body: Uint8Array }>("s3", "GetObject", { Bucket: "exports", Key });
      return Buffer.from(Body);
    };
    const summary = JSON.parse((await read(done?.ExportManifest ?? "")).toString()) as { manifestFilesS3Key: string };
    expect(summary).toMatchObject({ exportArn: ExportArn, itemCount: 1, outputFormat: "DYNAMODB_JSON" });
    const files = JSON.parse((await read(summary.manifestFilesS3Key)).toString()) as { dataFileS3Key: string };
    expect(JSON.parse(gunzipSync(await read(files.dataFileS3Key)).toString())).toEqual({
      Item: { id: { S: "a" }, g: { S: "g" }, v: { S: "1" } },
    });
    const again = await db.send(
      new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports", S3Prefix: "daily", ClientToken: "one" }),
    );
    expect(again.ExportDescription?.ExportArn).toBe(ExportArn);
    expect((await db.send(new ListExportsCommand({ TableArn }))).ExportSummaries).toHaveLength(1);
  });

  it("hold what a period changed: each item as it was before and after, or only after", async () => {
    const TableArn = await table("changed");
    await recover("changed", true);
    await put("changed", "kept", "1");
    await put("changed", "changed", "1");
    await put("changed", "deleted", "1");
    await cloud.clock.advance(20 * MINUTE_MS);
    const ExportFromTime = new Date(cloud.clock.now());
    await cloud.clock.advance(MINUTE_MS);
    await put("changed", "changed", "2");
    await put("changed", "new", "1");
    await put("changed", "passing", "1");
    await db.send(new DeleteItemCommand({ TableName: "changed", Key: { id: { S: "deleted" } } }));
    await cloud.clock.advance(MINUTE_MS);
    await put("changed", "changed", "3");
    await db.send(new DeleteItemCommand({ TableName: "changed", Key: { id: { S: "passing" } } }));
    const writtenMicros = `${Math.floor(cloud.clock.now() / 1000)}000000`;
    await cloud.clock.advance(20 * MINUTE_MS);
    const ExportToTime = new Date(cloud.clock.now());
    await cloud.clock.advance(MINUTE_MS);
    await put("changed", "changed", "later");
    await put("changed", "kept", "later");
    const changes = async (ExportViewType?: "NEW_IMAGE") => {
      const { ExportDescription } = await db.send(
        new ExportTableToPointInTimeCommand({
          TableArn,
          S3Bucket: "exports",
          ExportType: "INCREMENTAL_EXPORT",
          IncrementalExportSpecification: { ExportFromTime, ExportToTime, ExportViewType },
        }),
      );
      await cloud.idle();
      const { ExportArn } = ExportDescription ?? {};
      const done = (await db.send(new DescribeExportCommand({ ExportArn }))).ExportDescription;
      expect(done).toMatchObject({ ExportStatus: "COMPLETED", ExportType: "INCREMENTAL_EXPORT", ItemCount: 3 });
      const read = async (Key = "") =>
        (await cloud.call<{ Body: Uint8Array }>("s3", "GetObject", { Bucket: "exports", Key })).Body;
      const summary = JSON.parse(Buffer.from(await read(done?.ExportManifest)).toString()) as { manifestFilesS3Key: string };
      const { dataFileS3Key } = JSON.parse(Buffer.from(await read(summary.manifestFilesS3Key)).toString()) as {
        dataFileS3Key: string;
      };
      const rows = gunzipSync(await read(dataFileS3Key))
        .toString()
        .trim()
        .split("\n");
      return new Map(rows.map((row) => JSON.parse(row)).map((row) => [row.Keys.id.S, row]));
    };
    const image = (id: string, v: string) => ({ id: { S: id }, g: { S: "g" }, v: { S: v } });
    const both = await changes();
    expect(both.get("changed")).toEqual({
      Metadata: { WriteTimestampMicros: { N: writtenMicros } },
      Keys: { id: { S: "changed" } },
      OldImage: image("changed", "1"),
      NewImage: image("changed", "3"),
    });
    expect(both.get("new")).toMatchObject({ NewImage: image("new", "1") });
    expect(both.get("new")).not.toHaveProperty("OldImage");
    expect(both.get("deleted")).toMatchObject({ OldImage: image("deleted", "1") });
    expect((await changes("NEW_IMAGE")).get("changed")).not.toHaveProperty("OldImage");
    const period = { ExportFromTime, ExportToTime: new Date(ExportFromTime.getTime() + 14 * MINUTE_MS) };
    for (const refused of [
      { ExportType: "INCREMENTAL_EXPORT" as const },
      { ExportType: "INCREMENTAL_EXPORT" as const, IncrementalExportSpecification: period },
      { IncrementalExportSpecification: { ExportFromTime } },
    ])
      await expect(
        db.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports", ...refused })),
      ).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("fail with the bucket's own error, and are refused in other formats", async () => {
    const TableArn = await table("nowhere");
    await recover("nowhere", true);
    const { ExportDescription } = await db.send(
      new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "no-such-bucket-here" }),
    );
    await cloud.idle();
    const { ExportArn } = ExportDescription ?? {};
    expect((await db.send(new DescribeExportCommand({ ExportArn }))).ExportDescription).toMatchObject({
      ExportStatus: "FAILED",
      FailureCode: "S3NoSuchBucket",
    });
    await expect(
      db.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports", ExportFormat: "ION" })),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });
});

describe("change records in Kinesis", () => {
  it("are sent while the destination is on", async () => {
    await table("sent");
    await cloud.call("kinesis", "CreateStream", { StreamName: "changes", ShardCount: 1 });
    const StreamArn = `arn:aws:kinesis:us-east-1:${cloud.accountId}:stream/changes`;
    const enabled = await db.send(new EnableKinesisStreamingDestinationCommand({ TableName: "sent", StreamArn }));
    expect(enabled).toMatchObject({ DestinationStatus: "ENABLING", StreamArn });
    const described = await db.send(new DescribeKinesisStreamingDestinationCommand({ TableName: "sent" }));
    expect(described.KinesisDataStreamDestinations).toMatchObject([{ StreamArn, DestinationStatus: "ACTIVE" }]);
    await put("sent", "a", "1");
    await put("sent", "a", "1");
    await put("sent", "a", "2");
    await cloud.idle();
    await db.send(new DisableKinesisStreamingDestinationCommand({ TableName: "sent", StreamArn }));
    await db.send(new DeleteItemCommand({ TableName: "sent", Key: { id: { S: "a" } } }));
    await cloud.idle();
    const { ShardIterator } = await cloud.call<{ ShardIterator: string }>("kinesis", "GetShardIterator", {
      StreamName: "changes",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = await cloud.call<{ Records: { Data: Uint8Array }[] }>("kinesis", "GetRecords", { ShardIterator });
    const records = Records.map(({ Data }) => JSON.parse(Buffer.from(Data).toString()) as object);
    expect(records).toMatchObject([
      { eventName: "INSERT", tableName: "sent", recordFormat: "application/json", dynamodb: { NewImage: { v: { S: "1" } } } },
      { eventName: "MODIFY", dynamodb: { Keys: { id: { S: "a" } }, OldImage: { v: { S: "1" } }, NewImage: { v: { S: "2" } } } },
    ]);
  });

  it("need a stream that is there", async () => {
    await table("lonely");
    const StreamArn = `arn:aws:kinesis:us-east-1:${cloud.accountId}:stream/none`;
    await expect(db.send(new EnableKinesisStreamingDestinationCommand({ TableName: "lonely", StreamArn }))).rejects.toMatchObject(
      { name: "ResourceNotFoundException" },
    );
    await expect(
      db.send(new DisableKinesisStreamingDestinationCommand({ TableName: "lonely", StreamArn })),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});
