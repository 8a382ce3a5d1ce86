/** Programs whose parts call each other: what they do once they are deployed, with roles that may do no more than that. */
import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { LambdaClient, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { deploy, remove, withCloud } from "./harness.ts";

const cloud = withCloud();
const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("pipeline: uploads reach queue, functions, table, topic and mailbox", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("pipeline");
  await deploy(app);
  const outputs = await app.outputs();
  const s3 = new S3Client(cloud.client());
  const dynamodb = new DynamoDBClient(cloud.client());
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: outputs.bucket, Key, Body }));
  await put("in/good one.txt", "three little words");
  await put("in/bad.txt", "poison");
  await put("pictures/cat.png", "\x89PNG and more");
  await put("pictures/cat.gif", "GIF");

  const item = async () =>
    (
      await dynamodb.send(
        new GetItemCommand({ TableName: outputs.table, Key: { key: { S: "in/good one.txt" } }, ConsistentRead: true }),
      )
    ).Item;
  await cloud.until(async () => expect((await item())?.announced?.S).toBe("indexed"));
  expect((await item())?.words?.N).toBe("3");

  const sqs = new SQSClient(cloud.client());
  const receive = async (QueueUrl: string | undefined) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
  expect((await receive(outputs.inbox)).map((message) => message.Body)).toEqual(["in/good one.txt"]);

  const read = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: outputs.bucket, Key }))).Body?.transformToString();
  await cloud.until(async () => expect(await read("thumbnails/cat.png")).toBe("\x89PN"));
  await expect(read("thumbnails/cat.gif")).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(read("secret/thumbnails/cat.png")).rejects.toMatchObject({ name: "NoSuchKey" });

  // the poisoned message is taken twice, then it is a dead letter; the good one of the same batch is not
  await cloud.until(async () => {
    await cloud.advance(61 * SECOND);
    const dead = await receive(outputs.deadLetters);
    expect(dead.map((message) => JSON.parse(message.Body ?? "").Records?.[0]?.s3.object.key)).toEqual(["in/bad.txt"]);
  });
  const { messages } = await cloud.admin<{ messages: { to: string }[] }>("GET", "mailbox");
  expect(messages.map((mail) => mail.to)).toContain("editor@example.com");

  await remove(cloud, app, before);
});

test("clockwork: rules, schedules and requests call the published version; a new release is a new version behind the same alias", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("clockwork");
  await deploy(app);
  const outputs = await app.outputs();
  expect(outputs.alias).toMatch(/^arn:aws:lambda:eu-west-1:\d{12}:function:.*:live$/);
  const dynamodb = new DynamoDBClient(cloud.client("eu-west-1"));
  const rows = async () => {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: outputs.table, ConsistentRead: true }));
    return Items.map((item) => `${item.id?.S} ${item.release?.S} ${item.version?.S}`).sort();
  };
  const answer = await fetch(outputs.url ?? "");
  expect([answer.status, await answer.text()]).toEqual([200, "hello http from one"]);
  const events = new EventBridgeClient(cloud.client("eu-west-1"));
  const order = (order: string, total: number) => ({
    EventBusName: outputs.bus,
    Source: "shop",
    DetailType: "ordered",
    Detail: JSON.stringify({ order, total }),
  });
  await events.send(new PutEventsCommand({ Entries: [order("7", 101), order("8", 100)] }));
  await cloud.until(async () => expect(await rows()).toEqual(["http one 1", "order-7 one 1"]));
  await cloud.advance(25 * HOUR);
  await cloud.until(async () =>
    expect(await rows()).toEqual(["hourly one 1", "http one 1", "nightly-orders-dev one 1", "order-7 one 1"]),
  );

  app.edit("sst.config.ts", 'RELEASE: "one"', 'RELEASE: "two"');
  expect(await app.changes()).toEqual({ "aws_lambda_function.Tick": "update", "aws_lambda_alias.Live": "update" });
  await deploy(app);
  expect((await app.outputs()).version).toBe("2");
  expect(await (await fetch(outputs.url ?? "")).text()).toBe("hello http from two");
  const lambda = new LambdaClient(cloud.client("eu-west-1"));
  const { Versions } = await lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName: outputs.alias?.split(":").slice(0, 7).join(":") }),
  );
  expect(Versions?.map((version) => version.Version)).toEqual(["$LATEST", "1", "2"]);
  await remove(cloud, app, before);
});
