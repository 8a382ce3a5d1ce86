/** Functions: what they are packed from, the handler in it, the variables that Lambda keeps for itself, and who may read their events. */
import { describe, expect, test } from "vitest";
import { expectRefused, expectRemarked, program, stateFiles, type Wanted, withCloud } from "./app.ts";

const cloud = withCloud();

const ROLE = `role: new aws.iam.Role("R", {
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }),
      }).arn`;
const fn = (lines: string) => `    const fn = new aws.lambda.Function("F", {
      runtime: "nodejs22.x",
      ${ROLE},
${lines}
    });
    void fn;`;

const REFUSED: readonly (readonly [string, { readonly [path: string]: string }, Wanted])[] = [
  [
    "an archive that is not there, with the command that builds it",
    {
      "sst.config.ts": program(
        fn(`      handler: "index.handler",
      code: new pulumi.asset.FileArchive("backend/dist"),`),
      ).replace("const fn = new", "const fn = §new"),
      "backend/package.json": '{ "scripts": { "build": "tsc" } }',
    },
    { code: "DVT1010", says: ["backend/dist does not exist (looked at "], fix: "npm --prefix backend run build" },
  ],
  [
    "a zip file that is not there",
    {
      "sst.config.ts": program(
        fn(`      handler: "index.handler",
      code: new pulumi.asset.FileArchive("function.zip"),`),
      ).replace("const fn = new", "const fn = §new"),
    },
    { code: "DVT1010", says: ["function.zip does not exist (looked at "], fix: "Build it first, or correct the path." },
  ],
  [
    "a zip file that is none",
    {
      "sst.config.ts": program(
        fn(`      handler: "index.handler",
      §code: new pulumi.asset.FileArchive("function.zip"),`),
      ),
      "function.zip": "this is no zip",
    },
    { code: "DVT1010", says: ["Could not unzip uploaded file", "function.zip"] },
  ],
  [
    "a handler whose file is not in the archive, with the places looked at",
    {
      "sst.config.ts": program(
        fn(`      §handler: "src/orders.handler",
      code: new pulumi.asset.FileArchive("dist"),`),
      ),
      "dist/orders.mjs": "export const handler = async () => 1;\n",
    },
    {
      code: "DVT1011",
      says: ['The handler "src/orders.handler" is not in the archive', "src/orders.js", "src/orders.mjs", "src/orders.cjs"],
      fix: 'Did you mean "orders.handler"?',
    },
  ],
  [
    "an export that the handler's file does not have",
    {
      "sst.config.ts": program(
        fn(`      §handler: "orders.handler",
      code: new pulumi.asset.FileArchive("dist"),`),
      ),
      "dist/orders.mjs": "export const main = async () => 1;\n",
    },
    { code: "DVT1011", says: ['nothing in it is called "handler"'], fix: "export const handler = async" },
  ],
  [
    "a handler without a function",
    {
      "sst.config.ts": program(
        fn(`      §handler: "orders",
      code: new pulumi.asset.FileArchive("dist"),`),
      ),
      "dist/orders.mjs": "export const handler = async () => 1;\n",
    },
    { code: "DVT1011", says: ['it has no "."'], fix: /Did you mean|Correct the handler/ },
  ],
  [
    "a runtime that Lambda does not know",
    {
      "sst.config.ts": program(
        fn(`      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1") }),`),
      ).replace('runtime: "nodejs22.x"', '§runtime: "nodejs22"'),
    },
    { code: "DVT3001", says: ["expected runtime to be one of", "got nodejs22"] },
  ],
];

describe("a function is refused at plan for", () => {
  test.each(REFUSED)("%s", async (_, files, wanted) => {
    await expectRefused(cloud, files, wanted);
  });
});

describe("a function is deployed with a warning for", () => {
  test("AWS_REGION in its environment, which is dropped", async () => {
    const { app } = await expectRemarked(
      cloud,
      {
        "sst.config.ts": program(
          fn(`      name: "warned-region",
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1") }),
      environment: {
        variables: {
          TABLE: "t",
          §AWS_REGION: "us-east-1",
        },
      },`),
        ),
      },
      {
        code: "DVT1009",
        severity: "Warning",
        says: ["AWS_REGION is one of the variables that Lambda sets itself"],
        fix: "Take the line out",
      },
    );
    expect(app.read(".dovetail/dev.tfstate")).not.toContain("AWS_REGION");
  });

  test("AWS_REGION in an environment that is known only after apply, told once and in the plan", async () => {
    const files = {
      "sst.config.ts": program(
        `    const queue = new aws.sqs.Queue("Q", { name: "late-region" });
${fn(`      name: "late-region",
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1") }),
      environment: queue.arn.apply((arn) => ({ variables: { QUEUE: arn, §AWS_REGION: "us-east-1" } })),`)}`,
      ),
    };
    const wanted = {
      code: "DVT1009",
      severity: "Warning",
      says: ["AWS_REGION is one of the variables"],
      fix: "Take the line out",
    } as const;
    const { app } = await expectRemarked(cloud, files, wanted, ["diff", "--stage", "dev"]);
    const deployed = await app.run(["deploy", "--stage", "dev"]);
    expect([deployed.code, deployed.messages.filter((message) => message.includes("DVT1009")).length]).toEqual([0, 1]);
    expect(app.read(".dovetail/dev.tfstate")).not.toContain("AWS_REGION");
  });

  test("a module that its files import and the archive lacks", async () => {
    await expectRemarked(
      cloud,
      {
        "sst.config.ts": program(
          fn(`      name: "warned-module",
      handler: "index.handler",
      §code: new pulumi.asset.FileArchive("dist"),`),
        ),
        "dist/index.mjs": 'import { nanoid } from "nanoid";\nexport const handler = async () => nanoid();\n',
      },
      {
        code: "DVT1020",
        severity: "Warning",
        says: ['imports "nanoid"', "Cannot find module 'nanoid'"],
        fix: "Bundle it into the file",
      },
    );
  });

  test("a role that may not receive from the queue that is mapped to it", async () => {
    const app = cloud.app({
      "sst.config.ts": program(`${fn(`      name: "mapped",
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1") }),`)}
    const queue = new aws.sqs.Queue("Q", { name: "mapped" });
    new aws.lambda.EventSourceMapping("M", { eventSourceArn: queue.arn, functionName: fn.name });`),
    });
    const ran = await app.run(["diff", "--stage", "dev"]);
    expect([ran.code, ran.messages.join("\n")]).toEqual([0, expect.stringContaining("Warning DVT3009")]);
    expect(ran.messages.join("\n")).toContain("does not allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes");
    expect(ran.messages.join("\n")).toContain("Add the actions to a policy of the role.");
    expect(stateFiles(app)).toEqual([]);
  });
});
