import { CreateTableCommand, DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetCommand,
  NumberValue,
  PutCommand,
  paginateQuery,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What applications use: the document client of the JavaScript SDK, unmodified. */
const TableName = "documents";
let cloud: Cloud;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

function newClient(): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  client = newClient();
  documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  await client.send(
    new CreateTableCommand({
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
    }),
  );
});
afterAll(async () => {
  client.destroy();
  await cloud.stop();
});

test("every type comes back as it was put", async () => {
  const Item = {
    pk: "types",
    sk: 1,
    text: "é\u{1f600}",
    yes: true,
    nothing: null,
    bytes: Uint8Array.of(0, 255),
    list: [1, "a", { deep: [false] }],
    words: new Set(["a", "b"]),
    numbers: new Set([1, 2.5]),
    empty: "",
  };
  await documents.send(new PutCommand({ TableName, Item: { ...Item, left: undefined } }));
  expect((await documents.send(new GetCommand({ TableName, Key: { pk: "types", sk: 1 } }))).Item).toEqual(Item);
});

test.each([
  "12345678901234567890123456789012345678",
  "0.12345678901234567890123456789012345678",
  "-9.9999999999999999999999999999999999999E+125",
  "1E-130",
])("38 digits keep their value: %s", async (digits) => {
  // Document clients of one client share its middleware, and with it their options.
  const exact = DynamoDBDocumentClient.from(newClient(), { unmarshallOptions: { wrapNumbers: true } });
  await exact.send(new PutCommand({ TableName, Item: { pk: "n", sk: 1, n: NumberValue.from(digits) } }));
  const { Item } = await exact.send(new GetCommand({ TableName, Key: { pk: "n", sk: 1 } }));
  const [mantissa = "", exponent = "0"] = digits.toUpperCase().split("E");
  expect(plain(String(Item?.n))).toBe(plain(mantissa, Number(exponent)));
  exact.destroy();
});

/** Decimal digits without a point or zeros at the ends, and where the point stands. */
function plain(text: string, exponent = 0): string {
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "");
  const point = whole.length - (all.length - digits.length) + exponent;
  return `${sign}${digits.replace(/0+$/, "")}@${point}`;
}

test("updates count, pages end, reserved words are told", async () => {
  for (let sk = 0; sk < 25; sk++)
    await documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: "pages", sk },
        UpdateExpression: "SET #s = :s ADD hits :one",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ":s": "new", ":one": 1 },
      }),
    );
  const seen: number[] = [];
  const pages = paginateQuery(
    { client: documents, pageSize: 7 },
    { TableName, KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": "pages" } },
  );
  for await (const { Items = [] } of pages) seen.push(...Items.map(({ sk }) => Number(sk)));
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i));
  await expect(
    documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "pk = :p",
        FilterExpression: "status = :p",
        ExpressionAttributeValues: { ":p": "pages" },
      }),
    ),
  ).rejects.toThrow("Attribute name is a reserved keyword; reserved keyword: status");
});

test("batches and transactions, with their reasons", async () => {
  await documents.send(
    new BatchWriteCommand({
      RequestItems: { [TableName]: [1, 2].map((sk) => ({ PutRequest: { Item: { pk: "batch", sk, n: sk } } })) },
    }),
  );
  const got = await documents.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [1, 2].map((sk) => ({ pk: "batch", sk })) } } }),
  );
  expect(got.Responses?.[TableName]).toHaveLength(2);
  const failed = documents.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { pk: "batch", sk: 3 } } },
        {
          ConditionCheck: {
            TableName,
            Key: { pk: "batch", sk: 1 },
            ConditionExpression: "n = :n",
            ExpressionAttributeValues: { ":n": 9 },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
      ],
    }),
  );
  const error: unknown = await failed.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransactionCanceledException);
  expect(error).toMatchObject({
    CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: { n: { N: "1" } } }],
  });
  const both = await documents.send(
    new TransactGetCommand({ TransactItems: [1, 3].map((sk) => ({ Get: { TableName, Key: { pk: "batch", sk } } })) }),
  );
  expect(both.Responses).toEqual([{ Item: { pk: "batch", sk: 1, n: 1 } }, {}]);
  const gone = await documents.send(new DeleteCommand({ TableName, Key: { pk: "batch", sk: 1 }, ReturnValues: "ALL_OLD" }));
  expect(gone.Attributes).toEqual({ pk: "batch", sk: 1, n: 1 });
});

test("PartiQL takes and gives plain values", async () => {
  await documents.send(
    new ExecuteStatementCommand({
      Statement: `INSERT INTO "${TableName}" VALUE {'pk': ?, 'sk': ?, 'tags': ?}`,
      Parameters: ["ql", 1, new Set(["x"])],
    }),
  );
  const { Items } = await documents.send(
    new ExecuteStatementCommand({ Statement: `SELECT tags FROM "${TableName}" WHERE pk = ? AND sk = ?`, Parameters: ["ql", 1] }),
  );
  expect(Items).toEqual([{ tags: new Set(["x"]) }]);
  const batch = await documents.send(
    new BatchExecuteStatementCommand({
      Statements: [{ Statement: `UPDATE "${TableName}" SET n = 1 WHERE pk = 'ql' AND sk = 2` }],
    }),
  );
  expect(batch.Responses?.[0]?.Error?.Code).toBe("ConditionalCheckFailed");
  await documents.send(
    new ExecuteTransactionCommand({
      TransactStatements: [{ Statement: `DELETE FROM "${TableName}" WHERE pk = ? AND sk = ?`, Parameters: ["ql", 1] }],
    }),
  );
  const empty = await documents.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}" WHERE pk = 'ql'` }));
  expect(empty.Items).toEqual([]);
});
