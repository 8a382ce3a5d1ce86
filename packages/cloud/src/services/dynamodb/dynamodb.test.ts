import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3600 * 1000;
let cloud: Cloud;
let db: DynamoDBClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(1) });
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

function schema(TableName: string, more: Partial<CreateTableCommandInput> = {}): CreateTableCommandInput {
  return {
    TableName,
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    BillingMode: "PAY_PER_REQUEST",
    ...more,
  };
}

const gsi = {
  IndexName: "by-g",
  KeySchema: [{ AttributeName: "g", KeyType: "HASH" as const }],
  Projection: { ProjectionType: "KEYS_ONLY" as const },
};

async function fill(TableName: string, count: number, pk = "a"): Promise<void> {
  for (let i = 0; i < count; i++)
    await db.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { N: String(i) }, v: { S: `v${i}` } } }));
}

describe("tables", () => {
  it("CreateTable answers CREATING and the table is ACTIVE at the next look", async () => {
    const created = await db.send(new CreateTableCommand(schema("tables-1")));
    expect(created.TableDescription?.TableStatus).toBe("CREATING");
    const { Table } = await db.send(new DescribeTableCommand({ TableName: "tables-1" }));
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/tables-1",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      DeletionProtectionEnabled: false,
    });
    expect((await db.send(new ListTablesCommand({}))).TableNames).toContain("tables-1");
  });

  it.each([
    [
      "no capacity",
      { BillingMode: "PROVISIONED" as const },
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    ],
    [
      "an unused attribute",
      {
        AttributeDefinitions: [...(schema("x").AttributeDefinitions ?? []), { AttributeName: "q", AttributeType: "S" as const }],
      },
      "Number of attributes in KeySchema does not exactly match",
    ],
    [
      "an undefined index key",
      { GlobalSecondaryIndexes: [gsi] },
      "Some index key attributes are not defined in AttributeDefinitions. Keys: [g], AttributeDefinitions: [pk, sk]",
    ],
    [
      "a range key first",
      { KeySchema: [{ AttributeName: "pk", KeyType: "RANGE" as const }] },
      "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ],
  ])("CreateTable refuses %s", async (_label, more, message) => {
    await expect(db.send(new CreateTableCommand(schema("refused", more)))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });

  it("CreateTable refuses a name that is taken", async () => {
    await expect(db.send(new CreateTableCommand(schema("tables-1")))).rejects.toMatchObject({
      name: "ResourceInUseException",
      message: "Table already exists: tables-1",
    });
  });

  it("DeleteTable heeds deletion protection", async () => {
    await db.send(new CreateTableCommand(schema("guarded", { DeletionProtectionEnabled: true })));
    await expect(db.send(new DeleteTableCommand({ TableName: "guarded" }))).rejects.toThrow("protected against deletion");
    await db.send(new UpdateTableCommand({ TableName: "guarded", DeletionProtectionEnabled: false }));
    await db.send(new DeleteTableCommand({ TableName: "guarded" }));
    await expect(db.send(new DescribeTableCommand({ TableName: "guarded" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Requested resource not found: Table: guarded not found",
    });
  });

  it("a table of an old name starts empty", async () => {
    await db.send(new CreateTableCommand(schema("again")));
    await fill("again", 1);
    await db.send(new DeleteTableCommand({ TableName: "again" }));
    await db.send(new CreateTableCommand(schema("again")));
    expect((await db.send(new ScanCommand({ TableName: "again" }))).Count).toBe(0);
  });

  it("UpdateTable adds an index to a live table, fills it, and takes it away", async () => {
    await db.send(new CreateTableCommand(schema("indexed")));
    await db.send(
      new PutItemCommand({ TableName: "indexed", Item: { pk: { S: "a" }, sk: { N: "1" }, g: { S: "x" }, z: { S: "no" } } }),
    );
    const AttributeDefinitions = [{ AttributeName: "g", AttributeType: "S" as const }];
    await db.send(
      new UpdateTableCommand({ TableName: "indexed", AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create: gsi }] }),
    );
    const query = new QueryCommand({
      TableName: "indexed",
      IndexName: "by-g",
      KeyConditionExpression: "g = :g",
      ExpressionAttributeValues: { ":g": { S: "x" } },
    });
    expect((await db.send(query)).Items).toEqual([{ pk: { S: "a" }, sk: { N: "1" }, g: { S: "x" } }]);
    await db.send(
      new UpdateTableCommand({ TableName: "indexed", GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-g" } }] }),
    );
    await expect(db.send(query)).rejects.toThrow("The table does not have the specified index: by-g");
  });
});

describe("items", () => {
  const TableName = "items";
  const Key = { pk: { S: "a" }, sk: { N: "1" } };
  beforeAll(() => db.send(new CreateTableCommand(schema(TableName))));

  it("GetItem gives back every type as it was put, numbers normalised", async () => {
    const types = {
      b: { B: Uint8Array.of(1, 2, 255) },
      bs: { BS: [Uint8Array.of(0), Uint8Array.of(1)] },
      l: { L: [{ NULL: true as const }, { BOOL: false }] },
      m: { M: { é: { S: "" } } },
      ss: { SS: ["x", "y"] },
    };
    await db.send(new PutItemCommand({ TableName, Item: { ...Key, ...types, n: { N: "1.50" } } }));
    expect((await db.send(new GetItemCommand({ TableName, Key }))).Item).toEqual({ ...Key, ...types, n: { N: "1.5" } });
  });

  it("PutItem with a failed condition tells the old item when asked", async () => {
    const put = new PutItemCommand({
      TableName,
      Item: Key,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    await expect(db.send(put)).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: expect.objectContaining({ pk: { S: "a" } }),
    });
  });

  it("UpdateItem counts, and answers ALL_NEW", async () => {
    const update = new UpdateItemCommand({
      TableName,
      Key: { pk: { S: "counter" }, sk: { N: "0" } },
      UpdateExpression: "SET hits = if_not_exists(hits, :zero) + :one",
      ExpressionAttributeValues: { ":zero": { N: "0" }, ":one": { N: "1" } },
      ReturnValues: "ALL_NEW",
    });
    await db.send(update);
    expect((await db.send(update)).Attributes).toEqual({ pk: { S: "counter" }, sk: { N: "0" }, hits: { N: "2" } });
  });

  it("DeleteItem answers what was there, and nothing the second time", async () => {
    const remove = new DeleteItemCommand({ TableName, Key: { pk: { S: "counter" }, sk: { N: "0" } }, ReturnValues: "ALL_OLD" });
    expect((await db.send(remove)).Attributes).toMatchObject({ hits: { N: "2" } });
    expect((await db.send(remove)).Attributes).toBeUndefined();
  });

  it("PutItem measures: 400 KB are the most, and capacity follows size", async () => {
    const item = (bytes: number) => ({ ...Key, z: { S: "x".repeat(bytes) } });
    await expect(db.send(new PutItemCommand({ TableName, Item: item(400 * 1024) }))).rejects.toThrow(
      "Item size has exceeded the maximum allowed size",
    );
    const put = await db.send(new PutItemCommand({ TableName, Item: item(3000), ReturnConsumedCapacity: "TOTAL" }));
    expect(put.ConsumedCapacity).toMatchObject({ TableName, CapacityUnits: 3 });
    const get = await db.send(new GetItemCommand({ TableName, Key, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" }));
    expect(get.ConsumedCapacity?.CapacityUnits).toBe(1);
  });

  it.each([
    [{ pk: { S: "a" } }, "One or more parameter values were invalid: Missing the key sk in the item"],
    [
      { pk: { N: "1" }, sk: { N: "1" } },
      "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
    ],
    [
      { pk: { S: "" }, sk: { N: "1" } },
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
    ],
    [
      { ...Key, a: { SS: ["a", "a"] } },
      "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
    ],
    [{ pk: { S: "x".repeat(2049) }, sk: { N: "1" } }, "Size of hashkey has exceeded the maximum size limit of2048 bytes"],
  ])("PutItem refuses %j", async (Item, message) => {
    await expect(db.send(new PutItemCommand({ TableName, Item }))).rejects.toThrow(message);
  });

  it("legacy parameters still work: Expected and AttributeUpdates", async () => {
    const update = new UpdateItemCommand({
      TableName,
      Key,
      Expected: { z: { ComparisonOperator: "NOT_NULL" } },
      AttributeUpdates: { z: { Action: "DELETE" }, n: { Action: "ADD", Value: { N: "4" } } },
      ReturnValues: "ALL_NEW",
    });
    expect((await db.send(update)).Attributes).toEqual({ ...Key, n: { N: "4" } });
    await expect(db.send(update)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  });

  it("answers hostile bodies with a 400", async () => {
    const bodies = [
      "",
      "[]",
      "null",
      "{",
      '{"TableName":5}',
      '{"TableName":"items","Item":5}',
      '{"TableName":"items","Item":{"pk":{"S":["a"]}}}',
      '{"TableName":"items","Key":{"__proto__":{"S":"a"},"pk":{"S":"a"}}}',
    ];
    for (const body of bodies) {
      const response = await fetch(cloud.endpoint, {
        method: "POST",
        body,
        headers: {
          "x-amz-target": "DynamoDB_20120810.PutItem",
          "content-type": "application/x-amz-json-1.0",
          authorization:
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        },
      });
      expect([body, response.status]).toEqual([body, 400]);
    }
  });
});

describe("Query and Scan", () => {
  const TableName = "pages";
  beforeAll(async () => {
    await db.send(new CreateTableCommand(schema(TableName)));
    await fill(TableName, 25);
    await fill(TableName, 5, "b");
  });
  const all = { TableName, KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": { S: "a" } } };

  it("Query pages in numeric order, both ways, without loss or repeat", async () => {
    for (const ScanIndexForward of [true, false]) {
      const seen: number[] = [];
      let ExclusiveStartKey: Record<string, { S: string } | { N: string }> | undefined;
      do {
        const page = await db.send(new QueryCommand({ ...all, Limit: 7, ScanIndexForward, ExclusiveStartKey }));
        seen.push(...(page.Items ?? []).map((item) => Number(item.sk?.N)));
        ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
      } while (ExclusiveStartKey !== undefined);
      const wanted = Array.from({ length: 25 }, (_, i) => i);
      expect(seen).toEqual(ScanIndexForward ? wanted : wanted.reverse());
    }
  });

  it.each([
    ["sk = :n", 1],
    ["sk < :n", 10],
    ["sk <= :n", 11],
    ["sk > :n", 14],
    ["sk >= :n", 15],
    ["sk BETWEEN :n AND :m", 3],
  ])("Query counts pk = :p AND %s", async (range, count) => {
    const values = { ":p": { S: "a" }, ":n": { N: "10" }, ...(range.includes(":m") ? { ":m": { N: "12" } } : {}) };
    const page = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :p AND ${range}`,
        ExpressionAttributeValues: values,
        Select: "COUNT",
      }),
    );
    expect(page).toMatchObject({ Count: count, ScannedCount: count });
    expect(page.Items).toBeUndefined();
  });

  it("Query filters after it has counted", async () => {
    const page = await db.send(
      new QueryCommand({
        ...all,
        FilterExpression: "v = :v",
        ExpressionAttributeValues: { ":p": { S: "a" }, ":v": { S: "v3" } },
      }),
    );
    expect(page).toMatchObject({ Count: 1, ScannedCount: 25 });
  });

  it("Query ends a page at 1 MB", async () => {
    for (let i = 0; i < 4; i++)
      await db.send(
        new PutItemCommand({ TableName, Item: { pk: { S: "big" }, sk: { N: String(i) }, z: { S: "x".repeat(390 * 1024) } } }),
      );
    const page = await db.send(
      new QueryCommand({ ...all, ExpressionAttributeValues: { ":p": { S: "big" } }, ReturnConsumedCapacity: "TOTAL" }),
    );
    expect(page.Count).toBe(3);
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: "big" }, sk: { N: "2" } });
  });

  it("parallel Scan segments share all items among them", async () => {
    const keys: string[] = [];
    for (let Segment = 0; Segment < 4; Segment++) {
      // A segment ends its pages at 1 MB, too.
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const scan = { TableName, Segment, TotalSegments: 4, ProjectionExpression: "pk, sk", ExclusiveStartKey };
        const page = await db.send(new ScanCommand(scan));
        keys.push(...(page.Items ?? []).map((item) => `${item.pk?.S}/${item.sk?.N}`));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
    expect(keys.length).toBe(34);
    expect(new Set(keys).size).toBe(34);
  });
});

describe("Query of text range keys", () => {
  it.each([
    ["begins_with(sk, :v)", "PHOTO#", ["PHOTO#1", "PHOTO#2"]],
    ["sk > :v", "PHOTO#1", ["PHOTO#2", "PHOTO$"]],
    ["sk >= :v", "PHOTO#2", ["PHOTO#2", "PHOTO$"]],
    ["sk < :v", "PHOTO#1", ["META"]],
    ["sk = :v", "META", ["META"]],
  ])("%s with %s", async (condition, value, wanted) => {
    const TableName = `texts-${condition.length}-${value.length}-${wanted.length}`;
    await db.send(
      new CreateTableCommand(
        schema(TableName, {
          AttributeDefinitions: [
            { AttributeName: "pk", AttributeType: "S" },
            { AttributeName: "sk", AttributeType: "S" },
          ],
        }),
      ),
    );
    for (const sk of ["META", "PHOTO#1", "PHOTO#2", "PHOTO$"]) {
      await db.send(new PutItemCommand({ TableName, Item: { pk: { S: "a" }, sk: { S: sk } } }));
    }
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :a AND ${condition}`,
        ExpressionAttributeValues: { ":a": { S: "a" }, ":v": { S: value } },
      }),
    );
    expect(Items.map((item) => item.sk?.S)).toEqual(wanted);
  });
});

describe("batches and transactions", () => {
  const TableName = "many";
  const key = (n: number) => ({ pk: { S: "a" }, sk: { N: String(n) } });
  beforeAll(() => db.send(new CreateTableCommand(schema(TableName))));

  it("BatchWriteItem writes, BatchGetItem reads, both refuse an item named twice", async () => {
    await db.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: [1, 2, 3].map((n) => ({ PutRequest: { Item: key(n) } })) } }),
    );
    const got = await db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key(1), key(3), key(9)] } } }));
    expect(got.Responses?.[TableName]).toHaveLength(2);
    expect(got.UnprocessedKeys).toEqual({});
    await expect(db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key(1), key(1)] } } }))).rejects.toThrow(
      "Provided list of item keys contains duplicates",
    );
  });

  it("TransactWriteItems does all or nothing, and says why", async () => {
    const TransactItems = [
      { Put: { TableName, Item: { ...key(1), changed: { BOOL: true } } } },
      { ConditionCheck: { TableName, Key: key(2), ConditionExpression: "attribute_not_exists(pk)" } },
    ];
    await expect(db.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({
      name: "TransactionCanceledException",
      message: "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
      CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed", Message: "The conditional request failed" }],
    });
    expect((await db.send(new GetItemCommand({ TableName, Key: key(1) }))).Item).toEqual(key(1));
  });

  it("TransactWriteItems with one token is carried out once; another body is refused", async () => {
    const add = (n: string) =>
      new TransactWriteItemsCommand({
        ClientRequestToken: "token-1",
        TransactItems: [
          { Update: { TableName, Key: key(7), UpdateExpression: "ADD c :n", ExpressionAttributeValues: { ":n": { N: n } } } },
        ],
      });
    await db.send(add("1"));
    await db.send(add("1"));
    const read = new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key(7) } }] });
    expect((await db.send(read)).Responses).toEqual([{ Item: { ...key(7), c: { N: "1" } } }]);
    await expect(db.send(add("2"))).rejects.toMatchObject({ name: "IdempotentParameterMismatchException" });
  });
});

describe("time to live and streams", () => {
  it("an expired item goes when the clock passes it, and its record says who took it", async () => {
    await db.send(
      new CreateTableCommand(
        schema("expiring", { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } }),
      ),
    );
    await db.send(
      new UpdateTimeToLiveCommand({ TableName: "expiring", TimeToLiveSpecification: { AttributeName: "exp", Enabled: true } }),
    );
    const Item = { pk: { S: "a" }, sk: { N: "1" }, exp: { N: String(START_MS / 1000 + 3600) } };
    await db.send(new PutItemCommand({ TableName: "expiring", Item }));
    await cloud.clock.advance(HOUR_MS / 2);
    await cloud.idle();
    expect((await db.send(new ScanCommand({ TableName: "expiring" }))).Count).toBe(1);
    await cloud.clock.advance(HOUR_MS);
    await cloud.idle();
    expect((await db.send(new ScanCommand({ TableName: "expiring" }))).Count).toBe(0);
    const { Table } = await db.send(new DescribeTableCommand({ TableName: "expiring" }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await cloud.call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      "dynamodbstreams",
      "DescribeStream",
      { StreamArn },
    );
    const { ShardIterator } = await cloud.call("dynamodbstreams", "GetShardIterator", {
      StreamArn,
      ShardId: StreamDescription.Shards[0]?.ShardId,
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = await cloud.call<{ Records: { eventName: string }[] }>("dynamodbstreams", "GetRecords", {
      ShardIterator,
    });
    expect(Records).toMatchObject([
      { eventName: "INSERT", dynamodb: { Keys: { pk: { S: "a" }, sk: { N: "1" } }, NewImage: Item } },
      {
        eventName: "REMOVE",
        dynamodb: { OldImage: Item },
        userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
      },
    ]);
  });
});
