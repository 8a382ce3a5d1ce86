/** Arguments that a class does not have, of the wrong type, missing or in another form; reads of what is not there. */
import { describe, expect, test } from "vitest";
import { expectRefused, expectRemarked, program, type Wanted, withCloud } from "./app.ts";

const cloud = withCloud();

const REFUSED: readonly (readonly [string, string, Wanted])[] = [
  [
    "an argument with a typing mistake",
    `    new aws.sqs.Queue("Jobs", {
      §visibilityTimeoutSecond: 30,
    });`,
    {
      code: "DVT1005",
      says: ['aws.sqs.Queue has no argument named "visibilityTimeoutSecond"'],
      fix: 'Did you mean "visibilityTimeoutSeconds"?',
    },
  ],
  [
    "an argument in Terraform's spelling",
    `    new aws.sqs.Queue("Jobs", { §visibility_timeout_seconds: 30 } as never);`,
    { code: "DVT1005", says: ['"visibility_timeout_seconds"'], fix: 'Did you mean "visibilityTimeoutSeconds"?' },
  ],
  [
    "a nested argument with a typing mistake",
    `    new aws.lambda.Function("F", {
      role: "arn:aws:iam::123456789012:role/r",
      handler: "index.handler",
      runtime: "nodejs22.x",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1") }),
      environment: {
        §variable: { A: "1" },
      },
    });`,
    { code: "DVT1005", says: ['"environment" of aws.lambda.Function has no argument named "variable"'], fix: '"variables"' },
  ],
  [
    "what AWS decides",
    `    new aws.sqs.Queue("Jobs", { §arn: "arn:aws:sqs:us-east-1:123456789012:jobs" } as never);`,
    { code: "DVT1005", says: ["arn"], fix: /Take the argument out|It has/ },
  ],
  [
    "a word where a number belongs",
    `    new aws.sqs.Queue("Jobs", { §delaySeconds: "soon" as never });`,
    { code: "DVT1006", says: ['"delaySeconds" must be a number, but it is the string "soon".'] },
  ],
  [
    "a text where a list belongs",
    `    new aws.dynamodb.Table("T", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      §attributes: "pk" as never,
    });`,
    { code: "DVT1006", says: ['"attributes" must be a list'], fix: "Put it in brackets" },
  ],
  [
    "an object where a text belongs",
    `    new aws.sqs.Queue("Jobs", { §name: { of: "jobs" } as never });`,
    { code: "DVT1006", says: ['"name" must be a string, but it is an object.'] },
  ],
  [
    "a required argument left out",
    `    §new aws.iam.RolePolicyAttachment("A", { role: "r" } as never);`,
    { code: "DVT1007", says: ["policyArn"], fix: 'Add "policyArn"' },
  ],
  [
    "a required argument of a nested object left out",
    `    new aws.dynamodb.Table("T", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      §attributes: [{ name: "pk" } as never],
    });`,
    { code: "DVT1007", says: ['needs "type", which is not given'], fix: 'Add "type"' },
  ],
  [
    "a class that does not exist",
    `    new aws.sqs.§Qeue("Jobs");`,
    { code: "DVT1015", says: ["Qeue"], fix: "Did you mean aws.sqs.Queue?" },
  ],
  [
    "an unknown module of @pulumi/aws",
    `    new aws.§sqss.Queue("Jobs");`,
    { code: "DVT1015", says: ["sqss"], fix: "Did you mean aws.sqs?" },
  ],
  [
    "a read of a property that the resource does not have",
    `    const table = new aws.dynamodb.Table("T", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      attributes: [{ name: "pk", type: "S" }],
    });
    return { name: table.§tableName };`,
    { code: "DVT1005", says: ["tableName"], fix: 'Did you mean "name"?' },
  ],
  [
    "a read of a property of undefined",
    `    const stacks: { data?: { table: string } } = {};
    new aws.sqs.Queue("Jobs", { name: (stacks as never as { data: { table: string } }).data.§table });`,
    { code: "DVT1003", says: ["Cannot read properties of undefined (reading 'table')"] },
  ],
  [
    "a value that the schema's own list refuses",
    `    new aws.dynamodb.Table("T", {
      §billingMode: "ON_DEMAND",
      hashKey: "pk",
      attributes: [{ name: "pk", type: "S" }],
    });`,
    { code: "DVT3001", says: ["ON_DEMAND", "PAY_PER_REQUEST"] },
  ],
  [
    "two of one name",
    `    new aws.sqs.Queue("Jobs");
    §new aws.sqs.Queue("Jobs");`,
    { code: "DVT1012", says: ["Jobs"], fix: /name/ },
  ],
];

describe("a program is refused, at the place and with the cure, for", () => {
  test.each(REFUSED)("%s", async (_, body, wanted) => {
    await expectRefused(cloud, { "sst.config.ts": program(body) }, wanted);
  });
});

describe("a program is told, and goes on, for", () => {
  test("an object where a JSON text is expected, which is written as JSON", async () => {
    const { app } = await expectRemarked(
      cloud,
      {
        "sst.config.ts": program(`    const dead = new aws.sqs.Queue("Dead", { name: "json-dead" });
    new aws.sqs.Queue("Jobs", {
      name: "json-jobs",
      §redrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 3 } as never,
    });`),
      },
      { code: "DVT1019", severity: "Note", says: ["a JSON text is expected here, an object was given; it was written as JSON"] },
    );
    const state = JSON.parse(app.read(".dovetail/dev.tfstate")) as {
      resources: { name: string; instances: { attributes: { redrive_policy?: string } }[] }[];
    };
    const jobs = state.resources.find((resource) => resource.name === "Jobs")?.instances[0]?.attributes;
    expect(JSON.parse(jobs?.redrive_policy ?? "")).toMatchObject({ maxReceiveCount: 3 });
  });
});
