/** Two resources of one program that are or set the same thing: each would undo the other's work, or AWS refuses the second. */
import { describe, expect, test } from "vitest";
import { expectRefused, expectSaid, program, withCloud } from "./app.ts";

const cloud = withCloud();
const POLICY = `JSON.stringify({ Version: "2012-10-17", Statement: [] })`;
const TRUST = `JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] })`;

const TWICE: readonly (readonly [string, string])[] = [
  [
    "two queues of one name",
    `    new aws.sqs.Queue("A", { name: "twice" });
    §new aws.sqs.Queue("B", { name: "twice" });`,
  ],
  [
    "two policies of one queue",
    `    const queue = new aws.sqs.Queue("Q", { name: "policed" });
    new aws.sqs.QueuePolicy("A", { queueUrl: queue.url, policy: ${POLICY} });
    §new aws.sqs.QueuePolicy("B", { queueUrl: queue.url, policy: ${POLICY} });`,
  ],
  [
    "two policies of one bucket",
    `    const bucket = new aws.s3.BucketV2("P", { bucket: "policed-bucket" });
    new aws.s3.BucketPolicy("A", { bucket: bucket.id, policy: ${POLICY} });
    §new aws.s3.BucketPolicy("B", { bucket: bucket.id, policy: ${POLICY} });`,
  ],
  [
    "two public access blocks of a bucket without a name of its own",
    `    const bucket = new aws.s3.BucketV2("P");
    new aws.s3.BucketPublicAccessBlock("A", { bucket: bucket.id, blockPublicAcls: true });
    §new aws.s3.BucketPublicAccessBlock("B", { bucket: bucket.id, blockPublicAcls: false });`,
  ],
  [
    "two notifications of one bucket",
    `    const bucket = new aws.s3.BucketV2("P", { bucket: "notified-bucket" });
    new aws.s3.BucketNotification("A", { bucket: bucket.id, eventbridge: true });
    §new aws.s3.BucketNotification("B", { bucket: bucket.id, eventbridge: false });`,
  ],
  [
    "two log groups of one name",
    `    new aws.cloudwatch.LogGroup("A", { name: "/shop/twice" });
    §new aws.cloudwatch.LogGroup("B", { name: "/shop/twice" });`,
  ],
  [
    "two roles of one name",
    `    new aws.iam.Role("A", { name: "twice", assumeRolePolicy: ${TRUST} });
    §new aws.iam.Role("B", { name: "twice", assumeRolePolicy: ${TRUST} });`,
  ],
  [
    "two tables of one name",
    `    const table = { name: "twice", billingMode: "PAY_PER_REQUEST", hashKey: "pk", attributes: [{ name: "pk", type: "S" }] };
    new aws.dynamodb.Table("A", table);
    §new aws.dynamodb.Table("B", table);`,
  ],
  [
    "two alarms of one name",
    `    const alarm = {
      name: "twice", namespace: "AWS/Lambda", metricName: "Errors", comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1, threshold: 0, period: 60, statistic: "Sum",
    };
    new aws.cloudwatch.MetricAlarm("A", alarm);
    §new aws.cloudwatch.MetricAlarm("B", alarm);`,
  ],
  [
    "one route of an API twice",
    `    const api = new aws.apigatewayv2.Api("Api", { protocolType: "HTTP" });
    new aws.apigatewayv2.Route("A", { apiId: api.id, routeKey: "GET /" });
    §new aws.apigatewayv2.Route("B", { apiId: api.id, routeKey: "GET /" });`,
  ],
  [
    "one parameter twice",
    `    new aws.ssm.Parameter("A", { name: "/shop/twice", type: "String", value: "1" });
    §new aws.ssm.Parameter("B", { name: "/shop/twice", type: "String", value: "2" });`,
  ],
];

describe("a program is refused, with both places, for", () => {
  test.each(TWICE)("%s", async (_, body) => {
    const text = program(body);
    const ran = await expectRefused(
      cloud,
      { "sst.config.ts": text },
      {
        code: "DVT3002",
        says: [/_\w+\.A and \w+\.B both (own|manage) /, /\(sst\.config\.ts:\d+:5\)/],
        fix: "Keep one of them",
      },
    );
    expect(ran.messages.filter((message) => message.includes("DVT3002"))).toHaveLength(1);
  });
});

describe("a name that somebody else's object has", () => {
  test("fails that resource alone, with AWS's code and the way to take it over", async () => {
    const mine = cloud.app({
      "sst.config.ts": program(`    new aws.iam.Role("R", { name: "taken", assumeRolePolicy: ${TRUST} });`),
    });
    expect((await mine.run(["deploy", "--stage", "dev"])).code).toBe(0);
    const other = cloud.app({
      "sst.config.ts": program(`    §new aws.iam.Role("R", { name: "taken", assumeRolePolicy: ${TRUST} });
    new aws.sqs.Queue("Q", { name: "beside-taken" });`),
    });
    const ran = await other.run(["deploy", "--stage", "dev"]);
    expect(ran.code).toBe(1);
    expectSaid(
      ran,
      {
        code: "DVT4004",
        says: ["EntityAlreadyExistsException", "Role with name taken already exists."],
        fix: "dovetail import aws_iam_role.R taken",
      },
      other,
    );
    expect((await other.run(["state", "list", "--stage", "dev"])).out.trim()).toBe("aws_sqs_queue.Q");
  });
});
