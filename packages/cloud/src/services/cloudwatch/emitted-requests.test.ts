/** What services tell CloudWatch of single requests: latencies, refusals, throttles, use of keys, sign-ins. By each service's user guide. */
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = 1_700_000_000_000;
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(service: string, operation: string, input: object) =>
  cloud.call<O>(service, operation, input);
const fails = (service: string, operation: string, input: object) => call(service, operation, input).catch(() => undefined);

/** How often a metric was told since the start, the sum, and its unit; undefined when it never was. */
async function told(Namespace: string, MetricName: string, dimensions: Record<string, string>) {
  const { Datapoints } = await call<{ Datapoints: { SampleCount: number; Sum: number; Unit: string }[] }>(
    "cloudwatch",
    "GetMetricStatistics",
    {
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(START - 60_000),
      EndTime: new Date(cloud.clock.now() + 60_000),
      Period: 86_400,
      Statistics: ["Sum", "SampleCount"],
    },
  );
  const [first] = Datapoints;
  return first === undefined ? undefined : { count: first.SampleCount, sum: first.Sum, unit: first.Unit };
}

const TABLE = {
  TableName: "table",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

describe("requests of", () => {
  test("DynamoDB: a latency of what went well, by table and operation; what the caller did wrong, for the account", async () => {
    await call("dynamodb", "CreateTable", TABLE);
    const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table";
    await call("dynamodb", "PutItem", { TableName: arn, Item: { id: { S: "a" } } });
    await call("dynamodb", "GetItem", { TableName: "table", Key: { id: { S: "a" } } });
    await call("dynamodb", "BatchGetItem", { RequestItems: { table: { Keys: [{ id: { S: "a" } }] } } });
    const transact = { TransactItems: [{ Get: { TableName: "table", Key: { id: { S: "a" } } } }] };
    await call("dynamodb", "TransactGetItems", transact);
    await fails("dynamodb", "GetItem", { TableName: "none", Key: { id: { S: "a" } } });
    const condition = { ConditionExpression: "attribute_not_exists(id)" };
    await fails("dynamodb", "PutItem", { TableName: "table", Item: { id: { S: "a" } }, ...condition });
    for (const Operation of ["PutItem", "GetItem", "BatchGetItem", "TransactGetItems"])
      expect
        .soft(await told("AWS/DynamoDB", "SuccessfulRequestLatency", { TableName: "table", Operation }), Operation)
        .toMatchObject({ count: 1, unit: "Milliseconds" });
    expect(await told("AWS/DynamoDB", "UserErrors", {})).toMatchObject({ sum: 1, unit: "Count" });
    expect(await told("AWS/DynamoDB", "SuccessfulRequestLatency", { TableName: "none", Operation: "GetItem" })).toBeUndefined();
  });

  test.each([
    ["no table at all", {}],
    ["a table that is no text", { TableName: 5 }],
    ["tables that are no map", { RequestItems: [1] }],
    ["items that are no list", { TransactItems: "x" }],
    ["items without tables", { TransactItems: [null, 1, { Get: null }] }],
  ])("DynamoDB: %s is counted as the caller's mistake", async (_name, input) => {
    const operation = "TransactItems" in input ? "TransactGetItems" : "RequestItems" in input ? "BatchGetItem" : "GetItem";
    await fails("dynamodb", operation, input);
    expect(await told("AWS/DynamoDB", "UserErrors", {})).toMatchObject({ sum: 1 });
  });

  test("DynamoDB: items whose time is over", async () => {
    await call("dynamodb", "CreateTable", TABLE);
    const TimeToLiveSpecification = { Enabled: true, AttributeName: "until" };
    await call("dynamodb", "UpdateTimeToLive", { TableName: "table", TimeToLiveSpecification });
    await call("dynamodb", "PutItem", { TableName: "table", Item: { id: { S: "a" }, until: { N: String(START / 1000 + 10) } } });
    await cloud.clock.advance(3 * 86_400_000);
    expect(await told("AWS/DynamoDB", "TimeToLiveDeletedItemCount", { TableName: "table" })).toMatchObject({ sum: 1 });
  });

  test("Kinesis: latencies, and failures as successes of 0", async () => {
    const StreamName = "s";
    await call("kinesis", "CreateStream", { StreamName, ShardCount: 1 });
    await call("kinesis", "PutRecord", { StreamName, PartitionKey: "k", Data: Buffer.from("abc") });
    await fails("kinesis", "PutRecord", { StreamName, PartitionKey: "k", Data: Buffer.alloc(2_000_000) });
    const at = { StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await call<{ ShardIterator: string }>("kinesis", "GetShardIterator", at);
    await call("kinesis", "GetRecords", { ShardIterator });
    await fails("kinesis", "GetRecords", { ShardIterator: "hostile" });
    expect(await told("AWS/Kinesis", "PutRecord.Latency", { StreamName })).toMatchObject({ count: 2, unit: "Milliseconds" });
    expect(await told("AWS/Kinesis", "PutRecord.Success", { StreamName })).toMatchObject({ count: 2, sum: 1 });
    expect(await told("AWS/Kinesis", "GetRecords.Latency", { StreamName })).toMatchObject({ count: 1 });
  });

  test("Kinesis by shard, once it is asked for", async () => {
    const StreamName = "s";
    await call("kinesis", "CreateStream", { StreamName, ShardCount: 1 });
    const put = { StreamName, PartitionKey: "k", Data: Buffer.from("abc") };
    await call("kinesis", "PutRecord", put);
    await call("kinesis", "EnableEnhancedMonitoring", { StreamName, ShardLevelMetrics: ["IncomingRecords"] });
    await call("kinesis", "PutRecord", put);
    const dimensions = { StreamName, ShardId: "shardId-000000000000" };
    expect(await told("AWS/Kinesis", "IncomingRecords", dimensions)).toMatchObject({ sum: 1 });
    expect(await told("AWS/Kinesis", "IncomingBytes", dimensions)).toBeUndefined();
  });

  test("EventBridge: PutEvents, and the way from event to target", async () => {
    await call("events", "PutRule", { Name: "r", EventPattern: '{"source":["app"]}' });
    await call("events", "PutTargets", {
      Rule: "r",
      Targets: [{ Id: "l", Arn: "arn:aws:logs:us-east-1:000000000000:log-group:g" }],
    });
    await call("events", "PutEvents", { Entries: [{ Source: "app", DetailType: "t", Detail: "{}" }] });
    await cloud.idle();
    expect(await told("AWS/Events", "PutEventsLatency", {})).toMatchObject({ count: 1, unit: "Milliseconds" });
    expect(await told("AWS/Events", "PutEventsRequestSize", {})).toMatchObject({ sum: 6, unit: "Bytes" });
    for (const metric of ["InvocationsCreated", "Invocations", "MatchedEvents", "IngestionToInvocationStartLatency"])
      expect.soft(await told("AWS/Events", metric, {}), metric).toMatchObject({ count: 1 });
    expect(await told("AWS/Events", "IngestionToInvocationSuccessLatency", { RuleName: "r" })).toMatchObject({ count: 1 });
  });

  test("KMS: uses of a key, and calls as AWS/Usage counts them", async () => {
    const { KeyMetadata } = await call<{ KeyMetadata: { Arn: string; KeyId: string } }>("kms", "CreateKey", {});
    await call("kms", "Encrypt", { KeyId: KeyMetadata.KeyId, Plaintext: Buffer.from("a") });
    await fails("kms", "Encrypt", { KeyId: "none", Plaintext: Buffer.from("a") });
    const use = { KeyArn: KeyMetadata.Arn, Operation: "Encrypt" };
    expect(await told("AWS/KMS", "SuccessfulRequest", use)).toMatchObject({ sum: 1, unit: "Count" });
    const calls = { Service: "KMS", Class: "None", Type: "API", Resource: "Encrypt" };
    expect(await told("AWS/Usage", "CallCount", calls)).toMatchObject({ sum: 2 });
  });

  test("Cognito: sign-ups and sign-ins that went well and that didn't, challenges left out", async () => {
    const { UserPool } = await call<{ UserPool: { Id: string } }>("cognito-idp", "CreateUserPool", { PoolName: "p" });
    const UserPoolId = UserPool.Id;
    const flows = { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] };
    const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string } }>("cognito-idp", "CreateUserPoolClient", {
      UserPoolId,
      ClientName: "c",
      ...flows,
    });
    const { ClientId } = UserPoolClient;
    await call("cognito-idp", "AdminCreateUser", { UserPoolId, Username: "ann", TemporaryPassword: "Abcdef1!" });
    const start = (AuthFlow: string, AuthParameters: object) =>
      fails("cognito-idp", "InitiateAuth", { ClientId, AuthFlow, AuthParameters });
    await start("USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD: "Abcdef1!" });
    await start("USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD: "wrong" });
    await call("cognito-idp", "AdminSetUserPassword", { UserPoolId, Username: "ann", Password: "Abcdef2!", Permanent: true });
    const signedIn = await start("USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD: "Abcdef2!" });
    const { RefreshToken } = (signedIn as { AuthenticationResult: { RefreshToken: string } }).AuthenticationResult;
    await start("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken });
    await start("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: "hostile" });
    await fails("cognito-idp", "InitiateAuth", { ClientId: "none", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {} });
    const of = (client: string) => ({ UserPool: UserPoolId, UserPoolClient: client });
    expect(await told("AWS/Cognito", "SignUpSuccesses", of("Admin"))).toMatchObject({ count: 1, sum: 1 });
    expect(await told("AWS/Cognito", "SignInSuccesses", of(ClientId))).toMatchObject({ count: 2, sum: 1 });
    expect(await told("AWS/Cognito", "TokenRefreshSuccesses", of(ClientId))).toMatchObject({ count: 2, sum: 1 });
  });

  test("Logs, Scheduler, Secrets Manager and CloudWatch: calls as AWS/Usage counts them", async () => {
    await call("logs", "DescribeLogGroups", {});
    await call("scheduler", "ListSchedules", {});
    await call("secretsmanager", "ListSecrets", {});
    await call("cloudwatch", "ListMetrics", {});
    const rows = [
      ["Logs", "DescribeLogGroups"],
      ["Scheduler", "ListSchedules"],
      ["Secrets Manager", "ListSecrets"],
      ["CloudWatch", "ListMetrics"],
    ] as const;
    for (const [Service, Resource] of rows)
      expect
        .soft(await told("AWS/Usage", "CallCount", { Service, Class: "None", Type: "API", Resource }), Service)
        .toMatchObject({ sum: 1 });
  });
});
