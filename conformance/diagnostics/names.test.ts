/** Names that AWS refuses: too long once the stage is in them, or of characters that the service does not take. Told at plan, before anything exists. */
import { describe, test } from "vitest";
import { expectRefused, program, type Wanted, withCloud } from "./app.ts";

const cloud = withCloud();
const STAGE = "a-very-long-stage-name-for-one-customer";
const CODE = `code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1") })`;

const refusedName = (says: Wanted["says"], fix: Wanted["fix"]): Wanted => ({ code: "DVT3007", says, ...(fix ? { fix } : {}) });

const NAMES: readonly (readonly [string, string, Wanted])[] = [
  [
    "a function's, too long with the stage in it",
    `    new aws.lambda.Function("F", {
      §name: \`shop-reminders-evaluate-now-\${$app.stage}\`,
      role: "arn:aws:iam::123456789012:role/r", handler: "index.handler", runtime: "nodejs22.x",
      ${CODE},
    });`,
    refusedName(["shop-reminders-evaluate-now-a-very-long-stage-name", "64 characters"], undefined),
  ],
  [
    "a function's, with a blank",
    `    new aws.lambda.Function("F", {
      §name: "shop reminders",
      role: "arn:aws:iam::123456789012:role/r", handler: "index.handler", runtime: "nodejs22.x",
      ${CODE},
    });`,
    refusedName(["must be valid function name or function ARN"], undefined),
  ],
  [
    "a bucket's, too long with the stage in it",
    `    new aws.s3.BucketV2("B", { §bucket: \`shop-photos-of-customers-\${$app.stage}\` });`,
    refusedName(["63"], undefined),
  ],
  ["a bucket's, in capitals", `    new aws.s3.BucketV2("B", { §bucket: "Shop-Photos" });`, refusedName(["lowercase"], undefined)],
  [
    "a role's, too long with the stage in it",
    `    new aws.iam.Role("R", {
      §name: \`shop-role-of-the-reminders-\${$app.stage}\`,
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    });`,
    refusedName(["64"], undefined),
  ],
  [
    "a role's, with a slash",
    `    new aws.iam.Role("R", { §name: "shop/role", assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });`,
    refusedName(["shop/role"], undefined),
  ],
  [
    "a queue's, too long with the stage in it",
    `    new aws.sqs.Queue("Q", { §name: \`shop-\${"jobs-".repeat(9)}\${$app.stage}\` });`,
    refusedName(["invalid queue name"], "at most 80 letters, digits, - and _"),
  ],
  [
    "a queue's, with a dot",
    `    new aws.sqs.Queue("Q", { §name: "shop.jobs" });`,
    refusedName(["invalid queue name: shop.jobs"], "at most 80 letters, digits, - and _"),
  ],
  [
    "a FIFO queue's, without its suffix",
    `    new aws.sqs.Queue("Q", { §name: "shop-jobs", fifoQueue: true });`,
    refusedName(["shop-jobs"], "ends in .fifo"),
  ],
  [
    "a table's, with a blank",
    `    new aws.dynamodb.Table("T", {
      §name: "shop table", billingMode: "PAY_PER_REQUEST", hashKey: "pk", attributes: [{ name: "pk", type: "S" }],
    });`,
    refusedName(["name"], undefined),
  ],
  [
    "a schedule group's, too long with the stage in it",
    `    new aws.scheduler.ScheduleGroup("G", { §name: \`shop-reminders-of-all-kinds-\${$app.stage}\` });`,
    refusedName(["(1 - 64)"], undefined),
  ],
  [
    "a rule's, too long with the stage in it",
    `    new aws.cloudwatch.EventRule("R", { §name: \`shop-evaluate-the-reminders-\${$app.stage}\`, scheduleExpression: "rate(1 hour)" });`,
    refusedName(["longer than 64 characters"], undefined),
  ],
  [
    "a log group's, with a star",
    `    new aws.cloudwatch.LogGroup("L", { §name: "/shop/*" });`,
    refusedName(["isn't a valid log group name"], undefined),
  ],
  ["a topic's, with a dot", `    new aws.sns.Topic("T", { §name: "shop.alarms" });`, refusedName(["shop.alarms"], undefined)],
  [
    "a dashboard's, with a blank",
    `    new aws.cloudwatch.Dashboard("D", { §dashboardName: "my shop", dashboardBody: JSON.stringify({ widgets: [] }) });`,
    refusedName(['"dashboardName" doesn\'t comply'], undefined),
  ],
];

describe("a name that AWS refuses stops the plan:", () => {
  test.each(NAMES)("%s", async (_, body, wanted) => {
    await expectRefused(cloud, { "sst.config.ts": program(body) }, wanted, ["deploy", "--stage", STAGE]);
  });

  test("an app's", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": `export default $config({ app: () => ({ name: "my_shop" }), async run() {} });\n` },
      { code: "DVT1004", says: ['The app name "my_shop" is invalid'], fix: "Choose another name." },
    );
  });

  test("a stage's", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program("") },
      { code: "DVT7002", says: ['"feature/x" has other characters than letters, digits and hyphens'], fix: "Choose a name" },
      ["deploy", "--stage", "feature/x"],
    );
  });
});
