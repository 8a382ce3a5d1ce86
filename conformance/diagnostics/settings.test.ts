/** Settings that AWS refuses or that have no effect there: keys, CORS, MFA, alarms; and the arguments of an older bucket. */
import { describe, expect, test } from "vitest";
import { expectRefused, expectRemarked, program, type Wanted, withCloud } from "./app.ts";

const cloud = withCloud();

const alarm = (lines: string) => `    new aws.cloudwatch.MetricAlarm("A", {
      comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 0, period: 60, statistic: "Sum",
${lines}
    });`;

const REFUSED: readonly (readonly [string, string, Wanted])[] = [
  [
    "a table attribute that no key or index uses",
    `    new aws.dynamodb.Table("T", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      §attributes: [{ name: "pk", type: "S" }, { name: "status", type: "S" }],
    });`,
    { code: "DVT3001", says: ["all attributes must be indexed", '"status"'] },
  ],
  [
    "a key that is no attribute",
    `    new aws.dynamodb.Table("T", {
      billingMode: "PAY_PER_REQUEST", hashKey: "pk", rangeKey: "sk", §attributes: [{ name: "pk", type: "S" }],
    });`,
    { code: "DVT3001", says: ["sk"] },
  ],
  [
    "a user pool with MFA and no factor",
    `    new aws.cognito.UserPool("P", { §mfaConfiguration: "OPTIONAL" });`,
    {
      code: "DVT3009",
      says: ["Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."],
      fix: /softwareTokenMfaConfiguration: \{ enabled: true \},(?![\s\S]*HCL)/,
    },
  ],
  [
    "CORS with credentials for everybody",
    `    new aws.apigatewayv2.Api("A", {
      protocolType: "HTTP",
      corsConfiguration: {
        allowCredentials: true,
        §allowOrigins: ["*"],
      },
    });`,
    {
      code: "DVT3009",
      says: ["allow-credentials is not supported if 'allow-origin' is *"],
      fix: "Name the origins in allowOrigins",
    },
  ],
  [
    "a schedule that is none",
    `    new aws.cloudwatch.EventRule("R", { §scheduleExpression: "every hour" });`,
    { code: "DVT3009", says: ["every hour"] },
  ],
];

describe("a setting that AWS refuses stops the plan:", () => {
  test.each(REFUSED)("%s", async (_, body, wanted) => {
    await expectRefused(cloud, { "sst.config.ts": program(body) }, wanted);
  });
});

const NEVER: Pick<Wanted, "code" | "severity"> = { code: "DVT3008", severity: "Warning" };
const WARNED: readonly (readonly [string, string, Wanted])[] = [
  [
    "an alarm on a metric whose name is misspelled",
    alarm(`      name: "misspelled", namespace: "AWS/Lambda", §metricName: "Error", dimensions: { FunctionName: "f" },`),
    { ...NEVER, says: ["Error"], fix: "Errors" },
  ],
  [
    "an alarm in a namespace that AWS does not have",
    alarm(`      name: "space", namespace: "AWS/Lamda", §metricName: "Errors", dimensions: { FunctionName: "f" },`),
    { ...NEVER, says: ["AWS/Lamda"], fix: "AWS/Lambda" },
  ],
  [
    "an alarm with a dimension that the metric does not have",
    alarm(`      name: "dimension", namespace: "AWS/Lambda", §metricName: "Errors", dimensions: { Function: "f" },`),
    { ...NEVER, says: ["Function"], fix: "FunctionName" },
  ],
  [
    "an alarm on a dead-letter queue's sent messages",
    alarm(
      `      name: "dead", namespace: "AWS/SQS", §metricName: "NumberOfMessagesSent", dimensions: { QueueName: "shop-dlq" },`,
    ),
    { ...NEVER, says: ["stays silent"], fix: "ApproximateNumberOfMessagesVisible" },
  ],
  [
    "an origin pattern that an HTTP API never matches",
    `    new aws.apigatewayv2.Api("A", {
      name: "origins", protocolType: "HTTP",
      corsConfiguration: { §allowOrigins: ["https://*.example.com"] },
    });`,
    {
      code: "DVT3009",
      severity: "Warning",
      says: ["https://*.example.com never matches"],
      fix: "List each origin",
    },
  ],
  [
    "older arguments of a bucket, made into resources of their own",
    `    new aws.s3.Bucket("Old", { bucket: "an-older-bucket-of-the-shop", §versioning: { enabled: true } } as never);`,
    {
      code: "DVT1019",
      severity: "Note",
      says: ["is the resource aws.s3.BucketVersioning today; it was made of it"],
      fix: "new aws.s3.BucketVersioning(...)",
    },
  ],
];

describe("a setting without the effect that is meant is told:", () => {
  test.each(WARNED)("%s", async (_, body, wanted) => {
    await expectRemarked(cloud, { "sst.config.ts": program(body) }, wanted);
  });

  test("and an older bucket gets its versioning", async () => {
    const { app } = await expectRemarked(
      cloud,
      {
        "sst.config.ts": program(
          `    new aws.s3.Bucket("Old", { bucket: "versioned-older-bucket", versioning: { enabled: true } } as never);`,
        ),
      },
      { code: "DVT1019", severity: "Note", says: [] },
    );
    expect((await app.run(["state", "list", "--stage", "dev"])).out).toContain("aws_s3_bucket_versioning");
  });

  test("an older bucket's argument that is not taken apart is refused with the class to use", async () => {
    await expectRefused(
      cloud,
      {
        "sst.config.ts": program(
          `    new aws.s3.Bucket("Old", { §replicationConfiguration: { role: "r", rules: [] } } as never);`,
        ),
      },
      { code: "DVT1005", says: ["is a resource of its own today"], fix: "Use aws.s3.BucketReplicationConfig." },
    );
  });
});

describe("a composite alarm", () => {
  const composite = (rule: string, more = "") => `${alarm(`      name: "part", namespace: "AWS/Lambda", metricName: "Errors",`)}
    §new aws.cloudwatch.CompositeAlarm("C", { alarmName: "whole", alarmRule: ${rule}${more} });`;

  test("that names an alarm by text only, created later perhaps, is warned of", async () => {
    const app = cloud.app({ "sst.config.ts": program(composite(`'ALARM("part")'`)) });
    const ran = await app.run(["diff", "--stage", "dev"]);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.messages.join("\n")).toContain('The rule names the alarm "part" (aws_cloudwatch_metric_alarm.A) by text only');
    expect(ran.messages.join("\n")).toContain("Use the alarm's name output in the rule, or add it to dependsOn.");
  });

  test("that names an alarm that nobody declares is warned of", async () => {
    const app = cloud.app({ "sst.config.ts": program(composite(`'ALARM("of-nobody")'`)) });
    const ran = await app.run(["diff", "--stage", "dev"]);
    expect(ran.messages.join("\n")).toContain('"of-nobody", which this program does not declare');
  });
});
