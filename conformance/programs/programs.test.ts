/** Whole programs through the command line: deployed, an empty second plan, changed, removed, nothing left. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { deploy, remove, withCloud } from "./harness.ts";

const cloud = withCloud();

test("api: the authorizer's answer decides, and the role's policy decides what the handler may", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("api");
  await deploy(app);
  const { url } = await app.outputs();
  const call = async (method: string, path: string, token?: string, body?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: token };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    return [answer.status, await answer.text()];
  };
  expect(await call("GET", "/health")).toEqual([200, "well"]);
  expect(await call("GET", "/notes/1")).toEqual([401, '{"message":"Unauthorized"}']);
  expect(await call("GET", "/notes/1", "guess")).toEqual([403, '{"message":"Forbidden"}']);
  expect(await call("GET", "/notes/1", "open sesame")).toEqual([404, "none"]);
  expect(await call("PUT", "/notes/1", "open sesame", "dear diary")).toEqual([204, ""]);
  expect(await call("GET", "/notes/1", "open sesame")).toEqual([200, '{"owner":"ada","text":"dear diary"}']);
  expect(await call("DELETE", "/notes/1", "open sesame")).toEqual([403, "AccessDeniedException"]);

  app.edit("sst.config.ts", '"dynamodb:PutItem"]', '"dynamodb:PutItem", "dynamodb:DeleteItem"]');
  expect(await app.changes()).toEqual({ "aws_iam_policy.NotesAccess": "update" });
  await deploy(app);
  expect(await call("DELETE", "/notes/1", "open sesame")).toEqual([404, "none"]);
  await remove(cloud, app, before);
});

test("options: each does what it says, and secrets are never printed", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("options");
  const ran = await deploy(app);
  const { password } = await app.outputs();
  expect(password).toHaveLength(20);
  for (const args of [["diff"], ["output"], ["refresh"]]) {
    const shown = await app.succeed(...args, "--stage", "dev");
    expect(`${shown.out}${shown.err}`).not.toContain(password);
  }
  expect(`${ran.out}${ran.err}`).not.toContain(password);
  const secret = app.resource("aws_ssm_parameter.Secret");
  expect(JSON.stringify(secret.sensitive)).toContain('"arn"');
  const sqs = new SQSClient(cloud.client());
  const QueueUrl = String(app.resource("aws_sqs_queue.Outside").attributes.url);
  expect(app.resource("aws_sqs_queue.Outside").attributes.message_retention_seconds).toBe(3600);
  expect(app.resource("aws_sns_topic.RedTopic").attributes.tags).toEqual({ team: "red" });

  // changed outside: what is ignored is left alone
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "9" } }));
  await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { owner: "somebody" } }));
  expect(await app.changes()).toEqual({});

  app.edit("sst.config.ts", 'GENERATION = "1"', 'GENERATION = "2"');
  expect(await app.changes()).toEqual({
    "aws_dynamodb_table.Made": "create+delete",
    "aws_dynamodb_table.Named": "delete+create",
    "aws_sns_topic.Replaced": "create+delete",
  });
  await deploy(app);

  // renamed with an alias and given a parent: nothing is made or destroyed
  app.edit(
    "sst.config.ts",
    'new aws.sqs.Queue("Old", { visibilityTimeoutSeconds: 31 })',
    'new aws.sqs.Queue("New", { visibilityTimeoutSeconds: 31 }, { parent: team, aliases: [{ name: "Old", parent: pulumi.rootStackResource }] })',
  );
  const arn = app.resource("aws_sqs_queue.Old").attributes.arn;
  expect(await app.changes()).toEqual({});
  await deploy(app);
  expect(app.resource("aws_sqs_queue.New").attributes.arn).toBe(arn);

  // what is protected is not removed
  const refused = await app.run("remove", "--stage", "dev", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("Guarded");
  app.edit("sst.config.ts", "opts.protect = true", "opts.protect = false");
  await app.succeed("deploy", "--stage", "dev");
  await app.succeed("remove", "--stage", "dev", "--yes");
  const kept = `${cloud.endpoint()}/000000000000/options-kept-dev`;
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl: kept }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: kept }));
  expect(await cloud.inventory()).toEqual(before);
});

test("regions: providers by resource, by component, and default tags", async () => {
  const app = cloud.app("regions");
  await deploy(app);
  const outputs = await app.outputs<{ [name: string]: string } & { tags: object }>();
  expect(["home", "away", "copy", "listed", "alone"].map((name) => outputs[name]?.split(":")[3])).toEqual([
    "eu-central-1",
    "us-west-2",
    "us-west-2",
    "us-west-2",
    "eu-central-1",
  ]);
  expect(outputs.regions).toBe("us-west-2 eu-central-1 us-west-2");
  expect(outputs.tags).toEqual({ app: "regions-west" });
  const sqs = new SQSClient(cloud.client("eu-central-1"));
  const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: outputs.homeUrl }));
  expect(Tags).toMatchObject({ app: "regions", stage: "dev", kind: "home" });
  app.edit("sst.config.ts", '{ app: "regions-west" }', '{ app: "regions-far-west" }');
  expect(Object.values(await app.changes())).toEqual(["update", "update", "update"]);
  await deploy(app);
  await app.succeed("remove", "--stage", "dev", "--yes");
  await expect(sqs.send(new ListQueueTagsCommand({ QueueUrl: outputs.homeUrl }))).rejects.toThrow(/does not exist/);
});

test("platform and orders: one app stands on the other's outputs, secrets stay secret", async () => {
  const before = await cloud.inventory();
  const platform = cloud.app("platform");
  const first = await deploy(platform);
  const orders = cloud.app("orders");
  const second = await deploy(orders);
  expect(await orders.outputs()).toMatchObject({
    owner: "nobody/12",
    copy: "sk-very-secret-4711",
    missing: "none",
    sender: "hello@example.com",
  });
  expect((await orders.outputs()).first).toMatch(/:sqs:us-east-1:\d+:.*Q-alpha/);
  const shown = await orders.succeed("output", "--stage", "dev");
  for (const text of [first, second, shown].flatMap((ran) => [ran.out, ran.err])) expect(text).not.toContain("sk-very-secret");
  await orders.succeed("remove", "--stage", "dev", "--yes");
  await remove(cloud, platform, before);
});

test("modules: modules, .env files and assets of every kind", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("modules");
  await deploy(app);
  expect(await app.outputs<object>()).toEqual({
    bucket: "acme-site-dev",
    topics: ["modules-one", "modules-two"],
    env: "everyone,of dev",
    slug: "gro-e-ma-",
    legacy: 42,
    banner: "banner",
  });
  const s3 = new S3Client(cloud.client());
  const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket: "acme-site-dev", Key }))).Body;
  expect(await (await read("text.txt"))?.transformToString()).toBe("hello started");
  expect(await (await read("page.html"))?.transformToString()).toBe("<h1>page</h1>\n");
  expect(Object.keys(unzipSync((await (await read("all.zip"))?.transformToByteArray()) ?? new Uint8Array())).sort()).toEqual([
    "data/limits.json",
    "data/page.html",
    "deep/down/note.txt",
    "top.txt",
  ]);
  app.edit("data/page.html", "page", "another page");
  expect(await app.changes()).toEqual({
    "aws_s3_bucket_object.Content": "update",
    "aws_s3_bucket_object.Object_all_zip-ca189b": "update",
    "aws_s3_bucket_object.Object_page_html-dc91e9": "update",
  });
  await deploy(app);
  expect(await (await read("page.html"))?.transformToString()).toBe("<h1>another page</h1>\n");
  await remove(cloud, app, before);
});

test.each(["6.83.0", "7.12.0"])("names: the bucket's parts by the class names of @pulumi/aws %s", async (version) => {
  const before = await cloud.inventory();
  const app = cloud.app("names");
  if (version.startsWith("7")) {
    app.edit("sst.config.ts", "6.83.0", version);
    app.edit("sst.config.ts", /(s3\.Bucket\w*)V2\(/g, "$1(");
    app.edit("sst.config.ts", /BucketObjectv2/g, "BucketObject");
  }
  await deploy(app);
  const { bucket } = await app.outputs();
  const versioning = await new S3Client(cloud.client()).send(new GetBucketVersioningCommand({ Bucket: bucket }));
  expect(versioning.Status).toBe("Enabled");
  app.edit("sst.config.ts", "days: 3", "days: 4");
  expect(await app.changes()).toEqual({ "aws_s3_bucket_lifecycle_configuration.Lifecycle": "update" });
  await deploy(app);
  await remove(cloud, app, before);
});

test("oldbucket: inline arguments do what they did", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("oldbucket");
  await deploy(app);
  const { bucket } = await app.outputs();
  const s3 = new S3Client(cloud.client());
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status).toBe("Enabled");
  app.edit("sst.config.ts", "versioning: { enabled: true }", "versioning: { enabled: false }");
  expect(await app.changes()).toEqual({ "aws_s3_bucket_versioning.Media-Versioning": "update" });
  await deploy(app);
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status).toBe("Suspended");
  await remove(cloud, app, before);
});

test("adopt: what exists is read, taken over, and only what was taken over goes", async () => {
  const before = await cloud.inventory();
  const client = cloud.client();
  const [s3, sqs, ssm, dynamodb] = [
    new S3Client(client),
    new SQSClient(client),
    new SSMClient(client),
    new DynamoDBClient(client),
  ];
  await s3.send(new CreateBucketCommand({ Bucket: "adopt-existing" }));
  const TableName = "adopt-table";
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    }),
  );
  await ssm.send(new PutParameterCommand({ Name: "/adopt/secret", Type: "SecureString", Value: "sesame" }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "adopt-queue", Attributes: { VisibilityTimeout: "45" } }),
  );
  const app = cloud.app("adopt", { QUEUE_URL: QueueUrl });
  const ran = await deploy(app);
  expect(`${ran.out}${ran.err}`).not.toContain("sesame");
  expect(await app.outputs<object>()).toMatchObject({
    same: true,
    hashKey: "pk",
    account: "000000000000",
    root: true,
    dns: "amazonaws.com",
    region: "us-east-1",
    parameter: "sesame",
    plain: "SecureString",
  });
  app.edit("sst.config.ts", "visibilityTimeoutSeconds: 45", "visibilityTimeoutSeconds: 46");
  expect(await app.changes()).toEqual({ "aws_sqs_queue.Taken": "update" });
  await deploy(app);
  await app.succeed("remove", "--stage", "dev", "--yes");
  await expect(sqs.send(new GetQueueAttributesCommand({ QueueUrl }))).rejects.toThrow(/does not exist/);
  await s3.send(new DeleteBucketCommand({ Bucket: "adopt-existing" }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await ssm.send(new DeleteParameterCommand({ Name: "/adopt/secret" }));
  expect(await cloud.inventory()).toEqual(before);
});

test("many: dozens of resources in loops; one tenant less takes its own resources only", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("many");
  await deploy(app);
  expect(app.state().filter((resource) => resource.mode === "managed")).toHaveLength(12 * 6 + 2);
  app.edit("sst.config.ts", "length: 12", "length: 11");
  const changes = await app.changes();
  expect(Object.keys(changes).filter((address) => changes[address] === "delete")).toHaveLength(6);
  expect(Object.entries(changes).filter(([, action]) => action !== "delete")).toEqual([["aws_iam_role_policy.Send", "update"]]);
  await deploy(app);
  await remove(cloud, app, before);
});

test("dynamic: a resource that the program carries out itself lives its whole life", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("dynamic");
  await deploy(app);
  const [one, two] = ["one.out", "two.out"].map((name) => join(app.folder, name)) as [string, string];
  expect(readFileSync(one, "utf8")).toBe("queue dynamic-queue first");
  expect((await app.outputs()).size).toBe("25");
  app.edit("sst.config.ts", "} first`", "} second`");
  expect(await app.changes()).toEqual({ "dovetail_dynamic_resource.File": "update", "aws_ssm_parameter.Size": "update" });
  await deploy(app);
  expect(readFileSync(one, "utf8")).toBe("queue dynamic-queue second");
  app.edit("sst.config.ts", '"one.out"', '"two.out"');
  expect((await app.changes())["dovetail_dynamic_resource.File"]).toMatch(/^(create\+delete|delete\+create)$/);
  await deploy(app);
  expect([existsSync(one), existsSync(two)]).toEqual([false, true]);
  await remove(cloud, app, before);
  expect(existsSync(two)).toBe(false);
});

test("places: what a program asks of AWS before it makes anything, and of what it has made", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("places");
  await deploy(app);
  expect(await app.outputs()).toEqual({
    zones: "eu-central-1a,eu-central-1b,eu-central-1c",
    zone: expect.stringMatching(/^euc1-az\d$/),
    home: "true",
    elsewhere: "us-west-2a,us-west-2b,us-west-2c,us-west-2d",
    principal: "lambda.amazonaws.com",
    user: expect.stringMatching(/^[0-9a-f]{64}$/),
    note: "dear diary",
    service: "s3",
  });
  await remove(cloud, app, before);
});
