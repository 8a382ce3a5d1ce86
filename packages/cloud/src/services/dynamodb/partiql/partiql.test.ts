import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  ExecuteTransactionCommand,
} from "@aws-sdk/client-dynamodb";
import { seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../../cloud.ts";
import { parseStatement } from "./parser.ts";

let cloud: Cloud;
let db: DynamoDBClient;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(3), volatile: true });
  db = new DynamoDBClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  await db.send(
    new CreateTableCommand({
      TableName: "orders",
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
  for (const pk of ["a", "b"])
    for (let sk = 0; sk < 5; sk++) await run(`INSERT INTO orders VALUE {'pk': '${pk}', 'sk': ${sk}, 'm': {'l': [${sk}, 'x']}}`);
});
afterAll(async () => {
  db.destroy();
  await cloud.stop();
});

function run(Statement: string, more: Partial<ExecuteStatementCommandInput> = {}) {
  return db.send(new ExecuteStatementCommand({ Statement, ...more }));
}

describe("pages", () => {
  it("go on across partitions, and end", async () => {
    const seen: string[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await run("SELECT pk, sk FROM orders WHERE pk IN ['b', 'a'] ORDER BY sk DESC", { Limit: 3, NextToken });
      for (const { pk, sk } of page.Items ?? []) seen.push(`${pk?.S}${sk?.N}`);
      NextToken = page.NextToken;
      pages++;
    } while (NextToken !== undefined && pages < 10);
    expect(seen.join(" ")).toBe("b4 b3 b2 b1 b0 a4 a3 a2 a1 a0");
  });

  it("count what was looked at, not what was found", async () => {
    const page = await run("SELECT * FROM orders WHERE pk = 'a' AND m.l[0] = 4", { Limit: 2 });
    expect(page.Items).toEqual([]);
    expect(page.NextToken).toBeDefined();
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: "a" }, sk: { N: "1" } });
  });

  it.each(["abc", "", Buffer.from("[]").toString("base64")])("a token of nobody's is refused: %j", async (NextToken) => {
    await expect(run("SELECT * FROM orders", { NextToken })).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("a token serves no other statement", async () => {
    const { NextToken } = await run("SELECT * FROM orders", { Limit: 1 });
    await expect(run("SELECT * FROM orders WHERE pk = 'a'", { NextToken })).rejects.toMatchObject({
      message: "Invalid NextToken",
    });
  });
});

describe("units", () => {
  it("are told per statement", async () => {
    const read = await run("SELECT * FROM orders WHERE pk = 'a' AND sk = 1", {
      ReturnConsumedCapacity: "TOTAL",
      ConsistentRead: true,
    });
    expect(read.ConsumedCapacity).toEqual({ TableName: "orders", CapacityUnits: 1 });
    const written = await run("UPDATE orders SET n = 1 WHERE pk = 'a' AND sk = 1", { ReturnConsumedCapacity: "INDEXES" });
    expect(written.ConsumedCapacity).toMatchObject({ CapacityUnits: 1, Table: { CapacityUnits: 1 } });
  });
});

describe("transactions", () => {
  it("say why each part was refused, and change nothing", async () => {
    const failed = db.send(
      new ExecuteTransactionCommand({
        TransactStatements: [
          { Statement: "UPDATE orders SET n = 5 WHERE pk = 'b' AND sk = 0" },
          { Statement: "INSERT INTO orders VALUE {'pk': 'b', 'sk': 1}" },
          { Statement: "EXISTS(SELECT * FROM orders WHERE pk = 'b' AND sk = 2 AND m.l[1] = 'y')" },
        ],
      }),
    );
    await expect(failed).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "DuplicateItem" }, { Code: "ConditionalCheckFailed" }],
    });
    expect((await run("SELECT n FROM orders WHERE pk = 'b' AND sk = 0")).Items).toEqual([{}]);
  });

  it("read several items at once", async () => {
    const { Responses } = await db.send(
      new ExecuteTransactionCommand({
        TransactStatements: [0, 9].map((sk) => ({
          Statement: "SELECT sk FROM orders WHERE pk = ? AND sk = ?",
          Parameters: [{ S: "a" }, { N: String(sk) }],
        })),
      }),
    );
    expect(Responses).toEqual([{ Item: { sk: { N: "0" } } }, {}]);
  });

  it("carried out once by their token", async () => {
    const TransactStatements = [{ Statement: "UPDATE orders SET times = if_not_exists(times, 0) + 1 WHERE pk = 'a' AND sk = 3" }];
    for (let i = 0; i < 2; i++) await db.send(new ExecuteTransactionCommand({ TransactStatements, ClientRequestToken: "once" }));
    expect((await run("SELECT times FROM orders WHERE pk = 'a' AND sk = 3")).Items).toEqual([{ times: { N: "1" } }]);
  });
});

describe("batches", () => {
  it("give every statement its own answer", async () => {
    const { Responses } = await db.send(
      new BatchExecuteStatementCommand({
        Statements: [
          { Statement: "SELECT sk FROM orders WHERE pk = 'a' AND sk = 0" },
          { Statement: "SELECT sk FROM none WHERE pk = 'a'" },
          { Statement: "SELECT sk FROM orders" },
        ],
      }),
    );
    expect(Responses).toMatchObject([
      { TableName: "orders", Item: { sk: { N: "0" } } },
      { Error: { Code: "ResourceNotFound" } },
      { Error: { Code: "ValidationError", Message: "Only single item select is supported" } },
    ]);
  });
});

describe("hostile text", () => {
  const words = fc.constantFrom(
    "SELECT",
    "*",
    "FROM",
    "orders",
    "WHERE",
    "pk",
    "=",
    "'a'",
    "(",
    ")",
    "[",
    "]",
    "<<",
    ">>",
    "{",
    "}",
    "?",
    "NOT",
    "AND",
    ",",
    ".",
    "-",
    "1",
    "`",
    '"',
    "'",
    "--",
    "/*",
  );
  it("is refused as a validation error, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join(" ")),
        ),
        (text) => {
          try {
            parseStatement(text);
          } catch (error) {
            expect(error).toMatchObject({ code: "ValidationException" });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["parentheses", `SELECT * FROM orders WHERE ${"(".repeat(4000)}pk='a'${")".repeat(4000)}`],
    ["NOT", `SELECT * FROM orders WHERE ${"NOT ".repeat(2000)}pk='a'`],
    ["lists", `INSERT INTO orders VALUE {'pk': 'z', 'sk': 1, 'l': ${"[".repeat(3000)}${"]".repeat(3000)}}`],
    ["paths", `SELECT a${".a".repeat(3000)} FROM orders`],
    ["minus signs", `UPDATE orders SET a = ${"- ".repeat(3000)}b WHERE pk = 'a' AND sk = 1`],
  ])("thousands of %s do not end the process", async (_, statement) => {
    await expect(run(statement)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("permissions", () => {
  it("are asked for each kind of statement, with what it scans", async () => {
    const { Role } = await cloud.call<{ Role: { Arn: string; RoleId: string } }>("iam", "CreateRole", {
      RoleName: "reader",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    });
    const table = `arn:aws:dynamodb:us-east-1:${cloud.accountId}:table/orders`;
    await cloud.call("iam", "PutRolePolicy", {
      RoleName: "reader",
      PolicyName: "select",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate"], Resource: table },
          {
            Effect: "Deny",
            Action: "dynamodb:PartiQLSelect",
            Resource: table,
            Condition: { Bool: { "dynamodb:FullTableScan": "true" } },
          },
          {
            Effect: "Deny",
            Action: "dynamodb:PartiQL*",
            Resource: table,
            Condition: { "ForAnyValue:StringEquals": { "dynamodb:LeadingKeys": ["b"] } },
          },
        ],
      }),
    });
    const as = {
      kind: "role-session",
      accountId: cloud.accountId,
      accessKeyId: "A",
      roleArn: Role.Arn,
      roleId: Role.RoleId,
      sessionName: "s",
    } as const;
    const ask = (Statement: string) =>
      cloud.call("dynamodb", "ExecuteStatement", { Statement }, { as }).then(
        () => "done",
        (error: unknown) => (error instanceof Error ? error.name : "?"),
      );
    expect({
      query: await ask("SELECT * FROM orders WHERE pk = 'a'"),
      update: await ask("UPDATE orders SET n = 2 WHERE pk = 'a' AND sk = 1"),
      scan: await ask("SELECT * FROM orders"),
      otherKey: await ask("SELECT * FROM orders WHERE pk IN ['a', 'b']"),
      insert: await ask("INSERT INTO orders VALUE {'pk': 'a', 'sk': 77}"),
    }).toEqual({
      query: "done",
      update: "done",
      scan: "AccessDeniedException",
      otherKey: "AccessDeniedException",
      insert: "AccessDeniedException",
    });
  });
});
