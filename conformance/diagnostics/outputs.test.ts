/** Values that are not there yet, or never, inside texts: Outputs in templates, `+` and JSON.stringify; "undefined"; plain use that cannot work. */
import { describe, expect, test } from "vitest";
import { expectRefused, expectRemarked, program, type Wanted, withCloud } from "./app.ts";

const cloud = withCloud();

const TABLE = (name: string) => `    const table = new aws.dynamodb.Table("T", {
      name: "${name}", billingMode: "PAY_PER_REQUEST", hashKey: "pk", attributes: [{ name: "pk", type: "S" }],
    });`;
const PLAIN: Pick<Wanted, "code" | "severity" | "says"> = {
  code: "DVT1008",
  severity: "Note",
  says: ["An Output's value is not there yet when this line runs; Dovetail carries it through"],
};
const TEMPLATE: Wanted = { ...PLAIN, fix: "$interpolate`...`" };
const JSON_TEXT: Wanted = { ...PLAIN, fix: "$jsonStringify(...)" };

/** Name, program, its message, and the attribute that holds the carried value: [type, attribute, pattern]. */
const CARRIED: readonly (readonly [string, string, Wanted, readonly [string, string, RegExp]])[] = [
  [
    "a template literal that makes a name",
    `${TABLE("carried-name")}
    new aws.sqs.Queue("Q", { name: \`jobs-of-§\${table.name}\` });`,
    TEMPLATE,
    ["aws_sqs_queue", "name", /^jobs-of-carried-name$/],
  ],
  [
    "+ that makes an ARN",
    `${TABLE("carried-arn")}
    new aws.ssm.Parameter("P", { name: "/carried/arn", type: "String", value: table.§arn + "/index/*" });`,
    PLAIN,
    ["aws_ssm_parameter", "value", /^arn:aws:dynamodb:us-east-1:\d{12}:table\/carried-arn\/index\/\*$/],
  ],
  [
    "JSON.stringify that makes a policy",
    `${TABLE("carried-policy")}
    new aws.iam.Policy("P", {
      name: "carried-policy",
      policy: JSON.§stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource: table.arn }] }),
    });`,
    JSON_TEXT,
    ["aws_iam_policy", "policy", /"Resource":"arn:aws:dynamodb:us-east-1:\d{12}:table\/carried-policy"/],
  ],
  [
    "a template literal that makes a log group's name",
    `${TABLE("carried-log")}
    new aws.cloudwatch.LogGroup("L", { name: \`/aws/lambda/§\${table.name}-worker\` });`,
    TEMPLATE,
    ["aws_cloudwatch_log_group", "name", /^\/aws\/lambda\/carried-log-worker$/],
  ],
  [
    "a template literal inside JSON.stringify that makes a dashboard",
    `${TABLE("carried-board")}
    new aws.cloudwatch.Dashboard("D", {
      dashboardName: "carried",
      dashboardBody: JSON.stringify({
        widgets: [{ type: "text", x: 0, y: 0, width: 3, height: 3, properties: { markdown: \`# §\${table.name}\` } }],
      }),
    });`,
    TEMPLATE,
    ["aws_cloudwatch_dashboard", "dashboard_body", /# carried-board/],
  ],
];

describe("an Output as a plain value is carried, with a note at its place:", () => {
  test.each(CARRIED)("%s", async (_, body, wanted, [type, attribute, pattern]) => {
    const { app } = await expectRemarked(cloud, { "sst.config.ts": program(body) }, wanted);
    const state = JSON.parse(app.read(".dovetail/dev.tfstate")) as {
      resources: { type: string; instances: { attributes: { [name: string]: unknown } }[] }[];
    };
    const value = state.resources.find((resource) => resource.type === type)?.instances[0]?.attributes[attribute];
    expect(value).toMatch(pattern);
    expect((await app.run(["diff", "--stage", "dev", "--detailed-exitcode"])).code).toBe(0);
  });

  test("a place that runs many times is noted once, and many places are one line each", async () => {
    const places = ["a", "b", "c", "d", "e"].map((name) => `    const ${name} = \`${name}-\${table.name}\`;`).join("\n");
    const { ran } = await expectRemarked(
      cloud,
      {
        "sst.config.ts": program(`${TABLE("carried-often")}
    for (let i = 0; i < 3; i++) new aws.ssm.Parameter(\`P\${i}\`, { name: \`/often/\${i}\`, type: "String", value: \`\${table.name}-\${i}\` });
${places}
    return { a, b, c, d, e };`),
      },
      { ...PLAIN, says: [] },
    );
    const notes = ran.messages.filter((message) => message.includes("DVT1008"));
    expect(notes).toHaveLength(1);
    expect(notes[0]?.match(/sst\.config\.ts:\d+:\d+/g)).toHaveLength(6);
    expect(notes[0]?.match(/interpolate/g)).toHaveLength(1);
  });
});

const REFUSED: readonly (readonly [string, string, Wanted])[] = [
  [
    "arithmetic",
    `${TABLE("never")}
    new aws.sqs.Queue("Q", { delaySeconds: (table.readCapacity as never as number) § * 2 });`.replace("§ *", "*"),
    { code: "DVT1008", says: ["An Output was used as a number"], fix: "output.apply(n => n * 2)" },
  ],
  [
    "a method of its value",
    `${TABLE("never")}
    new aws.sqs.Queue("Q", { name: table.name.§toUpperCase() });`,
    { code: "DVT1008", says: ["toUpperCase() was called on an Output"], fix: "output.apply(value => value.toUpperCase(...))" },
  ],
  [
    "a loop over it",
    `${TABLE("never")}
    for (const item of §table.attributes as never as object[]) void item;`.replace("§", ""),
    { code: "DVT1008", says: ["cannot be taken apart or looped over"], fix: "output.apply(items => ...)" },
  ],
];

describe("an Output as a plain value that cannot be carried is refused:", () => {
  test.each(REFUSED)("%s", async (_, body, wanted) => {
    await expectRefused(cloud, { "sst.config.ts": program(body) }, wanted);
  });
});

const MISSING: readonly (readonly [string, string, Wanted])[] = [
  [
    '"undefined" of an unset environment variable',
    `    new aws.ssm.Parameter("P", {
      name: "/missing/issuer", type: "String",
      §value: \`https://cognito-idp.us-east-1.amazonaws.com/\${process.env.POOL_OF_NOBODY}\`,
    });`,
    {
      code: "DVT1022",
      severity: "Warning",
      says: ["amazonaws.com/undefined", "a value that it is made of is missing"],
      fix: "an environment variable that is not set",
    },
  ],
  [
    '"[object Object]" of an object in a template',
    `    const names = { jobs: "jobs" };
    new aws.ssm.Parameter("P", { name: "/missing/object", type: "String", §value: \`\${names}\` });`,
    { code: "DVT1022", severity: "Warning", says: ['"[object Object]"'], fix: "a property that does not exist" },
  ],
];

describe("a text made of a missing value is warned of, once:", () => {
  test.each(MISSING)("%s", async (_, body, wanted) => {
    const { ran } = await expectRemarked(cloud, { "sst.config.ts": program(body) }, wanted);
    expect(ran.messages).toHaveLength(1);
  });
});
